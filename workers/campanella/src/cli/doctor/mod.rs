// SPDX-License-Identifier: EUPL-1.2
//! `campanella doctor`: whether an installation has what it needs to work, looked at from this machine. It changes no data;
//! in the installation's own virtual host it declares the queues that are missing, as any process does when it starts.

mod broker;
mod database;
mod encryption;
mod finding;
mod machine;
mod people;
mod policies;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use self::finding::{Finding, State};
use super::{Exit, Global, Output};
use crate::{settings::Settings, wording};

/// Controlla che l'installazione abbia ciò che le serve: database, code, posta, cifratura, cartella, procedure, orologi, processi
#[derive(Debug, Args)]
pub(super) struct Doctor {}

#[derive(Debug, Serialize)]
struct Report {
    well: bool,
    findings: Vec<Finding>,
}

impl Doctor {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let settings = global.settings()?;
        let report = examine(global, &settings).await;
        let exit = if report.well { Exit::Done } else { Exit::Failed };
        if out.is_json() {
            out.json(&report)?;
        } else {
            show(&report, out)?;
        }
        Ok(exit)
    }
}

/// Everything is looked at, whatever else is wrong: who repairs wants to know all of it.
async fn examine(global: &Global, settings: &Settings) -> Report {
    let data = global.data();
    let mut findings = vec![machine::procedures(settings), machine::folder(data, settings)];
    let store = database::open(data, settings, &mut findings).await;
    if let Some(store) = &store {
        database::examine(store, settings, &mut findings).await;
    }
    let current = findings.iter().all(|finding| finding.subject != database::SCHEMA || finding.is_good());
    broker::examine(data, settings, store.as_ref().filter(|_| current), &mut findings).await;
    findings.push(machine::mail(data, settings).await);
    encryption::examine(store.as_ref(), settings, &mut findings).await;
    findings.extend(machine::addresses(settings));
    if let Some(store) = store.filter(|_| current) {
        people::examine(&store, &mut findings).await;
        store.close().await;
    }
    Report { well: findings.iter().all(|finding| finding.state != State::Bad), findings }
}

fn show(report: &Report, out: &mut Output<'_>) -> Result<()> {
    for Finding { subject, state, says, remedy } in &report.findings {
        out.line(&format!("{} {subject}: {says}", state.mark()))?;
        if !remedy.is_empty() {
            out.line(&format!("    Che cosa fare: {remedy}"))?;
        }
    }
    out.line("")?;
    let count = |state| report.findings.iter().filter(|finding| finding.state == state).count();
    let bad = count(State::Bad);
    if bad > 0 {
        let problems = wording::count(bad, "problema", "problemi");
        out.line(&format!("{problems}: così l'installazione non può lavorare come deve."))?;
    } else if count(State::Notice) > 0 {
        let notices = wording::count(count(State::Notice), "cosa da guardare", "cose da guardare");
        out.line(&format!("Nessun problema; {notices}."))?;
    } else {
        out.line("Nessun problema.")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
