// SPDX-License-Identifier: EUPL-1.2
//! A day that comes back every year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A month and a day, written `03-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// The text is not a day of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "un giorno di ogni anno si scrive mese-giorno con due cifre ciascuno, come 03-15, e non può essere il 29 febbraio"
)]
pub struct MonthDayError;

impl MonthDay {
    /// The latest such day that is not after `date`.
    pub(super) fn last_before_or_on(self, date: NaiveDate) -> NaiveDate {
        let this_year = self.in_year(date.year());
        if this_year <= date { this_year } else { self.in_year(date.year() - 1) }
    }

    /// The first such day that is not before `date`.
    pub(super) fn first_from(self, date: NaiveDate) -> NaiveDate {
        let this_year = self.in_year(date.year());
        if this_year >= date { this_year } else { self.in_year(date.year() + 1) }
    }

    /// Saturates at the ends of the calendar.
    fn in_year(self, year: i32) -> NaiveDate {
        let end = if year < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        NaiveDate::from_ymd_opt(year, self.month, self.day).unwrap_or(end)
    }
}

impl FromStr for MonthDay {
    type Err = MonthDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // 2025 is a common year, so that 29 February is refused.
        if text.len() != 5 {
            return Err(MonthDayError);
        }
        let date =
            NaiveDate::parse_from_str(&format!("2025-{text}"), "%Y-%m-%d").map_err(|_| MonthDayError)?;
        Ok(Self { month: date.month(), day: date.day() })
    }
}

impl TryFrom<String> for MonthDay {
    type Error = MonthDayError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_on_either_side_of_a_date() {
        let march: MonthDay = "03-15".parse().unwrap();
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(march.first_from(date("2025-09-01")), date("2026-03-15"));
        assert_eq!(march.first_from(date("2026-03-15")), date("2026-03-15"));
        assert_eq!(march.last_before_or_on(date("2026-03-14")), date("2025-03-15"));
        assert_eq!(march.last_before_or_on(date("2026-03-15")), date("2026-03-15"));
        assert_eq!(march.to_string(), "03-15");
        for wrong in ["", "3-15", "15-03", "02-29", "03-15x", "2026-03-15"] {
            assert_eq!(wrong.parse::<MonthDay>(), Err(MonthDayError), "{wrong}");
        }
    }
}
