// SPDX-License-Identifier: EUPL-1.2
//! Observations (*osservazioni*, art. 10-bis L. 241/1990) on a provisional list: what an officer has to weigh before what
//! they say.
//!
//! Nothing here discards one. An observation that is late or came by another way than the portal may be disregarded, but by
//! an officer, with a motivation (`ARD-081`, `ARD-082`, `ARD-087`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Channel, Outcome};
use crate::civil::term::Term;

/// Something about an observation that an officer has to weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObservationFlag {
    /// No provisional list with the application was out when it came (`ARD-080`).
    NoList,
    /// The list did not exclude the application (`ARD-080`).
    NotExcluded,
    /// Received after the term of the list (`ARD-082`, `ARD-083`).
    Late,
    /// Not by the portal (`ARD-081`).
    NotOnline,
}

/// What the provisional list said of the application, and until when one could object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedEntry {
    /// What it said.
    pub outcome: Outcome,
    /// The list's own term; it may differ from that of the call (`ARD-083`).
    pub term: Term,
}

impl ObservationFlag {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::NoList, Self::NotExcluded, Self::Late, Self::NotOnline];

    /// What an officer has to weigh of an observation received at an instant by a channel on `entry`; none, if no
    /// provisional list with the application was out. Empty: it is in time and in order.
    #[must_use]
    pub fn of(received_at: DateTime<Utc>, channel: Channel, entry: Option<ObservedEntry>) -> Vec<Self> {
        let holds = |flag: &Self| match flag {
            Self::NoList => entry.is_none(),
            Self::NotExcluded => entry.is_some_and(|entry| entry.outcome != Outcome::Excluded),
            Self::Late => entry.is_some_and(|entry| entry.term.has_passed(received_at)),
            Self::NotOnline => channel != Channel::Online,
        };
        Self::ALL.into_iter().filter(holds).collect()
    }

    /// As written in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoList => "no-list",
            Self::NotExcluded => "not-excluded",
            Self::Late => "late",
            Self::NotOnline => "not-online",
        }
    }

    /// What an officer reads, in Italian.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::NoList => "quando è arrivata non era pubblicato alcun elenco provvisorio con la domanda",
            Self::NotExcluded => "nell'elenco provvisorio la domanda non era esclusa",
            Self::Late => "è arrivata dopo il termine per le osservazioni",
            Self::NotOnline => "non è arrivata online, la sola modalità ammessa",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::zone::instant_of;

    fn at(civil: &str) -> DateTime<Utc> {
        instant_of(civil.parse().unwrap())
    }

    /// On a list of Wednesday 15 April 2026: until Monday 27 April.
    fn entry(outcome: Outcome) -> Option<ObservedEntry> {
        let procedure = crate::procedure::ArdisProcedure::embedded().unwrap();
        let term = procedure.observations_until("2026-04-15".parse().unwrap());
        Some(ObservedEntry { outcome, term })
    }

    #[test]
    fn ard_082_the_last_second_of_the_tenth_day_is_in_time_and_the_next_is_late() {
        let flags = |civil| ObservationFlag::of(at(civil), Channel::Online, entry(Outcome::Excluded));
        assert_eq!(flags("2026-04-27T23:59:59.999"), []);
        assert_eq!(flags("2026-04-28T00:00:00"), [ObservationFlag::Late]);
    }

    #[test]
    fn ard_083_the_term_of_the_list_counts_not_that_of_the_call() {
        let term = Term::end_of_day("2026-05-15".parse().unwrap());
        let entry = Some(ObservedEntry { outcome: Outcome::Excluded, term });
        assert_eq!(ObservationFlag::of(at("2026-05-15T12:00:00"), Channel::Online, entry), []);
    }

    #[test]
    fn ard_081_another_way_than_online_is_flagged() {
        for channel in [Channel::Email, Channel::Pec, Channel::Paper] {
            let flags = ObservationFlag::of(at("2026-04-20T12:00:00"), channel, entry(Outcome::Excluded));
            assert_eq!(flags, [ObservationFlag::NotOnline]);
        }
    }

    #[test]
    fn ard_080_only_who_was_excluded_in_a_list_that_is_out_can_object() {
        let on = |entry| ObservationFlag::of(at("2026-04-30T12:00:00"), Channel::Pec, entry);
        assert_eq!(on(None), [ObservationFlag::NoList, ObservationFlag::NotOnline]);
        let all = [ObservationFlag::NotExcluded, ObservationFlag::Late, ObservationFlag::NotOnline];
        assert_eq!(on(entry(Outcome::Admitted)), all);
    }

    #[test]
    fn flags_are_written_as_serde_writes_them() {
        for flag in ObservationFlag::ALL {
            assert_eq!(serde_json::to_string(&flag).unwrap(), format!("\"{}\"", flag.as_str()));
        }
    }
}
