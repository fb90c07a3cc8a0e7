// SPDX-License-Identifier: EUPL-1.2
//! When a schedule fires: on a civil calendar, or relative to a term.

use std::fmt;

use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::civil::cron::CivilCron;
use crate::civil::term::{Term, TermKind};
use crate::civil::wall_clock;

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
    /// ARS: the first two months of lessons (`ARS-035`, OQ-A15), from the table `[rules]`.
    FirstMonths,
    /// ARS: the last day of withdrawals «prima del 15 marzo» (`ARS-016`, OQ-A9), from the table `[rules]`.
    #[serde(rename = "march_15")]
    March15,
    /// ARS: the outcomes of June and September (`ARS-040`, `ARS-041`): as many terms as `outcome_deadlines` names.
    Outcomes,
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
            Self::FirstMonths => "first_months",
            Self::March15 => "march_15",
            Self::Outcomes => "outcomes",
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
    /// Once, at the first moment at which a term has passed, or at the next such civil time of day.
    After(AfterTerm),
}

/// `before = { term = "dsu", days = [7, 2], time = "09:00:00" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforeTerm {
    pub(super) term: TermName,
    pub(super) days: Vec<u16>,
    #[serde(deserialize_with = "wall_clock::read")]
    pub(super) time: NaiveTime,
}

/// `after = { term = "dsu" }`, or with the civil time of day to wait for: `after = { term = "dsu", time = "09:00:00" }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterTerm {
    pub(super) term: TermName,
    #[serde(default, deserialize_with = "wall_clock::read_some")]
    pub(super) time: Option<NaiveTime>,
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

    /// The civil times of what does not recur, in order; `terms` are those of its name.
    pub(super) fn moments(&self, terms: &[Term]) -> Vec<NaiveDateTime> {
        let mut moments: Vec<NaiveDateTime> = match self {
            Self::Cron(_) => Vec::new(),
            Self::At(civil) => vec![*civil],
            Self::Before(before) => terms.iter().flat_map(|term| before.moments(*term)).collect(),
            Self::After(after) => terms.iter().map(|term| after.moment(*term)).collect(),
        };
        moments.sort_unstable();
        moments
    }
}

impl BeforeTerm {
    fn moments(&self, term: Term) -> impl Iterator<Item = NaiveDateTime> {
        let day = move |days: &u16| term.last_day().checked_sub_days(Days::new(u64::from(*days)));
        self.days.iter().filter_map(day).map(|day| day.and_time(self.time))
    }
}

impl AfterTerm {
    fn moment(self, term: Term) -> NaiveDateTime {
        let first = first_civil_time_after(term);
        let Some(time) = self.time else { return first };
        let same_day = first.date().and_time(time);
        if same_day >= first { same_day } else { same_day.checked_add_days(Days::new(1)).unwrap_or(first) }
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
