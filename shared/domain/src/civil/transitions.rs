// SPDX-License-Identifier: EUPL-1.2
//! Every change of the clocks in Rome, found in chrono-tz itself: what properties over time are checked against.

use chrono::{DateTime, Datelike, FixedOffset, Offset, TimeDelta, TimeZone, Utc};

use super::zone::ROME;

/// The first instant of each new offset from 1970 to 2037, in order. Italy has always changed on the hour (UTC).
pub(super) fn of_rome() -> Vec<DateTime<Utc>> {
    let mut found = Vec::new();
    let mut hour = DateTime::UNIX_EPOCH;
    let mut offset = offset_at(hour);
    while hour.year() <= 2037 {
        let now = offset_at(hour);
        if now != offset {
            found.push(hour);
            offset = now;
        }
        hour += TimeDelta::hours(1);
    }
    found
}

fn offset_at(instant: DateTime<Utc>) -> FixedOffset {
    ROME.offset_from_utc_datetime(&instant.naive_utc()).fix()
}
