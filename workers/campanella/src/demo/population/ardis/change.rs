// SPDX-License-Identifier: EUPL-1.2
//! Changes of data after the application (`ARD-090`).

use anyhow::Result;
use campanella_domain::identity::{EmailAddress, Iban};
use campanella_domain::ids;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::account::account;
use super::super::calendar::{arrival_from, date};
use super::super::dice::{Dice, Purpose};
use super::story::Story;

/// A change a family communicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Follows from the application and the instant it was received.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// When it was made.
    pub received_at: DateTime<Utc>,
    /// When it reaches us.
    pub arrives_at: DateTime<Utc>,
    /// The new address for mails.
    pub email: Option<EmailAddress>,
    /// The new account.
    pub iban: Option<Iban>,
}

/// The change of a story, if it has one.
pub(super) fn of(story: Story, seed: u64, number: u64, application: Uuid) -> Result<Option<ChangeRow>> {
    let (email, iban) = match story {
        Story::AdultStudent => (true, false),
        Story::AtTheCeiling => (false, true),
        Story::ForeignSchool => (true, true),
        _ => return Ok(None),
    };
    let mut dice = Dice::of(seed, Purpose::Later, number);
    let day = dice.day(date(2026, 1, 12), date(2026, 1, 29));
    let received_at = dice.waking_hours(day);
    Ok(Some(ChangeRow {
        id: ids::data_change(application, received_at),
        application,
        received_at,
        arrives_at: arrival_from(received_at),
        email: email.then(|| format!("nuovo.indirizzo.{number}@posta.example").parse()).transpose()?,
        iban: iban.then(|| account(&mut dice)).transpose()?,
    }))
}
