// SPDX-License-Identifier: EUPL-1.2
//! What the officer's screen tells of an application. Never a derogation (OQ-B12), never who somebody is in full.

use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Application, ApplicationFacts, Attestation, Cause, Channel,
        CheckOutcome, Declaration, DoubtCode, IdentityDocument, IseeKind, Outcome, SchoolKind, SchoolLevel,
        SelfCertification,
    },
    identity::{InstanceNumber, Money},
};
use campanella_store::ardis::{
    data_change::DataChange,
    decision::{Decision, Origin},
    observation::Observation,
    published_list::{Entry, PublishedList},
    review::ReviewRequest,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::{
    list_account::ListAccount, mask, observation_account::ObservationAccount, rules::tells_words,
};

/// The JSON form of `applications show`.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) instance_number: InstanceNumber,
    /// What the final list says: the outcome, whatever was decided since (ARD-086).
    pub(super) final_list: Option<ListAccount>,
    pub(super) submitted_at: DateTime<Utc>,
    pub(super) channel: Channel,
    /// Masked.
    pub(super) applicant_tax_code: String,
    pub(super) applicant_role: ApplicantRole,
    /// Masked; as given at submission.
    pub(super) applicant_email: String,
    /// Masked.
    pub(super) student_tax_code: String,
    pub(super) student_is_adult: bool,
    pub(super) resident_in_region: bool,
    pub(super) resident_with_student: bool,
    pub(super) in_household: bool,
    pub(super) school_kind: SchoolKind,
    pub(super) school_level: SchoolLevel,
    pub(super) enrolled: bool,
    pub(super) attending: bool,
    pub(super) declaration: Declaration,
    pub(super) declared_expenses: Money,
    /// Masked.
    pub(super) iban: String,
    pub(super) account_holder: AccountHolder,
    /// What was changed since; the last one of each datum is in force.
    pub(super) changes: Vec<ChangeAccount>,
    /// None: not told, see [`Sources::tells_isee`].
    pub(super) attestations: Option<Vec<AttestationAccount>>,
    /// As the attestations.
    pub(super) self_certifications: Option<Vec<FormAccount>>,
    /// The newest; none before the first term.
    pub(super) decision: Option<DecisionAccount>,
    pub(super) lists: Vec<ListAccount>,
    pub(super) observations: Vec<ObservationAccount>,
}

#[derive(Debug, Serialize)]
pub(super) struct ChangeAccount {
    pub(super) received_at: DateTime<Utc>,
    /// Masked.
    pub(super) email: Option<String>,
    /// Masked.
    pub(super) iban: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct AttestationAccount {
    pub(super) kind: IseeKind,
    pub(super) dsu_signed_at: DateTime<Utc>,
    pub(super) issued_at: Option<DateTime<Utc>>,
    pub(super) valid_year: i32,
    pub(super) isee: Option<Money>,
    pub(super) annotation: Annotation,
    pub(super) available_at: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
pub(super) struct FormAccount {
    pub(super) received_at: DateTime<Utc>,
    pub(super) identity_document: IdentityDocument,
    pub(super) outcome: CheckOutcome,
}

#[derive(Debug, Serialize)]
pub(super) struct DecisionAccount {
    pub(super) outcome: Outcome,
    pub(super) causes: Vec<Cause>,
    pub(super) origin: &'static str,
    pub(super) revision: i64,
    pub(super) decided_at: DateTime<Utc>,
    /// What is open, as an officer reads it; an officer's word settles it.
    pub(super) doubts: Vec<String>,
    pub(super) to_review: bool,
}

/// All that is told, as it is stored.
pub(super) struct Sources<'a> {
    pub(super) facts: &'a ApplicationFacts,
    /// Oldest first.
    pub(super) history: &'a [Decision],
    /// What the rules say since an officer decided on something else.
    pub(super) review: Option<&'a ReviewRequest>,
    pub(super) changes: &'a [DataChange],
    pub(super) lists: &'a [(PublishedList, Entry)],
    pub(super) observations: &'a [Observation],
}

impl Sources<'_> {
    /// Not where it has to be verified whether an ISEE is required, or which: beside what INPS has of the household, that
    /// doubt would tell by elimination why somebody has it (OQ-B12).
    fn tells_isee(&self) -> bool {
        let newest = self.history.last().map(|newest| &newest.evaluation);
        let evaluations = newest.into_iter().chain(self.review.map(|review| &review.evaluation));
        let mut doubts = evaluations.flat_map(|evaluation| &evaluation.doubts);
        doubts.all(|doubt| doubt.code != DoubtCode::IseeRequirementToVerify)
    }

    /// Whether what officers wrote may be told.
    fn tells_words(&self) -> bool {
        let history = self.history.iter().map(|decision| &decision.evaluation);
        tells_words(history.chain(self.review.map(|review| &review.evaluation)))
    }
}

impl Account {
    pub(super) fn of(sources: &Sources<'_>) -> Self {
        let application: &Application = &sources.facts.application;
        let mut attestations: Vec<AttestationAccount> =
            sources.facts.attestations.iter().map(AttestationAccount::from).collect();
        attestations.sort_by_key(|one| (one.dsu_signed_at, one.issued_at));
        let mut forms: Vec<FormAccount> =
            sources.facts.self_certifications.iter().map(FormAccount::from).collect();
        forms.sort_by_key(|form| form.received_at);
        let lists = ListAccount::all(sources.lists, sources.history);
        let words = sources.tells_words();
        let observation = |observation: &Observation| ObservationAccount::of(observation, words);
        Self {
            instance_number: application.instance_number,
            final_list: ListAccount::final_of(&lists).cloned(),
            submitted_at: application.submitted_at,
            channel: application.channel,
            applicant_tax_code: mask::tax_code(&application.applicant),
            applicant_role: application.applicant_role,
            applicant_email: mask::email(&application.applicant_email),
            student_tax_code: mask::tax_code(&application.student),
            student_is_adult: application.student_is_adult(),
            resident_in_region: application.resident_in_region,
            resident_with_student: application.resident_with_student,
            in_household: application.in_household,
            school_kind: application.school_kind,
            school_level: application.school_level,
            enrolled: application.enrolled,
            attending: application.attending,
            declaration: application.declaration,
            declared_expenses: application.declared_expenses,
            iban: mask::iban(&application.iban),
            account_holder: application.account_holder,
            changes: sources.changes.iter().map(ChangeAccount::from).collect(),
            attestations: sources.tells_isee().then_some(attestations),
            self_certifications: sources.tells_isee().then_some(forms),
            decision: sources
                .history
                .last()
                .map(|newest| DecisionAccount::of(newest, sources.review.is_some())),
            lists,
            observations: sources.observations.iter().map(observation).collect(),
        }
    }
}

impl From<&Attestation> for AttestationAccount {
    fn from(attestation: &Attestation) -> Self {
        Self {
            kind: attestation.kind,
            dsu_signed_at: attestation.dsu_signed_at,
            issued_at: attestation.issued_at,
            valid_year: attestation.valid_year,
            isee: attestation.isee,
            annotation: attestation.annotation,
            available_at: attestation.available_at,
        }
    }
}

impl From<&SelfCertification> for FormAccount {
    fn from(form: &SelfCertification) -> Self {
        Self {
            received_at: form.received_at,
            identity_document: form.identity_document,
            outcome: form.outcome,
        }
    }
}

impl DecisionAccount {
    fn of(newest: &Decision, to_review: bool) -> Self {
        let proposed = newest.origin == Origin::Worker;
        let open = newest.evaluation.doubts.iter().filter(|_| proposed);
        Self {
            outcome: newest.outcome,
            causes: newest.causes.clone(),
            origin: if proposed { "worker" } else { "officer" },
            revision: newest.revision,
            decided_at: newest.decided_at,
            doubts: open.map(|doubt| doubt.explanation.clone()).collect(),
            to_review,
        }
    }
}

impl From<&DataChange> for ChangeAccount {
    fn from(change: &DataChange) -> Self {
        Self {
            received_at: change.received_at,
            email: change.email.as_ref().map(mask::email),
            iban: change.iban.as_ref().map(mask::iban),
        }
    }
}
