// SPDX-License-Identifier: EUPL-1.2
//! The ARDIS call of one year: contributions for pupils of *scuole paritarie* (Friuli Venezia Giulia).

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::load::{only_the_default, parse};
use super::schedule::resolve_all;
use super::{ArdisDecisions, CauseTexts, Contacts, Links, ObservationStart, Privacy, ProcedureError};
use super::{Schedule, TermName};
use crate::ardis::SchoolLevel;
use crate::civil::term::{Shift, Term, TermKind};
use crate::civil::wall_clock;
use crate::civil::zone::instant_of;
use crate::identity::Money;

/// One year's call, validated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisProcedure {
    /// Name of the procedure, the same for its life.
    pub id: String,
    /// Version of the file; see [`ArdisProcedure::version`].
    version: String,
    /// As people know it, in Italian.
    pub title: String,
    /// `2025/2026`.
    pub school_year: String,
    /// When applications are accepted (`ARD-039`, `ARD-040`).
    pub window: Window,
    /// The two terms on which exclusions hang.
    pub terms: ArdisTerms,
    /// Ceiling and year (`ARD-007`, `ARD-008`).
    pub isee: IseeRules,
    /// Maximum amounts (`ARD-028` to `ARD-030`).
    pub maxima: Maxima,
    /// Derogations from the ISEE (`ARD-022`, `ARD-027`).
    pub derogations: DerogationRules,
    /// Observations on the provisional list (`ARD-080` to `ARD-083`).
    pub observations: ObservationRules,
    /// The answers to what the call leaves open.
    pub decisions: ArdisDecisions,
    /// What the service promises itself.
    pub service_levels: ServiceLevels,
    /// What people read about each exclusion cause.
    #[serde(rename = "cause")]
    pub causes: CauseTexts,
    /// Whom people can ask.
    pub contacts: Contacts,
    /// Pages.
    pub links: Links,
    /// Information on personal data.
    pub privacy: Privacy,
    /// What the calendar sends.
    #[serde(rename = "schedule", default)]
    pub schedules: Vec<Schedule>,
}

/// The window for applications.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First civil time inside (`ARD-039`).
    #[serde(deserialize_with = "wall_clock::read")]
    pub opens: NaiveDateTime,
    /// The last instant inside (`ARD-040`, OQ-B16).
    pub closes: Term,
}

/// The terms by which families must have acted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisTerms {
    /// DSU signed (`ARD-010`, OQ-B4).
    pub dsu: Term,
    /// Omissions and discrepancies regularised (`ARD-020`).
    pub regularisation: Term,
}

/// What an ISEE must be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IseeRules {
    /// The highest value admitted, itself included (`ARD-007`).
    pub ceiling: Money,
    /// The year it must be valid for (`ARD-008`).
    pub valid_year: i32,
}

/// The highest contribution by level of school.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maxima {
    /// *Scuola primaria* (`ARD-028`).
    pub primary: Money,
    /// *Secondaria di primo grado* (`ARD-029`).
    pub lower_secondary: Money,
    /// *Secondaria di secondo grado* (`ARD-030`).
    pub upper_secondary: Money,
}

/// Limits of the derogations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerogationRules {
    /// `ARD-027`.
    pub in_force_from: NaiveDate,
    /// `ARD-022`: in years; the anniversary is inside.
    pub widowhood_years: u16,
}

/// The term for observations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservationRules {
    /// Days, the first one excluded (`ARD-082`).
    pub days: u16,
    /// OQ-B20.
    pub observation_start: ObservationStart,
    /// OQ-B22.
    pub saturday_is_holiday: bool,
    /// Days before its last day from which those who have not objected are reminded.
    pub reminder_days: u16,
}

/// Service levels (OQ-B17).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceLevels {
    /// Minutes from transmission to the confirmation mail (`ARD-044`).
    pub confirmation_minutes: u16,
    /// Hours from publication to the last courtesy mail (`ARD-076`).
    pub courtesy_mail_hours: u16,
    /// Days after which a receipt (`ARD-018`, `ARD-080`, `ARD-090`) that could not leave is of no use; of a confirmation
    /// (`ARD-044`) they count from the end of the window.
    pub receipt_days: u16,
}

impl ArdisProcedure {
    /// The call for 2025/2026, as embedded.
    pub const EMBEDDED: &str = include_str!("../../procedures/ardis-paritarie-2025-26.toml");

    /// Reads and validates a procedure file.
    ///
    /// # Errors
    /// [`ProcedureError`], naming the key, if the text is not TOML, a key is missing, unknown or unreadable, or values
    /// contradict each other.
    pub fn from_toml(text: &str) -> Result<Self, ProcedureError> {
        let mut procedure: Self = parse("ardis", text)?;
        procedure.validate()?;
        let (terms, closes) = (procedure.terms.clone(), procedure.window.closes);
        let term = |name| if name == TermName::Window { Some(closes) } else { terms.of(name) };
        resolve_all("ardis", &mut procedure.schedules, |name| Some(vec![term(name)?]))?;
        Ok(procedure)
    }

    /// The embedded call.
    ///
    /// # Errors
    /// As [`ArdisProcedure::from_toml`]; a test keeps the embedded file valid.
    pub fn embedded() -> Result<Self, ProcedureError> {
        Self::from_toml(Self::EMBEDDED)
    }

    /// Version of the file, stored with every decision made under it: `ardis-paritarie-2025-26@2025-26.1`.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The term for observations on a list published on `date` (`ARD-082`, OQ-B22).
    #[must_use]
    pub fn observations_until(&self, date: NaiveDate) -> Term {
        Term::days_after(date, self.observations.days, Shift::of(self.observations.saturday_is_holiday))
    }

    fn validate(&self) -> Result<(), ProcedureError> {
        for (key, text) in [("id", &self.id), ("version", &self.version), ("title", &self.title)] {
            if text.trim().is_empty() {
                return Err(error(key, "è vuota", "scriverla: è citata in ogni decisione e in ogni e-mail"));
            }
        }
        self.validate_dates()?;
        self.validate_what_nothing_reads()?;
        for (key, amount) in [
            ("isee.ceiling", self.isee.ceiling),
            ("maxima.primary", self.maxima.primary),
            ("maxima.lower_secondary", self.maxima.lower_secondary),
            ("maxima.upper_secondary", self.maxima.upper_secondary),
        ] {
            if amount <= Money::ZERO {
                return Err(error(
                    key,
                    "non è maggiore di zero",
                    "scrivere un importo in euro, come \"35000.00\"",
                ));
            }
        }
        for (key, number) in [
            ("observations.days", self.observations.days),
            ("derogations.widowhood_years", self.derogations.widowhood_years),
            ("service_levels.confirmation_minutes", self.service_levels.confirmation_minutes),
            ("service_levels.courtesy_mail_hours", self.service_levels.courtesy_mail_hours),
            ("service_levels.receipt_days", self.service_levels.receipt_days),
        ] {
            if number == 0 {
                return Err(error(key, "è zero", "scrivere almeno 1"));
            }
        }
        Ok(())
    }

    /// From which instant a confirmation or a receipt of what came at `instant` is of no use any more.
    #[must_use]
    pub fn receipt_not_after(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        instant + TimeDelta::days(i64::from(self.service_levels.receipt_days))
    }

    /// Nothing acts on these yet. An office must not believe that a switch works: only the default is accepted.
    fn validate_what_nothing_reads(&self) -> Result<(), ProcedureError> {
        let years = self.decisions.retention_years;
        only_the_default("ardis", [("decisions.retention_years", years == 10, "10")])
    }

    fn validate_dates(&self) -> Result<(), ProcedureError> {
        if self.window.closes.kind() != TermKind::Until {
            return Err(error(
                "window.closes",
                "non ha l'ora",
                "scrivere data e ora, come \"2025-11-20T16:00\"",
            ));
        }
        if !self.window.closes.includes(self.window.opens_at()) {
            return Err(error(
                "window.closes",
                "viene prima che la finestra si apra",
                "correggere questa chiave o «ardis.window.opens»",
            ));
        }
        let closes = self.window.closes.instant();
        if !self.terms.dsu.includes(closes) {
            let problem =
                "scade prima che si chiuda la finestra: chi presenta ancora domanda sarebbe già in ritardo";
            return Err(error("terms.dsu", problem, "correggere questa chiave o «ardis.window.closes»"));
        }
        if self.terms.regularisation.instant() < self.terms.dsu.instant() {
            let problem = "scade prima del termine della DSU che regolarizza";
            return Err(error(
                "terms.regularisation",
                problem,
                "correggere questa chiave o «ardis.terms.dsu»",
            ));
        }
        Ok(())
    }
}

fn error(key: &str, problem: &str, remedy: &str) -> ProcedureError {
    ProcedureError::value(format!("ardis.{key}"), problem, remedy)
}

impl Window {
    /// The first instant inside.
    #[must_use]
    pub fn opens_at(&self) -> DateTime<Utc> {
        instant_of(self.opens)
    }
}

impl ArdisTerms {
    /// The term called `name`, if it is one of this procedure.
    #[must_use]
    pub fn of(&self, name: TermName) -> Option<Term> {
        match name {
            TermName::Dsu => Some(self.dsu),
            TermName::Regularisation => Some(self.regularisation),
            TermName::Window
            | TermName::IefpConfirmation
            | TermName::FirstMonths
            | TermName::March15
            | TermName::Outcomes => None,
        }
    }
}

impl Maxima {
    /// The highest contribution for a school of `level`; none for a level the call does not know.
    #[must_use]
    pub fn of(&self, level: SchoolLevel) -> Option<Money> {
        match level {
            SchoolLevel::Primary => Some(self.primary),
            SchoolLevel::LowerSecondary => Some(self.lower_secondary),
            SchoolLevel::UpperSecondary => Some(self.upper_secondary),
            SchoolLevel::Other => None,
        }
    }
}

#[cfg(test)]
#[path = "ardis_tests.rs"]
mod tests;
