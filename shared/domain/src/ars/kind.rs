// SPDX-License-Identifier: EUPL-1.2
//! The types of communication. The list is open (ARS-019).

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a student is reported as dropped out: the five types of FAQ 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropOutKind {
    /// Enrolled, never present at the start of the year (ARS-014); one type under two labels (OQ-A8), also
    /// after a choice in class 0 (ARS-032).
    NotPresentAtStart,
    /// Stopped attending without a formal act (*abbandono non formale*, ARS-015).
    InformalAbandonment,
    /// Withdrew (*ritiro*) before 15 March (ARS-016).
    #[serde(rename = "withdrawal-before-15-march")]
    WithdrawalBefore15March,
    /// Withdrew after 15 March (ARS-017).
    #[serde(rename = "withdrawal-after-15-march")]
    WithdrawalAfter15March,
    /// Failed the year and does not go on (ARS-018, ARS-041).
    NegativeOutcome,
}

/// What a communication says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommunicationKind {
    /// Start-of-year confirmation or enrolment during the year: gives ownership (ARS-011).
    EnrolmentConfirmation,
    /// A drop-out report (*comunicazione di abbandono*).
    DropOut(DropOutKind),
    /// Failed the year and goes on: nothing is due, nothing follows (ARS-042).
    NegativeOutcomeContinuing,
    /// The choice a lower-secondary school recorded for next year (*classe 0*, ARS-032).
    ClassZeroChoice,
    /// Transfer to a three-year IeFP course (ARS-020).
    TransferToIefp,
    /// Transfer from a three-year IeFP course (ARS-021).
    TransferFromIefp,
    /// Transfer between ordinary courses: not needed, harmless (ARS-022, ARS-023).
    OrdinaryTransfer,
    /// Home education (*istruzione parentale*, ARS-039).
    HomeEducation,
    /// Return (*rientro*) entered by the receiving school (ARS-025).
    ReturnBySchool,
    /// Return entered by the CPI in the school's default (ARS-028).
    ReturnByCpi,
    /// A type this version does not know: kept, and shown to a person (ARS-019).
    Other(String),
}

/// Code in stores and files, kind, and the labels of the note by which it is recognised too.
const KNOWN: [(&str, CommunicationKind, &[&str]); 14] = {
    use CommunicationKind as Kind;
    use DropOutKind as Drop;
    [
        (
            "enrolment-confirmation",
            Kind::EnrolmentConfirmation,
            &["conferme inizio anno e iscrizioni in corso d'anno nuovi soggetti"],
        ),
        (
            "not-present-at-start",
            Kind::DropOut(Drop::NotPresentAtStart),
            &[
                "allievo iscritto ma non presente ad inizio anno scolastico",
                "allievo iscritto ma non presente in classe ad inizio anno",
            ],
        ),
        ("informal-abandonment", Kind::DropOut(Drop::InformalAbandonment), &["abbandono non formale"]),
        (
            "withdrawal-before-15-march",
            Kind::DropOut(Drop::WithdrawalBefore15March),
            &["ritiro prima del 15 marzo"],
        ),
        (
            "withdrawal-after-15-march",
            Kind::DropOut(Drop::WithdrawalAfter15March),
            &["ritiro dopo il 15 marzo"],
        ),
        (
            "negative-outcome",
            Kind::DropOut(Drop::NegativeOutcome),
            &["esito negativo e non prosegue gli studi"],
        ),
        (
            "negative-outcome-continuing",
            Kind::NegativeOutcomeContinuing,
            &["esito negativo e prosegue gli studi"],
        ),
        ("class-zero-choice", Kind::ClassZeroChoice, &["classe 0"]),
        ("transfer-to-iefp", Kind::TransferToIefp, &["trasferimento verso un percorso triennale di iefp"]),
        ("transfer-from-iefp", Kind::TransferFromIefp, &["trasferimento da un percorso triennale di iefp"]),
        ("ordinary-transfer", Kind::OrdinaryTransfer, &["trasferimento tra percorsi ordinari"]),
        ("home-education", Kind::HomeEducation, &["istruzione parentale"]),
        ("return-by-school", Kind::ReturnBySchool, &["rientro comunicato dalla scuola"]),
        ("return-by-cpi", Kind::ReturnByCpi, &["rientro comunicato dal cpi"]),
    ]
};

impl DropOutKind {
    /// The stable code, for a column.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPresentAtStart => "not-present-at-start",
            Self::InformalAbandonment => "informal-abandonment",
            Self::WithdrawalBefore15March => "withdrawal-before-15-march",
            Self::WithdrawalAfter15March => "withdrawal-after-15-march",
            Self::NegativeOutcome => "negative-outcome",
        }
    }

    /// The name in the note, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotPresentAtStart => "allievo iscritto ma non presente ad inizio anno scolastico",
            Self::InformalAbandonment => "abbandono non formale",
            Self::WithdrawalBefore15March => "ritiro prima del 15 marzo",
            Self::WithdrawalAfter15March => "ritiro dopo il 15 marzo",
            Self::NegativeOutcome => "esito negativo e non prosegue gli studi",
        }
    }
}

impl CommunicationKind {
    /// The stable code, for a column; of an unknown type, what was received.
    pub fn code(&self) -> &str {
        if let Self::Other(text) = self {
            return text;
        }
        KNOWN.iter().find(|(_, kind, _)| kind == self).map_or("", |(code, _, _)| code)
    }

    /// The name in the note, for people; of an unknown type no word of what was received, which may be anything.
    pub fn label(&self) -> &'static str {
        let known = KNOWN.iter().find(|(_, kind, _)| kind == self);
        known.and_then(|(_, _, labels)| labels.first()).copied().unwrap_or("tipo non riconosciuto")
    }

    /// Whether it can put a minor at risk, that is open a drop-out period and so a case of a CPI.
    ///
    /// Nothing else does: not a transfer (ARS-024), not home education (ARS-038), not a failed year after
    /// which the student goes on (ARS-042), not the absence from the register (ARS-004).
    pub fn can_open_period(&self) -> bool {
        matches!(self, Self::DropOut(_))
    }
}

impl From<&str> for CommunicationKind {
    fn from(text: &str) -> Self {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let text = words.join(" ").replace('’', "'");
        let known =
            KNOWN.into_iter().find(|(code, _, labels)| *code == text || labels.contains(&text.as_str()));
        known.map_or(Self::Other(text), |(_, kind, _)| kind)
    }
}

impl FromStr for CommunicationKind {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for CommunicationKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_and_agrees_with_the_report_s_own() {
        for (code, kind, labels) in KNOWN {
            assert_eq!(CommunicationKind::from(code), kind);
            assert_eq!(kind.code(), code);
            assert!(labels.iter().all(|label| CommunicationKind::from(*label) == kind));
            if let CommunicationKind::DropOut(report) = kind {
                assert_eq!(report.code(), code);
                assert_eq!(
                    (CommunicationKind::from(report.label()), kind.label()),
                    (kind.clone(), report.label())
                );
                assert_eq!(serde_json::to_string(&report).unwrap(), format!("\"{code}\""));
            }
            assert_eq!(kind.can_open_period(), matches!(kind, CommunicationKind::DropOut(_)));
        }
    }

    #[test]
    fn ars_014_two_labels_are_one_type() {
        let start = CommunicationKind::DropOut(DropOutKind::NotPresentAtStart);
        assert_eq!(
            CommunicationKind::from("Allievo iscritto ma  non presente ad inizio anno scolastico"),
            start
        );
        assert_eq!(
            CommunicationKind::from("allievo iscritto ma non presente in classe ad inizio anno"),
            start
        );
    }

    #[test]
    fn ars_019_an_unknown_type_is_kept_as_received() {
        let unknown = CommunicationKind::from("sospensione");
        assert_eq!(unknown, CommunicationKind::Other("sospensione".to_owned()));
        assert_eq!(unknown.to_string(), "sospensione");
        assert_eq!(CommunicationKind::from(unknown.code()), unknown);
        assert_eq!(unknown.label(), "tipo non riconosciuto");
    }
}
