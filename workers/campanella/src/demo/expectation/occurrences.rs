// SPDX-License-Identifier: EUPL-1.2
//! What the calendar must have done, by the days of the year alone.

use chrono::{NaiveDate, TimeDelta};

use super::super::population::calendar::{
    CLASS_LIST_TERM, DSU_TERM, FIRST_DAY, FIRST_MONTHS_REMINDER, LAST_DAY, MARCH_15_REMINDER, OVERDUE_NOTICE,
    REGULARISATION_TERM,
};
use super::Expectation;
use super::ardis::{DSU_REMINDERS, REGULARISATION_REMINDERS};
use super::ardis_told::DRAFT_REMINDERS;
use super::ars::CLASS_LIST_REMINDERS;
use super::key::{MORNING_TIME, REMINDER_TIME};

/// When a term that ends with a day has passed, on the day after.
const MIDNIGHT: &str = "00:00:00";
/// When those who have not objected are looked for, by the clocks of Rome.
const OBSERVATION_TIME: &str = "09:30:00";

/// What happens every day.
const DAILY: [(&str, &str); 4] = [
    ("ardis-observations-reminder", OBSERVATION_TIME),
    ("ars-case-digest", MORNING_TIME),
    ("ars-returns-to-enter", MORNING_TIME),
    ("ars-students-of-age", MORNING_TIME),
];

/// Every occurrence, with its civil time. Nobody has given the dates of the outcomes (OQ-A4).
pub(super) fn add(expectation: &mut Expectation) {
    let mut happens = |schedule: &str, day: NaiveDate, time: &str| {
        expectation.occurrences.insert((schedule.to_owned(), format!("{day}T{time}")));
    };
    for (schedule, term) in [("ardis-dsu-term", DSU_TERM), ("ardis-regularisation-term", REGULARISATION_TERM)]
    {
        happens(schedule, term + TimeDelta::days(1), MIDNIGHT);
    }
    for (schedule, term, days) in [
        // The window closes on the day of the DSU term.
        ("ardis-draft-reminder", DSU_TERM, &DRAFT_REMINDERS[..]),
        ("ardis-dsu-reminder", DSU_TERM, &DSU_REMINDERS),
        ("ardis-regularisation-reminder", REGULARISATION_TERM, &REGULARISATION_REMINDERS),
        ("ars-iefp-class-lists-reminder", CLASS_LIST_TERM, &CLASS_LIST_REMINDERS),
    ] {
        for days in days {
            happens(schedule, term - TimeDelta::days(*days), REMINDER_TIME);
        }
    }
    for (schedule, day) in [
        ("ars-iefp-class-lists-overdue", OVERDUE_NOTICE),
        ("ars-first-months-reminder", FIRST_MONTHS_REMINDER),
        ("ars-march-15-reminder", MARCH_15_REMINDER),
    ] {
        happens(schedule, day, REMINDER_TIME);
    }
    for day in FIRST_DAY.iter_days().take_while(|day| *day <= LAST_DAY) {
        for (schedule, time) in DAILY {
            happens(schedule, day, time);
        }
    }
}
