// SPDX-License-Identifier: EUPL-1.2
//! The ARS register of one school year (Veneto).

use chrono::NaiveDate;
use serde::Deserialize;

use super::load::parse;
use super::schedule::resolve_all;
use super::{ProcedureError, Schedule, TermName};
use crate::ars::ArsRules;
use crate::civil::term::Term;

/// One year's register, validated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsProcedure {
    /// Name of the procedure, the same for its life.
    pub id: String,
    /// Version of the file; see [`ArsProcedure::version`].
    version: String,
    /// As people know it, in Italian.
    pub title: String,
    /// `2025/2026`.
    pub school_year: String,
    /// The region whose CPI are competent, as ISTAT writes it.
    pub region: String,
    /// Terms of the schools.
    pub terms: ArsTerms,
    /// June and September outcomes (`ARS-040`, `ARS-041`).
    pub outcomes: OutcomeDeadlines,
    /// How communications are folded into ownership and periods.
    pub rules: ArsRules,
    /// The other answers to what the note leaves open.
    pub decisions: ArsDecisions,
    /// Help desk (`ARS-045`).
    pub contacts: ArsContacts,
    /// Pages.
    pub links: ArsLinks,
    /// Manuals by kind of institute (`ARS-044`).
    pub manuals: ArsManuals,
    /// What the calendar sends.
    #[serde(rename = "schedule", default)]
    pub schedules: Vec<Schedule>,
}

/// The terms by which schools must have acted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsTerms {
    /// Class lists of three-year IeFP courses (`ARS-034`, OQ-A14).
    pub iefp_confirmation: Term,
}

/// Table `[outcomes]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeDeadlines {
    /// OQ-A4: empty while nobody has said when; a calendar then shows "to be configured".
    pub outcome_deadlines: Vec<NaiveDate>,
}

/// Table `[decisions]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsDecisions {
    /// OQ-A2: how the competent CPI is found.
    pub cpi_competence: CpiCompetence,
    /// OQ-A3: how the CPI learns of a case.
    pub case_notice: CaseNotice,
    /// OQ-A12: days without the school's own entry after which it is reminded of a return the CPI recorded.
    pub cpi_default_reminder_days: u16,
}

/// OQ-A2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CpiCompetence {
    /// Municipality of residence; domicile when residence is outside the region and domicile inside (`ARS-049`).
    ResidenceThenDomicile,
}

/// OQ-A3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseNotice {
    /// Work-list entry at once, a mail with the case number and no personal data, and each morning a digest of what is not
    /// yet taken in charge.
    WorkListAndMail,
    /// The work list alone: no mail about a case goes to its CPI.
    WorkList,
}

/// The help desk, in the foot of every mail (`ARS-045`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsContacts {
    /// Who answers, in Italian.
    pub office: String,
    /// As people dial it.
    pub telephone: String,
    /// When, in Italian.
    pub hours: String,
}

/// Addresses of pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsLinks {
    /// Access to ARS (`ARS-043`).
    pub portal: String,
    /// Who helps with ARIS, which is another system (`ARS-046`).
    pub aris: String,
}

/// Titles of the manuals (`ARS-044`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsManuals {
    /// For vocational training schools (SFP).
    pub sfp: String,
    /// For State vocational institutes (IPS) with IeFP courses.
    pub ips: String,
}

impl ArsProcedure {
    /// The register of 2025/2026, as embedded.
    pub const EMBEDDED: &str = include_str!("../../procedures/ars-2025-26.toml");

    /// Reads and validates a procedure file.
    ///
    /// # Errors
    /// [`ProcedureError`], naming the key, if the text is not TOML, a key is missing, unknown or unreadable, or values
    /// contradict each other.
    pub fn from_toml(text: &str) -> Result<Self, ProcedureError> {
        let mut procedure: Self = parse("ars", text)?;
        procedure.validate()?;
        let mut schedules = std::mem::take(&mut procedure.schedules);
        resolve_all("ars", &mut schedules, |name| procedure.terms(name))?;
        procedure.schedules = schedules;
        Ok(procedure)
    }

    /// The embedded register.
    ///
    /// # Errors
    /// As [`ArsProcedure::from_toml`]; a test keeps the embedded file valid.
    pub fn embedded() -> Result<Self, ProcedureError> {
        Self::from_toml(Self::EMBEDDED)
    }

    /// Version of the file, stored with every case: `ars-2025-26@2025-26.1`.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The terms called `name`: one, or of the outcomes as many as are configured; `None` if none of this procedure is called
    /// so.
    #[must_use]
    pub fn terms(&self, name: TermName) -> Option<Vec<Term>> {
        let whole_day = |day: NaiveDate| vec![Term::end_of_day(day)];
        match name {
            TermName::IefpConfirmation => Some(vec![self.terms.iefp_confirmation]),
            TermName::FirstMonths => Some(whole_day(self.rules.last_day_of_first_months())),
            TermName::March15 => Some(whole_day(self.rules.last_day_before_march_15())),
            TermName::Outcomes => {
                Some(self.outcomes.outcome_deadlines.iter().copied().map(Term::end_of_day).collect())
            }
            TermName::Window | TermName::Dsu | TermName::Regularisation => None,
        }
    }

    /// Whether mails about a case go to its CPI (OQ-A3).
    #[must_use]
    pub fn mails_cases(&self) -> bool {
        self.decisions.case_notice == CaseNotice::WorkListAndMail
    }

    fn validate(&self) -> Result<(), ProcedureError> {
        let required =
            [("id", &self.id), ("version", &self.version), ("title", &self.title), ("region", &self.region)];
        for (key, text) in required {
            if text.trim().is_empty() {
                return Err(error(key, "è vuota", "scriverla: è citata in ogni caso e in ogni e-mail"));
            }
        }
        if self.decisions.cpi_default_reminder_days == 0 {
            let problem = "è zero: la scuola sarebbe sollecitata prima di poter provvedere";
            return Err(error("decisions.cpi_default_reminder_days", problem, "scrivere almeno 1"));
        }
        if self.rules.first_months == 0 {
            return Err(error("rules.first_months", "è zero", "scrivere almeno 1; ARS-035 dice due"));
        }
        if self.terms.iefp_confirmation.last_day() < self.rules.first_day_of_lessons {
            let problem = "scade prima che inizino le lezioni";
            return Err(error(
                "terms.iefp_confirmation",
                problem,
                "correggere questa chiave o «ars.rules.first_day_of_lessons»",
            ));
        }
        Ok(())
    }
}

fn error(key: &str, problem: &str, remedy: &str) -> ProcedureError {
    ProcedureError::value(format!("ars.{key}"), problem, remedy)
}

#[cfg(test)]
#[path = "ars_tests.rs"]
mod tests;
