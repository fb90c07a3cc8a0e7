// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead discard`

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::dead_letter::{self, Settlement};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::find;
use crate::{
    cli::{Exit, Output},
    installation::Installation,
};

/// Lo scarta; il motivo resta agli atti
#[derive(Debug, Args)]
pub(in crate::cli) struct Discard {
    /// Identificativo; ne basta l'inizio, se è di uno solo
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
    /// Perché non serve più; senza dati personali, perché resta agli atti
    #[arg(long, value_name = "TESTO", value_parser = reason)]
    reason: String,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    reason: String,
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("il motivo non può essere vuoto".to_owned()) } else { Ok(text.to_owned()) }
}

impl Discard {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.begin().await?;
        let letter = find::by_prefix(&mut tx, &self.id).await?;
        let settlement = Settlement::Discarded(&self.reason);
        if !dead_letter::settle(&mut tx, letter.id, settlement, SystemClock.now()).await? {
            return Err(find::decided(&letter).into());
        }
        tx.commit().await?;
        if out.is_json() {
            out.json(&Report { id: letter.id, reason: self.reason })?;
        } else {
            out.line(&format!(
                "Scartato il messaggio {}: {}.",
                letter.id,
                self.reason.trim_end_matches('.')
            ))?;
        }
        Ok(Exit::Done)
    }
}
