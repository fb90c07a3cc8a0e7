// SPDX-License-Identifier: EUPL-1.2
//! What INPS has of a family, and when we learn of it.

use campanella_domain::ardis::{Annotation, Attestation, IseeKind};
use campanella_domain::identity::{Money, TaxCode};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::super::calendar::{
    DSU_TERM, LAST_SECOND, REGULARISATION_TERM, arrival_from, at, date, days_after,
};
use super::super::dice::Dice;
use super::filing::Filing;
use super::story::Story;
use campanella_domain::identity_key::IdentityKey;

/// The ceiling (`ARD-007`).
const CEILING: Money = Money::from_cents(3_500_000);
/// The year an attestation must be valid for (`ARD-008`).
const YEAR: i32 = 2025;

/// A DSU or an attestation as INPS gives it. Debug output holds nothing personal but the indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IseeRow {
    /// The student whose household it is.
    pub student: TaxCode,
    /// The protocol; none of a DSU not yet attested.
    pub protocol: Option<String>,
    /// What it says. It arrives at its `available_at`.
    pub attestation: Attestation,
    /// The applications it concerns, all arrived by then.
    pub applications: Vec<Uuid>,
}

/// What INPS has of one family, as the story goes.
pub(super) struct Dossier<'a> {
    key: &'a IdentityKey,
    number: u64,
    student: &'a TaxCode,
    kind: IseeKind,
    filing: Filing,
    /// When all applications of the family have arrived.
    known_from: DateTime<Utc>,
    dice: &'a mut Dice,
    rows: Vec<(Option<String>, Attestation)>,
}

impl<'a> Dossier<'a> {
    pub(super) fn new(
        key: &'a IdentityKey,
        number: u64,
        student: &'a TaxCode,
        kind: IseeKind,
        filing: Filing,
        known_from: DateTime<Utc>,
        dice: &'a mut Dice,
    ) -> Self {
        Self { key, number, student, kind, filing, known_from, dice, rows: Vec::new() }
    }

    /// The rows of a story.
    pub(super) fn of(mut self, story: Story) -> Vec<(Option<String>, Attestation)> {
        match story {
            Story::NoDsu
            | Story::NoAttestationFound
            | Story::OtherChannelWithoutIsee
            | Story::DeclaredDsuNotFound
            | Story::WidowedWithinThreeYears
            | Story::WidowedOnTheAnniversary
            | Story::WidowhoodEndedThisYear
            | Story::WidowhoodEndedLongAgo
            | Story::ProtectedPath => {}
            Story::AtTheCeiling => self.held(CEILING, Annotation::None),
            Story::OneCentAboveTheCeiling => {
                self.held(Money::from_cents(CEILING.cents() + 1), Annotation::None);
            }
            Story::AboveTheCeiling | Story::AboveTheCeilingOutsideTheRegion => {
                let above = self.above();
                self.held(above, Annotation::None);
            }
            Story::AttestationOfAnotherYear => self.of_the_year_before(),
            Story::BothSidesOfTheCeiling => self.both_sides(),
            Story::DsuSignedAndSoonAttested
            | Story::AttestedAfterTheTerm
            | Story::DsuFoundInDecember
            | Story::DsuSignedSoonAfterApplying
            | Story::DsuSignedAfterTheReminder
            | Story::DsuSignedInTheLastSecond
            | Story::DsuLearnedInJanuary
            | Story::DsuSignedAtMidnight
            | Story::AttestationNeverIssued => self.signed_around_the_term(story),
            Story::RegularisedByNewAttestation
            | Story::RegularisedInTheLastSecond
            | Story::SelfCertificationAccepted
            | Story::SelfCertificationCheckedAfterTheTerm
            | Story::NeverRegularised
            | Story::NewDsuAfterTheTerm
            | Story::SelfCertificationRejected
            | Story::SelfCertificationLate
            | Story::SelfCertificationUnchecked
            | Story::IdentityDocumentNotValid
            | Story::RegularisationIssuedLate
            | Story::NotAttendingNorRegularised
            | Story::ConformingThenAnnotated => self.annotated(story),
            _ => {
                let value = self.within();
                self.held(value, Annotation::None);
            }
        }
        self.rows
    }

    /// Attested in the months before the call.
    fn held(&mut self, isee: Money, annotation: Annotation) {
        let signed_on = self.dice.day(date(2025, 1, 20), date(2025, 9, 20));
        self.attested_days_later(signed_on, isee, annotation);
    }

    fn attested_days_later(&mut self, signed_on: NaiveDate, isee: Money, annotation: Annotation) {
        let signed_at = self.dice.waking_hours(signed_on);
        let issued_at = self.issue_after(signed_at, 4, 10);
        self.attested(signed_at, issued_at, isee, annotation, self.known_from);
    }

    fn of_the_year_before(&mut self) {
        let signed_on = self.dice.day(date(2024, 2, 1), date(2024, 10, 31));
        let value = self.within();
        self.attested_days_later(signed_on, value, Annotation::None);
        if let Some((_, attestation)) = self.rows.last_mut() {
            attestation.valid_year = YEAR - 1;
        }
    }

    fn both_sides(&mut self) {
        let (below, above) = (self.within(), self.above());
        let (first, second) = (
            self.dice.day(date(2025, 1, 20), date(2025, 4, 30)),
            self.dice.day(date(2025, 5, 20), date(2025, 9, 20)),
        );
        self.attested_days_later(first, above, Annotation::None);
        self.attested_days_later(second, below, Annotation::None);
    }

    fn signed_around_the_term(&mut self, story: Story) {
        let submitted_at = self.filing.submitted_at;
        let before = submitted_at - TimeDelta::days(i64::from(self.dice.between(1, 5)));
        let value = self.within();
        match story {
            Story::DsuSignedAndSoonAttested => {
                let issued_at = self.issue_after(submitted_at, 3, 8);
                self.conforming(before, issued_at, value, issued_at);
            }
            Story::AttestedAfterTheTerm => {
                self.bare(before, self.known_from);
                let issued_at = self.issued_between(date(2025, 11, 24), date(2025, 12, 8));
                self.conforming(before, issued_at, value, issued_at);
            }
            Story::AttestationNeverIssued => self.bare(before, self.known_from),
            Story::DsuFoundInDecember => {
                let issued_at = self.issued_between(date(2025, 11, 25), date(2025, 12, 1));
                let learned_at = self.issued_between(date(2025, 12, 2), date(2025, 12, 12));
                self.conforming(before, issued_at, value, learned_at);
            }
            Story::DsuSignedSoonAfterApplying => {
                let signed_at = self.issue_after(submitted_at, 1, 4);
                self.bare(signed_at, arrival_from(signed_at));
                let issued_at = self.issue_after(signed_at, 5, 8);
                self.conforming(signed_at, issued_at, value, issued_at);
            }
            Story::DsuSignedAfterTheReminder => {
                let signed_at = self.issued_between(date(2025, 11, 14), date(2025, 11, 17));
                self.bare(signed_at, arrival_from(signed_at));
                let issued_at = self.issued_between(date(2025, 11, 24), date(2025, 11, 28));
                self.conforming(signed_at, issued_at, value, issued_at);
            }
            Story::DsuSignedAtMidnight => {
                let issued_at = self.issued_between(date(2025, 11, 27), date(2025, 11, 28));
                self.conforming(at(days_after(DSU_TERM, 1), 0), issued_at, value, issued_at);
            }
            Story::DsuLearnedInJanuary => {
                let signed_at = self.issued_between(date(2025, 11, 19), date(2025, 11, 19));
                let issued_at = self.issued_between(date(2025, 12, 1), date(2025, 12, 2));
                let learned_at = self.issued_between(date(2026, 1, 7), date(2026, 1, 28));
                self.conforming(signed_at, issued_at, value, learned_at);
            }
            _ => {
                let issued_at = self.issued_between(date(2025, 11, 27), date(2025, 11, 28));
                self.conforming(at(DSU_TERM, LAST_SECOND), issued_at, value, issued_at);
            }
        }
    }

    /// Annotated before the call, and what follows. What a reminder cannot change any more is learned after the last
    /// one.
    fn annotated(&mut self, story: Story) {
        let annotation = if self.dice.below(2) == 0 { Annotation::Omission } else { Annotation::Discrepancy };
        let value = self.within();
        let after_last_reminder = at(date(2025, 12, 17), 18 * 3600);
        if matches!(story, Story::NotAttendingNorRegularised | Story::ConformingThenAnnotated) {
            if story == Story::ConformingThenAnnotated {
                self.held(value, Annotation::None);
            }
            let signed_at = self.issued_between(date(2025, 10, 1), date(2025, 11, 18));
            let issued_at = self.issued_between(date(2025, 12, 1), date(2025, 12, 3));
            // A family whose earlier attestation conforms is told of the annotations while there is time.
            let learned_at =
                if story == Story::ConformingThenAnnotated { issued_at } else { after_last_reminder };
            return self.attested(signed_at, issued_at, value, annotation, learned_at);
        }
        self.held(value, annotation);
        match story {
            Story::RegularisedByNewAttestation => {
                let signed_at = self.issued_between(date(2025, 11, 24), date(2025, 12, 5));
                let issued_at = self.issue_after(signed_at, 5, 8);
                self.conforming(signed_at, issued_at, value, issued_at);
            }
            Story::RegularisedInTheLastSecond => {
                let signed_at = self.issued_between(date(2025, 12, 10), date(2025, 12, 12));
                let issued_at = at(REGULARISATION_TERM, LAST_SECOND);
                self.conforming(signed_at, issued_at, value, issued_at);
            }
            Story::NewDsuAfterTheTerm => {
                let issued_at = self.issued_between(date(2025, 12, 29), date(2025, 12, 30));
                self.conforming(at(days_after(REGULARISATION_TERM, 1), 0), issued_at, value, issued_at);
            }
            Story::RegularisationIssuedLate => {
                let signed_at = self.issued_between(date(2025, 12, 9), date(2025, 12, 10));
                self.bare(signed_at, after_last_reminder);
                let issued_at = at(days_after(REGULARISATION_TERM, 1), 0);
                self.conforming(signed_at, issued_at, value, issued_at);
            }
            _ => {}
        }
    }

    /// An indicator clearly within the ceiling.
    fn within(&mut self) -> Money {
        Money::from_cents(i64::from(self.dice.between(300_000, 3_490_000)))
    }

    /// An indicator clearly above it.
    fn above(&mut self) -> Money {
        Money::from_cents(i64::from(self.dice.between(3_510_000, 9_000_000)))
    }

    fn issue_after(&mut self, instant: DateTime<Utc>, first: u32, last: u32) -> DateTime<Utc> {
        let day =
            days_after(campanella_domain::civil::zone::date_of(instant), self.dice.between(first, last));
        self.dice.office_hours(day)
    }

    fn issued_between(&mut self, first: NaiveDate, last: NaiveDate) -> DateTime<Utc> {
        let day = self.dice.day(first, last);
        self.dice.office_hours(day)
    }

    fn conforming(
        &mut self,
        signed_at: DateTime<Utc>,
        issued_at: DateTime<Utc>,
        isee: Money,
        learned_at: DateTime<Utc>,
    ) {
        self.attested(signed_at, issued_at, isee, Annotation::None, learned_at);
    }

    fn attested(
        &mut self,
        signed_at: DateTime<Utc>,
        issued_at: DateTime<Utc>,
        isee: Money,
        annotation: Annotation,
        learned_at: DateTime<Utc>,
    ) {
        let protocol = format!("INPS-ISEE-{YEAR}-{:08}-{}", self.number, self.rows.len() + 1);
        let attestation = Attestation {
            id: self.key.attestation(self.student, self.kind, &protocol),
            kind: self.kind,
            dsu_signed_at: signed_at,
            issued_at: Some(issued_at),
            valid_year: YEAR,
            isee: Some(isee),
            annotation,
            available_at: arrival_from(learned_at).max(self.known_from),
        };
        self.rows.push((Some(protocol), attestation));
    }

    fn bare(&mut self, signed_at: DateTime<Utc>, learned_at: DateTime<Utc>) {
        let attestation = Attestation {
            id: self.key.bare_dsu(self.student, self.kind, signed_at),
            kind: self.kind,
            dsu_signed_at: signed_at,
            issued_at: None,
            valid_year: YEAR,
            isee: None,
            annotation: Annotation::None,
            available_at: arrival_from(learned_at).max(self.known_from),
        };
        self.rows.push((None, attestation));
    }
}
