// SPDX-License-Identifier: EUPL-1.2
//! `campanella processes`: who is at work on the installation, whichever machine it runs on. Reads only.

use anyhow::Result;
use campanella_runtime::{clock::machine_now, heartbeat::STALE_AFTER, startup::STARTUP};
use campanella_store::process::{self, ProcessRow};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Exit, Global, Output, Table, health};
use crate::wording;

/// Elenca i processi al lavoro sull'installazione, su qualunque macchina, e che cosa fanno
#[derive(Debug, Args)]
pub(super) struct Processes {}

/// A process and what its last beat told.
#[derive(Debug, Serialize)]
pub(super) struct Process {
    pub(super) id: Uuid,
    pub(super) host: String,
    pub(super) pid: i64,
    pub(super) version: String,
    /// Machine time of its machine.
    pub(super) started_at: DateTime<Utc>,
    /// Machine time of its machine.
    pub(super) beat_at: DateTime<Utc>,
    pub(super) age_seconds: i64,
    /// Its heart does not beat any more, and it said no goodbye.
    pub(super) stale: bool,
    /// What its `/status` told at that moment.
    pub(super) report: Value,
}

impl Processes {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        let mut tx = installation.store.read().await?;
        let rows = process::list(&mut tx).await?;
        tx.rollback().await?;
        let processes = read(rows, machine_now());
        if out.is_json() {
            out.json(&processes)?;
        } else {
            show(&processes, out)?;
        }
        Ok(Exit::Done)
    }
}

/// The rows as they stand at `now`.
pub(super) fn read(rows: Vec<ProcessRow>, now: DateTime<Utc>) -> Vec<Process> {
    let process = |row: ProcessRow| Process {
        id: row.id,
        host: row.host,
        pid: row.pid,
        version: row.version,
        started_at: row.started_at,
        beat_at: row.beat_at,
        age_seconds: (now - row.beat_at).num_seconds().max(0),
        stale: now - row.beat_at > STALE_AFTER,
        report: serde_json::from_str(&row.loops).unwrap_or_default(),
    };
    rows.into_iter().map(process).collect()
}

impl Process {
    /// Whether it waits for the database or the broker to begin: its workers are not there yet.
    pub(super) fn is_starting(&self) -> bool {
        self.report["loops"].get(STARTUP).is_some()
    }

    /// How it is, in a word or two.
    pub(super) fn state(&self) -> String {
        if self.stale {
            return format!("muto da {}", wording::age(TimeDelta::seconds(self.age_seconds)));
        }
        if self.report["ending"] == true {
            return "si ferma".to_owned();
        }
        match self.report["healthy"].as_bool() {
            Some(true) => "sta bene".to_owned(),
            _ => "attende".to_owned(),
        }
    }

    /// Which of the workers it has; what every process has is left out.
    fn workers(&self) -> String {
        let known = crate::workforce::names();
        let loops = self.report["loops"].as_object().into_iter().flatten();
        let own: Vec<&str> =
            loops.map(|(name, _)| name.as_str()).filter(|name| known.contains(name)).collect();
        if own.len() == known.len() { "tutti".to_owned() } else { own.join(", ") }
    }
}

fn show(processes: &[Process], out: &mut Output<'_>) -> Result<()> {
    if processes.is_empty() {
        out.line("Nessun processo è al lavoro su questa installazione.")?;
        return Ok(());
    }
    let mut table =
        Table::new(["macchina", "pid", "versione", "in funzione da", "stato", "worker"]).right(&[1]);
    for process in processes {
        table.row([
            process.host.clone(),
            process.pid.to_string(),
            process.version.clone(),
            wording::age(process.beat_at - process.started_at),
            process.state(),
            process.workers(),
        ]);
    }
    out.table(&table)?;
    for process in processes {
        for problem in health::problems(&process.report) {
            out.line(&format!("{} {}: {problem}", process.host, process.pid))?;
        }
    }
    if processes.iter().any(|process| process.stale) {
        out.line("")?;
        out.line("Chi è muto è morto o non raggiunge il database: ciò che aveva in mano passa agli altri. Dopo un giorno")?;
        out.line("non se ne parla più.")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use campanella_store::process::ProcessRow;

    use super::*;
    use crate::cli::fixture::Desk;

    fn row(number: u128, beat_at: DateTime<Utc>, loops: &str) -> ProcessRow {
        ProcessRow {
            id: Uuid::from_u128(number),
            host: "macchina-a".to_owned(),
            pid: 4711,
            version: "0.1.0".to_owned(),
            started_at: beat_at - TimeDelta::hours(3),
            beat_at,
            loops: loops.to_owned(),
        }
    }

    #[tokio::test]
    async fn who_works_who_waits_and_who_is_mute_is_told_with_the_machine() -> Result<()> {
        let desk = Desk::new().await?;
        let none = desk.type_in(&["processes"]).await;
        assert_eq!(none.out, "Nessun processo è al lavoro su questa installazione.\n");

        let now = machine_now();
        let mut tx = desk.installation.store.begin().await?;
        let waiting =
            r#"{"healthy":false,"stuck":[],"loops":{"mailer":{"state":"waiting","reason":"il relay tace"}}}"#;
        let well =
            r#"{"healthy":true,"stuck":[],"loops":{"registry":{"state":"idle"},"relay":{"state":"idle"}}}"#;
        let ending = r#"{"healthy":false,"ending":true,"stuck":[],"loops":{"registry":{"state":"working"}}}"#;
        let mute = now - TimeDelta::minutes(10);
        for row in [row(1, now, waiting), row(2, now, well), row(3, mute, well), row(4, now, ending)] {
            process::beat(&mut tx, &row).await?;
        }
        tx.commit().await?;
        let told = desk.type_in(&["processes"]).await;
        for expected in [
            "macchina-a",
            "4711",
            "3 h",
            "attende",
            "sta bene",
            "si ferma",
            "muto da 10 min",
            "mailer attende: il relay tace",
        ] {
            assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
        }
        let json = desk.json(&["processes"]).await?;
        let stale: Vec<_> = json.as_array().into_iter().flatten().map(|one| one["stale"].clone()).collect();
        assert_eq!(stale.iter().filter(|stale| **stale == true).count(), 1, "{json}");
        assert!(json[0]["report"]["loops"].is_object(), "{json}");
        Ok(())
    }
}
