// SPDX-License-Identifier: EUPL-1.2
//! What a clock on a wall can show: no second 60.
//!
//! ISO 8601 writes a leap second as `23:59:60`, and chrono reads it, keeping it as a second with more than a billion
//! nanoseconds. No term and no schedule means one, and it does not always come back from storage as it was.

use chrono::Timelike;
use serde::{Deserialize, Deserializer, de};

/// Whether a clock on a wall can show `time`.
#[must_use]
pub fn can_show(time: &impl Timelike) -> bool {
    time.nanosecond() < 1_000_000_000
}

/// Reads a time of a procedure file.
pub(crate) fn read<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Timelike,
{
    let time = T::deserialize(deserializer)?;
    if can_show(&time) {
        Ok(time)
    } else {
        Err(de::Error::custom(
            "nessun orologio segna il secondo 60: scrivere il secondo 59, o il minuto dopo",
        ))
    }
}

/// Reads a time of a procedure file that may be absent.
pub(crate) fn read_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Timelike,
{
    read(deserializer).map(Some)
}
