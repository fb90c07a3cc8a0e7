// SPDX-License-Identifier: EUPL-1.2
//! Observations on a provisional list (ARD-080 to ARD-083): recording one, answering one.
//!
//! Both are an officer's acts from a desk, not a worker's. None is discarded here: what is late or came by another way is
//! kept with a flag, and whoever disregards it says why (ARD-081, ARD-082, ARD-087).

use campanella_domain::{
    ardis::{Channel, ObservationFlag},
    identity::Redacted,
    ids,
};
use campanella_messages::{ArdisObservationRecorded, Cause};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::ardis::{
    application,
    observation::{self, Answer, NewObservation},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An observation as it reached the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedObservation {
    /// The application.
    pub application: Uuid,
    /// The legal time.
    pub received_at: DateTime<Utc>,
    /// That time as it was stated, which the id is made of: today's date alone is the end of today, whenever it is typed.
    pub stated_at: DateTime<Utc>,
    /// How it came.
    pub channel: Channel,
    /// Protocol number in the office's own register.
    pub reference: Option<Redacted<String>>,
}

/// Records an observation about the provisional list that was out when it was received, with what an officer has to weigh,
/// and tells the workers. Returns what was recorded and whether it is new; the same one again changes
/// nothing.
///
/// # Errors
/// Any store error, an application that is not there among them.
pub async fn record_observation(
    received: &ReceivedObservation,
    work: &mut UnitOfWork<'_>,
) -> Result<(NewObservation, bool), Failure> {
    let ReceivedObservation { application, received_at, stated_at, channel, reference } = received;
    // Nobody publishes a list meanwhile.
    application::lock(work.tx(), &[*application]).await?;
    let observed = observation::observed(work.tx(), *application, *received_at).await?;
    let id = ids::observation(
        *application,
        *stated_at,
        *channel,
        reference.as_ref().map(|text| text.expose().as_str()),
    );
    let new = NewObservation {
        id,
        application: *application,
        list: observed.map(|(list, _)| list),
        received_at: *received_at,
        channel: *channel,
        reference: reference.clone(),
        flags: ObservationFlag::of(*received_at, *channel, observed.map(|(_, entry)| entry)),
        recorded_at: work.now(),
    };
    if observation::insert(work.tx(), &new).await? {
        work.emit(&ArdisObservationRecorded { observation: id }, Cause::First);
        return Ok((new, true));
    }
    let stored = observation::find(work.tx(), id).await?;
    Ok((stored.map_or(new, |stored| stored.recorded), false))
}

/// Answers an observation with a motivation (ARD-087), once: false when it is not there or was answered before. Whatever the
/// answer, the decision on the application is another act.
///
/// # Errors
/// Any store error.
pub async fn answer_observation(
    id: Uuid,
    accepted: bool,
    officer: Redacted<String>,
    motivation: Redacted<String>,
    work: &mut UnitOfWork<'_>,
) -> Result<bool, Failure> {
    let answer = Answer { answered_at: work.now(), accepted, officer, motivation };
    Ok(observation::answer(work.tx(), id, &answer).await?)
}
