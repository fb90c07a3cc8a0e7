// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead show`

use anyhow::Result;
use campanella_messages::Envelope;
use campanella_store::dead_letter::DeadLetter;
use clap::Args;
use serde::Serialize;

use super::{find, list::Row, state};
use crate::{
    cli::{Exit, Output},
    installation::Installation,
    wording,
};

/// Ne mostra uno per intero
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Identificativo; ne basta l'inizio, se è di uno solo
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
}

#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    row: Row,
    /// Whether it can be sent again: the body is a message.
    readable: bool,
    body: String,
}

impl Show {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let letter = find::by_prefix(&mut tx, &self.id).await?;
        tx.rollback().await?;
        if out.is_json() {
            let readable = Envelope::from_json(&letter.body).is_ok();
            let body = letter.body.clone();
            out.json(&Whole { row: letter.into(), readable, body })?;
        } else {
            show(&letter, out)?;
        }
        Ok(Exit::Done)
    }
}

fn show(letter: &DeadLetter, out: &mut Output<'_>) -> Result<()> {
    let mut field = |label: &str, value: &str| out.line(&format!("{label:<16}{value}"));
    field("Identificativo", &letter.id.to_string())?;
    field("Stato", state(&letter.state))?;
    field("Worker", &letter.worker)?;
    field("Tipo", &letter.kind)?;
    field("Messaggio", &letter.message_id.to_string())?;
    field("Quando", &wording::moment(letter.died_at))?;
    field("Tentativi", &letter.attempts.to_string())?;
    field("Errore", &letter.error)?;
    if let Some(settled_at) = letter.settled_at {
        field("Deciso", &wording::moment(settled_at))?;
    }
    if let Some(reason) = &letter.reason {
        field("Motivo", reason)?;
    }
    field("Corpo", &letter.body)?;
    if letter.state == "open" && Envelope::from_json(&letter.body).is_err() {
        out.line(
            "\nIl corpo non è un messaggio leggibile: si può solo scartare («campanella dead discard»).",
        )?;
    }
    Ok(())
}
