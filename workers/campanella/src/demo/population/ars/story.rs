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
    /// What happens to a student who drops out; how many of each for a unit of scale, ordinary and IeFP. More kinds of
    /// communication will add stories.
    pub enum DropOutStory: [u32; 2];
    /// Reported, and still out at the end of the year.
    StaysOut => [1_581, 685];
    /// A school enters the return (`ARS-025`).
    ReturnsToSchool => [500, 200];
    /// The CPI enters the return in the school's default (`ARS-028`).
    ReturnIsEnteredByCentre => [120, 50];
    /// Returns and drops out again: a second period (`ARS-050`).
    DropsOutTwice => [60, 30];
    /// Lives in a municipality without a catchment: no CPI is guessed (`ARS-049`).
    LivesOutsideEveryCatchment => [10, 0];
    /// The same, and returns.
    ReturnsOutsideEveryCatchment => [2, 0];
    /// Lives in Friuli, domiciled in Veneto: the domicile decides.
    IsDomiciledInVeneto => [40, 5];
    /// Lives in Friuli and has no domicile in Veneto.
    LivesOutsideVeneto => [6, 0];
    /// Of age when dropping out: no period (`ARS-048`).
    IsOfAge => [12, 0];
    /// Drops out on the eve of the eighteenth birthday: a period (`ARS-048`).
    TurnsEighteenTheDayAfter => [4, 0];
    /// Withdraws on 15 March itself (OQ-A9).
    WithdrawsOn15March => [5, 0];
}

impl Regime {
    /// How many students of it drop out for each unit of scale; with those who do so twice, 3,400 reports.
    pub const fn subjects(self) -> u32 {
        match self {
            Self::Ordinary => 2_340,
            Self::Iefp => 970,
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
        if self == Self::DropsOutTwice { 2 } else { 1 }
    }

    /// The story of a student who drops out.
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
