// SPDX-License-Identifier: EUPL-1.2
//! Dates and times as people read them in Italian, for mails, lists and the command line.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

/// «giovedì»
#[must_use]
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "lunedì",
        Weekday::Tue => "martedì",
        Weekday::Wed => "mercoledì",
        Weekday::Thu => "giovedì",
        Weekday::Fri => "venerdì",
        Weekday::Sat => "sabato",
        Weekday::Sun => "domenica",
    }
}

/// «20 novembre 2025»; the first of a month is an ordinal in Italian: «1º maggio 2026».
#[must_use]
pub fn date(date: NaiveDate) -> String {
    // `month0` is 0..=11 by its contract; an empty name would be a bug of chrono's, not a reason to panic.
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    match date.day() {
        1 => format!("1º {month} {}", date.year()),
        day => format!("{day} {month} {}", date.year()),
    }
}

/// «giovedì 20 novembre 2025»
#[must_use]
pub fn long_date(day: NaiveDate) -> String {
    format!("{} {}", weekday(day.weekday()), date(day))
}

/// «16:00»; seconds only where there are any: «16:00:30».
#[must_use]
pub fn time_of_day(time: NaiveTime) -> String {
    let mut text = format!("{:02}:{:02}", time.hour(), time.minute());
    if time.second() != 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, ":{:02}", time.second());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_read_as_italians_write_them() {
        assert_eq!(date(day("2025-11-20")), "20 novembre 2025");
        assert_eq!(date(day("2026-05-01")), "1º maggio 2026");
        assert_eq!(date(day("2026-05-11")), "11 maggio 2026");
    }

    #[test]
    fn ars_016_the_fifteenth_of_march_is_a_sunday_in_2026_and_a_monday_in_2027() {
        assert_eq!(long_date(day("2026-03-15")), "domenica 15 marzo 2026");
        assert_eq!(long_date(day("2027-03-15")), "lunedì 15 marzo 2027");
    }

    #[test]
    fn every_month_and_every_weekday_has_its_name() {
        let week: Vec<_> = day("2026-06-01").iter_days().take(7).map(long_date).collect();
        assert_eq!(
            week,
            [
                "lunedì 1º giugno 2026",
                "martedì 2 giugno 2026",
                "mercoledì 3 giugno 2026",
                "giovedì 4 giugno 2026",
                "venerdì 5 giugno 2026",
                "sabato 6 giugno 2026",
                "domenica 7 giugno 2026",
            ]
        );
        assert_eq!(date(day("2026-01-31")), "31 gennaio 2026");
        assert_eq!(date(day("2026-12-31")), "31 dicembre 2026");
    }

    #[test]
    fn a_time_shows_seconds_only_where_there_are_any() {
        assert_eq!(time_of_day("08:05:00".parse().unwrap()), "08:05");
        assert_eq!(time_of_day("23:59:59".parse().unwrap()), "23:59:59");
    }
}
