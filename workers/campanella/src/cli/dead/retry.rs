// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead retry`: the same message again, under a new id, to the queue of the worker that could not handle it; one
//! the relay could not publish, to its topic.
//!
//! Written into the outbox: a running process publishes it at its next poll, a stopped one when it starts.

use anyhow::{Result, anyhow};
use campanella_messages::Envelope;
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock, new_id},
    process::RELAY,
};
use campanella_store::dead_letter::{self, DeadLetter, Settlement};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::find;
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
    workforce::names,
};

/// Lo rimette nella coda del suo worker, come messaggio nuovo
#[derive(Debug, Args)]
pub(in crate::cli) struct Retry {
    /// Identificativo; ne basta l'inizio, se è di uno solo
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    queue: String,
    message_id: Uuid,
    origin_id: Uuid,
}

impl Retry {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let now = SystemClock.now();
        let mut work = installation.unit_of_work(now).await?;
        let letter = find::by_prefix(work.tx(), &self.id).await?;
        let replay = readable(&letter)?.replay(new_id());
        if !dead_letter::settle(work.tx(), letter.id, Settlement::Retried, now).await? {
            return Err(find::decided(&letter).into());
        }
        if letter.worker == RELAY {
            work.emit_again(&replay, now);
        } else {
            work.emit_to(&letter.worker, &replay, now);
        }
        work.commit(&RelayHandle::detached()).await.map_err(|error| anyhow!(error))?;
        if out.is_json() {
            out.json(&Report {
                id: letter.id,
                queue: letter.worker,
                message_id: replay.id,
                origin_id: replay.originid,
            })?;
        } else {
            let place = if letter.worker == RELAY {
                "tra i messaggi da pubblicare".to_owned()
            } else {
                format!("nella coda «{}»", letter.worker)
            };
            out.line(&format!("Rimesso {place} come messaggio {}.", replay.id))?;
            out.line(
                "Lo elaborerà «campanella run», che lo pubblica entro pochi secondi o appena viene avviato.",
            )?;
        }
        Ok(Exit::Done)
    }
}

/// The message, if it can be sent again at all.
fn readable(letter: &DeadLetter) -> Result<Envelope, Refusal> {
    if letter.worker != RELAY && !names().contains(&letter.worker.as_str()) {
        return Err(Refusal::new(
            Exit::Failed,
            format!("il worker «{}» non esiste più in questa versione", letter.worker),
            "il messaggio si può scartare: «campanella dead discard ID --reason TESTO»",
        ));
    }
    Envelope::from_json(&letter.body).map_err(|_| {
        Refusal::new(
            Exit::Failed,
            format!("il corpo del messaggio {} non è leggibile: non si può rimettere in coda", letter.id),
            "si può solo scartare: «campanella dead discard ID --reason TESTO»",
        )
    })
}
