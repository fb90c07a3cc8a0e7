// SPDX-License-Identifier: EUPL-1.2
//! When a schedule fires: on a civil calendar, or relative to a term.

use std::fmt;

use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::civil::cron::CivilCron;
use crate::civil::term::{Term, TermKind};

/// The terms (*termini*) of the procedures, by the name messages and files call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermName {
    /// ARDIS: the application transmitted (`ARD-040`, `ARD-043`).
    Window,
    /// ARDIS: the DSU signed (`ARD-010`).
    Dsu,
    /// ARDIS: omissions and discrepancies regularised (`ARD-020`).
    Regularisation,
    /// ARS: class lists of three-year IeFP courses (`ARS-034`).
    IefpConfirmation,
}

impl TermName {
    /// As written in files and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Dsu => "dsu",
            Self::Regularisation => "regularisation",
            Self::IefpConfirmation => "iefp_confirmation",
        }
    }
}

impl fmt::Display for TermName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The one of `cron`, `at`, `before`, `after` a schedule has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Again and again, daily or coarser.
    Cron(Box<CivilCron>),
    /// Once, at a civil time.
    At(NaiveDateTime),
    /// Once for each of `days` before the last day of a term, at a civil time of day.
    Before(BeforeTerm),
    /// Once, at the first moment at which a term has passed.
    After(AfterTerm),
}

/// `before = { term = "dsu", days = [7, 2], time = "09:00:00" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforeTerm {
    pub(super) term: TermName,
    pub(super) days: Vec<u16>,
    pub(super) time: NaiveTime,
}

/// `after = { term = "dsu" }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterTerm {
    pub(super) term: TermName,
}

impl Trigger {
    /// The term it hangs on.
    #[must_use]
    pub fn term(&self) -> Option<TermName> {
        match self {
            Self::Cron(_) | Self::At(_) => None,
            Self::Before(before) => Some(before.term),
            Self::After(after) => Some(after.term),
        }
    }

    /// The civil times of what does not recur, in order.
    pub(super) fn moments(&self, term: Option<Term>) -> Vec<NaiveDateTime> {
        let mut moments = match (self, term) {
            (Self::At(civil), _) => vec![*civil],
            (Self::Before(before), Some(term)) => {
                let day = |days: &u16| term.last_day().checked_sub_days(Days::new(u64::from(*days)));
                before.days.iter().filter_map(day).map(|day| day.and_time(before.time)).collect()
            }
            (Self::After(_), Some(term)) => vec![first_civil_time_after(term)],
            (Self::Cron(_) | Self::Before(_) | Self::After(_), _) => Vec::new(),
        };
        moments.sort_unstable();
        moments
    }
}

/// The first civil time, to the second, at which `term` has passed.
fn first_civil_time_after(term: Term) -> NaiveDateTime {
    match term.kind() {
        TermKind::EndOfDay => term.civil(),
        // The instant of the term is still inside.
        TermKind::Until => {
            term.civil().checked_add_signed(TimeDelta::seconds(1)).unwrap_or(NaiveDateTime::MAX)
        }
    }
}
