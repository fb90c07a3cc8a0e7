// SPDX-License-Identifier: EUPL-1.2
//! Forms begun and not transmitted at once, or never (`ARD-043`).

use anyhow::Result;
use campanella_domain::identity::{EmailAddress, InstanceNumber};
use chrono::{DateTime, TimeDelta, Utc};

use super::super::calendar::{WINDOW_OPENS, arrival_from, date, days_after};
use super::super::dice::{Dice, Purpose};
use super::super::person::{PARENTS, mail_address, person};
use super::super::world::World;
use super::filing::Filing;
use super::story::{APPLICATIONS, Story};
use campanella_domain::ardis::Application;

/// Drafts never transmitted, for each unit of scale.
pub(in super::super) const NEVER_TRANSMITTED: u32 = 40;

/// A form somebody began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Given while the form is filled in (`ARD-045`).
    pub instance_number: InstanceNumber,
    /// Where to write.
    pub mailbox: EmailAddress,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// When we learn of it.
    pub arrives_at: DateTime<Utc>,
}

/// The draft an application was first, where it lay long enough for us to learn of it.
pub(super) fn before(
    story: Story,
    seed: u64,
    number: u64,
    application: &Application,
    filing: Filing,
) -> Option<DraftRow> {
    let mut dice = Dice::of(seed, Purpose::Draft, number);
    let days = match story {
        Story::SubmittedInTheLastSecond => dice.between(8, 10),
        Story::SubmittedLate => dice.between(10, 14),
        Story::AttestedAfterTheTerm => dice.between(1, 6),
        _ => return None,
    };
    let started_at = filing.submitted_at - TimeDelta::days(i64::from(days));
    let draft = DraftRow {
        instance_number: application.instance_number,
        mailbox: application.applicant_email.clone(),
        started_at,
        arrives_at: arrival_from(started_at),
    };
    (draft.arrives_at < filing.arrives_at).then_some(draft)
}

/// The n-th draft of which nothing comes. Its number follows those of all applications.
pub(in super::super) fn never_transmitted(world: &World, scale: u32, number: u32) -> Result<DraftRow> {
    let beyond = u64::from(APPLICATIONS) * u64::from(scale) + u64::from(number);
    let mut dice = Dice::of(world.seed, Purpose::Draft, beyond);
    let day = dice.day(days_after(WINDOW_OPENS, 1), date(2025, 11, 18));
    let started_at = dice.waking_hours(day);
    Ok(DraftRow {
        instance_number: InstanceNumber::new(2025, beyond + 1)?,
        mailbox: mail_address(&person(world.seed, PARENTS, beyond, &world.geography)?, beyond)?,
        started_at,
        arrives_at: arrival_from(started_at),
    })
}
