// SPDX-License-Identifier: EUPL-1.2
//! The days of the demo's school year, and the moments at which facts arrive.

use campanella_domain::civil::zone::{civil_of, instant_of};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// The simulated year begins.
pub const FIRST_DAY: NaiveDate = date(2025, 9, 1);
/// The simulated year ends.
pub const LAST_DAY: NaiveDate = date(2026, 6, 30);
/// First day of lessons in Veneto.
pub const FIRST_DAY_OF_LESSONS: NaiveDate = date(2025, 9, 10);
/// The day the application window opens, at [`OPENING_SECOND`] (`ARD-039`).
pub const WINDOW_OPENS: NaiveDate = date(2025, 10, 6);
/// The day the application window closes at [`CLOSING_SECOND`] (`ARD-040`) and the DSU term ends (`ARD-010`).
pub const DSU_TERM: NaiveDate = date(2025, 11, 20);
/// The last day for regularising (`ARD-020`).
pub const REGULARISATION_TERM: NaiveDate = date(2025, 12, 18);
/// The last day for the class lists of IeFP (`ARS-034`).
pub const CLASS_LIST_TERM: NaiveDate = date(2025, 10, 27);
/// The day late schools are told so (`ARS-034`).
pub const OVERDUE_NOTICE: NaiveDate = date(2025, 10, 28);
/// The day ordinary schools are reminded of the first two months (`ARS-035`).
pub const FIRST_MONTHS_REMINDER: NaiveDate = date(2025, 11, 3);
/// The day schools and CPI are reminded of 15 March (`ARS-016`).
pub const MARCH_15_REMINDER: NaiveDate = date(2026, 3, 4);
/// The end of the month in which families communicate changes (`ARD-090`).
pub const END_OF_JANUARY: NaiveDate = date(2026, 1, 31);
/// The day the provisional list is published (`ARD-070`).
pub const PUBLICATION: NaiveDate = date(2026, 4, 15);

/// The last day for observations on it (`ARD-082`): ten days, then Liberation Day and a Sunday.
pub const OBSERVATION_TERM: NaiveDate = date(2026, 4, 27);
/// The day the final list is published (`ARD-084`).
pub const FINAL_PUBLICATION: NaiveDate = date(2026, 5, 28);

/// 10:00:00, in seconds of the day.
pub const OPENING_SECOND: u32 = 10 * 3600;
/// 16:00:00, in seconds of the day.
pub const CLOSING_SECOND: u32 = 16 * 3600;
/// 23:59:59, in seconds of the day.
pub const LAST_SECOND: u32 = 24 * 3600 - 1;
/// When CPI and schools are told each morning of what waits: 08:00:00, in seconds of the day.
pub const MORNING_SECOND: u32 = 8 * 3600;
/// When reminders leave: 09:00:00, in seconds of the day.
pub const REMINDER_SECOND: u32 = 9 * 3600;

/// When those who have not objected are reminded: 09:30:00, in seconds of the day.
pub const OBSERVATION_REMINDER_SECOND: u32 = 9 * 3600 + 1800;

/// Facts arrive at these hours of the day, in seconds: a year has few moments at which something happens.
const ARRIVALS: [u32; 2] = [6 * 3600, 18 * 3600];

/// A calendar day; the first day of the calendar for one that does not exist.
pub(super) const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// The instant of a second of a day, by the clocks of Rome.
pub(crate) fn at(day: NaiveDate, second: u32) -> DateTime<Utc> {
    instant_of(day.and_time(NaiveTime::MIN) + TimeDelta::seconds(i64::from(second)))
}

/// So many days later.
pub(super) fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day + TimeDelta::days(i64::from(days))
}

/// The first arrival that is not before `instant`.
pub(super) fn arrival_from(instant: DateTime<Utc>) -> DateTime<Utc> {
    let day = civil_of(instant).date();
    let candidates = [at(day, ARRIVALS[0]), at(day, ARRIVALS[1])];
    candidates
        .into_iter()
        .find(|arrival| *arrival >= instant)
        .unwrap_or_else(|| at(days_after(day, 1), ARRIVALS[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_arrive_at_six_in_the_morning_and_in_the_evening() {
        let day = date(2025, 10, 26);
        // The clocks go back that night: six o'clock is at 05:00 UTC, not 04:00.
        assert_eq!(arrival_from(at(day, 0)).to_rfc3339(), "2025-10-26T05:00:00+00:00");
        assert_eq!(arrival_from(at(day, 6 * 3600)), at(day, 6 * 3600));
        assert_eq!(arrival_from(at(day, 6 * 3600 + 1)), at(day, 18 * 3600));
        assert_eq!(arrival_from(at(day, LAST_SECOND)), at(date(2025, 10, 27), 6 * 3600));
    }
}
