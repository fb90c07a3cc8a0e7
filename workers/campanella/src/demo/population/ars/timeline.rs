// SPDX-License-Identifier: EUPL-1.2
//! When a student drops out, returns, and drops out again.

use campanella_domain::ars::DropOutKind;
use campanella_domain::civil::age::anniversary;
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use super::super::calendar::{FIRST_DAY_OF_LESSONS, date, days_after};
use super::super::dice::Dice;
use super::DropOutStory;

const LAST_DAY_OF_LESSONS: NaiveDate = date(2026, 6, 6);
const MARCH_15: NaiveDate = date(2026, 3, 15);

/// One event of a student's year: its civil date, and when the register received the communication.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) on: NaiveDate,
    pub(super) received_at: DateTime<Utc>,
}

/// The events of a student who drops out.
pub(super) struct Timeline {
    pub(super) drop_out: Event,
    pub(super) back: Option<Event>,
    pub(super) second: Option<Event>,
}

impl Timeline {
    /// Draws the events, none before `first_day`.
    pub(super) fn draw(
        story: DropOutStory,
        birth_date: NaiveDate,
        first_day: NaiveDate,
        dice: &mut Dice,
    ) -> Self {
        let drop_out_day = drop_out_day(story, birth_date, first_day, dice);
        let drop_out = event(drop_out_day, 8, dice);
        let (returns, twice) = match story {
            DropOutStory::DropsOutTwice => (true, true),
            story => (story.returns(), false),
        };
        // A report leaves eight days after the event at the latest, two more over a weekend: the return comes after it.
        let mut later = |day: NaiveDate, first: u32, last: u32, within: u32| {
            let day = days_after(day, dice.between(first, last));
            event(day, within, dice)
        };
        let back = returns.then(|| later(drop_out.on, 15, 70, 5));
        let second = back.filter(|_| twice).map(|back| later(back.on, 20, 40, 8));
        Self { drop_out, back, second }
    }
}

/// An event communicated within so many days, on a working day.
pub(super) fn event(day: NaiveDate, within: u32, dice: &mut Dice) -> Event {
    let received_on = working_day(days_after(day, dice.between(1, within)));
    Event { on: day, received_at: dice.office_hours(received_on) }
}

fn drop_out_day(
    story: DropOutStory,
    birth_date: NaiveDate,
    first_day: NaiveDate,
    dice: &mut Dice,
) -> NaiveDate {
    let first = first_day.max(FIRST_DAY_OF_LESSONS);
    match story {
        DropOutStory::TurnsEighteenTheDayAfter => anniversary(birth_date, 18).pred_opt().unwrap_or(first),
        DropOutStory::WithdrawsOn15March => MARCH_15,
        DropOutStory::DropsOutTwice => dice.day(first, date(2025, 12, 15)),
        DropOutStory::DoesNotComeAfterClassZero | DropOutStory::DoesNotComeAfterClassZeroWithNotes => {
            dice.day(first, date(2025, 9, 30))
        }
        DropOutStory::IsReportedLateAsNoShow => dice.day(date(2025, 11, 12), date(2025, 12, 10)),
        DropOutStory::FailsAndGoesOn => dice.day(date(2026, 6, 10), date(2026, 6, 19)),
        // Something was communicated some days before: it must lie in this school year.
        DropOutStory::IsReportedThoughEducatedAtHome
        | DropOutStory::HomeEducationIsLearnedLate
        | DropOutStory::CaseReopens => dice.day(days_after(first, 10), date(2026, 1, 31)),
        DropOutStory::StaysOut
        | DropOutStory::LivesOutsideEveryCatchment
        | DropOutStory::IsDomiciledInVeneto
        | DropOutStory::LivesOutsideVeneto
        | DropOutStory::IsOfAge => any_day(first, dice),
        _ => dice.day(first, date(2026, 1, 31)),
    }
}

/// More in the first two months, some after the outcomes of June.
fn any_day(first: NaiveDate, dice: &mut Dice) -> NaiveDate {
    match dice.below(100) {
        0..35 => dice.day(first, date(2025, 11, 10)),
        35..80 => dice.day(first, LAST_DAY_OF_LESSONS),
        _ => dice.day(date(2026, 6, 10), date(2026, 6, 19)),
    }
}

/// The type a report of that day has.
pub(super) fn kind_on(story: DropOutStory, day: NaiveDate, dice: &mut Dice) -> DropOutKind {
    match story {
        DropOutStory::WithdrawalIsMislabelled => return DropOutKind::WithdrawalAfter15March,
        DropOutStory::IsReportedLateAsNoShow
        | DropOutStory::DoesNotComeAfterClassZero
        | DropOutStory::DoesNotComeAfterClassZeroWithNotes => return DropOutKind::NotPresentAtStart,
        _ => {}
    }
    let withdraws = story == DropOutStory::WithdrawsOn15March || (day != MARCH_15 && dice.per_mille(400));
    if day > LAST_DAY_OF_LESSONS {
        DropOutKind::NegativeOutcome
    } else if day <= date(2025, 9, 30) && dice.per_mille(600) {
        DropOutKind::NotPresentAtStart
    } else if !withdraws {
        DropOutKind::InformalAbandonment
    } else if day < MARCH_15 {
        DropOutKind::WithdrawalBefore15March
    } else {
        DropOutKind::WithdrawalAfter15March
    }
}

/// Schools communicate on working days.
fn working_day(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => days_after(day, 2),
        Weekday::Sun => days_after(day, 1),
        _ => day,
    }
}
