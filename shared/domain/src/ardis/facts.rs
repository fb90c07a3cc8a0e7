// SPDX-License-Identifier: EUPL-1.2
//! All facts about one application, and the part of them known at an instant.

use chrono::{DateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::{
    Annotation, Application, Attestation, CheckOutcome, IdentityDocument, IseeKind, SelfCertification,
};
use crate::civil::zone::{civil_of, date_of};
use crate::identity::Money;

/// What an evaluation may read. The order of the lists means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFacts {
    /// The application itself.
    pub application: Application,
    /// Every DSU and attestation of the student, whatever its type and year.
    pub attestations: Vec<Attestation>,
    /// Those under other forms of the student's tax code (*omocodia*): perhaps the student's, perhaps a stranger's, as two
    /// people with one code are what those forms are for.
    pub other_forms: Vec<Attestation>,
    /// Every self-certification for the application.
    pub self_certifications: Vec<SelfCertification>,
    /// When we learned of another application for the same student (OQ-B19), the first if there are several. One that came by
    /// another way than the portal (`ARD-061`) is none beside one that did.
    pub duplicate_since: Option<DateTime<Utc>>,
}

/// A DSU as known at the instant of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KnownDsu {
    pub(super) signed_at: DateTime<Utc>,
    /// After `None`, so that of two rows on one DSU the attested one is the newer.
    pub(super) issue: Option<Issue>,
    pub(super) id: Uuid,
}

/// The attestation issued on a DSU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Issue {
    pub(super) issued_at: DateTime<Utc>,
    pub(super) isee: Money,
    pub(super) conforming: bool,
    pub(super) annotation: &'static str,
}

/// A self-certification as known at the instant of evaluation.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownSelfCertification {
    pub(super) received_at: DateTime<Utc>,
    pub(super) has_document: bool,
    pub(super) outcome: CheckOutcome,
}

impl KnownDsu {
    /// The indicator of a conforming attestation.
    pub(super) fn conforming_isee(&self) -> Option<Money> {
        self.issue.filter(|issue| issue.conforming).map(|issue| issue.isee)
    }

    pub(super) fn is_annotated(&self) -> bool {
        self.issue.is_some_and(|issue| !issue.conforming)
    }
}

impl ApplicationFacts {
    /// The instants at which DSU of `year` known at `at` were signed, of any kind, under other forms of the tax code.
    pub(super) fn signed_under_other_forms(
        &self,
        at: DateTime<Utc>,
        year: i32,
    ) -> impl Iterator<Item = DateTime<Utc>> {
        let known = self.other_forms.iter().filter(move |row| is_known(row, at) && row.valid_year == year);
        known.map(|row| row.dsu_signed_at)
    }

    /// DSU of `year` and `kind` known at `at`, oldest first. A bare DSU whose attestation is there too is left out: see
    /// [`answers`].
    pub(super) fn known_dsu(&self, at: DateTime<Utc>, year: i32, kind: IseeKind) -> Vec<KnownDsu> {
        let asked_for = |row: &&Attestation| row.valid_year == year && row.kind == kind;
        let rows = self.attestations.iter().filter(|row| is_known(row, at)).filter(asked_for);
        let all: Vec<KnownDsu> = rows
            .map(|row| KnownDsu { signed_at: row.dsu_signed_at, issue: issue_known_at(row, at), id: row.id })
            .collect();
        let answered = |dsu: &KnownDsu| dsu.issue.is_none() && all.iter().any(|other| answers(other, dsu));
        let mut known: Vec<KnownDsu> = all.iter().copied().filter(|dsu| !answered(dsu)).collect();
        known.sort_unstable();
        known
    }

    pub(super) fn known_self_certifications(&self, at: DateTime<Utc>) -> Vec<KnownSelfCertification> {
        let known = self.self_certifications.iter().filter(|form| form.received_at <= at);
        let mut known: Vec<KnownSelfCertification> = known
            .map(|form| KnownSelfCertification {
                received_at: form.received_at,
                has_document: form.identity_document == IdentityDocument::Valid,
                outcome: form.outcome_known_at(at),
            })
            .collect();
        known.sort_unstable_by_key(|form| (form.received_at, form.has_document, form.outcome as u8));
        known
    }
}

/// Whether an attestation was issued on a bare DSU of the same year and kind: their signatures are the same, to the second
/// or, where one of them is told as a bare day, to the civil day in Rome.
///
/// Signatures told to the second on one day are two DSU: the later one may regularise the other (OQ-B9). An annotation
/// issued on the very day may be what a DSU told as a bare day was signed to cure; then the DSU stays, and an officer looks.
fn answers(attested: &KnownDsu, bare: &KnownDsu) -> bool {
    let Some(issue) = attested.issue else { return false };
    let day = date_of(bare.signed_at);
    let is_bare_day = |signed_at| civil_of(signed_at).time() == NaiveTime::MIN;
    let is_same_day = date_of(attested.signed_at) == day
        && (is_bare_day(attested.signed_at) || is_bare_day(bare.signed_at))
        && (issue.conforming || date_of(issue.issued_at) > day);
    attested.signed_at == bare.signed_at || is_same_day
}

fn is_known(row: &Attestation, at: DateTime<Utc>) -> bool {
    row.available_at <= at && row.dsu_signed_at <= at
}

/// The attestation on a row, unless it was issued only after `at`.
fn issue_known_at(row: &Attestation, at: DateTime<Utc>) -> Option<Issue> {
    let (issued_at, isee) = (row.issued_at.filter(|issued| *issued <= at)?, row.isee?);
    let conforming = row.annotation == Annotation::None;
    Some(Issue { issued_at, isee, conforming, annotation: row.annotation.as_str() })
}
