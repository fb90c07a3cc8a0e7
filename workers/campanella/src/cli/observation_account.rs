// SPDX-License-Identifier: EUPL-1.2
//! What was objected about an application and answered, as `explain` and `applications show` tell it.

use anyhow::Result;
use campanella_domain::ardis::ObservationFlag;
use campanella_store::ardis::observation::Observation;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::Output;
use crate::wording;

/// An observation and its answer; who answered is no matter here.
#[derive(Debug, Serialize)]
pub(super) struct ObservationAccount {
    pub(super) id: Uuid,
    pub(super) received_at: DateTime<Utc>,
    pub(super) flags: Vec<ObservationFlag>,
    /// None: not answered yet.
    pub(super) accepted: Option<bool>,
    /// Why it was answered so (ARD-087); none too where an officer's words are not told ([`super::rules::tells_words`]).
    pub(super) motivation: Option<String>,
}

impl ObservationAccount {
    /// `words`: whether the answer's motivation is told.
    pub(super) fn of(observation: &Observation, words: bool) -> Self {
        let answer = observation.answer.as_ref();
        Self {
            id: observation.recorded.id,
            received_at: observation.recorded.received_at,
            flags: observation.recorded.flags.clone(),
            accepted: answer.map(|answer| answer.accepted),
            motivation: answer.filter(|_| words).map(|answer| answer.motivation.expose().clone()),
        }
    }

    pub(super) fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let answer = match self.accepted {
            None => "senza risposta",
            Some(true) => "accolta",
            Some(false) => "non accolta",
        };
        out.line(&format!("Osservazione del {}: {answer}", wording::short_moment(self.received_at)))?;
        for flag in &self.flags {
            out.line(&format!("  • {}", flag.explanation()))?;
        }
        match &self.motivation {
            Some(motivation) => out.line(&format!("  Motivazione: {motivation}"))?,
            None if self.accepted.is_some() => out.line("  Motivazione: agli atti dell'ufficio.")?,
            None => {}
        }
        Ok(())
    }
}
