// SPDX-License-Identifier: EUPL-1.2
//! National public holidays (*festività*): L. 260/1949 as amended, the list in force since 2001.
//!
//! The amendments that matter to that list: L. 54/1977 (suppressions), DPR 792/1985 (6 January back), L. 336/2000
//! (2 June back), L. 151/2025 (4 October, from 2026). Patron days are local and are not in it: they move no term.

use chrono::{Datelike, NaiveDate, Weekday};

/// The first year in which 4 October (*san Francesco*) is a public holiday: L. 151/2025.
const FIRST_YEAR_OF_SAINT_FRANCIS: i32 = 2026;

/// Whether `date` is a national public holiday. Sundays are another matter, see [`is_sunday_or_holiday`]; Easter is
/// both.
#[must_use]
pub fn is_public_holiday(date: NaiveDate) -> bool {
    let fixed = match (date.month(), date.day()) {
        (1, 1 | 6) | (4, 25) | (5, 1) | (6, 2) | (8, 15) | (11, 1) | (12, 8 | 25 | 26) => true,
        (10, 4) => date.year() >= FIRST_YEAR_OF_SAINT_FRANCIS,
        _ => false,
    };
    fixed || is_easter(date) || date.pred_opt().is_some_and(is_easter)
}

/// Whether `date` is a Sunday or a public holiday: a day on which a term in days does not end (`ARD-082`).
#[must_use]
pub fn is_sunday_or_holiday(date: NaiveDate) -> bool {
    date.weekday() == Weekday::Sun || is_public_holiday(date)
}

fn is_easter(date: NaiveDate) -> bool {
    (date.month(), date.day()) == easter(date.year())
}

/// Month and day of Easter Sunday in a Gregorian year: the anonymous computus (Nature, 20 April 1876), with Meeus's
/// letters written out.
fn easter(year: i32) -> (u32, u32) {
    let golden = year.rem_euclid(19);
    let (century, year_of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let (leap_centuries, century_rest) = (century.div_euclid(4), century.rem_euclid(4));
    let lunar_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - leap_centuries - lunar_correction + 15).rem_euclid(30);
    let (leaps, leap_rest) = (year_of_century / 4, year_of_century % 4);
    let to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest).rem_euclid(7);
    let exception = (golden + 11 * epact + 22 * to_sunday) / 451;
    let march_days = epact + to_sunday - 7 * exception + 114;
    ((march_days / 31).unsigned_abs(), (march_days % 31 + 1).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn holidays_of(year: i32) -> Vec<String> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        first
            .iter_days()
            .take_while(|date| date.year() == year)
            .filter(|date| is_public_holiday(*date))
            .map(|date| date.format("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn the_holidays_of_2025_are_those_of_the_law() {
        assert_eq!(
            holidays_of(2025),
            [
                "01-01", "01-06", "04-20", "04-21", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08",
                "12-25", "12-26"
            ]
        );
    }

    #[test]
    fn from_2026_the_fourth_of_october_is_one_more() {
        assert_eq!(
            holidays_of(2026),
            [
                "01-01", "01-06", "04-05", "04-06", "04-25", "05-01", "06-02", "08-15", "10-04", "11-01",
                "12-08", "12-25", "12-26"
            ]
        );
        assert!(!is_public_holiday(day("2025-10-04")));
        assert!(is_sunday_or_holiday(day("2027-10-04")));
    }

    #[test]
    fn easter_falls_where_the_church_says() {
        let published = [
            "2023-04-09",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2031-04-13",
            "2032-03-28",
            "2033-04-17",
            "2034-04-09",
            "2035-03-25",
            "2036-04-13",
            "2037-04-05",
            "1981-04-19",
            "2076-04-19",
            "2049-04-18",
            "1954-04-18",
        ];
        for date in published.map(day) {
            assert_eq!(easter(date.year()), (date.month(), date.day()));
        }
    }

    #[test]
    fn easter_is_always_a_sunday_between_22_march_and_25_april() {
        for year in 1583..=4099 {
            let (month, day) = easter(year);
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            assert_eq!(date.weekday(), Weekday::Sun, "{date}");
            assert!((322..=425).contains(&(month * 100 + day)), "{date}");
        }
    }

    #[test]
    fn the_patron_day_of_trieste_is_not_a_national_holiday() {
        assert!(!is_public_holiday(day("2025-11-03")));
    }

    #[test]
    fn a_saturday_is_neither() {
        assert!(!is_sunday_or_holiday(day("2026-04-11")));
    }
}
