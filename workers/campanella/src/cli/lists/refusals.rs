// SPDX-License-Identifier: EUPL-1.2
//! Why a list cannot be published, and what to do about it, in Italian.

use campanella_domain::{
    civil::{italian::date, term::Term, zone::date_of},
    identity::InstanceNumber,
};
use campanella_jobs::Obstacle;

use crate::{
    cli::{Exit, Refusal},
    wording,
};

/// What is in the way, and the remedy.
pub(super) fn of_obstacle(obstacle: Obstacle) -> (String, String) {
    match obstacle {
        Obstacle::Finished { published_at } => (
            format!(
                "l'elenco definitivo è pubblicato dal {}: è l'esito, e non ne segue un altro",
                date(date_of(published_at))
            ),
            "«campanella lists export CARTELLA» scrive quelli pubblicati".to_owned(),
        ),
        Obstacle::AlreadyOut { list, published_at } => (
            format!("un elenco provvisorio è già pubblicato dal {}", date(date_of(published_at))),
            format!(
                "se è da rettificare ripetere con «--again {list}»: decorre un nuovo termine per le osservazioni e tutti \
                sono avvisati"
            ),
        ),
        Obstacle::Corrected { list, published_at } => (
            format!(
                "quello da rettificare non è più l'ultimo elenco provvisorio, che è pubblicato dal {}",
                date(date_of(published_at))
            ),
            format!("è forse già rettificato: «campanella lists list»; se anche l'ultimo è da rettificare, «--again {list}»"),
        ),
        Obstacle::NoProvisional => (
            "l'elenco definitivo segue quello provvisorio, che non è ancora pubblicato".to_owned(),
            "«campanella lists draft» mostra che cosa manca a quello provvisorio".to_owned(),
        ),
        Obstacle::TermRuns { term } => (
            format!("si possono ancora presentare osservazioni, {term}"),
            "pubblicare l'elenco definitivo quando il termine è trascorso".to_owned(),
        ),
        Obstacle::Observations { unanswered, without_effect } => {
            of_observations(&unanswered, &without_effect)
        }
        Obstacle::NewlyExcluded(applications) => newly_excluded(&applications),
        Obstacle::WithoutMaximum(applications) => without_maximum(&applications),
        Obstacle::TermPast { day } => (
            format!("il {} è già passato: non può essere l'ultimo giorno per le osservazioni", date(day)),
            "indicare con --observations-until un giorno da oggi in poi, oppure toglierlo".to_owned(),
        ),
        Obstacle::TermShortened { day, told } => (
            format!(
                "il {} è prima del termine per le osservazioni già comunicato, {told}: un termine non si abbrevia",
                date(day)
            ),
            "indicare con --observations-until un giorno non precedente, oppure toglierlo: vale allora il più lontano dei due"
                .to_owned(),
        ),
    }
}

fn newly_excluded(applications: &[InstanceNumber]) -> (String, String) {
    (
        format!(
            "{} con una causa che l'ultimo elenco provvisorio non ha comunicato: {}",
            wording::count(applications.len(), "domanda sarebbe esclusa", "domande sarebbero escluse"),
            numbers(applications)
        ),
        "pubblicare di nuovo l'elenco provvisorio con «--again ELENCO», perché possano presentare osservazioni".to_owned(),
    )
}

fn without_maximum(applications: &[InstanceNumber]) -> (String, String) {
    (
        format!(
            "{} senza un massimo per il grado di scuola: il contributo non si può dire: {}",
            wording::count(applications.len(), "domanda ammessa", "domande ammesse"),
            numbers(applications)
        ),
        "decidere di nuovo con «campanella applications decide», oppure pubblicare senza --funds".to_owned(),
    )
}

fn of_observations(unanswered: &[InstanceNumber], without_effect: &[InstanceNumber]) -> (String, String) {
    let mut told = Vec::new();
    if !unanswered.is_empty() {
        let observations = wording::count(unanswered.len(), "osservazione", "osservazioni");
        told.push(format!("{observations} senza risposta motivata ({})", numbers(unanswered)));
    }
    if !without_effect.is_empty() {
        let observations =
            wording::count(without_effect.len(), "osservazione accolta", "osservazioni accolte");
        told.push(format!(
            "{observations} senza che sulla domanda un funzionario abbia deciso di nuovo ({})",
            numbers(without_effect)
        ));
    }
    let remedy = "«campanella observations list --open» le elenca; rispondere con «campanella observations answer», decidere con \
        «campanella applications decide»";
    (format!("in attesa: {}", told.join(" e ")), remedy.to_owned())
}

/// «2025-000001, 2025-000002», the first twenty.
fn numbers(of: &[InstanceNumber]) -> String {
    const TOLD: usize = 20;
    let told: Vec<String> = of.iter().take(TOLD).map(ToString::to_string).collect();
    let more = of.len().saturating_sub(TOLD);
    let more = if more == 0 { String::new() } else { format!(" e altre {}", wording::number(more)) };
    format!("{}{more}", told.join(", "))
}

/// Before the term of the regularisation has passed.
pub(super) fn too_early(term: Term) -> (String, String) {
    (
        format!(
            "le esclusioni sono certe solo quando è trascorso il termine per la regolarizzazione, {term}"
        ),
        "attendere; «campanella preview exclusions --at DATA» mostra che cosa ne seguirà".to_owned(),
    )
}

/// Applications that are not decided.
pub(super) fn not_yet(pending: i64, undecided: i64, to_review: i64) -> Refusal {
    let size = |number: i64| usize::try_from(number).unwrap_or_default();
    let told: Vec<String> = [
        (pending, "domanda in sospeso", "domande in sospeso"),
        (undecided, "domanda non ancora valutata", "domande non ancora valutate"),
        (to_review, "domanda da riesaminare", "domande da riesaminare"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| wording::count(size(number), one, many))
    .collect();
    refused((
        format!("in attesa: {}", told.join(", ")),
        "«campanella lists draft» le elenca; un funzionario ne decide con «campanella applications decide»"
            .to_owned(),
    ))
}

/// The refusal to publish.
pub(super) fn refused((message, remedy): (String, String)) -> Refusal {
    Refusal::new(Exit::Failed, format!("l'elenco non è pubblicato: {message}"), remedy)
}
