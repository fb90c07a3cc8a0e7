// SPDX-License-Identifier: EUPL-1.2
//! `campanella migrate`

use anyhow::Result;
use campanella_store::SchemaState;
use clap::Args;
use serde::Serialize;

use super::{Exit, Global, Output, Refusal};
use crate::installation::Installation;
use crate::wording;

/// Porta lo schema del database a questa versione; ripeterlo non cambia nulla
#[derive(Debug, Args)]
pub(super) struct Migrate {}

#[derive(Debug, Serialize)]
struct Report {
    applied: usize,
}

impl Migrate {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let settings = global.settings()?;
        let embedded = settings.database.is_embedded();
        let installation = Installation::open_unchecked(global.data(), settings).await?;
        let applied = match installation.store.schema_state().await? {
            SchemaState::Current => 0,
            SchemaState::Behind { missing } => {
                // Nobody may work on an embedded database while its tables change.
                let _lock = if embedded { Some(installation.folder.lock()?) } else { None };
                installation.store.migrate().await?;
                missing
            }
            SchemaState::Unknown => {
                return Err(Refusal::new(
                    Exit::Failed,
                    "il database è stato creato da una versione più recente",
                    "aggiornare il programma: uno schema più recente non viene toccato",
                )
                .into());
            }
        };
        installation.store.close().await;
        if out.is_json() {
            out.json(&Report { applied })?;
        } else if applied == 0 {
            out.line("Il database è già aggiornato.")?;
        } else {
            let done = wording::count(applied, "migrazione applicata", "migrazioni applicate");
            out.line(&format!("Database aggiornato: {done}."))?;
        }
        Ok(Exit::Done)
    }
}
