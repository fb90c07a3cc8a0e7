// SPDX-License-Identifier: EUPL-1.2
//! A fact an evaluation has read, as it is stored with the decision. Never who somebody is, never a derogation.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::civil::italian::long_date;
use crate::civil::zone::civil_of;
use crate::identity::{Money, REDACTED};

/// A fact and its value at the time of the evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRead {
    /// Which fact.
    pub name: FactName,
    /// Its value.
    pub value: FactValue,
}

/// The value of a fact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactValue {
    /// An instant.
    Instant(DateTime<Utc>),
    /// Yes or no.
    Flag(bool),
    /// One of a few words, or an identifier of ours.
    Code(String),
    /// Economic data of a household: for the officer's `explain` alone, never for a list or a log.
    Economic(Money),
}

/// The facts an evaluation can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactName {
    /// Legal time of the submission.
    SubmittedAt,
    /// How it came.
    Channel,
    /// As parent, guardian or student.
    ApplicantRole,
    /// Student of age at submission.
    StudentIsAdult,
    /// Applicant resident with the student.
    ResidentWithStudent,
    /// Resident in the Region.
    ResidentInRegion,
    /// Applicant in the student's household.
    InHousehold,
    /// Kind of school.
    SchoolKind,
    /// Level of school.
    SchoolLevel,
    /// Foreign school as art. 1, comma 3 wants it.
    ForeignSchoolEligible,
    /// The parents' need is documented.
    ForeignNeedDocumented,
    /// Enrolled at submission.
    Enrolled,
    /// Attending at submission.
    Attending,
    /// Holder of the account.
    AccountHolder,
    /// Another application for the same student.
    Duplicate,
    /// Declaration about the ISEE.
    Declaration,
    /// Type of ISEE required.
    RequiredIseeKind,
    /// Our identifier of the DSU or attestation read.
    Attestation,
    /// When its DSU was signed.
    DsuSignedAt,
    /// When it was issued.
    AttestationIssuedAt,
    /// Its annotation.
    Annotation,
    /// Its indicator.
    Isee,
    /// Our identifier of the DSU or attestation meant to regularise.
    RegularisingAttestation,
    /// When that DSU was signed.
    RegularisingDsuSignedAt,
    /// When that attestation was issued.
    RegularisingIssuedAt,
    /// Its indicator.
    RegularisingIsee,
    /// When a self-certification arrived.
    SelfCertificationReceivedAt,
    /// What its check found.
    SelfCertificationOutcome,
}

impl FactRead {
    /// Whether the value is economic data of a household, which no list may carry.
    #[must_use]
    pub fn is_economic(&self) -> bool {
        matches!(self.value, FactValue::Economic(_))
    }
}

impl FactName {
    /// What an officer reads, in Italian.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::SubmittedAt => "Domanda presentata il",
            Self::Channel => "Modalità di presentazione",
            Self::ApplicantRole => "Qualità del richiedente",
            Self::StudentIsAdult => "Studente maggiorenne alla presentazione",
            Self::ResidentWithStudent => "Richiedente residente con lo studente",
            Self::ResidentInRegion => "Residenza in Friuli Venezia Giulia",
            Self::InHousehold => "Richiedente nel nucleo familiare dello studente",
            Self::SchoolKind => "Tipo di scuola",
            Self::SchoolLevel => "Grado di scuola",
            Self::ForeignSchoolEligible => "Scuola estera con i requisiti dell'art. 1, comma 3",
            Self::ForeignNeedDocumented => "Esigenze dei genitori comprovate",
            Self::Enrolled => "Studente iscritto alla presentazione",
            Self::Attending => "Studente frequentante alla presentazione",
            Self::AccountHolder => "Intestatario del conto",
            Self::Duplicate => "Altra domanda per lo stesso studente",
            Self::Declaration => "Dichiarazione sull'ISEE",
            Self::RequiredIseeKind => "Tipo di ISEE richiesto",
            Self::Attestation => "Attestazione o DSU considerata",
            Self::DsuSignedAt => "DSU sottoscritta il",
            Self::AttestationIssuedAt => "Attestazione rilasciata il",
            Self::Annotation => "Annotazioni in calce",
            Self::Isee => "Valore ISEE",
            Self::RegularisingAttestation => "Attestazione o DSU presentata per regolarizzare",
            Self::RegularisingDsuSignedAt => "Nuova DSU sottoscritta il",
            Self::RegularisingIssuedAt => "Nuova attestazione rilasciata il",
            Self::RegularisingIsee => "Valore ISEE della nuova attestazione",
            Self::SelfCertificationReceivedAt => "Autocertificazione ricevuta il",
            Self::SelfCertificationOutcome => "Esito della verifica dell'autocertificazione",
        }
    }
}

/// As an officer reads it, in Italian, instants in civil time to the second.
impl fmt::Display for FactValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => {
                let civil = civil_of(*instant);
                write!(formatter, "{}, ore {}", long_date(civil.date()), civil.format("%H:%M:%S%.f"))
            }
            Self::Flag(true) => formatter.write_str("sì"),
            Self::Flag(false) => formatter.write_str("no"),
            Self::Code(code) => formatter.write_str(code),
            Self::Economic(money) => write!(formatter, "{money}"),
        }
    }
}

/// Economic data never reach a log through `{:?}`.
impl fmt::Debug for FactValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => write!(formatter, "Instant({instant})"),
            Self::Flag(flag) => write!(formatter, "Flag({flag})"),
            Self::Code(code) => write!(formatter, "Code({code})"),
            Self::Economic(_) => write!(formatter, "Economic({REDACTED})"),
        }
    }
}

impl From<DateTime<Utc>> for FactValue {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant)
    }
}

impl From<bool> for FactValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for FactValue {
    fn from(code: &str) -> Self {
        Self::Code(code.to_owned())
    }
}

impl From<Money> for FactValue {
    fn from(money: Money) -> Self {
        Self::Economic(money)
    }
}
