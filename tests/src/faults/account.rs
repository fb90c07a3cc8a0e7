// SPDX-License-Identifier: EUPL-1.2
//! What came of it all, without what may differ from run to run: ids, times, the number of steps.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::region::Region;

/// Every effect, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    /// Periods, findings, owners, newest decisions, mails by their business key, occurrences of the calendar, and how many
    /// first messages each worker has settled.
    pub lines: BTreeSet<String>,
    /// Messages handled.
    pub messages: u64,
}

/// One line an effect, as text.
const LINES: &str = "\
    SELECT concat_ws(' ', 'period', student_id, ordinal, state, kind, cpi, opened_on, closed_on, openings) FROM drop_out_period \
    UNION ALL SELECT concat_ws(' ', 'finding', communication_id, code, action) FROM finding \
    UNION ALL SELECT concat_ws(' ', 'owner', student_id, school, since) FROM ownership \
    UNION ALL SELECT concat_ws(' ', 'decision', application_id, term, outcome, causes) FROM \
        (SELECT DISTINCT ON (application_id) * FROM decision ORDER BY application_id, revision DESC) newest \
    UNION ALL SELECT concat_ws(' ', 'mail', template, dedupe_key) FROM notification \
        WHERE template NOT IN ('ars-case-digest') \
    UNION ALL SELECT concat_ws(' ', 'occurrence', schedule, civil) FROM occurrence \
    UNION ALL SELECT concat_ws(' ', 'first', worker, kind, count(*)) FROM inbox \
        WHERE outcome <> 'retried' AND causation_id IS NULL AND worker <> 'taster' GROUP BY worker, kind";

impl Effects {
    pub(crate) fn of(region: &Region<'_>) -> Result<Self> {
        let lines = region.sql(LINES)?.lines().map(str::to_owned).collect();
        Ok(Self { lines, messages: region.count("SELECT count(*) FROM inbox WHERE outcome = 'done'")? })
    }
}

/// What became of the mails.
#[derive(Debug, Clone, Default)]
pub(crate) struct Post {
    /// Said to be delivered, and not delivered; or neither delivered nor known to be in doubt.
    pub(crate) lost: Vec<String>,
    /// Delivered more than once.
    pub(crate) doubled: Vec<String>,
    /// Whose sender died in the middle.
    pub(crate) uncertain: usize,
}

impl Post {
    pub(crate) fn of(region: &Region<'_>) -> Result<Self> {
        let taken = region.sink.taken();
        let rows = region.sql("SELECT id, state FROM notification")?;
        let states: BTreeMap<&str, &str> = rows.lines().filter_map(|row| row.split_once('|')).collect();
        let unknown = |id: &&String| !states.contains_key(id.as_str());
        let mut post = Self::default();
        let twice = taken.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id);
        post.doubled =
            twice.chain(taken.keys().filter(unknown)).map(|id| format!("delivered {id}")).collect();
        for (id, state) in &states {
            match *state {
                "accepted" if !taken.contains_key(*id) => post.lost.push(format!("delivered {id}")),
                "refused" | "deferred" => post.lost.push(format!("{state} {id}")),
                "uncertain" => post.uncertain += 1,
                _ => {}
            }
        }
        Ok(post)
    }
}
