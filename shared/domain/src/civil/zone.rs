// SPDX-License-Identifier: EUPL-1.2
//! Europe/Rome, and the one rule between a civil time and an instant.
//!
//! The rules of the zone are compiled in (chrono-tz): a term must not depend on the machine's time zone data.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// The zone of both procedures.
pub const ROME: Tz = Tz::Europe__Rome;

/// The first instant at which a clock on a wall in Rome shows `civil` or later.
///
/// This is the only rule, for terms and for schedules. A civil time that does not exist (the hour skipped in March)
/// is the first instant after the gap; one that exists twice (the hour repeated in October) is the first of the two.
/// Never fails: at the far ends of the calendar, where no instant can be represented, `civil` is read as UTC.
#[must_use]
pub fn instant_of(civil: NaiveDateTime) -> DateTime<Utc> {
    ROME.from_local_datetime(&civil)
        .earliest()
        .or_else(|| GapInfo::new(&civil, &ROME)?.end)
        .map_or_else(|| civil.and_utc(), |local| local.to_utc())
}

/// What a clock on a wall in Rome shows at `instant`.
///
/// Never fails: at the far ends of the calendar the UTC time is returned as it is.
#[must_use]
pub fn civil_of(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let offset = ROME.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// The civil date in Rome at `instant`.
#[must_use]
pub fn date_of(instant: DateTime<Utc>) -> NaiveDate {
    civil_of(instant).date()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::civil::transitions;

    fn civil(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn ard_039_the_window_opens_at_ten_in_summer_time() {
        assert_eq!(instant_of(civil("2025-10-06T10:00:00")), utc("2025-10-06T08:00:00Z"));
    }

    #[test]
    fn an_hour_that_does_not_exist_is_the_first_instant_after_the_gap() {
        let after_the_gap = utc("2026-03-29T01:00:00Z");
        for skipped in ["2026-03-29T02:00:00", "2026-03-29T02:30:00", "2026-03-29T02:59:59.999999999"] {
            assert_eq!(instant_of(civil(skipped)), after_the_gap, "{skipped}");
        }
        assert_eq!(instant_of(civil("2026-03-29T03:00:00")), after_the_gap);
        assert_eq!(instant_of(civil("2026-03-29T01:59:59")), utc("2026-03-29T00:59:59Z"));
    }

    #[test]
    fn an_hour_that_exists_twice_is_the_first_of_the_two() {
        assert_eq!(instant_of(civil("2025-10-26T02:00:00")), utc("2025-10-26T00:00:00Z"));
        assert_eq!(instant_of(civil("2025-10-26T02:30:00")), utc("2025-10-26T00:30:00Z"));
        assert_eq!(instant_of(civil("2025-10-26T03:00:00")), utc("2025-10-26T02:00:00Z"));
    }

    #[test]
    fn the_civil_date_changes_at_midnight_in_rome_and_not_in_greenwich() {
        assert_eq!(date_of(utc("2025-11-20T22:59:59Z")), civil("2025-11-20T00:00:00").date());
        assert_eq!(date_of(utc("2025-11-20T23:00:00Z")), civil("2025-11-21T00:00:00").date());
    }

    /// The rule as documented, checked minute by minute around every change of the clocks: at the instant the wall
    /// shows `civil` or later, and a nanosecond before it (and for three hours back) it showed something earlier.
    #[test]
    fn at_every_transition_to_2037_the_instant_is_the_first_that_shows_the_civil_time_or_later() {
        for transition in transitions::of_rome() {
            for minute in -180..180 {
                let civil = civil_of(transition) + TimeDelta::minutes(minute);
                let instant = instant_of(civil);
                assert!(civil_of(instant) >= civil, "{civil} maps to {instant}, where the wall shows less");
                assert!(
                    civil_of(instant - TimeDelta::nanoseconds(1)) < civil,
                    "{civil} was shown before {instant}"
                );
                let earlier = (1..=12).map(|quarter| instant - TimeDelta::minutes(15 * quarter));
                assert!(
                    earlier.into_iter().all(|before| civil_of(before) < civil),
                    "{civil} was shown earlier"
                );
            }
        }
    }

    #[test]
    fn the_two_changes_of_a_school_year_are_among_the_transitions() {
        let transitions = transitions::of_rome();
        assert!(transitions.contains(&utc("2025-10-26T01:00:00Z")));
        assert!(transitions.contains(&utc("2026-03-29T01:00:00Z")));
        assert_eq!(transitions.last(), Some(&utc("2037-10-25T01:00:00Z")));
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            let _ = instant_of(end);
            let _ = date_of(end.and_utc());
        }
    }
}
