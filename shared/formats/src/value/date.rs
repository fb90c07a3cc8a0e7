// SPDX-License-Identifier: EUPL-1.2
//! Days and years.

use chrono::{NaiveDate, NaiveTime};

use super::{Trouble, written::written};

/// A day. A time of day is let pass where it is midnight and so says nothing: spreadsheets add it.
pub(crate) fn date(text: &str) -> Result<NaiveDate, Trouble> {
    let written = written(text)?;
    if written.offset.is_some() || written.time.is_some_and(|time| time != NaiveTime::MIN) {
        return Err(Trouble::new("oltre al giorno c'è un'ora", "lasciare il solo giorno: 20/11/2025"));
    }
    Ok(written.date)
}

/// A year of four digits.
pub(crate) fn year(text: &str) -> Result<i32, Trouble> {
    let all_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|year| all_digits && (1900..=2100).contains(year));
    year.ok_or_else(|| Trouble::new("non è un anno", "scrivere l'anno con quattro cifre: 2025"))
}
