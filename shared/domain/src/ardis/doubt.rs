// SPDX-License-Identifier: EUPL-1.2
//! Why an application is pending: what is not certain, and who or what settles it.

use serde::{Deserialize, Serialize};

use crate::identity::RuleNumber;
use crate::procedure::ArdisProcedure;

/// An open question about one application. It never excludes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Which question.
    pub code: DoubtCode,
    /// The rules it arises under.
    pub rules: Vec<RuleNumber>,
    /// What an officer reads, in Italian; nothing personal.
    pub explanation: String,
    /// Who settles it.
    pub decided_by: DecidedBy,
}

/// Who or what settles a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecidedBy {
    /// An officer (*addetto all'istruttoria*).
    Officer,
    /// The passing of the DSU term.
    DsuTerm,
    /// The passing of the regularisation term.
    RegularisationTerm,
    /// The submission, which lies ahead of the evaluation.
    Submission,
}

/// The questions that can be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtCode {
    /// Evaluated at an instant before the submission.
    NotYetSubmitted,
    /// Neither attestation nor DSU yet; the DSU term runs.
    WaitsForDsuTerm,
    /// DSU signed in time, not yet attested; the regularisation term runs.
    WaitsForAttestation,
    /// Annotations to regularise; the term runs.
    WaitsForRegularisation,
    /// DSU signed in time, still not attested after the regularisation term.
    AttestationNotIssued,
    /// Declared signed, and INPS has no row of it.
    DeclaredDsuNotFound,
    /// INPS has a DSU only under another form of the student's tax code (*omocodia*), which may be another person's.
    IseeUnderAnotherForm,
    /// Conforming attestations on both sides of the ceiling (OQ-B5).
    BothSidesOfCeiling,
    /// A conforming attestation followed by an annotated one (OQ-B5).
    ConformingThenAnnotated,
    /// Regularising DSU signed in time, attestation later or missing (OQ-B9).
    RegularisationIssuedLate,
    /// Self-certification received in time and not checked (OQ-B10).
    SelfCertificationUnchecked,
    /// Self-certification without a valid identity document (`ARD-019`).
    IdentityDocumentNotValid,
    /// Whether an ISEE is required at all, or which: only the other type was found (OQ-B6), or a declaration has to be
    /// looked at (OQ-B11). One code for both, so that it tells nobody which (OQ-B12).
    IseeRequirementToVerify,
    /// Submitted before the window opened (`ARD-039`).
    SubmittedBeforeOpening,
    /// Foreign school: the parents' need is not documented (`ARD-006`).
    ForeignNeedUndocumented,
    /// Applicant not in the student's household (`ARD-013`).
    ApplicantNotInHousehold,
    /// A student who applies in person is not of age (`ARD-036`).
    StudentApplicantNotAdult,
    /// Adult student, account not the student's own (`ARD-037`).
    AccountNotOwn,
    /// Another application for the same student (OQ-B19).
    DuplicateApplication,
}

impl DoubtCode {
    /// Who or what settles it.
    #[must_use]
    pub fn decided_by(self) -> DecidedBy {
        match self {
            Self::NotYetSubmitted => DecidedBy::Submission,
            Self::WaitsForDsuTerm => DecidedBy::DsuTerm,
            Self::WaitsForAttestation | Self::WaitsForRegularisation => DecidedBy::RegularisationTerm,
            _ => DecidedBy::Officer,
        }
    }

    /// What an officer reads, in Italian.
    #[must_use]
    pub fn explanation(self, procedure: &ArdisProcedure) -> String {
        let dsu = procedure.terms.dsu.long_date();
        let regularisation = procedure.terms.regularisation.long_date();
        match self {
            Self::NotYetSubmitted => "La domanda non era ancora stata presentata.".to_owned(),
            Self::WaitsForDsuTerm => {
                format!("Non risultano ancora né attestazione né DSU: il termine è la fine di {dsu}.")
            }
            Self::WaitsForAttestation => {
                "La DSU è stata sottoscritta in tempo; l'attestazione non è ancora stata rilasciata."
                    .to_owned()
            }
            Self::WaitsForRegularisation => format!(
                "L'attestazione riporta omissioni o difformità: possono essere regolarizzate entro {regularisation}."
            ),
            Self::AttestationNotIssued => {
                format!(
                    "La DSU è stata sottoscritta in tempo, ma dopo {regularisation} manca ancora l'attestazione."
                )
            }
            Self::DeclaredDsuNotFound => {
                "Il richiedente ha dichiarato di aver sottoscritto la DSU, che non risulta all'INPS."
                    .to_owned()
            }
            Self::IseeUnderAnotherForm => {
                "Una DSU risulta soltanto sotto un'altra forma del codice fiscale (omocodia): va verificato che sia dello stesso studente."
                    .to_owned()
            }
            Self::BothSidesOfCeiling => {
                format!("Risultano attestazioni sia entro sia oltre il limite di {}.", procedure.isee.ceiling)
            }
            Self::ConformingThenAnnotated => {
                "A un'attestazione conforme ne è seguita una con omissioni o difformità.".to_owned()
            }
            Self::RegularisationIssuedLate => format!(
                "La DSU è stata sottoscritta entro {regularisation}, ma l'attestazione manca o è stata rilasciata dopo."
            ),
            Self::SelfCertificationUnchecked => {
                "L'autocertificazione è stata ricevuta in tempo e deve essere verificata.".to_owned()
            }
            Self::IdentityDocumentNotValid => {
                "All'autocertificazione manca un documento di identità in corso di validità.".to_owned()
            }
            Self::IseeRequirementToVerify => {
                "Il requisito dell'attestazione ISEE deve essere verificato.".to_owned()
            }
            Self::SubmittedBeforeOpening => "La domanda è stata presentata prima dell'apertura.".to_owned(),
            Self::ForeignNeedUndocumented => {
                "Le esigenze lavorative o di studio dei genitori non sono documentate.".to_owned()
            }
            Self::ApplicantNotInHousehold => {
                "Il richiedente non risulta nel nucleo familiare dello studente.".to_owned()
            }
            Self::StudentApplicantNotAdult => {
                "La domanda è presentata dallo studente, che non risulta maggiorenne.".to_owned()
            }
            Self::AccountNotOwn => {
                "Il conto indicato non risulta intestato allo studente maggiorenne che fa domanda.".to_owned()
            }
            Self::DuplicateApplication => "Risulta un'altra domanda per lo stesso studente.".to_owned(),
        }
    }
}
