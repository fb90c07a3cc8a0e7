// SPDX-License-Identifier: EUPL-1.2
//! Who is at work, who is missing, and what waits for a person.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_runtime::clock::machine_now;
use campanella_store::{Store, dead_letter, outbox, process};
use chrono::TimeDelta;

use super::Finding;
use crate::{
    cli::processes::{self, Process},
    wording,
    workforce::names,
};

/// A message that has been due for longer than this is not being published.
const OVERDUE: TimeDelta = TimeDelta::minutes(5);

/// Looks at the heartbeats and at what is left over.
pub(super) async fn examine(store: &Store, findings: &mut Vec<Finding>) {
    if let Err(error) = look(store, findings).await {
        findings.push(Finding::bad("processi", error, "verificare che il database risponda"));
    }
}

async fn look(store: &Store, findings: &mut Vec<Finding>) -> Result<()> {
    let now = machine_now();
    let mut tx = store.read().await?;
    let processes = processes::read(process::list(&mut tx).await?, now);
    let outbox = outbox::stats(&mut tx).await?;
    let dead = dead_letter::open_count(&mut tx).await?;
    tx.rollback().await?;
    findings.extend(at_work(&processes));
    let owed = outbox.owed_since.map(|since| now - since).filter(|age| *age > OVERDUE);
    findings.push(match owed {
        Some(age) => Finding::notice(
            "outbox",
            format!("{} messaggi, il più vecchio da {}", outbox.rows, wording::age(age)),
            "verificare che almeno un processo sia in funzione e raggiunga le code",
        ),
        None => Finding::good("outbox", "nessun messaggio in ritardo"),
    });
    findings.push(match dead {
        0 => Finding::good("messaggi non elaborati", "nessuno"),
        dead => Finding::notice("messaggi non elaborati", dead.to_string(), "vedere «campanella dead list»"),
    });
    Ok(())
}

fn at_work(processes: &[Process]) -> Vec<Finding> {
    const SUBJECT: &str = "processi";
    let (stale, beating): (Vec<_>, Vec<_>) = processes.iter().partition(|process| process.stale);
    if beating.is_empty() {
        return vec![nobody(&stale)];
    }
    let mut findings = vec![Finding::good(SUBJECT, wording::count(beating.len(), "al lavoro", "al lavoro"))];
    let starting = beating.iter().any(|process| process.is_starting());
    let busy = |name: &&str| beating.iter().any(|process| process.report["loops"].get(*name).is_some());
    let idle: Vec<&str> = names().into_iter().filter(|name| !busy(name)).collect();
    // Whoever starts has no workers yet: which they will be is not told.
    if !idle.is_empty() && !starting {
        let says = format!("nessun processo esegue: {}", idle.join(", "));
        findings.push(Finding::bad("worker", says, "avviarli con «campanella run --only …»"));
    }
    let versions: BTreeSet<&str> = beating.iter().map(|process| process.version.as_str()).collect();
    if versions.len() > 1 {
        let versions = Vec::from_iter(versions).join(", ");
        let remedy = "completare l'aggiornamento: le versioni convivono solo per il tempo che serve";
        findings.push(Finding::notice("versioni", versions, remedy));
    }
    for process in beating.iter().filter(|process| process.report["healthy"] != true) {
        let says = format!("{} {} {}", process.host, process.pid, process.state());
        findings.push(Finding::notice(SUBJECT, says, "vedere «campanella processes»"));
    }
    for process in stale {
        let age = wording::age(TimeDelta::seconds(process.age_seconds));
        let says = format!("{} {} è muto da {age}", process.host, process.pid);
        let remedy = "verificare la macchina e riavviare il processo; ciò che aveva in mano passa agli altri";
        findings.push(Finding::notice(SUBJECT, says, remedy));
    }
    findings
}

/// Nobody beats: all who ever did ended in good order, or some did not.
fn nobody(stale: &[&Process]) -> Finding {
    const SUBJECT: &str = "processi";
    let Some(last) = stale.iter().min_by_key(|process| process.age_seconds) else {
        return Finding::notice(SUBJECT, "nessuno è al lavoro", "avviare «campanella run»");
    };
    let age = wording::age(TimeDelta::seconds(last.age_seconds));
    let mute = wording::count(stale.len(), "processo è muto", "processi sono muti");
    Finding::bad(
        SUBJECT,
        format!("nessuno è al lavoro: {mute}, l'ultimo ({} {}) da {age}", last.host, last.pid),
        "verificare le macchine e riavviare «campanella run»; nulla è andato perduto: ciò che avevano in mano viene ripreso",
    )
}
