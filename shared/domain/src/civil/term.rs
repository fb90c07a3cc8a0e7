// SPDX-License-Identifier: EUPL-1.2
//! A term (*termine*): the last moment at which something still counts.
//!
//! Two kinds. The end of a day («entro il 18 dicembre») holds everything strictly before the next midnight; an hour
//! («entro le ore 16:00») holds that very instant and nothing after it (OQ-B16). Both are exact to the nanosecond.
//! What is kept is civil time, zone and instant (see `term_record` for the written form).

use std::fmt;

use chrono::Datelike as _;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::term_record::TermRecord;
use super::zone::{ROME, instant_of};
use super::{holidays, italian};

/// A term in Europe/Rome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "TermRecord", into = "TermRecord")]
pub struct Term {
    kind: TermKind,
    civil: NaiveDateTime,
    instant: DateTime<Utc>,
}

/// On which side of a term its own instant lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermKind {
    /// The end of a day: the civil time is the midnight that ends it, and is outside.
    EndOfDay,
    /// Until an hour: the civil time is inside.
    Until,
}

/// Which days a term in days may not end on (`ARD-082`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Sundays and public holidays: art. 2963 c.c., third paragraph.
    SundaysAndHolidays,
    /// Saturdays as well: art. 155 c.p.c., fifth paragraph, applied by analogy (OQ-B22).
    SaturdaysToo,
}

/// Why a term could not be read, in Italian: it is read by whoever writes a procedure file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// Neither a date nor a date-time.
    #[error(
        "«{text}» non è un termine: scrivere una data (2025-12-18: fino alla fine di quel giorno) o data e ora \
         (2025-11-20T16:00: quell'istante è l'ultimo utile)"
    )]
    Unreadable {
        /// What was found.
        text: String,
    },
    /// A stored term of another zone.
    #[error("il termine è nel fuso «{found}», e i termini delle procedure sono tutti in Europe/Rome")]
    Zone {
        /// What was found.
        found: String,
    },
    /// A stored end of a day that is not a midnight.
    #[error("il termine dice di finire con un giorno, ma la sua ora civile è {civil} e non una mezzanotte")]
    NotMidnight {
        /// What was found.
        civil: NaiveDateTime,
    },
    /// A stored term at second 60.
    #[error("il termine è conservato al secondo 60, che nessun orologio segna")]
    LeapSecond,
}

impl Shift {
    /// The reading of the parameter `saturday_is_holiday` of a procedure (OQ-B22).
    #[must_use]
    pub fn of(saturday_is_holiday: bool) -> Self {
        if saturday_is_holiday { Self::SaturdaysToo } else { Self::SundaysAndHolidays }
    }

    /// The first day from `date` on (itself included) on which a term may end.
    ///
    /// Saturates at the end of the calendar.
    #[must_use]
    pub fn apply(self, date: NaiveDate) -> NaiveDate {
        date.iter_days().find(|day| !self.forbids(*day)).unwrap_or(NaiveDate::MAX)
    }

    fn forbids(self, date: NaiveDate) -> bool {
        let saturday = self == Self::SaturdaysToo && date.weekday() == Weekday::Sat;
        saturday || holidays::is_sunday_or_holiday(date)
    }
}

impl Term {
    /// To the last instant of `date`: strictly before 00:00 of the next day. The date is not shifted, whatever day it
    /// is: a date the text names is the date it means.
    #[must_use]
    pub fn end_of_day(date: NaiveDate) -> Self {
        // On the calendar's very last day there is no next one; the term then ends with that day's beginning.
        let midnight = date.succ_opt().unwrap_or(date).and_time(NaiveTime::MIN);
        Self::of(TermKind::EndOfDay, midnight, instant_of(midnight))
    }

    /// Until `civil`, that very instant included (OQ-B16).
    #[must_use]
    pub fn until(civil: NaiveDateTime) -> Self {
        Self::of(TermKind::Until, civil, instant_of(civil))
    }

    /// `days` days from `date`: `date` itself is day zero and does not count, the last day counts whole, and if it is
    /// a day `shift` forbids the term moves forward to the next that is none (`ARD-082`, art. 2963 c.c.).
    ///
    /// For a list, `date` is the date of its *publication*, never that of the courtesy mail.
    #[must_use]
    pub fn days_after(date: NaiveDate, days: u16, shift: Shift) -> Self {
        let raw = date.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
        Self::end_of_day(shift.apply(raw))
    }

    pub(super) fn of(kind: TermKind, civil: NaiveDateTime, instant: DateTime<Utc>) -> Self {
        Self { kind, civil, instant }
    }

    /// Whether what happened at `instant` is in time.
    #[must_use]
    pub fn includes(&self, instant: DateTime<Utc>) -> bool {
        match self.kind {
            TermKind::EndOfDay => instant < self.instant,
            TermKind::Until => instant <= self.instant,
        }
    }

    /// Whether the term has passed at `now`: from then on, nothing that happens is in time.
    #[must_use]
    pub fn has_passed(&self, now: DateTime<Utc>) -> bool {
        !self.includes(now)
    }

    /// The last civil day that is inside, wholly or in part: the date people are told.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        match self.kind {
            TermKind::EndOfDay => self.civil.date().pred_opt().unwrap_or(NaiveDate::MIN),
            TermKind::Until => self.civil.date(),
        }
    }

    /// On which side the term's own instant lies.
    #[must_use]
    pub fn kind(&self) -> TermKind {
        self.kind
    }

    /// The civil time of the edge: for the end of a day, 00:00 of the next one.
    #[must_use]
    pub fn civil(&self) -> NaiveDateTime {
        self.civil
    }

    /// The zone the civil time is in: always [`ROME`].
    #[must_use]
    pub fn zone(&self) -> Tz {
        ROME
    }

    /// The instant of the edge: outside for the end of a day, inside for an hour.
    #[must_use]
    pub fn instant(&self) -> DateTime<Utc> {
        self.instant
    }

    /// The last day in words, «giovedì 20 novembre 2025», without the hour.
    #[must_use]
    pub fn long_date(&self) -> String {
        italian::long_date(self.last_day())
    }
}

/// In Italian, as a mail says it: «giovedì 20 novembre 2025, entro le ore 16:00», «entro la fine di giovedì
/// 18 dicembre 2025».
impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TermKind::EndOfDay => write!(formatter, "entro la fine di {}", self.long_date()),
            TermKind::Until => {
                write!(
                    formatter,
                    "{}, entro le ore {}",
                    self.long_date(),
                    italian::time_of_day(self.civil.time())
                )
            }
        }
    }
}

#[cfg(test)]
#[path = "term_tests.rs"]
mod tests;
