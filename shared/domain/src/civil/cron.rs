// SPDX-License-Identifier: EUPL-1.2
//! Schedules on the civil timeline: once a day or less, at a civil time in Rome.
//!
//! The `cron` crate, asked for Europe/Rome, skips a daily 02:30 on the night of March and fires it twice on the night
//! of October. So it is only ever asked about civil values, under UTC, where every hour exists once; each answer is
//! then mapped to its instant by the one rule of [`instant_of`]. That is sound only if no civil day fires twice, which
//! is why anything finer than daily is refused: what is finer is an interval between instants, not a calendar.
//!
//! Fields: second, minute, hour, day of month, month, day of week, and optionally year (1970–2100). Day of week 1 is
//! *Sunday* (write `MON`–`SUN`), and a day must satisfy day of month *and* day of week. `@daily`, `@weekly` (Sunday),
//! `@monthly` and `@yearly` stand for midnight.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use cron::{Schedule, TimeUnitSpec as _};
use serde::{Deserialize, Serialize};

use super::zone::instant_of;

/// A schedule that fires at most once in a civil day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilCron(Schedule);

/// One firing of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Occurrence {
    /// The civil time the expression names: the key of the occurrence, also on a day on which the hour is skipped.
    pub civil: NaiveDateTime,
    /// The instant from which it is due.
    pub instant: DateTime<Utc>,
}

/// Why an expression is not a schedule. Each names the expression and what to write instead, in Italian: it is read by whoever
/// writes a procedure file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// The expression cannot be read.
    #[error(
        "«{expression}» non è un'espressione cron: scrivere sei o sette campi, «secondo minuto ora giorno-del-mese mese \
         giorno-della-settimana [anno]» (MON-SUN; come numero 1 è la domenica), oppure @daily, @weekly, @monthly, @yearly"
    )]
    Syntax {
        /// The expression as found.
        expression: String,
    },
    /// The expression fires more than once in a day.
    #[error(
        "«{expression}» scatta {times} volte al giorno, e una scadenza scatta al più una volta: indicare un solo \
         secondo, un solo minuto e una sola ora (per più ore servono più scadenze)"
    )]
    FinerThanDaily {
        /// The expression as found.
        expression: String,
        /// How often it fires in a day.
        times: u32,
    },
    /// The expression names no day that exists.
    #[error(
        "«{expression}» non scatta mai: nessun giorno ha insieme quel giorno, mese, giorno della settimana e anno"
    )]
    Never {
        /// The expression as found.
        expression: String,
    },
}

impl CivilCron {
    /// The occurrences after `after` (excluded) up to `up_to` (included), in order of their civil time. The instants
    /// strictly increase with it.
    pub fn occurrences(
        &self,
        after: NaiveDateTime,
        up_to: NaiveDateTime,
    ) -> impl Iterator<Item = Occurrence> {
        self.all_after(after).take_while(move |occurrence| occurrence.civil <= up_to)
    }

    /// The occurrences after the civil time `after` (excluded) that are due at `now`.
    ///
    /// This is the question of a scheduler: in the night of October, an occurrence of the repeated hour stays due
    /// during the second pass, although the wall shows an earlier time than the one it was due at.
    pub fn due(&self, after: NaiveDateTime, now: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        self.all_after(after).take_while(move |occurrence| occurrence.instant <= now)
    }

    /// The first occurrence after the civil time `after` (excluded); none once the years of the expression are over.
    #[must_use]
    pub fn next_after(&self, after: NaiveDateTime) -> Option<Occurrence> {
        self.all_after(after).next()
    }

    fn all_after(&self, after: NaiveDateTime) -> impl Iterator<Item = Occurrence> {
        // The crate knows the years 1970 to 2100, and adds a second to where it starts.
        let first = DateTime::UNIX_EPOCH.naive_utc() - TimeDelta::seconds(1);
        let last = NaiveDateTime::MAX - TimeDelta::days(1);
        self.0.after_owned(after.clamp(first, last).and_utc()).map(|civil| {
            let civil = civil.naive_utc();
            Occurrence { civil, instant: instant_of(civil) }
        })
    }
}

impl FromStr for CivilCron {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, CronError> {
        let expression = || text.to_owned();
        let schedule =
            Schedule::from_str(text.trim()).map_err(|_| CronError::Syntax { expression: expression() })?;
        let times = schedule.hours().count() * schedule.minutes().count() * schedule.seconds().count();
        if times != 1 {
            return Err(CronError::FinerThanDaily { expression: expression(), times });
        }
        let cron = Self(schedule);
        match cron.next_after(NaiveDateTime::MIN) {
            Some(_) => Ok(cron),
            None => Err(CronError::Never { expression: expression() }),
        }
    }
}

impl TryFrom<String> for CivilCron {
    type Error = CronError;

    fn try_from(expression: String) -> Result<Self, CronError> {
        expression.parse()
    }
}

impl From<CivilCron> for String {
    fn from(cron: CivilCron) -> Self {
        cron.0.into()
    }
}

/// The expression, as it was written.
impl fmt::Display for CivilCron {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.source())
    }
}

#[cfg(test)]
#[path = "cron_tests.rs"]
mod tests;
