// SPDX-License-Identifier: EUPL-1.2
//! Self-certifications: the second way to regularise (`ARD-017` to `ARD-019`).

use campanella_domain::ardis::{CheckOutcome, IdentityDocument, SelfCertification};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::super::calendar::{REGULARISATION_TERM, arrival_from, at, date, days_after};
use super::super::dice::Dice;
use super::story::Story;
use campanella_domain::ids;

/// A self-certification for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfCertificationRow {
    /// Follows from the application and the instant it was received.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// When it reaches us, checked or not; what was checked only later comes a second time.
    pub arrives_at: DateTime<Utc>,
    /// What it says.
    pub form: SelfCertification,
}

/// What reaches us of the self-certification of a story, if it has one. Those in time that may serve come after the last reminder has left (16 December
/// at 9:00), so that whether one is due leaves no doubt; without a valid document they come before the last two.
pub(super) fn of(story: Story, application: Uuid, dice: &mut Dice) -> Vec<SelfCertificationRow> {
    let office_hours = |dice: &mut Dice, first, last| {
        let day = dice.day(first, last);
        dice.office_hours(day)
    };
    let in_time = office_hours(dice, date(2025, 12, 17), date(2025, 12, 17));
    let early = office_hours(dice, date(2025, 12, 9), date(2025, 12, 10));
    let checked_soon = in_time + TimeDelta::hours(2);
    let checked_late = office_hours(dice, date(2025, 12, 22), date(2025, 12, 23));
    let (received_at, checked_at, outcome) = match story {
        Story::SelfCertificationAccepted => (in_time, Some(checked_soon), CheckOutcome::Accepted),
        Story::SelfCertificationRejected => (in_time, Some(checked_soon), CheckOutcome::Rejected),
        Story::SelfCertificationUnchecked => (in_time, None, CheckOutcome::Unchecked),
        Story::IdentityDocumentNotValid => (early, None, CheckOutcome::Unchecked),
        Story::SelfCertificationCheckedAfterTheTerm => (in_time, Some(checked_late), CheckOutcome::Accepted),
        Story::SelfCertificationLate => {
            (at(days_after(REGULARISATION_TERM, 1), 0), Some(checked_late), CheckOutcome::Accepted)
        }
        _ => return Vec::new(),
    };
    let identity_document = match story {
        Story::IdentityDocumentNotValid if dice.below(2) == 0 => IdentityDocument::Expired,
        Story::IdentityDocumentNotValid => IdentityDocument::Missing,
        _ => IdentityDocument::Valid,
    };
    let row = |arrives_at, outcome, checked_at| SelfCertificationRow {
        id: ids::self_certification(application, received_at),
        application,
        arrives_at: arrival_from(arrives_at),
        form: SelfCertification { received_at, identity_document, outcome, checked_at },
    };
    let last = row(checked_at.unwrap_or(received_at), outcome, checked_at);
    if story == Story::SelfCertificationCheckedAfterTheTerm {
        return vec![row(received_at, CheckOutcome::Unchecked, None), last];
    }
    vec![last]
}
