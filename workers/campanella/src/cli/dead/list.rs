// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead list`: grouped by error and worker, so that a hundred of one kind read as one; `--like` takes such a group.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_store::dead_letter::{self, DeadLetter};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{find, state};
use crate::{
    cli::{Exit, Output, Table},
    installation::Installation,
    wording,
};

/// Li elenca, raggruppati per errore e worker
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Anche quelli su cui è già stato deciso
    #[arg(long)]
    all: bool,
}

/// What a listing tells: all but the body.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: Uuid,
    worker: String,
    message_id: Uuid,
    message_type: String,
    error: String,
    fingerprint: String,
    attempts: i64,
    state: String,
    died_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
    reason: Option<String>,
}

impl From<DeadLetter> for Row {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.id,
            worker: letter.worker,
            message_id: letter.message_id,
            message_type: letter.kind,
            error: letter.error,
            fingerprint: letter.fingerprint,
            attempts: letter.attempts,
            state: letter.state,
            died_at: letter.died_at,
            settled_at: letter.settled_at,
            reason: letter.reason,
        }
    }
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let letters = dead_letter::list(&mut tx, self.all).await?;
        tx.rollback().await?;
        if out.is_json() {
            out.json(&letters.into_iter().map(Row::from).collect::<Vec<_>>())?;
        } else if letters.is_empty() {
            out.line(if self.all { "Nessun messaggio." } else { "Nessun messaggio da decidere." })?;
        } else {
            show(&letters, out)?;
        }
        Ok(Exit::Done)
    }
}

fn show(letters: &[DeadLetter], out: &mut Output<'_>) -> Result<()> {
    let length = find::distinct_length(letters);
    let mut groups: BTreeMap<(&str, &str), Vec<&DeadLetter>> = BTreeMap::new();
    for letter in letters {
        groups.entry((&letter.fingerprint, &letter.worker)).or_default().push(letter);
    }
    for ((fingerprint, _), group) in groups {
        let Some(first) = group.first() else { continue };
        let messages = wording::count(group.len(), "messaggio", "messaggi");
        out.line(&format!("Errore {fingerprint} ({messages}): {}", first.error))?;
        let mut table = Table::new(["  id", "worker", "tipo", "tentativi", "quando", "stato"]).right(&[3]);
        for letter in group {
            table.row([
                format!("  {}", letter.id.to_string().get(..length).unwrap_or_default()),
                letter.worker.clone(),
                letter.kind.clone(),
                letter.attempts.to_string(),
                wording::short_moment(letter.died_at),
                state(&letter.state).to_owned(),
            ]);
        }
        out.table(&table)?;
        out.line("")?;
    }
    out.line("Per decidere: «campanella dead show ID», poi «dead retry ID» oppure «dead discard ID --reason TESTO».")?;
    out.line("Per un gruppo intero: «dead retry --like ID» oppure «dead discard --like ID --count NUMERO --reason TESTO».")?;
    Ok(())
}
