// SPDX-License-Identifier: EUPL-1.2
//! What a relay lets through: so many mails a minute, so many a day.
//!
//! Mails are counted when they are claimed, in the same transaction, before any leaves: a crash sends fewer than allowed, never
//! more. Minutes and days are fixed windows of business time, days those of Europe/Rome.

use campanella_domain::civil::zone::{civil_of, instant_of};
use campanella_store::{StoreError, Tx, bookmark};
use chrono::{DateTime, Days, DurationRound as _, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Limits; zero means none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Mails a minute.
    pub per_minute: u32,
    /// Mails a day.
    pub per_day: u32,
}

/// How many mails the current windows have seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Used {
    minute: DateTime<Utc>,
    in_minute: u32,
    day: NaiveDate,
    in_day: u32,
}

/// The bookmark is an upsert, which makes a second mailer wait for this transaction and then read what it wrote.
const TURN: &str = "mail.rate.turn";
const USED: &str = "mail.rate.used";

impl Rate {
    /// Whether there is a limit at all.
    pub(crate) const fn is_limited(self) -> bool {
        self.per_minute > 0 || self.per_day > 0
    }

    /// What the windows of `now` have seen, this transaction being the only one to look until it ends.
    pub(crate) async fn load(tx: &mut Tx, now: DateTime<Utc>) -> Result<Used, StoreError> {
        bookmark::set(tx, TURN, "").await?;
        let stored = bookmark::get(tx, USED).await?;
        let used = match stored {
            Some(text) => serde_json::from_str(&text)
                .map_err(|_| StoreError::Corrupt { table: "bookmark", column: "value" })?,
            None => Used::default(),
        };
        Ok(used.at(now))
    }

    /// How many more may go now.
    pub(crate) fn left(self, used: Used) -> u32 {
        let left = |limit: u32, used: u32| if limit == 0 { u32::MAX } else { limit.saturating_sub(used) };
        left(self.per_minute, used.in_minute).min(left(self.per_day, used.in_day))
    }

    /// From when on more may go, if none may now.
    pub(crate) fn reopens(self, used: Used) -> Option<DateTime<Utc>> {
        if self.left(used) > 0 {
            None
        } else if self.per_day > 0 && used.in_day >= self.per_day {
            let next = used.day.checked_add_days(Days::new(1))?;
            Some(instant_of(next.and_time(NaiveTime::MIN)))
        } else {
            Some(used.minute + TimeDelta::minutes(1))
        }
    }
}

impl Used {
    /// The windows of `now`: those that are over start anew.
    fn at(self, now: DateTime<Utc>) -> Self {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let day = civil_of(now).date();
        Self {
            minute,
            in_minute: if minute == self.minute { self.in_minute } else { 0 },
            day,
            in_day: if day == self.day { self.in_day } else { 0 },
        }
    }

    /// Counts `mails` more, with the transaction that claims them.
    pub(crate) async fn reserve(self, tx: &mut Tx, mails: u32) -> Result<(), StoreError> {
        let used = Self {
            in_minute: self.in_minute.saturating_add(mails),
            in_day: self.in_day.saturating_add(mails),
            ..self
        };
        // Numbers and dates: writing them cannot fail.
        bookmark::set(tx, USED, &serde_json::to_string(&used).unwrap_or_default()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_narrower_limit_decides_and_says_when_it_reopens() {
        let rate = Rate { per_minute: 30, per_day: 200 };
        let noon = at("2026-04-15T10:00:20Z");
        let used = Used { in_minute: 10, in_day: 100, ..Used::default().at(noon) };
        assert_eq!((rate.left(used), rate.reopens(used)), (20, None));
        let minute_full = Used { in_minute: 30, ..used };
        assert_eq!(rate.reopens(minute_full), Some(at("2026-04-15T10:01:00Z")));
        let day_full = Used { in_day: 200, ..used };
        assert_eq!((rate.left(day_full), rate.reopens(day_full)), (0, Some(at("2026-04-15T22:00:00Z"))));
    }

    #[test]
    fn a_new_minute_and_a_new_civil_day_start_at_nothing() {
        let late = at("2026-04-15T21:59:59Z");
        let used = Used { in_minute: 5, in_day: 9, ..Used::default().at(late) };
        let next = used.at(at("2026-04-15T22:00:00Z"));
        assert_eq!((next.in_minute, next.in_day), (0, 0));
        let same_day = used.at(at("2026-04-15T21:59:00Z"));
        assert_eq!((same_day.in_minute, same_day.in_day), (5, 9));
    }

    #[test]
    fn without_limits_nothing_is_kept() {
        assert!(!Rate::default().is_limited());
        assert_eq!(Rate::default().left(Used::default()), u32::MAX);
    }
}
