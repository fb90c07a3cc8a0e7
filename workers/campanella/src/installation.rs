// SPDX-License-Identifier: EUPL-1.2
//! What an installation is made of: its folder, its settings, its procedures, its database.

use std::{fs, io, path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use campanella_domain::{
    identity_key::IdentityKey,
    procedure::{ArdisProcedure, ArsProcedure},
};
use campanella_runtime::{Procedures, UnitOfWork, folder::Folder, secret::draw_identity_key};
use campanella_store::{SchemaState, Store, Tx, installation};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;

use crate::{
    cli::{Exit, Refusal},
    moved,
    settings::{ProcedureFiles, Settings},
};

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
    /// Opens an installation to work on it, making the folder and an embedded database if there are none and bringing an
    /// embedded database to this release. A command that works beside a running process takes [`Installation::beside`].
    ///
    /// # Errors
    /// When the folder is not ours, a procedure file is wrong, the database does not answer, its schema is not the one this
    /// release knows, or somebody works on an embedded database that would have to be migrated.
    pub async fn open(data: &Path, settings: Settings) -> Result<Self> {
        let installation = Self::open_unchecked(data, settings).await?;
        let embedded = installation.settings.database.is_embedded();
        if embedded && matches!(installation.store.schema_state().await?, SchemaState::Behind { .. }) {
            // It belongs to this program alone and is brought up to date without asking, while nobody works on it.
            let _lock = installation.folder.lock().context("la cartella dei dati è occupata")?;
            installation.store.migrate().await?;
        }
        installation.here().await
    }

    /// Opens an installation beside whoever works on it: its schema is never changed.
    ///
    /// # Errors
    /// As [`Installation::open`]; an embedded database of an older release is one too.
    pub async fn beside(data: &Path, settings: Settings) -> Result<Self> {
        Self::open_unchecked(data, settings).await?.here().await
    }

    /// Of this release and not moved elsewhere.
    ///
    /// # Errors
    /// When it is not, or the database does not answer.
    pub(crate) async fn here(self) -> Result<Self> {
        let installation = self.of_this_release().await?;
        moved::require_here(&installation.store).await?;
        Ok(installation)
    }

    /// Refuses another schema than this release's.
    ///
    /// # Errors
    /// When it is older, or newer.
    pub(crate) async fn of_this_release(self) -> Result<Self> {
        let (message, remedy) = match self.store.schema_state().await? {
            SchemaState::Current => return Ok(self),
            SchemaState::Behind { missing } => {
                (format!("al database mancano {missing} migrazioni"), "eseguire «campanella migrate»")
            }
            SchemaState::Unknown => (
                "il database è stato creato da una versione più recente".to_owned(),
                "aggiornare il programma: uno schema più recente non viene toccato",
            ),
        };
        // Starting again cures neither.
        Err(Refusal::new(Exit::Usage, message, remedy).into())
    }

    /// A transaction that writes beside whoever works on it. Whoever opened an installation waits here for a move that began
    /// meanwhile (`campanella copy`), and writes nothing into what was left behind.
    ///
    /// # Errors
    /// [`MovedAway`](moved::MovedAway); when the database does not answer.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let mut tx = self.store.begin().await?;
        moved::require_not_moved(&mut tx).await?;
        Ok(tx)
    }

    /// The same, as a unit of work at business time `now`.
    ///
    /// # Errors
    /// As [`Installation::begin`].
    pub(crate) async fn unit_of_work(&self, now: DateTime<Utc>) -> Result<UnitOfWork<'_>> {
        Ok(UnitOfWork::within(self.begin().await?, now, &self.procedures))
    }

    /// The key with which the ids of its people are made; drawn when nobody asked before.
    ///
    /// # Errors
    /// When the database does not answer, or the operating system has no random numbers to give.
    pub async fn identity_key(&self) -> Result<IdentityKey> {
        self.identity_key_or(&draw_identity_key()?).await
    }

    /// The same, `drawn` having been drawn already: a demo's, from its seed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn identity_key_or(&self, drawn: &IdentityKey) -> Result<IdentityKey> {
        let mut tx = self.begin().await?;
        let key = installation::identity_key(&mut tx, drawn).await?;
        tx.commit().await?;
        Ok(key)
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
        ars: read("ars", &files.ars, ArsProcedure::EMBEDDED, ArsProcedure::from_toml)?,
        ardis: read("ardis", &files.ardis, ArdisProcedure::EMBEDDED, ArdisProcedure::from_toml)?,
    })
}

fn read<T, E: std::error::Error + Send + Sync + 'static>(
    name: &str,
    file: &Path,
    embedded: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T> {
    if file.as_os_str().is_empty() {
        return parse(embedded).context("la procedura incorporata non è valida");
    }
    let text = fs::read_to_string(file).map_err(|error| unreadable(name, file, &error))?;
    parse(&text).with_context(|| format!("{}: la procedura non è valida", file.display()))
}

fn unreadable(name: &str, file: &Path, error: &io::Error) -> Refusal {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "non esiste".to_owned(),
        _ => format!("non si può leggere: {error}"),
    };
    Refusal::new(
        Exit::Usage,
        format!("il file «{}» della chiave «procedures.{name}» {why}", file.display()),
        "correggere la chiave, o il permesso di leggere il file; se la chiave è vuota, vale la procedura incorporata",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::report;

    #[tokio::test]
    async fn a_command_beside_others_migrates_nothing_and_a_process_migrates_only_what_nobody_works_on()
    -> Result<()> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("dati");
        let settings = Settings::load(None, &[])?;
        let beside = Installation::beside(&data, settings.clone()).await;
        let (exit, told) = report(&beside.map(drop).unwrap_err());
        assert!(exit == Exit::Usage && told.contains("eseguire «campanella migrate»"), "{told}");

        let held = Folder::open(&data)?.lock()?;
        let open = Installation::open(&data, settings.clone()).await;
        let told = open.map(drop).unwrap_err().to_string();
        assert!(told.contains("la cartella dei dati è occupata"), "{told}");
        drop(held);
        let migrated = Installation::open(&data, settings.clone()).await?;
        let _held = migrated.folder.lock()?;
        Installation::open(&data, settings.clone()).await?;
        Installation::beside(&data, settings).await?;
        Ok(())
    }
}
