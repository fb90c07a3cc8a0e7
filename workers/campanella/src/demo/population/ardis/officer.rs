// SPDX-License-Identifier: EUPL-1.2
//! The officer's word on what no worker may decide: before the provisional list, nothing is pending.

use campanella_domain::ardis::Cause::{E02, E03};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::calendar::{arrival_from, date};
use super::super::dice::Dice;
use super::story::Story;
use super::verdict::{ADMITTED, Verdict, excluded};

/// A decision an officer takes on a pending application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerDecision {
    /// The application.
    pub application: Uuid,
    /// When it is taken, which is also when it arrives.
    pub decided_at: DateTime<Utc>,
    /// Admitted, or excluded with causes.
    pub verdict: Verdict,
    /// Who: an invented office name.
    pub officer: &'static str,
    /// Why, in Italian; nothing personal, nothing about a derogation.
    pub motivation: &'static str,
}

/// The officer's decision, where the story leaves a doubt.
pub(super) fn of(story: Story, application: Uuid, dice: &mut Dice) -> Option<OfficerDecision> {
    let (verdict, motivation) = word(story)?;
    let day = dice.day(date(2026, 2, 2), date(2026, 3, 31));
    let decided_at = arrival_from(dice.office_hours(day));
    Some(OfficerDecision { application, decided_at, verdict, officer: "istruttoria-1", motivation })
}

fn word(story: Story) -> Option<(Verdict, &'static str)> {
    Some(match story {
        Story::SelfCertificationUnchecked => (ADMITTED, "Autocertificazione verificata: dati confermati."),
        Story::IdentityDocumentNotValid => {
            (excluded(&[E03]), "Documento d'identità valido richiesto e non pervenuto.")
        }
        Story::RegularisationIssuedLate => (
            ADMITTED,
            "DSU presentata entro il termine: il ritardo nel rilascio non è imputabile alla famiglia.",
        ),
        Story::AttestationNeverIssued => (
            excluded(&[E02]),
            "La DSU risulta annullata negli archivi INPS; nessuna attestazione rilasciata.",
        ),
        Story::BothSidesOfTheCeiling => {
            (ADMITTED, "Vale l'attestazione più recente, conforme e sotto la soglia.")
        }
        Story::ConformingThenAnnotated => {
            (ADMITTED, "La prima attestazione, conforme, era valida alla domanda.")
        }
        Story::WrongIseeKind => (ADMITTED, "Acquisita l'attestazione del tipo richiesto, sotto la soglia."),
        Story::DeclaredDsuNotFound => (excluded(&[E02]), "INPS conferma che non risulta alcuna DSU."),
        Story::WidowhoodEndedThisYear => (ADMITTED, "Requisiti verificati d'ufficio."),
        Story::ForeignNeedUndocumented => (ADMITTED, "Documentazione integrata su richiesta dell'ufficio."),
        Story::ApplicantNotInHousehold => (ADMITTED, "Composizione del nucleo verificata d'ufficio."),
        Story::JointAccount => (ADMITTED, "Comunicato un conto intestato allo studente."),
        Story::StudentNotOfAge => {
            (ADMITTED, "Domanda confermata da chi esercita la responsabilità genitoriale.")
        }
        Story::TwoApplications => {
            (ADMITTED, "Due domande per lo stesso studente: un solo contributo da liquidare.")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use campanella_domain::ardis::Outcome;

    use super::*;

    #[test]
    fn an_officer_decides_what_is_pending_in_april_and_nothing_else() {
        for story in Story::ALL {
            let pending = story.in_april().outcome == Outcome::Pending;
            let word = word(*story);
            assert_eq!(word.is_some(), pending, "{story:?}");
            assert!(word.is_none_or(|(verdict, _)| verdict.outcome != Outcome::Pending), "{story:?}");
        }
    }
}
