// SPDX-License-Identifier: EUPL-1.2
//! Which student stands in which row of which class list, and which of them drop out.

use anyhow::{Context, Result};
use campanella_domain::ars::School;
use campanella_domain::identity::MunicipalityCode;

use super::super::dice::{Dice, Purpose};
use super::super::person::{IEFP_STUDENTS, person};
use super::super::school::WITH_CLASS_LIST;
use super::super::world::World;
use super::student::{Home, Pupil};
use super::{CLASS_LIST_ROWS, DropOutStory, Regime};

/// Students of one school who drop out, in those schools where some do.
const DROP_OUTS: u32 = 10;
/// One row in so many drops out …
const SPACING: u32 = CLASS_LIST_ROWS / DROP_OUTS;
/// … beginning with this one.
const FIRST: u32 = 7;
/// Schools of a block in which students drop out.
const SCHOOLS: u32 = Regime::Iefp.subjects() / DROP_OUTS;

/// A row of a class list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) school: u32,
    pub(super) place: u32,
}

impl Row {
    /// The row of the student of a number who drops out.
    pub(super) fn of_subject(number: u64) -> Self {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let (block, within) = (number / Regime::Iefp.subjects(), number % Regime::Iefp.subjects());
        Self {
            school: block * WITH_CLASS_LIST + within / DROP_OUTS,
            place: within % DROP_OUTS * SPACING + FIRST,
        }
    }

    /// The number of the student who drops out in this row, if one does.
    fn subject(self) -> Option<u64> {
        let (block, within) = (self.school / WITH_CLASS_LIST, self.school % WITH_CLASS_LIST);
        (within < SCHOOLS && self.place % SPACING == FIRST)
            .then(|| u64::from(block * Regime::Iefp.subjects() + within * DROP_OUTS + self.place / SPACING))
    }

    /// Its number among all rows.
    pub(super) fn number(self) -> u64 {
        u64::from(self.school) * u64::from(CLASS_LIST_ROWS) + u64::from(self.place)
    }

    /// Its school.
    pub(super) fn school(self, world: &World) -> Result<&School> {
        world.schools.with_class_list().get(self.school as usize).context("an IeFP school")
    }

    /// Its student, and the municipality that decides which CPI is competent.
    pub(super) fn student(self, world: &World) -> Result<(Pupil, MunicipalityCode)> {
        let story = self.subject().map(|number| DropOutStory::of(world.seed, Regime::Iefp, number));
        let mut dice = Dice::of(world.seed, Purpose::Home, self.number());
        let home = Home::of(story, &world.geography, &mut dice)?;
        let deciding = home.deciding().clone();
        let person = person(world.seed, IEFP_STUDENTS, self.number(), &world.geography)?;
        Ok((Pupil::new(person, home, &world.key), deciding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_student_who_drops_out_is_one_row_of_one_list() {
        for number in [0, 1, 9, 10, 979, 980, 9_799] {
            assert_eq!(Row::of_subject(number).subject(), Some(number));
        }
        let block = (0..100).flat_map(|school| (0..CLASS_LIST_ROWS).map(move |place| Row { school, place }));
        assert_eq!(block.filter_map(Row::subject).count(), 980);
    }
}
