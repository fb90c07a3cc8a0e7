// SPDX-License-Identifier: EUPL-1.2
//! A term as it is written down, and how it is read back.
//!
//! A stored term carries civil date-time, zone and instant, so that a row can be read years later without this
//! program, and so that a later change of the zone's rules cannot move a term that was already communicated. A
//! procedure file writes a term shorter, as a date or a date-time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::term::{Term, TermError, TermKind};
use super::wall_clock;
use super::zone::ROME;

/// The two written forms of a term.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "serve un termine fra virgolette: \"2025-12-18\" (fino alla fine di quel giorno) o \"2025-11-20T16:00\" (quell'istante è l'ultimo utile)"
)]
pub(super) enum TermRecord {
    /// In a procedure file.
    Text(String),
    /// In a stored fact.
    Stored { kind: TermKind, civil: NaiveDateTime, zone: String, instant: DateTime<Utc> },
}

impl From<Term> for TermRecord {
    fn from(term: Term) -> Self {
        Self::Stored {
            kind: term.kind(),
            civil: term.civil(),
            zone: term.zone().name().to_owned(),
            instant: term.instant(),
        }
    }
}

impl TryFrom<TermRecord> for Term {
    type Error = TermError;

    fn try_from(record: TermRecord) -> Result<Self, TermError> {
        match record {
            TermRecord::Text(text) => text.parse(),
            TermRecord::Stored { kind, civil, zone, instant } => Self::restore(kind, civil, &zone, instant),
        }
    }
}

impl Term {
    /// Rebuilds a term from what was stored of it. The instant is taken as stored, never computed anew.
    ///
    /// # Errors
    /// [`TermError::Zone`] if the zone is not Europe/Rome, [`TermError::NotMidnight`] if the end of a day is not at a
    /// midnight, [`TermError::LeapSecond`] if it is at second 60.
    pub fn restore(
        kind: TermKind,
        civil: NaiveDateTime,
        zone: &str,
        instant: DateTime<Utc>,
    ) -> Result<Self, TermError> {
        if zone != ROME.name() {
            return Err(TermError::Zone { found: zone.to_owned() });
        }
        if kind == TermKind::EndOfDay && civil.time() != NaiveTime::MIN {
            return Err(TermError::NotMidnight { civil });
        }
        if !wall_clock::can_show(&civil) || !wall_clock::can_show(&instant) {
            return Err(TermError::LeapSecond);
        }
        Ok(Self::of(kind, civil, instant))
    }
}

impl std::str::FromStr for Term {
    type Err = TermError;

    /// Reads a term of a procedure file: `2025-12-18` is [`Term::end_of_day`], `2025-11-20T16:00` (seconds optional)
    /// is [`Term::until`].
    fn from_str(text: &str) -> Result<Self, TermError> {
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Self::end_of_day(date));
        }
        text.parse::<NaiveDateTime>()
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
            .ok()
            .filter(wall_clock::can_show)
            .map(Self::until)
            .ok_or_else(|| TermError::Unreadable { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_term_reads_without_this_program_and_comes_back_whole() {
        let until: Term = "2025-11-20T16:00".parse().unwrap();
        let stored = serde_json::to_string(&until).unwrap();
        assert_eq!(
            stored,
            r#"{"kind":"until","civil":"2025-11-20T16:00:00","zone":"Europe/Rome","instant":"2025-11-20T15:00:00Z"}"#
        );
        assert_eq!(serde_json::from_str::<Term>(&stored).unwrap(), until);

        let end_of_day: Term = "2025-12-18".parse().unwrap();
        let stored = serde_json::to_string(&end_of_day).unwrap();
        assert_eq!(
            stored,
            r#"{"kind":"end-of-day","civil":"2025-12-19T00:00:00","zone":"Europe/Rome","instant":"2025-12-18T23:00:00Z"}"#
        );
        assert_eq!(serde_json::from_str::<Term>(&stored).unwrap(), end_of_day);
    }

    #[test]
    fn a_stored_instant_stays_even_if_the_zone_were_to_change() {
        let stored = r#"{"kind":"until","civil":"2025-11-20T16:00:00","zone":"Europe/Rome","instant":"2025-11-20T14:00:00Z"}"#;
        let term: Term = serde_json::from_str(stored).unwrap();
        assert_eq!(term.instant(), "2025-11-20T14:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn a_procedure_file_writes_a_term_as_a_date_or_a_date_time() {
        #[derive(Deserialize)]
        struct Terms {
            dsu_deadline: Term,
            window_close: Term,
        }
        let terms: Terms =
            toml::from_str("dsu_deadline = \"2025-11-20\"\nwindow_close = \"2025-11-20T16:00\"").unwrap();
        assert_eq!(terms.dsu_deadline, Term::end_of_day("2025-11-20".parse().unwrap()));
        assert_eq!(terms.window_close, Term::until("2025-11-20T16:00:00".parse().unwrap()));
    }

    #[test]
    fn a_term_that_cannot_be_read_is_named_with_the_two_forms_it_may_have() {
        let error = "20/11/2025".parse::<Term>().unwrap_err().to_string();
        assert!(error.contains("20/11/2025") && error.contains("2025-12-18"), "{error}");
        assert!("2025-02-30".parse::<Term>().is_err());
    }

    #[test]
    fn a_term_at_second_60_is_refused_wherever_it_is_written() {
        // In the year 25 Rome was 49 minutes and 56 seconds ahead: the instant of this one cannot even be written.
        for text in ["2025-11-20T16:00:60", "025-10-22T2:29:60"] {
            let refused = Err(TermError::Unreadable { text: text.to_owned() });
            assert_eq!(text.parse::<Term>(), refused, "{text}");
        }
        let stored = r#"{"kind":"until","civil":"2025-11-20T16:00:60","zone":"Europe/Rome","instant":"2025-11-20T15:00:00Z"}"#;
        let error = serde_json::from_str::<Term>(stored).unwrap_err().to_string();
        assert!(error.contains("secondo 60"), "{error}");
    }

    #[test]
    fn a_stored_term_of_another_zone_or_with_a_day_that_ends_at_noon_is_refused() {
        let civil: NaiveDateTime = "2025-11-20T12:00:00".parse().unwrap();
        let instant = civil.and_utc();
        assert_eq!(
            Term::restore(TermKind::Until, civil, "Europe/Lisbon", instant),
            Err(TermError::Zone { found: "Europe/Lisbon".to_owned() })
        );
        assert_eq!(
            Term::restore(TermKind::EndOfDay, civil, "Europe/Rome", instant),
            Err(TermError::NotMidnight { civil })
        );
    }
}
