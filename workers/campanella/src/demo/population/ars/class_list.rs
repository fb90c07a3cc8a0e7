// SPDX-License-Identifier: EUPL-1.2
//! Class lists: every student of every IeFP course (`ARS-007`, `ARS-008`).
//!
//! A school loads most of its list at once, some time before or after 27 October, and the last few students when they
//! enrol during the year.

use anyhow::Result;
use campanella_domain::ars::Communication;
use campanella_domain::civil::zone::date_of;
use chrono::{DateTime, NaiveDate, Utc};

use super::super::calendar::{FIRST_DAY_OF_LESSONS, arrival_from, date, days_after};
use super::super::dice::{Dice, Purpose};
use super::super::school::WITH_CLASS_LIST;
use super::super::world::World;
use super::communications::Sender;
use super::enrolled::Row;
use super::student::Pupil;

/// Rows of one school.
pub(in super::super) const CLASS_LIST_ROWS: u32 = 200;
/// Rows of one school that are loaded at once; the others enrol later.
const AT_ONCE: u32 = 190;

/// When the schools of a block of a hundred load their lists: up to that place, between those days. The reminders leave
/// on 13, 20 and 25 October (`ARS-034`).
const WAVES: [(u32, NaiveDate, NaiveDate); 6] = [
    (45, date(2025, 9, 11), date(2025, 10, 5)),
    (70, date(2025, 10, 6), date(2025, 10, 12)),
    (85, date(2025, 10, 13), date(2025, 10, 19)),
    (93, date(2025, 10, 20), date(2025, 10, 24)),
    (98, date(2025, 10, 25), date(2025, 10, 27)),
    (WITH_CLASS_LIST, date(2025, 10, 28), date(2025, 11, 10)),
];

/// When a school's list, and then its later enrolments, are received.
fn received_at(seed: u64, school: u32) -> [DateTime<Utc>; 2] {
    let mut dice = Dice::of(seed, Purpose::ClassList, u64::from(school));
    let place = school % WITH_CLASS_LIST;
    let (_, first, last) = WAVES.into_iter().find(|(end, _, _)| place < *end).unwrap_or(WAVES[0]);
    let day = dice.day(first, last);
    let later = days_after(day, dice.between(10, 60));
    [dice.office_hours(day), dice.office_hours(later)]
}

/// When the rows of a school arrive.
pub(in super::super) fn arrivals(seed: u64, school: u32) -> [DateTime<Utc>; 2] {
    received_at(seed, school).map(arrival_from)
}

/// When the first rows of a school arrive: from then on it is not late.
pub(in super::super) fn first_arrival(seed: u64, school: u32) -> DateTime<Utc> {
    arrivals(seed, school)[0]
}

/// The day a school's list is received.
pub(super) fn loaded_on(seed: u64, school: u32) -> NaiveDate {
    date_of(received_at(seed, school)[0])
}

/// The rows of a school that arrive at an instant.
pub(in super::super) fn rows_arriving(
    world: &World,
    school: u32,
    at: DateTime<Utc>,
) -> Result<Vec<(Pupil, Communication)>> {
    let [list, later] = received_at(world.seed, school);
    let places = |received_at: DateTime<Utc>, places: std::ops::Range<u32>| {
        let arriving = if arrival_from(received_at) == at { places } else { 0..0 };
        arriving.map(move |place| (place, received_at))
    };
    places(list, 0..AT_ONCE)
        .chain(places(later, AT_ONCE..CLASS_LIST_ROWS))
        .map(|(place, received_at)| entry(world, Row { school, place }, received_at))
        .collect()
}

fn entry(world: &World, row: Row, received_at: DateTime<Utc>) -> Result<(Pupil, Communication)> {
    let (student, _) = row.student(world)?;
    let mut dice = Dice::of(world.seed, Purpose::Class, row.number());
    let on = if row.place < AT_ONCE { FIRST_DAY_OF_LESSONS } else { date_of(received_at) };
    let entry = Sender::new(student.id, row.school(world)?, &mut dice).entry(on, received_at);
    Ok((student, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ars_034_some_schools_are_late_at_each_reminder_and_fewer_each_time() {
        let late_on = |day: u32| {
            let reminder = super::super::super::calendar::at(date(2025, 10, day), 9 * 3600);
            (0..100).filter(|school| first_arrival(3, *school) > reminder).count()
        };
        assert_eq!([late_on(13), late_on(20), late_on(25)], [30, 15, 7]);
    }
}
