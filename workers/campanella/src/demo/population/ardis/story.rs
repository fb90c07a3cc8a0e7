// SPDX-License-Identifier: EUPL-1.2
//! What happens to a family who applies, and what must come of it by construction.

use campanella_domain::ardis::Cause::{E01, E02, E03, E04, E05, E06, E07, E08, E09};

use super::super::quota::{place, stories};
use super::verdict::{ADMITTED as A, PENDING as P, Verdict, excluded as x};

/// Applications for each unit of scale.
pub(in super::super) const APPLICATIONS: u32 = 2_000;

stories! {
    /// What happens to a family who applies. Columns: how many for each unit of scale; what is known to follow once the
    /// DSU term has passed, once the regularisation term has passed, and in April before an officer's word.
    pub enum Story: u32, Verdict, Verdict, Verdict;

    /// The ordinary case: a conforming attestation before applying.
    AttestationHeld => 1_126, A, A, A;
    /// Applies for two children, two by two: one DSU of the household, attested for each under one protocol (`ARD-011`).
    Siblings => 40, A, A, A;
    /// DSU signed before applying, attested within days.
    DsuSignedAndSoonAttested => 181, A, A, A;
    /// DSU known when applying, attested after the DSU term.
    AttestedAfterTheTerm => 80, P, A, A;
    /// Declared signed, found at INPS only in December.
    DsuFoundInDecember => 20, P, A, A;
    /// Promised to sign by the term, signed soon.
    DsuSignedSoonAfterApplying => 50, A, A, A;
    /// Promised to sign by the term, signed after the first reminder.
    DsuSignedAfterTheReminder => 60, P, A, A;
    /// DSU signed on 20 November at 23:59:59 (`ARD-010`).
    DsuSignedInTheLastSecond => 6, x(&[E02]), A, A;
    /// DSU signed in time, of which INPS tells only in January.
    DsuLearnedInJanuary => 8, x(&[E02]), x(&[E02]), A;
    /// Widowed less than three years before applying (`ARD-022`).
    WidowedWithinThreeYears => 24, A, A, A;
    /// Applies on the third anniversary itself.
    WidowedOnTheAnniversary => 3, A, A, A;
    /// The other derogation (`ARD-024`).
    ProtectedPath => 10, A, A, A;
    /// The three years ended in 2025, and an attestation admits anyway.
    WidowhoodEndedButAttested => 4, A, A, A;
    /// ISEE of 35,000.00 euro (`ARD-007`).
    AtTheCeiling => 6, A, A, A;
    /// Annotated; a new attestation conforms in time (`ARD-016`).
    RegularisedByNewAttestation => 60, P, A, A;
    /// The new attestation is issued on 18 December at 23:59:59 and learned the day after (`ARD-020`).
    RegularisedInTheLastSecond => 5, P, x(&[E03]), A;
    /// Annotated; a self-certification is accepted in time (`ARD-017`).
    SelfCertificationAccepted => 20, P, A, A;
    /// Self-certified in time, checked and accepted after the term (OQ-B10).
    SelfCertificationCheckedAfterTheTerm => 5, P, P, A;
    /// An eligible school abroad (`ARD-003`).
    ForeignSchool => 10, A, A, A;
    /// A student of age applies in person (`ARD-036`).
    AdultStudent => 15, A, A, A;
    /// Parents not married and not living together: the ISEE for minors (`ARD-014`).
    MinorsIsee => 25, A, A, A;
    /// Submitted on 20 November at 16:00:00 (`ARD-040`).
    SubmittedInTheLastSecond => 6, A, A, A;

    /// Well above the ceiling.
    AboveTheCeiling => 30, x(&[E01]), x(&[E01]), x(&[E01]);
    /// ISEE of 35,000.01 euro.
    OneCentAboveTheCeiling => 4, x(&[E01]), x(&[E01]), x(&[E01]);
    /// Promised to sign by the term, and did not.
    NoDsu => 30, x(&[E02]), x(&[E02]), x(&[E02]);
    /// Declared an attestation INPS does not have.
    NoAttestationFound => 6, x(&[E02]), x(&[E02]), x(&[E02]);
    /// DSU signed on 21 November at 00:00:00.
    DsuSignedAtMidnight => 5, x(&[E02]), x(&[E02]), x(&[E02]);
    /// An attestation of 2024 alone (`ARD-008`).
    AttestationOfAnotherYear => 4, x(&[E02]), x(&[E02]), x(&[E02]);
    /// The three years ended before 2025: as if nothing had been selected.
    WidowhoodEndedLongAgo => 3, x(&[E02]), x(&[E02]), x(&[E02]);
    /// Annotated, and nothing follows (`ARD-021`).
    NeverRegularised => 25, P, x(&[E03]), x(&[E03]);
    /// A new DSU, signed on 19 December at 00:00:00.
    NewDsuAfterTheTerm => 4, P, x(&[E03]), x(&[E03]);
    /// A self-certification an officer refused.
    SelfCertificationRejected => 4, P, x(&[E03]), x(&[E03]);
    /// A self-certification received on 19 December at 00:00:00.
    SelfCertificationLate => 4, P, x(&[E03]), x(&[E03]);
    /// Enrolled at a State school.
    StateSchool => 8, x(&[E04]), x(&[E04]), x(&[E04]);
    /// A school abroad that is for profit or gives no legal title.
    ForeignSchoolNotEligible => 3, x(&[E04]), x(&[E04]), x(&[E04]);
    /// A nursery school.
    SchoolOfAnotherLevel => 3, x(&[E04]), x(&[E04]), x(&[E04]);
    /// Enrolled and not attending on the day of submission (`ARD-002`).
    NotAttending => 6, x(&[E05]), x(&[E05]), x(&[E05]);
    /// Not enrolled on that day.
    NotEnrolled => 3, x(&[E05]), x(&[E05]), x(&[E05]);
    /// Submitted online from 16:00:01 on.
    SubmittedLate => 5, x(&[E06]), x(&[E06]), x(&[E06]);
    /// Sent on paper, by mail or by certified mail (`ARD-038`).
    OtherChannel => 8, x(&[E07]), x(&[E07]), x(&[E07]);
    /// Not resident with the student (`ARD-035`).
    ApplicantElsewhere => 6, x(&[E08]), x(&[E08]), x(&[E08]);
    /// Not resident in the Region.
    OutsideTheRegion => 6, x(&[E09]), x(&[E09]), x(&[E09]);
    /// A State school, no longer attended.
    StateSchoolNotAttended => 3, x(&[E04, E05]), x(&[E04, E05]), x(&[E04, E05]);
    /// On paper, and late.
    OtherChannelLate => 3, x(&[E06, E07]), x(&[E06, E07]), x(&[E06, E07]);
    /// Neither with the student nor in the Region.
    ElsewhereOutsideTheRegion => 2, x(&[E08, E09]), x(&[E08, E09]), x(&[E08, E09]);
    /// Above the ceiling and outside the Region.
    AboveTheCeilingOutsideTheRegion => 2, x(&[E01, E09]), x(&[E01, E09]), x(&[E01, E09]);
    /// On paper, and no attestation is found.
    OtherChannelWithoutIsee => 2, x(&[E02, E07]), x(&[E02, E07]), x(&[E02, E07]);
    /// Not attending, with an annotated attestation learned late.
    NotAttendingNorRegularised => 2, x(&[E05]), x(&[E03, E05]), x(&[E03, E05]);

    /// A self-certification nobody has checked (OQ-B10).
    SelfCertificationUnchecked => 5, P, P, P;
    /// A self-certification with an expired or missing identity document (`ARD-019`).
    IdentityDocumentNotValid => 3, P, P, P;
    /// A new DSU in time, attested on 19 December at 00:00:00 (OQ-B9).
    RegularisationIssuedLate => 5, P, P, P;
    /// DSU signed in time and never attested.
    AttestationNeverIssued => 4, P, P, P;
    /// Conforming attestations on both sides of the ceiling (OQ-B5).
    BothSidesOfTheCeiling => 3, P, P, P;
    /// A conforming attestation followed by an annotated one (OQ-B5).
    ConformingThenAnnotated => 3, A, P, P;
    /// The ordinary ISEE where that for minors is required (OQ-B6).
    WrongIseeKind => 4, P, P, P;
    /// Declared signed, and INPS never has it.
    DeclaredDsuNotFound => 4, P, P, P;
    /// The three years ended in 2025, and no attestation (OQ-B11).
    WidowhoodEndedThisYear => 3, P, P, P;
    /// A school abroad, the parents' need not documented (`ARD-006`).
    ForeignNeedUndocumented => 3, P, P, P;
    /// Not in the student's household (`ARD-013`).
    ApplicantNotInHousehold => 3, P, P, P;
    /// A student of age names a joint account (OQ-B15).
    JointAccount => 3, P, P, P;
    /// A student applies in person and is a minor (`ARD-036`).
    StudentNotOfAge => 2, P, P, P;
    /// Both parents apply for one child, two by two (OQ-B19).
    TwoApplications => 10, P, P, P;
}

impl Story {
    /// How many of it there are for each unit of scale.
    pub fn quota(self) -> u32 {
        self.row().0
    }

    /// What follows once the DSU term has passed, if the application has arrived by then.
    pub(super) fn after_dsu_term(self) -> Verdict {
        self.row().1
    }

    /// What follows once the regularisation term has passed, on what is known then.
    pub(super) fn after_regularisation_term(self) -> Verdict {
        self.row().2
    }

    /// What follows from all facts, before an officer's word.
    pub(super) fn in_april(self) -> Verdict {
        self.row().3
    }

    /// The story of an application, and its place in the table: the same for no other of its block.
    pub(super) fn of(seed: u64, number: u64) -> (Self, u64) {
        let place = place(seed, number, u64::from(APPLICATIONS));
        let mut within = place;
        for story in Self::ALL {
            let quota = u64::from(story.quota());
            if within < quota {
                return (*story, place);
            }
            within -= quota;
        }
        (Self::AttestationHeld, place)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use campanella_domain::ardis::{Cause, Outcome};

    use super::*;

    #[test]
    fn the_stories_fill_the_block_and_most_are_admitted() {
        assert_eq!(Story::ALL.iter().map(|story| story.quota()).sum::<u32>(), APPLICATIONS);
        let count = |outcome| -> u32 {
            let such = Story::ALL.iter().filter(|story| story.in_april().outcome == outcome);
            such.map(|story| story.quota()).sum()
        };
        assert!((1_700..1_800).contains(&count(Outcome::Admitted)), "{}", count(Outcome::Admitted));
        assert!((150..220).contains(&count(Outcome::Excluded)), "{}", count(Outcome::Excluded));
        assert!((40..80).contains(&count(Outcome::Pending)), "{}", count(Outcome::Pending));
    }

    #[test]
    fn every_cause_occurs_alone_and_with_another() {
        let alone: BTreeSet<Cause> = Story::ALL
            .iter()
            .filter_map(|story| <[Cause; 1]>::try_from(story.in_april().causes).ok())
            .flatten()
            .collect();
        assert_eq!(alone, Cause::ALL.into_iter().collect());
        let together: BTreeSet<Cause> = Story::ALL
            .iter()
            .filter(|story| story.in_april().causes.len() > 1)
            .flat_map(|s| s.in_april().causes)
            .copied()
            .collect();
        assert_eq!(together, Cause::ALL.into_iter().collect());
    }

    #[test]
    fn stories_of_two_applications_come_in_pairs_of_neighbouring_places() {
        for pair in [Story::Siblings, Story::TwoApplications] {
            let before: u32 =
                Story::ALL.iter().take_while(|story| **story != pair).map(|story| story.quota()).sum();
            assert_eq!((before % 2, pair.quota() % 2), (0, 0), "{pair:?}");
        }
    }
}
