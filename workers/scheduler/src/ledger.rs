// SPDX-License-Identifier: EUPL-1.2
//! What becomes of occurrences that are due.

use campanella_domain::{
    civil::cron::Occurrence,
    procedure::{CatchUp, Schedule},
};
use campanella_store::occurrence::{OccurrenceRow, civil_key};
use chrono::{DateTime, TimeDelta, Utc};

/// How an occurrence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// In time.
    Fired,
    /// Made up for.
    Late,
    /// Not any more of use.
    Skipped(&'static str),
}

/// Decides one occurrence: `missed` says that its time is past by more than the tolerance, `newest` that no later one of
/// the schedule is due, `stale` that its window or its term has passed.
#[must_use]
pub const fn decide(policy: CatchUp, missed: bool, newest: bool, stale: bool) -> Fate {
    match (missed, policy) {
        (false, _) => Fate::Fired,
        (true, _) if stale => Fate::Skipped("its window has passed"),
        (true, CatchUp::All) => Fate::Late,
        (true, CatchUp::Latest) if newest => Fate::Late,
        (true, CatchUp::Latest) => Fate::Skipped("a later one is due"),
        (true, CatchUp::None) => Fate::Skipped("missed, not made up for"),
    }
}

/// The rows of the ledger for the occurrences of one schedule that are due, oldest first.
pub(crate) fn rows(
    schedule: &Schedule,
    due: &[Occurrence],
    now: DateTime<Utc>,
    tolerance: TimeDelta,
) -> Vec<OccurrenceRow> {
    due.iter()
        .enumerate()
        .map(|(index, occurrence)| {
            let missed = now - occurrence.instant > tolerance;
            let newest = index + 1 == due.len();
            let fate = decide(schedule.catch_up, missed, newest, schedule.is_stale(occurrence, now));
            let (state, reason) = match fate {
                Fate::Fired => ("fired", None),
                Fate::Late => ("late", Some("the scheduler was not running at its time")),
                Fate::Skipped(reason) => ("skipped", Some(reason)),
            };
            OccurrenceRow {
                schedule: schedule.name.clone(),
                civil: civil_key(occurrence.civil),
                due_at: occurrence.instant,
                state: state.to_owned(),
                reason: reason.map(str::to_owned),
                decided_at: now,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_time_fires_whatever_the_policy() {
        for policy in [CatchUp::All, CatchUp::Latest, CatchUp::None] {
            assert_eq!(decide(policy, false, true, false), Fate::Fired);
        }
    }

    #[test]
    fn a_term_on_which_a_right_hangs_is_always_made_up_for() {
        assert_eq!(decide(CatchUp::All, true, false, false), Fate::Late);
        assert_eq!(decide(CatchUp::All, true, true, false), Fate::Late);
    }

    #[test]
    fn of_missed_reminders_only_the_newest_still_goes_out() {
        assert_eq!(decide(CatchUp::Latest, true, true, false), Fate::Late);
        assert_eq!(decide(CatchUp::Latest, true, false, false), Fate::Skipped("a later one is due"));
        assert_eq!(decide(CatchUp::None, true, true, false), Fate::Skipped("missed, not made up for"));
    }

    #[test]
    fn a_reminder_of_a_term_that_has_passed_is_skipped() {
        assert_eq!(decide(CatchUp::Latest, true, true, true), Fate::Skipped("its window has passed"));
    }
}
