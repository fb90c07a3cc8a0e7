// SPDX-License-Identifier: EUPL-1.2
//! Times as people write them.

use anyhow::{Context as _, Result};
use campanella_domain::civil::zone::instant_of;
use chrono::{DateTime, NaiveDateTime, Utc};

/// The instant of a civil time in Europe/Rome: `2025-11-20T23:59:59`, or with fractions of a second.
///
/// # Errors
/// When the text is not of that form.
pub fn rome(civil: &str) -> Result<DateTime<Utc>> {
    let civil: NaiveDateTime = civil.parse().with_context(|| format!("{civil} is not a civil time"))?;
    Ok(instant_of(civil))
}
