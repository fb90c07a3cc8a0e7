// SPDX-License-Identifier: EUPL-1.2
//! Days and instants as they are typed. A day alone means its last moment: «on 18 December» is all of that day.

use campanella_domain::civil::{term::Term, wall_clock, zone::instant_of};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// A day, `2025-11-20`.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    text.trim().parse().map_err(|_| "una data si scrive anno-mese-giorno, come 2025-11-20".to_owned())
}

/// A day, which means its last second in Rome; a civil time in Rome; or an instant with its offset (RFC 3339).
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(last_moment(day));
    }
    let civil = || {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc());
    instant.or_else(|| civil().map(instant_of)).filter(wall_clock::can_show).ok_or_else(|| {
        "un momento si scrive come data (2025-12-18: l'ultimo secondo di quel giorno) oppure come data e ora \
        (2025-12-18T09:00:00, ora di Roma, o con il fuso: 2025-12-18T09:00:00+01:00)"
            .to_owned()
    })
}

/// The last instant of a day in Rome that any database can hold.
pub(super) fn last_moment(day: NaiveDate) -> DateTime<Utc> {
    Term::end_of_day(day).instant() - TimeDelta::microseconds(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_last_second_in_rome_and_a_time_is_itself() {
        for (typed, instant) in [
            ("2025-12-18", "2025-12-18T22:59:59.999999Z"),
            ("2026-03-29", "2026-03-29T21:59:59.999999Z"),
            ("2025-12-18T23:59:59", "2025-12-18T22:59:59Z"),
            ("2025-11-20T16:00", "2025-11-20T15:00:00Z"),
            ("2025-12-19T00:00:00+01:00", "2025-12-18T23:00:00Z"),
            ("2025-12-18T23:00:00Z", "2025-12-18T23:00:00Z"),
        ] {
            assert_eq!(moment(typed), Ok(instant.parse().unwrap()), "{typed}");
        }
        for slip in ["", "ieri", "18/12/2025", "2025-02-30", "2025-12-18T25:00", "2025-12-18T23:59:60"] {
            assert!(moment(slip).is_err(), "{slip}");
        }
    }
}
