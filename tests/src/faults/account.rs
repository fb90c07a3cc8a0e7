// SPDX-License-Identifier: EUPL-1.2
//! What came of it all, without what may differ from run to run: ids, times, the number of steps.

use std::collections::BTreeSet;

use anyhow::Result;

use super::database::Database;

/// Every effect, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    /// Periods, findings, owners, newest decisions, mails by their business key and how they ended, occurrences of the
    /// calendar, and how many first messages each worker has settled; not those that call for reminders, as one that is late
    /// is called for or left out by what the clock says when the scheduler looks. Their mails are there.
    pub lines: BTreeSet<String>,
    /// Messages handled.
    pub messages: u64,
}

/// One line an effect, as text. A mail in doubt counts as sent: how many may be is another question.
const LINES: &str = "\
    SELECT concat_ws(' ', 'period', student_id, ordinal, state, kind, cpi, opened_on, closed_on, openings) FROM drop_out_period \
    UNION ALL SELECT concat_ws(' ', 'finding', communication_id, code, action) FROM finding \
    UNION ALL SELECT concat_ws(' ', 'owner', student_id, school, since) FROM ownership \
    UNION ALL SELECT concat_ws(' ', 'decision', application_id, term, outcome, causes) FROM \
        (SELECT DISTINCT ON (application_id) * FROM decision ORDER BY application_id, revision DESC) newest \
    UNION ALL SELECT concat_ws(' ', 'mail', template, dedupe_key, \
            CASE state WHEN 'uncertain' THEN 'accepted' ELSE state END) FROM notification \
        WHERE template NOT IN ('ars-case-digest') \
    UNION ALL SELECT concat_ws(' ', 'occurrence', schedule, civil) FROM occurrence \
    UNION ALL SELECT concat_ws(' ', 'first', worker, kind, count(*)) FROM inbox \
        WHERE outcome <> 'retried' AND causation_id IS NULL AND worker <> 'taster' AND kind <> 'reminder.due' \
        GROUP BY worker, kind";

impl Effects {
    pub(crate) fn of(database: &Database<'_>) -> Result<Self> {
        let lines = database.sql(LINES)?.lines().map(str::to_owned).collect();
        Ok(Self { lines, messages: database.count("SELECT count(*) FROM inbox WHERE outcome = 'done'")? })
    }
}
