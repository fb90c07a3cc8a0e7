// SPDX-License-Identifier: EUPL-1.2
//! What happens to a student who drops out.

use super::super::quota::{place, stories};

/// Which rules the student's course follows: they decide who is in the register before a drop-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// Entered only to be reported (`ARS-006`, `ARS-036`).
    Ordinary,
    /// Entered with the class list (`ARS-007`, `ARS-008`).
    Iefp,
}

stories! {
    /// What happens to a student; how many of each for a unit of scale, ordinary and IeFP; how many drop-out reports it makes.
    pub enum DropOutStory: [u32; 2], u32;
    /// Reported, and still out at the end of the year.
    StaysOut => [1_326, 660], 1;
    /// A school enters the return (`ARS-025`).
    ReturnsToSchool => [500, 200], 1;
    /// The return is to another school than the one that reported (`ARS-031`).
    ReturnsToAnotherSchool => [20, 0], 1;
    /// The CPI enters the return in the school's default (`ARS-028`), and the school never does.
    ReturnIsEnteredByCentre => [60, 25], 1;
    /// The CPI enters the return, and the school a few days later.
    ReturnIsEnteredByCentreThenSchool => [60, 25], 1;
    /// The CPI enters the return without naming the school, then with it (`ARS-028`).
    CentreForgetsTheSchool => [3, 0], 1;
    /// The return lacks the section, and is completed (`ARS-026`).
    ReturnIsCompletedLater => [10, 5], 1;
    /// The return arrives before the report: over when it is learned of.
    ReturnComesBeforeReport => [6, 0], 1;
    /// Returns and drops out again: a second period (`ARS-050`).
    DropsOutTwice => [60, 30], 2;
    /// Lives in a municipality without a catchment: no CPI is guessed (`ARS-049`).
    LivesOutsideEveryCatchment => [10, 0], 1;
    /// The same, and returns.
    ReturnsOutsideEveryCatchment => [2, 0], 1;
    /// Lives in Friuli, domiciled in Veneto: the domicile decides.
    IsDomiciledInVeneto => [40, 5], 1;
    /// Lives in Friuli and has no domicile in Veneto.
    LivesOutsideVeneto => [6, 0], 1;
    /// Of age when dropping out: no period (`ARS-048`).
    IsOfAge => [12, 0], 1;
    /// Drops out on the eve of the eighteenth birthday: a period (`ARS-048`).
    TurnsEighteenTheDayAfter => [4, 0], 1;
    /// Comes of age in spring, the case still open (OQ-A5).
    TurnsEighteenWithAnOpenCase => [20, 0], 1;
    /// Withdraws on 15 March itself (OQ-A9).
    WithdrawsOn15March => [5, 0], 1;
    /// Withdraws in winter under the label of spring (`ARS-016`).
    WithdrawalIsMislabelled => [5, 0], 1;
    /// Is reported as a no-show after the first two months (`ARS-035`).
    IsReportedLateAsNoShow => [5, 0], 1;
    /// The report is received twice, word for word (`ARS-050`).
    ReportIsSentTwice => [20, 10], 2;
    /// A second school enters the student and reports as well: one case (`ARS-050`, OQ-A6).
    SecondSchoolReportsToo => [15, 0], 2;
    /// A second school reports without having entered the student (`ARS-010`).
    SecondSchoolIsNotOwner => [10, 0], 2;
    /// The report arrives before the entry and waits for it (`ARS-036`).
    ReportComesBeforeEntry => [30, 0], 1;
    /// The entry lacks the telephone number, and is completed (`ARS-012`).
    EntryIsCompletedLater => [25, 0], 1;
    /// The entry lacks the telephone number for good.
    EntryIsNeverCompleted => [5, 0], 1;
    /// Moves to a three-year IeFP course (`ARS-020`).
    TransfersToIefp => [40, 0], 0;
    /// Leaves a three-year IeFP course for another school (`ARS-021`).
    TransfersFromIefp => [0, 20], 0;
    /// Drops out, then moves to IeFP: the case ends without a return.
    DropsOutThenTransfers => [10, 0], 1;
    /// Moves between ordinary courses: nobody has to say so (`ARS-022`, `ARS-023`).
    MovesBetweenOrdinaryCourses => [10, 0], 0;
    /// Is educated at home (`ARS-038`, `ARS-039`).
    IsEducatedAtHome => [20, 0], 0;
    /// Is educated at home, and reported all the same.
    IsReportedThoughEducatedAtHome => [4, 0], 1;
    /// Home education is learned of after the case was opened: it had been no drop-out.
    HomeEducationIsLearnedLate => [4, 0], 1;
    /// The same, but the student had come back to school in between: the case opens again.
    CaseReopens => [3, 0], 1;
    /// Chose the school in class 0 and did not come (`ARS-032`).
    DoesNotComeAfterClassZero => [8, 0], 1;
    /// The same, and the report says what is known of it (`ARS-033`).
    DoesNotComeAfterClassZeroWithNotes => [7, 0], 1;
    /// Chose a school in class 0, and nothing more is heard: absence means nothing (OQ-A13).
    IsOnlyInClassZero => [30, 0], 0;
    /// A type of communication nobody knows (`ARS-019`).
    TypeIsUnknown => [5, 0], 0;
    /// Fails the year and goes on (`ARS-042`).
    FailsAndGoesOn => [10, 0], 0;
}

impl Regime {
    /// How many students of it something is communicated about, for each unit of scale, besides class lists: 3,400 drop-out
    /// reports among it.
    pub const fn subjects(self) -> u32 {
        match self {
            Self::Ordinary => 2_410,
            Self::Iefp => 980,
        }
    }
}

impl DropOutStory {
    /// How many of it there are for each unit of scale.
    pub fn quota(self, regime: Regime) -> u32 {
        self.row().0[regime as usize]
    }

    /// How many drop-out reports it makes.
    pub fn reports(self) -> u32 {
        self.row().1
    }

    /// Whether the student returns, once.
    pub(super) fn returns(self) -> bool {
        matches!(
            self,
            Self::ReturnsToSchool
                | Self::ReturnsToAnotherSchool
                | Self::ReturnIsEnteredByCentre
                | Self::ReturnIsEnteredByCentreThenSchool
                | Self::CentreForgetsTheSchool
                | Self::ReturnIsCompletedLater
                | Self::ReturnComesBeforeReport
                | Self::ReturnsOutsideEveryCatchment
        )
    }

    /// The story of a student.
    pub(super) fn of(seed: u64, regime: Regime, number: u64) -> Self {
        let mut place = place(seed, number, u64::from(regime.subjects()));
        for story in Self::ALL {
            let quota = u64::from(story.quota(regime));
            if place < quota {
                return *story;
            }
            place -= quota;
        }
        Self::StaysOut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stories_fill_the_block_and_make_3400_reports() {
        let mut reports = 0;
        for regime in [Regime::Ordinary, Regime::Iefp] {
            let subjects: u32 = DropOutStory::ALL.iter().map(|story| story.quota(regime)).sum();
            assert_eq!(subjects, regime.subjects());
            reports +=
                DropOutStory::ALL.iter().map(|story| story.quota(regime) * story.reports()).sum::<u32>();
        }
        assert_eq!(reports, 3_400);
    }
}
