// SPDX-License-Identifier: EUPL-1.2
//! Instants.

use campanella_domain::civil::zone::instant_of;
use chrono::{DateTime, NaiveTime, SecondsFormat, Utc};

use super::{
    Trouble,
    written::{Written, written},
};

/// A day and a time of day; without an offset, on a clock in Rome (`civil::zone::instant_of`).
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, Trouble> {
    let written = written(text)?;
    if written.time.is_none() {
        return Err(Trouble::new("manca l'ora", "aggiungere l'ora: 20/11/2025 15:42:07"));
    }
    Ok(of(written))
}

/// The same; a bare day is its first instant. For facts whose terms end with a day: the hour decides nothing, and the
/// first one never costs a right.
pub(crate) fn instant_or_day(text: &str) -> Result<DateTime<Utc>, Trouble> {
    written(text).map(of)
}

fn of(written: Written) -> DateTime<Utc> {
    let civil = written.date.and_time(written.time.unwrap_or(NaiveTime::MIN));
    match written.offset {
        // Far from the ends of the calendar: `written` bounds the year.
        Some(offset) => civil.checked_sub_offset(offset).unwrap_or(civil).and_utc(),
        None => instant_of(civil),
    }
}

/// As it is written: RFC 3339 in UTC.
pub(crate) fn of_instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
