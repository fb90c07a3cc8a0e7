// SPDX-License-Identifier: EUPL-1.2
//! Observations on the provisional list, and what the office answers (`ARD-080` to `ARD-087`).

use campanella_domain::ardis::Channel;
use campanella_domain::ids;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::calendar::{OBSERVATION_TERM, PUBLICATION, arrival_from, date, days_after};
use super::super::dice::{Dice, Purpose};
use super::officer::OfficerDecision;
use super::story::Story;
use super::verdict::ADMITTED;

/// An observation of a family whose application the provisional list excluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationRow {
    /// Follows from the application, the instant it was received and how it came.
    pub id: Uuid,
    /// The application.
    pub application: Uuid,
    /// The legal time.
    pub received_at: DateTime<Utc>,
    /// When it reaches us.
    pub arrives_at: DateTime<Utc>,
    /// How it came.
    pub channel: Channel,
    /// What the office answers.
    pub answer: AnswerRow,
}

/// The office's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The observation.
    pub observation: Uuid,
    /// When it is given, which is also when it arrives.
    pub answered_at: DateTime<Utc>,
    /// Who: an invented office name.
    pub officer: &'static str,
    /// Why, in Italian; nothing personal (`ARD-087`).
    pub motivation: &'static str,
    /// What is decided anew; none: the observation was not accepted.
    pub decision: Option<OfficerDecision>,
}

/// The observation of a story, if it has one. Those in time reach us well before the last reminder.
pub(super) fn of(story: Story, seed: u64, number: u64, application: Uuid) -> Option<ObservationRow> {
    let (is_late, channel, motivation) = match story {
        Story::NotAttending => {
            (false, Channel::Online, "Frequenza alla data della domanda documentata dalla scuola.")
        }
        Story::NeverRegularised => {
            (false, Channel::Online, "Nessuna regolarizzazione risulta entro il termine del 18 dicembre.")
        }
        Story::OneCentAboveTheCeiling => {
            (false, Channel::Online, "Il valore ISEE dell'attestazione supera il limite dell'Avviso.")
        }
        Story::ApplicantElsewhere => (
            false,
            Channel::Email,
            "Non presentate online; la residenza con lo studente non risulta comunque.",
        ),
        Story::OutsideTheRegion => (
            true,
            Channel::Online,
            "Presentate oltre il termine; la residenza in regione non risulta comunque.",
        ),
        _ => return None,
    };
    let mut dice = Dice::of(seed, Purpose::Later, number);
    let (first, last) = if is_late {
        (days_after(OBSERVATION_TERM, 1), days_after(OBSERVATION_TERM, 2))
    } else {
        (days_after(PUBLICATION, 1), days_after(PUBLICATION, 6))
    };
    let day = dice.day(first, last);
    let received_at = dice.waking_hours(day);
    let day = dice.day(date(2026, 5, 4), date(2026, 5, 15));
    let answered_at = arrival_from(dice.office_hours(day));
    let id = ids::observation(application, received_at, channel, None);
    let officer = "istruttoria-2";
    let decision = (story == Story::NotAttending).then_some(OfficerDecision {
        application,
        decided_at: answered_at,
        verdict: ADMITTED,
        officer,
        motivation,
    });
    let answer = AnswerRow { observation: id, answered_at, officer, motivation, decision };
    Some(ObservationRow {
        id,
        application,
        received_at,
        arrives_at: arrival_from(received_at),
        channel,
        answer,
    })
}
