// SPDX-License-Identifier: EUPL-1.2
//! What an installation is made of: its folder, its settings, its procedures, its database.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use campanella_runtime::{Procedures, folder::Folder};
use campanella_store::{SchemaState, Store};
use secrecy::ExposeSecret as _;

use crate::settings::{ProcedureFiles, Settings};

/// An installation whose schema is the one this release knows.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Its folder.
    pub folder: Folder,
    /// Its settings.
    pub settings: Settings,
    /// The procedures it works under.
    pub procedures: Arc<Procedures>,
    /// Its database.
    pub store: Store,
}

impl Installation {
    /// Opens an installation, making the folder and an embedded database if there are none.
    ///
    /// # Errors
    /// When the folder is not ours, a procedure file is wrong, the database does not answer, or its schema is not the one
    /// this release knows.
    pub async fn open(data: &Path, settings: Settings) -> Result<Self> {
        let installation = Self::open_unchecked(data, settings).await?;
        if installation.settings.database.url.expose_secret().is_empty() {
            // An embedded database belongs to this program alone: it is brought up to date without asking.
            installation.store.migrate().await?;
        }
        match installation.store.schema_state().await? {
            SchemaState::Current => Ok(installation),
            SchemaState::Behind { missing } => {
                bail!("al database mancano {missing} migrazioni: eseguire «campanella migrate»")
            }
            SchemaState::Unknown => {
                bail!("il database è stato creato da una versione più recente: aggiornare il programma")
            }
        }
    }

    /// Opens an installation whatever its schema, to migrate it.
    ///
    /// # Errors
    /// As [`Installation::open`], but for the schema.
    pub async fn open_unchecked(data: &Path, settings: Settings) -> Result<Self> {
        let folder = Folder::open(data).context("la cartella dei dati non è utilizzabile")?;
        let procedures = Arc::new(procedures(&settings.procedures)?);
        let url = settings.database.url.expose_secret();
        let store = if url.is_empty() {
            Store::open_file(&folder.database(), settings.database.store()).await
        } else {
            Store::open(url, settings.database.store()).await
        };
        let store = store.context("il database non risponde")?;
        Ok(Self { folder, settings, procedures, store })
    }
}

/// The procedures: the embedded ones, or the files named.
///
/// # Errors
/// When a file cannot be read or is not valid; the error names the file and the key.
pub fn procedures(files: &ProcedureFiles) -> Result<Procedures> {
    Ok(Procedures {
        ars: read(&files.ars, ArsProcedure::EMBEDDED, ArsProcedure::from_toml)?,
        ardis: read(&files.ardis, ArdisProcedure::EMBEDDED, ArdisProcedure::from_toml)?,
    })
}

fn read<T, E: std::error::Error + Send + Sync + 'static>(
    file: &Path,
    embedded: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T> {
    if file.as_os_str().is_empty() {
        return parse(embedded).context("la procedura incorporata non è valida");
    }
    let text = fs::read_to_string(file).with_context(|| format!("{}: non si può leggere", file.display()))?;
    parse(&text).with_context(|| format!("{}: la procedura non è valida", file.display()))
}
