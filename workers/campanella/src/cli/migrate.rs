// SPDX-License-Identifier: EUPL-1.2
//! `campanella migrate`: brings a database to this release. It makes no installation: whoever types it means one that is
//! there, and a slip in `--data` is to be told and not answered with an empty one.

use anyhow::{Context as _, Result};
use campanella_runtime::folder::{Folder, FolderLock};
use campanella_store::{SchemaState, Store};
use clap::Args;
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::{Exit, Global, Output, Refusal};
use crate::installation::Installation;
use crate::wording;

/// Porta lo schema di un database che c'è già a questa versione; ripeterlo non cambia nulla
#[derive(Debug, Args)]
pub(super) struct Migrate {}

#[derive(Debug, Serialize)]
struct Report {
    applied: usize,
}

impl Migrate {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let (store, folder) = open(global).await?;
        let applied = match store.schema_state().await? {
            SchemaState::Current => 0,
            SchemaState::Behind { missing } => missing,
            SchemaState::Unknown => {
                return Err(Refusal::new(
                    Exit::Usage,
                    "il database è stato creato da una versione più recente",
                    "aggiornare il programma: uno schema più recente non viene toccato",
                )
                .into());
            }
        };
        // Nobody may work on an embedded database while its tables change.
        let changing = folder.as_ref().filter(|_| applied > 0);
        let _lock: Option<FolderLock> = changing.map(Folder::lock).transpose()?;
        // Also where nothing is missing: what PostgreSQL is told besides is in no ledger, and may have been cut off.
        store.migrate().await?;
        store.close().await;
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

/// The database, and its folder if it belongs to one.
async fn open(global: &Global) -> Result<(Store, Option<Folder>)> {
    let settings = global.settings()?;
    global.require_existing(&settings)?;
    if settings.database.is_embedded() {
        let installation = Installation::open_unchecked(global.data(), settings).await?;
        return Ok((installation.store, Some(installation.folder)));
    }
    let database = &settings.database;
    let store = Store::open(database.url.expose_secret(), database.store()).await;
    Ok((store.context("il database non risponde")?, None))
}
