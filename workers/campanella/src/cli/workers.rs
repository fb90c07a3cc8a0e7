// SPDX-License-Identifier: EUPL-1.2
//! `campanella workers`

use anyhow::Result;
use campanella_jobs::WORKERS;
use campanella_messages::{ArdisTermReached, MailRequested, Message as _, ReminderDue};
use clap::Args;
use serde::Serialize;

use super::{Exit, Output};
use crate::workforce::{MAILER, SCHEDULER};

/// Elenca i worker: che cosa fanno, che cosa ricevono, che cosa emettono
#[derive(Debug, Args)]
pub(super) struct Workers {}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    summary: &'static str,
    takes: Vec<&'static str>,
    emits: Vec<&'static str>,
}

/// Those of the list, and the two that are no handlers.
fn rows() -> Vec<Row> {
    let listed = WORKERS.iter().map(|worker| Row {
        name: worker.name,
        summary: worker.summary,
        takes: worker.topics(),
        emits: worker.emits.to_vec(),
    });
    let mailer = Row {
        name: MAILER,
        summary: "invia le e-mail in coda",
        takes: vec![MailRequested::TYPE],
        emits: Vec::new(),
    };
    let scheduler = Row {
        name: SCHEDULER,
        summary: "trasforma il calendario delle procedure in messaggi, ogni scadenza una volta sola",
        takes: Vec::new(),
        emits: vec![ArdisTermReached::TYPE, ReminderDue::TYPE],
    };
    listed.chain([mailer, scheduler]).collect()
}

impl Workers {
    #[expect(clippy::unused_self, reason = "as every command")]
    pub(super) fn execute(self, out: &mut Output<'_>) -> Result<Exit> {
        let rows = rows();
        if out.is_json() {
            out.json(&rows)?;
            return Ok(Exit::Done);
        }
        // Not a table: the lists of topics are wider than a terminal.
        for row in rows {
            out.line(row.name)?;
            out.line(&format!("  {}", row.summary))?;
            for (label, topics) in [("riceve", row.takes), ("emette", row.emits)] {
                let topics = if topics.is_empty() { "—".to_owned() } else { topics.join(", ") };
                out.line(&format!("  {label}: {topics}"))?;
            }
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workforce::names;

    #[test]
    fn every_name_that_run_only_understands_is_listed_and_explained() {
        let rows = rows();
        assert_eq!(rows.iter().map(|row| row.name).collect::<Vec<_>>(), names());
        assert!(rows.iter().all(|row| !row.summary.is_empty()));
    }
}
