// SPDX-License-Identifier: EUPL-1.2
//! The options all commands share, and how a command comes to its installation.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{ArgAction, Args};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Exit, Refusal, Stage};
use crate::{installation::Installation, settings::Settings};

/// Where an installation is when nobody says.
const DATA: &str = "./campanella-data";

/// The options all commands share.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Opzioni comuni")]
pub struct Global {
    /// Cartella dei dati dell'installazione [se manca: ./campanella-data; per demo: ./campanella-demo]
    #[arg(long, global = true, value_name = "CARTELLA")]
    pub data: Option<PathBuf>,
    /// File di configurazione (TOML): prevale sui valori predefiniti
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database; it may hold a password.
    #[arg(
        help = "Database, sqlite://… o postgres://…; un indirizzo con password va scritto nella configurazione o in \
        CAMPANELLA_DATABASE__URL, perché la riga di comando è leggibile da altri"
    )]
    #[arg(long, global = true, value_name = "URL", value_parser = secret)]
    pub database: Option<SecretString>,
    /// The broker; it may hold a password.
    #[arg(
        help = "Broker RabbitMQ, amqp://… o amqps://…; se manca, la coda è un file della cartella dei dati. Un indirizzo con \
        password va scritto nella configurazione o in CAMPANELLA_BROKER__URL"
    )]
    #[arg(long, global = true, value_name = "URL", value_parser = secret)]
    pub broker: Option<SecretString>,
    /// Forma dei log su standard error: human o json
    #[arg(long, global = true, value_name = "FORMA", value_parser = ["human", "json"], hide_possible_values = true)]
    pub log_format: Option<String>,
    /// Scrive JSON invece di testo
    #[arg(long, global = true)]
    pub json: bool,
    /// Mostra questo aiuto
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    pub help: Option<bool>,
    /// What `run` has beside its arguments.
    #[arg(skip)]
    pub(super) stage: Stage,
}

pub(super) fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

impl Global {
    /// The folder, where `--data` was not given that of most commands.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data_or(Path::new(DATA))
    }

    /// The folder, or `default`.
    #[must_use]
    pub fn data_or<'a>(&'a self, default: &'a Path) -> &'a Path {
        self.data.as_deref().unwrap_or(default)
    }

    /// What was set on the command line, by key.
    #[must_use]
    pub fn flags(&self) -> Vec<(&'static str, String)> {
        let open = |url: &SecretString| url.expose_secret().to_owned();
        let database = self.database.as_ref().map(|url| ("database.url", open(url)));
        let broker = self.broker.as_ref().map(|url| ("broker.url", open(url)));
        let format = self.log_format.clone().map(|format| ("log.format", format));
        [database, broker, format].into_iter().flatten().collect()
    }

    /// The file given with `--config`.
    ///
    /// # Errors
    /// [`Refusal`] when there is none.
    pub fn config_file(&self) -> Result<Option<&Path>> {
        match self.config.as_deref() {
            Some(file) if !file.is_file() => Err(Refusal::new(
                Exit::NotFound,
                format!("il file di configurazione «{}» non esiste", file.display()),
                "controllare il percorso dato con --config",
            )
            .into()),
            file => Ok(file),
        }
    }

    /// All layers of settings.
    ///
    /// # Errors
    /// When a key is wrong.
    pub fn settings(&self) -> Result<Settings> {
        Ok(Settings::load(self.config_file()?, &self.flags())?)
    }

    /// The installation, made if there is none.
    ///
    /// # Errors
    /// As [`Installation::open`].
    pub async fn installation(&self) -> Result<Installation> {
        Installation::open(self.data(), self.settings()?).await
    }

    /// The installation that is there: a command that only looks must not make one because of a slip in `--data`.
    ///
    /// # Errors
    /// [`Refusal`] when there is none, else as [`Installation::open`].
    pub async fn existing_installation(&self) -> Result<Installation> {
        let settings = self.settings()?;
        self.require_existing(&settings)?;
        Installation::beside(self.data(), settings).await
    }

    /// Whether an installation is there, as far as a folder can tell: one with a database elsewhere is taken to be.
    ///
    /// # Errors
    /// [`Refusal`] when there is none.
    pub(super) fn require_existing(&self, settings: &Settings) -> Result<()> {
        if settings.database.is_embedded() && !self.data().join("campanella.db").is_file() {
            return Err(Refusal::new(
                Exit::NotFound,
                format!("nella cartella «{}» non c'è un'installazione di Campanella", self.data().display()),
                "indicarla con --data (per la dimostrazione: --data ./campanella-demo), oppure crearla con «campanella run»",
            )
            .into());
        }
        Ok(())
    }
}
