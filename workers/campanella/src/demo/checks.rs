// SPDX-License-Identifier: EUPL-1.2
//! The checks a demo makes on itself. `lost` and `duplicates` come from comparing what is there with an expectation
//! computed apart from the workers, not from counters of their own.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;
use campanella_domain::mail::MailTemplate;
use campanella_store::{
    Store,
    ars::{finding, period},
    notification, outbox,
};
use uuid::Uuid;

use super::{
    expectation::{Comparison, Expectation, MailEnd},
    record::Record,
    report::Report,
    stages::Reached,
};
use crate::installation::Installation;

/// One check, said in Italian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What must hold.
    pub says: String,
    /// Whether it does.
    pub holds: bool,
    /// The first few business keys that break it; nothing personal.
    pub evidence: Vec<String>,
}

impl Check {
    fn new(says: impl Into<String>, holds: bool) -> Self {
        Self { says: says.into(), holds, evidence: Vec::new() }
    }

    fn of(says: impl Into<String>, comparison: &Comparison) -> Self {
        let evidence = comparison.lost.iter().chain(&comparison.duplicates).take(5).cloned().collect();
        Self { says: says.into(), holds: comparison.is_clean(), evidence }
    }
}

/// Checks a finished year and writes the result into its report.
///
/// # Errors
/// Any store or file error.
pub(super) async fn check<'r>(
    report: &mut Report,
    record: Record,
    installation: &Installation,
    expectation: &Expectation,
    stages: impl Iterator<Item = &'r Reached>,
) -> Result<()> {
    let store = &installation.store;
    let outcomes = stages.fold(Comparison::default(), |mut sum, reached| {
        sum.extend(Comparison { lost: reached.lost.clone(), duplicates: reached.duplicates.clone() });
        sum
    });
    let Record { revisions, concluded, occurrences } = record;
    let occurrences = occurrences.into_iter().map(|row| (row.schedule, row.civil, row.state));
    let contributions =
        concluded.into_iter().filter_map(|entry| Some((entry.instance_number, entry.amount?)));
    for (says, comparison) in [
        ("ogni domanda ha l'esito atteso dopo ciascun termine", outcomes),
        (
            "ogni e-mail attesa è stata scritta una volta sola ed è partita per il suo destinatario, salvo quelle che non servivano più",
            notifications(store, expectation).await?,
        ),
        ("ogni periodo di dispersione è nello stato atteso", periods(store, expectation).await?),
        (
            "ogni rilievo atteso sulle comunicazioni ARS è registrato, e nessun altro",
            findings(store, expectation).await?,
        ),
        ("a ogni e-mail accettata corrisponde un solo file .eml", mails(installation).await?),
        (
            "ogni decisione dice qualcosa che la precedente sulla stessa domanda non diceva, e la loro numerazione non ha buchi",
            revisions.comparison,
        ),
        (
            "ogni scadenza del calendario è stata eseguita a suo tempo e una volta sola",
            expectation.compare_occurrences(occurrences),
        ),
        (
            "nell'elenco definitivo ogni domanda ammessa ha il contributo atteso, e nessun'altra",
            expectation.compare_contributions(contributions),
        ),
    ] {
        report.checks.push(Check::of(says, &comparison));
        report.lost += comparison.lost.len();
        report.duplicates += comparison.duplicates.len();
    }
    sums(report, expectation);
    Ok(())
}

async fn notifications(store: &Store, expectation: &Expectation) -> Result<Comparison> {
    let mut tx = store.read().await?;
    let mut comparison = Comparison::default();
    for &template in MailTemplate::ALL {
        let found = notification::addressed(&mut tx, template).await?;
        let found = found.into_iter().map(|mail| (mail.dedupe_key, mail.recipient, mail.state));
        comparison.extend(expectation.compare_notifications(template, found));
    }
    Ok(comparison)
}

async fn periods(store: &Store, expectation: &Expectation) -> Result<Comparison> {
    let mut tx = store.read().await?;
    let found = period::states(&mut tx).await?;
    Ok(expectation.compare_periods(
        found.into_iter().map(|(student, ordinal, state)| (student, ordinal, state.code().to_owned())),
    ))
}

async fn findings(store: &Store, expectation: &Expectation) -> Result<Comparison> {
    let mut tx = store.read().await?;
    Ok(expectation.compare_findings(finding::all(&mut tx).await?))
}

/// Compares the files with the notifications that were accepted: by name, which is the notification's id.
async fn mails(installation: &Installation) -> Result<Comparison> {
    let mut tx = installation.store.read().await?;
    let mut accepted = BTreeSet::new();
    for &template in MailTemplate::ALL {
        let keys = notification::keys(&mut tx, template).await?;
        accepted.extend(
            keys.into_iter().filter(|(_, _, state)| state == MailEnd::Accepted.as_str()).map(|(id, _, _)| id),
        );
    }
    let found = eml_files(&super::mail_folder(installation.folder.path()))?;
    let name = |id: &Uuid| format!("{id}.eml");
    Ok(Comparison {
        lost: accepted.difference(&found).map(name).collect(),
        duplicates: found.difference(&accepted).map(name).collect(),
    })
}

fn eml_files(folder: &Path) -> Result<BTreeSet<Uuid>> {
    let mut found = BTreeSet::new();
    if folder.exists() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if path.extension().is_some_and(|extension| extension == "eml") {
                // A file that no notification is named after is one too many.
                found.insert(id.unwrap_or_default());
            }
        }
    }
    Ok(found)
}

/// Sums of states equal the sizes of lists.
fn sums(report: &mut Report, expectation: &Expectation) {
    let published = report.published.admitted + report.published.excluded;
    report
        .checks
        .push(Check::new("l'elenco provvisorio contiene tutte le domande", published == report.applications));
    let concluded = report.concluded.admitted + report.concluded.excluded;
    report
        .checks
        .push(Check::new("l'elenco definitivo contiene tutte le domande", concluded == report.applications));
    for (says, template) in [
        ("ogni richiedente è stato avvisato dell'elenco provvisorio", MailTemplate::ArdisProvisionalList),
        ("ogni richiedente è stato avvisato dell'elenco definitivo", MailTemplate::ArdisFinalList),
    ] {
        let states = report.notifications.get(template.name());
        let told =
            states.and_then(|states| states.get(MailEnd::Accepted.as_str())).copied().unwrap_or_default();
        report.checks.push(Check::new(says, told == report.applications));
    }
    let cases: usize = report.cases.values().sum();
    let says = "la somma dei casi per stato è il numero dei periodi";
    report.checks.push(Check::new(says, cases == expectation.periods.len()));
    report.checks.push(Check::new("nessun messaggio è rimasto senza esito", report.dead_letters == 0));
}

/// Nothing is left in hand, neither in the database nor among the `queued` messages.
///
/// # Errors
/// Any store error.
pub(super) async fn quiet(report: &mut Report, store: &Store, queued: u64) -> Result<()> {
    let mut tx = store.read().await?;
    let outbox = outbox::stats(&mut tx).await?.rows;
    report.checks.push(Check::new("le code sono vuote", outbox == 0 && queued == 0));
    let open = ["queued", "claimed", "sending", "deferred", "uncertain"];
    let waiting =
        report.notifications.values().flatten().filter(|(state, _)| open.contains(&state.as_str())).count();
    report.checks.push(Check::new("nessuna e-mail è rimasta in sospeso", waiting == 0));
    Ok(())
}
