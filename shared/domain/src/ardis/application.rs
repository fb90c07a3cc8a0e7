// SPDX-License-Identifier: EUPL-1.2
//! An application (*domanda*) as transmitted. What was declared at submission never changes; later facts stand beside.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::civil::age::is_minor_on;
use crate::civil::zone::date_of;
use crate::identity::{EmailAddress, Iban, InstanceNumber, Money, REDACTED, Redacted, TaxCode};

/// A transmitted application (`ARD-043`). Debug output holds nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Given while the form was filled in; the only key in published lists (`ARD-046`).
    pub instance_number: InstanceNumber,
    /// When the request reached the server: the legal time of the submission (OQ-B16).
    pub submitted_at: DateTime<Utc>,
    /// How it came (`ARD-038`).
    pub channel: Channel,
    /// Who applies.
    pub applicant: TaxCode,
    /// As parent, guardian or student (`ARD-035`, `ARD-036`).
    pub applicant_role: ApplicantRole,
    /// Where courtesy mails go (`ARD-078`).
    pub applicant_email: EmailAddress,
    /// Resident in Friuli Venezia Giulia at submission (`ARD-005`, `ARD-063`).
    pub resident_in_region: bool,
    /// Applicant registered as resident with the student (`ARD-035`).
    pub resident_with_student: bool,
    /// Applicant in the student's household (*nucleo familiare*, `ARD-013`).
    pub in_household: bool,
    /// The student.
    pub student: TaxCode,
    /// The student's date of birth.
    pub student_birth_date: Redacted<NaiveDate>,
    /// Kind of school (`ARD-001`, `ARD-003`).
    pub school_kind: SchoolKind,
    /// Level of school; decides the maximum.
    pub school_level: SchoolLevel,
    /// Enrolled at submission (`ARD-002`).
    pub enrolled: bool,
    /// Attending at submission (`ARD-002`).
    pub attending: bool,
    /// Foreign school: not for profit, legal title, fee (`ARD-003`, `ARD-004`). Meaningless for others.
    pub foreign_school_eligible: bool,
    /// Foreign school: the parents' need is documented (`ARD-006`). Meaningless for others.
    pub foreign_need_documented: bool,
    /// Which of the three declarations was made (`ARD-009`).
    pub declaration: Declaration,
    /// The derogation selected in the form (`ARD-026`): never shown anywhere (OQ-B12).
    pub derogation: Redacted<Derogation>,
    /// The household is in the case of art. 7 DPCM 159/2013, as declared (`ARD-014`, OQ-B6).
    pub minors_isee_case: bool,
    /// Expenses for enrolment and attendance (`ARD-034`).
    pub declared_expenses: Money,
    /// Where the contribution is credited.
    pub iban: Iban,
    /// Whose account that is (`ARD-037`).
    pub account_holder: AccountHolder,
}

/// How an application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Through the portal: the only way admitted.
    Online,
    /// On paper.
    Paper,
    /// By ordinary mail.
    Email,
    /// By certified mail (*PEC*).
    Pec,
}

/// In which capacity somebody applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApplicantRole {
    /// *Genitore*.
    Parent,
    /// Person exercising parental responsibility (*esercente la responsabilità genitoriale*).
    Guardian,
    /// The student, if of age (`ARD-036`).
    Student,
}

/// Kind of school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchoolKind {
    /// *Scuola paritaria*.
    Paritaria,
    /// *Scuola statale*.
    State,
    /// Abroad, State schools included (`ARD-003`).
    Foreign,
    /// Any other.
    Other,
}

/// Level of school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchoolLevel {
    /// *Scuola primaria*.
    Primary,
    /// *Secondaria di primo grado*.
    LowerSecondary,
    /// *Secondaria di secondo grado*.
    UpperSecondary,
    /// Any other (nursery, university).
    Other,
}

/// What the applicant declared about the ISEE (`ARD-009`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Declaration {
    /// Holds the attestation.
    HasAttestation,
    /// Has signed the DSU.
    DsuSigned,
    /// Will sign it by the DSU term.
    DsuByDeadline,
}

/// The derogation selected in the form (`ARD-022`, `ARD-024`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Derogation {
    /// None selected.
    None,
    /// Widowed parent, and since when.
    Widowed {
        /// Date of widowhood; absent when it was not given.
        since: Option<NaiveDate>,
    },
    /// Mother in a protected path.
    ProtectedPath,
}

/// Never which: a log line must not tell.
impl fmt::Debug for Derogation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

/// Whose account the contribution is credited on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountHolder {
    /// The applicant's.
    Applicant,
    /// The student's.
    Student,
    /// Joint.
    Joint,
    /// Somebody else's.
    Other,
}

/// The word of each variant in files, as serde writes it: what a stored fact says.
macro_rules! words {
    ($($name:ident { $($variant:ident => $word:literal,)+ })+) => {$(
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As written in files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    )+};
}

words! {
    Channel { Online => "online", Paper => "paper", Email => "email", Pec => "pec", }
    ApplicantRole { Parent => "parent", Guardian => "guardian", Student => "student", }
    SchoolKind { Paritaria => "paritaria", State => "state", Foreign => "foreign", Other => "other", }
    SchoolLevel {
        Primary => "primary",
        LowerSecondary => "lower-secondary",
        UpperSecondary => "upper-secondary",
        Other => "other",
    }
    Declaration {
        HasAttestation => "has-attestation",
        DsuSigned => "dsu-signed",
        DsuByDeadline => "dsu-by-deadline",
    }
    AccountHolder { Applicant => "applicant", Student => "student", Joint => "joint", Other => "other", }
}

impl ApplicantRole {
    /// The role of an application that does not state it: the student, or a parent.
    #[must_use]
    pub fn of(applicant: &TaxCode, student: &TaxCode) -> Self {
        if applicant.canonical() == student.canonical() { Self::Student } else { Self::Parent }
    }
}

impl Application {
    /// Whether the student is of age (*maggiorenne*) on the day of submission.
    #[must_use]
    pub fn student_is_adult(&self) -> bool {
        !is_minor_on(*self.student_birth_date.expose(), date_of(self.submitted_at))
    }

    /// Whether a student of age applies in person (`ARD-036`).
    #[must_use]
    pub fn is_adults_own(&self) -> bool {
        self.applicant_role == ApplicantRole::Student && self.student_is_adult()
    }
}
