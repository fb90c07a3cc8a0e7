// SPDX-License-Identifier: EUPL-1.2
//! When an application is submitted and when it reaches us.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::calendar::{
    CLOSING_SECOND, DSU_TERM, OPENING_SECOND, WINDOW_OPENS, arrival_from, at, date, days_after,
};
use super::super::dice::{Dice, Purpose};
use super::story::Story;

/// The two times of a submission.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filing {
    /// Legal time.
    pub(super) submitted_at: DateTime<Utc>,
    /// When it is recorded.
    pub(super) arrives_at: DateTime<Utc>,
}

impl Filing {
    /// Of the application of a number.
    pub(super) fn of(seed: u64, number: u64, story: Story) -> Self {
        let mut dice = Dice::of(seed, Purpose::Filing, number);
        let submitted_at = submitted_at(story, number, &mut dice);
        // What does not come through the portal is registered by hand.
        let delay = match story {
            Story::OtherChannel | Story::OtherChannelWithoutIsee | Story::OtherChannelLate => {
                dice.between(1, 4)
            }
            _ => 0,
        };
        Self {
            submitted_at,
            arrives_at: arrival_from(submitted_at + chrono::TimeDelta::days(i64::from(delay))),
        }
    }
}

fn submitted_at(story: Story, number: u64, dice: &mut Dice) -> DateTime<Utc> {
    let between = |dice: &mut Dice, first: NaiveDate, last: NaiveDate| {
        let day = dice.day(first, last);
        dice.waking_hours(day)
    };
    let second_day = days_after(WINDOW_OPENS, 1);
    match story {
        Story::SubmittedInTheLastSecond => at(DSU_TERM, CLOSING_SECOND),
        Story::SubmittedLate if number.is_multiple_of(2) => at(DSU_TERM, CLOSING_SECOND + 1),
        Story::SubmittedLate => between(dice, days_after(DSU_TERM, 1), date(2025, 11, 28)),
        Story::OtherChannelLate => {
            let day = dice.day(days_after(DSU_TERM, 1), date(2025, 11, 27));
            dice.office_hours(day)
        }
        Story::OtherChannel | Story::OtherChannelWithoutIsee => {
            let day = dice.day(second_day, date(2025, 11, 14));
            dice.office_hours(day)
        }
        Story::DsuSignedAndSoonAttested | Story::DsuSignedSoonAfterApplying => {
            between(dice, second_day, date(2025, 11, 5))
        }
        Story::DsuSignedAfterTheReminder => between(dice, second_day, date(2025, 11, 11)),
        Story::AttestedAfterTheTerm => between(dice, date(2025, 11, 10), date(2025, 11, 19)),
        Story::NoDsu
        | Story::DsuSignedInTheLastSecond
        | Story::DsuLearnedInJanuary
        | Story::DsuSignedAtMidnight => between(dice, second_day, date(2025, 11, 18)),
        _ => rush(dice),
    }
}

/// As calls go: a first wave, a lull, and most in the last days.
fn rush(dice: &mut Dice) -> DateTime<Utc> {
    let wave = dice.below(100);
    let day = match wave {
        0..25 => dice.day(WINDOW_OPENS, date(2025, 10, 19)),
        25..50 => dice.day(date(2025, 10, 20), date(2025, 11, 9)),
        50..80 => dice.day(date(2025, 11, 10), date(2025, 11, 18)),
        _ => dice.day(date(2025, 11, 19), DSU_TERM),
    };
    let (first, last) = if day == WINDOW_OPENS {
        (OPENING_SECOND, 22 * 3600)
    } else if day == DSU_TERM {
        (7 * 3600, CLOSING_SECOND)
    } else {
        (7 * 3600, 23 * 3600 - 1)
    };
    at(day, dice.between(first, last))
}
