// SPDX-License-Identifier: EUPL-1.2
//! A student who drops out: what is communicated, and which periods must follow.

use anyhow::{Context, Result};
use campanella_domain::ars::{Communication, School};
use campanella_domain::identity::{CpiCode, SchoolCode};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::calendar::{FIRST_DAY_OF_LESSONS, arrival_from, days_after};
use super::super::dice::{Dice, Purpose};
use super::super::person::{Cohort, DROP_OUTS, DROP_OUTS_OF_AGE, TURNING_EIGHTEEN, person};
use super::super::world::World;
use super::class_list;
use super::communications::Sender;
use super::enrolled::Row;
use super::story::{DropOutStory, Regime};
use super::student::{Home, Pupil};
use super::timeline::{Timeline, kind_on};

/// A student who drops out and what the register is told about it.
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
    /// What is communicated, each with the instant at which it arrives; of IeFP, besides the class list.
    pub communications: Vec<(DateTime<Utc>, Communication)>,
    /// The periods that must exist at the end of the year, oldest first.
    pub periods: Vec<ExpectedPeriod>,
}

/// A drop-out period that must exist at the end of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedPeriod {
    /// 1 for the first, then 2.
    pub ordinal: u32,
    /// The competent CPI, if there is one.
    pub centre: Option<CpiCode>,
    /// Whether a return closed it.
    pub is_closed: bool,
}

/// What a period must have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpectedState {
    /// Open, with a CPI.
    Assigned,
    /// Open, shown to operations because no CPI is competent.
    Unassigned,
    /// Ended by a return.
    Closed,
}

impl ExpectedPeriod {
    /// What it must have come to.
    pub fn state(&self) -> ExpectedState {
        match (self.is_closed, &self.centre) {
            (true, _) => ExpectedState::Closed,
            (false, Some(_)) => ExpectedState::Assigned,
            (false, None) => ExpectedState::Unassigned,
        }
    }
}

impl ExpectedState {
    /// As the store writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::Closed => "closed",
        }
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
    let communications = communications(&subject, story, regime, &timeline, &mut dice)?;
    Ok(DropOut {
        story,
        regime,
        periods: periods(story, &timeline, subject.centre),
        school: subject.school.code.clone(),
        communications: communications.into_iter().map(|one| (arrival_from(one.received_at), one)).collect(),
        student: subject.student,
    })
}

struct Subject<'a> {
    student: Pupil,
    school: &'a School,
    centre: Option<CpiCode>,
    /// No drop-out before.
    first_day: NaiveDate,
}

fn ordinary<'a>(world: &'a World, story: DropOutStory, number: u64, dice: &mut Dice) -> Result<Subject<'a>> {
    let home = Home::of(Some(story), &world.geography, dice)?;
    let centre = world.geography.centre_of(home.deciding()).cloned();
    let schools = world.schools.ordinary();
    let school = schools.get(dice.index(schools.len())).context("an ordinary school")?;
    let person = person(world.seed, cohort_of(story), number, &world.geography)?;
    let student = Pupil::new(person, home, &world.key);
    Ok(Subject { student, school, centre, first_day: FIRST_DAY_OF_LESSONS })
}

fn cohort_of(story: DropOutStory) -> Cohort {
    match story {
        DropOutStory::IsOfAge => DROP_OUTS_OF_AGE,
        DropOutStory::TurnsEighteenTheDayAfter => TURNING_EIGHTEEN,
        _ => DROP_OUTS,
    }
}

/// The entry is the class list's, so the drop-out comes after it.
fn iefp(world: &World, number: u64) -> Result<Subject<'_>> {
    let row = Row::of_subject(number);
    let (student, deciding) = row.student(world)?;
    Ok(Subject {
        student,
        school: row.school(world)?,
        centre: world.geography.centre_of(&deciding).cloned(),
        first_day: days_after(class_list::loaded_on(world.seed, row.school), 1),
    })
}

fn communications(
    subject: &Subject<'_>,
    story: DropOutStory,
    regime: Regime,
    timeline: &Timeline,
    dice: &mut Dice,
) -> Result<Vec<Communication>> {
    let sender = Sender::new(subject.student.id, subject.school, dice);
    let mut sent = Vec::new();
    if regime == Regime::Ordinary {
        // First the entry, then the report (ARS-036): mostly one after the other, sometimes on the day before.
        let minutes = if dice.per_mille(200) { dice.between(10 * 60, 24 * 60) } else { dice.between(5, 45) };
        let received_at = timeline.drop_out.received_at - TimeDelta::minutes(i64::from(minutes));
        sent.push(sender.entry(FIRST_DAY_OF_LESSONS, received_at));
    }
    sent.push(sender.report(kind_on(story, timeline.drop_out.on, dice), timeline.drop_out));
    if let Some(back) = timeline.back {
        sent.push(if story == DropOutStory::ReturnIsEnteredByCentre {
            sender.return_by_centre(back, subject.centre.as_ref().context("a competent CPI")?)
        } else {
            sender.return_by_school(back, dice)
        });
    }
    if let Some(second) = timeline.second {
        sent.push(sender.report(kind_on(story, second.on, dice), second));
    }
    Ok(sent)
}

/// By construction: a period for each drop-out of a minor, closed if a return follows.
fn periods(story: DropOutStory, timeline: &Timeline, centre: Option<CpiCode>) -> Vec<ExpectedPeriod> {
    if story == DropOutStory::IsOfAge {
        return Vec::new();
    }
    let first = ExpectedPeriod { ordinal: 1, centre: centre.clone(), is_closed: timeline.back.is_some() };
    let second = timeline.second.map(|_| ExpectedPeriod { ordinal: 2, centre, is_closed: false });
    std::iter::once(first).chain(second).collect()
}
