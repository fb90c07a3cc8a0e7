// SPDX-License-Identifier: EUPL-1.2
//! Ages and anniversaries in whole years, on civil dates (`age_reference`, OQ-A5).

use chrono::{Datelike, Months, NaiveDate};

/// The age at which a minor (*minore*) comes of age: art. 2 c.c.
const MAJORITY_YEARS: u16 = 18;

/// The same day `years` later; from 29 February it is 1 March in a common year.
///
/// Saturates at the end of the calendar.
#[must_use]
pub fn anniversary(date: NaiveDate, years: u16) -> NaiveDate {
    let year = date.year().saturating_add(i32::from(years));
    date.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// Whether somebody born on `birth` is a minor on `date`: until the eve of the 18th birthday (`ARS-048`).
#[must_use]
pub fn is_minor_on(birth: NaiveDate, date: NaiveDate) -> bool {
    date < anniversary(birth, MAJORITY_YEARS)
}

/// The latest date of birth of those who are of age on `date`: whoever was born on it or before is no minor any more.
#[must_use]
pub fn latest_birth_of_age(date: NaiveDate) -> NaiveDate {
    date.checked_sub_months(Months::new(12 * u32::from(MAJORITY_YEARS))).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn ars_048_the_eve_of_the_eighteenth_birthday_is_the_last_day_of_a_minor() {
        let birth = day("2008-03-10");
        assert!(is_minor_on(birth, day("2026-03-09")));
        assert!(!is_minor_on(birth, day("2026-03-10")));
    }

    #[test]
    fn ars_048_born_on_29_february_comes_of_age_on_1_march_of_a_common_year() {
        let birth = day("2008-02-29");
        assert!(is_minor_on(birth, day("2026-02-28")));
        assert!(!is_minor_on(birth, day("2026-03-01")));
    }

    #[test]
    fn ars_048_who_is_of_age_was_born_on_the_latest_such_date_or_before() {
        let mut date = day("2026-01-01");
        while date < day("2029-01-01") {
            let latest = latest_birth_of_age(date);
            assert!(!is_minor_on(latest, date) && is_minor_on(latest.succ_opt().unwrap(), date), "{date}");
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn an_anniversary_of_29_february_in_a_leap_year_is_29_february() {
        assert_eq!(anniversary(day("2008-02-29"), 16), day("2024-02-29"));
        assert_eq!(anniversary(day("2022-11-20"), 3), day("2025-11-20"));
        assert_eq!(anniversary(day("2022-11-20"), 0), day("2022-11-20"));
    }

    #[test]
    fn an_anniversary_beyond_the_calendar_saturates() {
        assert_eq!(anniversary(NaiveDate::MAX, 1), NaiveDate::MAX);
    }
}
