// SPDX-License-Identifier: EUPL-1.2
//! A student about whom something is communicated, and what must come of it.

use anyhow::{Context, Result};
use campanella_domain::ars::{Communication, School};
use campanella_domain::identity::{CpiCode, SchoolCode};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::calendar::{FIRST_DAY_OF_LESSONS, days_after};
use super::super::dice::{Dice, Purpose};
use super::super::person::{Cohort, DROP_OUTS, DROP_OUTS_OF_AGE, OF_AGE_IN_SPRING, TURNING_EIGHTEEN, person};
use super::super::world::World;
use super::class_list;
use super::enrolled::Row;
use super::expected::{ExpectedNotice, ExpectedPeriod};
use super::plots::play;
use super::script::{Script, Subject};
use super::story::{DropOutStory, Regime};
use super::student::{Home, Pupil};
use super::timeline::Timeline;

/// A student, what the register is told, and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropOut {
    /// What happens.
    pub story: DropOutStory,
    /// Which rules the course follows.
    pub regime: Regime,
    /// The student. Of IeFP, one of a class list.
    pub student: Pupil,
    /// The school that reports.
    pub school: SchoolCode,
    /// What is communicated, each with the instant at which it arrives, in that order; of IeFP, besides the class list.
    pub communications: Vec<(DateTime<Utc>, Communication)>,
    /// The periods that must exist at the end of the year, oldest first.
    pub periods: Vec<ExpectedPeriod>,
    /// What must be found about communications at the end of the year, by communication and code.
    pub findings: Vec<(Uuid, &'static str)>,
    /// What must be told besides openings and ends of cases.
    pub notices: Vec<ExpectedNotice>,
}

impl DropOut {
    /// When something about the student arrives: communications, and cases taken in charge.
    pub(in super::super) fn arrivals(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let told = self.communications.iter().map(|(at, _)| *at);
        told.chain(self.periods.iter().flat_map(ExpectedPeriod::takings))
    }
}

/// Invents the student of a number who drops out.
pub(in super::super) fn drop_out(world: &World, regime: Regime, number: u64) -> Result<DropOut> {
    let story = DropOutStory::of(world.seed, regime, number);
    let mut dice = Dice::of(world.seed, Purpose::DropOut, number * 2 + regime as u64);
    let subject = match regime {
        Regime::Ordinary => ordinary(world, story, number, &mut dice)?,
        Regime::Iefp => iefp(world, number)?,
    };
    let birth_date = *subject.student.student.birth_date.expose();
    let timeline = Timeline::draw(story, birth_date, subject.first_day, &mut dice);
    let about = Subject { id: subject.student.id, school: subject.school, centre: subject.centre, regime };
    let school = subject.school.code.clone();
    let mut script = Script::new(world, about, &mut dice);
    play(&mut script, story, &timeline)?;
    let Script { mut sent, periods, findings, notices, .. } = script;
    // Stable: what arrives together stays in the order in which it was sent.
    sent.sort_by_key(|(at, _)| *at);
    Ok(DropOut {
        story,
        regime,
        student: subject.student,
        school,
        communications: sent,
        periods,
        findings,
        notices,
    })
}

struct Somebody<'a> {
    student: Pupil,
    school: &'a School,
    centre: Option<CpiCode>,
    /// No drop-out before.
    first_day: NaiveDate,
}

fn ordinary<'a>(world: &'a World, story: DropOutStory, number: u64, dice: &mut Dice) -> Result<Somebody<'a>> {
    let home = Home::of(Some(story), &world.geography, dice)?;
    let centre = world.geography.centre_of(home.deciding()).cloned();
    let schools = world.schools.ordinary();
    let school = schools.get(dice.index(schools.len())).context("an ordinary school")?;
    let person = person(world.seed, cohort_of(story), number, &world.geography)?;
    let student = Pupil::new(person, home, &world.key);
    Ok(Somebody { student, school, centre, first_day: FIRST_DAY_OF_LESSONS })
}

fn cohort_of(story: DropOutStory) -> Cohort {
    match story {
        DropOutStory::IsOfAge => DROP_OUTS_OF_AGE,
        DropOutStory::TurnsEighteenTheDayAfter => TURNING_EIGHTEEN,
        DropOutStory::TurnsEighteenWithAnOpenCase => OF_AGE_IN_SPRING,
        _ => DROP_OUTS,
    }
}

/// The entry is the class list's, so the drop-out comes after it.
fn iefp(world: &World, number: u64) -> Result<Somebody<'_>> {
    let row = Row::of_subject(number);
    let (student, deciding) = row.student(world)?;
    Ok(Somebody {
        student,
        school: row.school(world)?,
        centre: world.geography.centre_of(&deciding).cloned(),
        first_day: days_after(class_list::loaded_on(world.seed, row.school), 1),
    })
}
