// SPDX-License-Identifier: EUPL-1.2
//! The demo: a school year of invented people, and what must come of it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`population`] | the facts: who applies, who drops out, what arrives and when |
//! | [`expectation`] | what the workers must have done with them at the end, computed without the workers |
//! | `year` | the simulation: from one due moment to the next |
//! | `intake`, `publication`, `load` | what portals, officers and the office's data do |
//! | `record`, `stages`, `revisions`, `checks` | what is there, compared with the expectation |
//! | [`export()`] | the population as the files of an import |
//! | `report`, `timeline` | what a person gets to see |

mod checks;
pub mod expectation;
mod export;
mod intake;
mod load;
mod options;
pub mod population;
mod publication;
mod record;
mod report;
mod revisions;
mod stages;
mod timeline;
mod year;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use campanella_bus::{
    Bus as _,
    rabbitmq::{self, Mark, RabbitBus},
};
use campanella_jobs::WORKERS;
use campanella_runtime::{clock::new_id, folder::Folder};
use campanella_store::{SchemaState, Store, bookmark, installation::is_untouched};
use chrono::{DateTime, Utc};

use self::{expectation::Expectation, population::Population, record::Record, stages::Stages, year::Year};
use crate::{broker, installation::Installation, lists, settings::Settings, workforce::topology};

pub use self::{
    checks::Check,
    export::export,
    options::Options,
    report::{ByName, Contributions, Published, Report},
    timeline::Moment,
};

/// A finished year.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Totals and checks.
    pub report: Report,
    /// What happened when.
    pub timeline: Vec<Moment>,
    /// The lists as CSV.
    pub lists: Vec<PathBuf>,
    /// Where the mails are, as `.eml` files.
    pub mails: PathBuf,
    /// Where a report was left, as JSON.
    pub summary: PathBuf,
}

/// The seed and scale a folder's year was begun with.
const POPULATION: &str = "demo.population";

/// Simulates a school year, from the beginning or, asked to resume, from where it was left.
///
/// # Errors
/// When the folder is not a demo's or in use, there is nothing to resume, or a store or file fails. A failed check is not
/// an error: see [`Report::is_sound`].
pub async fn run(
    options: &Options,
    mut settings: Settings,
    watch: impl Fn(DateTime<Utc>),
) -> Result<Finished> {
    // Machine time: how long the year took.
    let started = std::time::Instant::now();
    let folder = Folder::open_demo(&options.folder).context("la cartella della demo non è utilizzabile")?;
    if !options.resume {
        let _lock = folder.lock().context("la cartella della demo è occupata")?;
        // Where this year is refused, the lists and mails of an earlier one stay.
        refuse_database_of_others(&folder, &settings).await?;
        refuse_queues_of_others(&settings).await?;
        folder.clear()?;
    }
    settings.mail.transport = "folder:mail".parse().context("la cartella della posta")?;
    let installation = open(&folder, settings, options.resume).await?;
    let (seed, scale) = begin(&installation.store, options).await?;
    let population = Population::generate(seed, scale)?;
    installation.identity_key_or(population.identity_key()).await?;
    let expectation = Expectation::of(&population)?;
    load::base_data(&installation.store, &population).await?;
    let mut stages = Stages::load(&installation.store, &expectation).await?;
    let queued = Year::open(&installation, &population).await?.run(&mut stages, watch).await?;
    let stages = stages.into_reached();
    let record = Record::of(&installation.store).await?;
    let timeline = timeline::moments(&installation.store, &record.occurrences, &stages).await?;
    let mut report = Report::totals(&installation.store, &record).await?;
    checks::check(&mut report, record, &installation, &expectation, stages.values()).await?;
    checks::quiet(&mut report, &installation.store, queued).await?;
    report.seconds = started.elapsed().as_secs_f64();
    let finished = Finished {
        timeline,
        lists: lists::export(
            &mut installation.store.read().await?,
            None,
            &installation.procedures.ardis,
            &folder.path().join("elenchi"),
        )
        .await?,
        mails: mail_folder(folder.path()),
        summary: folder.path().join("riepilogo.json"),
        report,
    };
    export::export(&population, &folder.path().join("importazione"))?;
    std::fs::write(&finished.summary, serde_json::to_string_pretty(&finished.report)?)?;
    installation.store.close().await;
    Ok(finished)
}

/// Why a database cannot be a demo's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDemo {
    /// It holds an installation's data, or a year that was begun.
    #[error("il database non è vuoto, e una demo scrive soltanto in un database suo")]
    Database,
    /// The virtual host bears the mark of an installation, or of a year that was begun.
    #[error("il virtual host del broker serve già un'installazione, o l'anno di una demo")]
    VirtualHost,
    /// The queues hold messages.
    #[error("le code del broker non sono vuote, e una demo lavora soltanto su code sue")]
    Queues,
}

impl NoDemo {
    /// What to do about it, in Italian.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Database => {
                "creare un database vuoto per la demo e indicarlo con --database; per riprendere un anno interrotto: --resume"
            }
            Self::VirtualHost => {
                "creare un virtual host per la demo e indicarlo con --broker; per riprendere un anno interrotto: --resume"
            }
            Self::Queues => "creare un virtual host per la demo e indicarlo con --broker",
        }
    }
}

/// Opens the installation of a demo. A year begins on a database that holds nothing, and such a one is migrated: it is the
/// demo's alone.
async fn open(folder: &Folder, settings: Settings, resume: bool) -> Result<Installation> {
    if settings.database.is_embedded() {
        return Installation::open(folder.path(), settings).await;
    }
    let installation = Installation::open_unchecked(folder.path(), settings).await?;
    if installation.store.schema_state().await? == SchemaState::empty() {
        installation.store.migrate().await?;
    }
    let installation = installation.of_this_release().await?;
    if !resume {
        refuse_touched(&installation.store).await?;
    }
    Ok(installation)
}

/// Refuses a database that is not empty. Nothing is written.
async fn refuse_database_of_others(folder: &Folder, settings: &Settings) -> Result<()> {
    if settings.database.is_embedded() {
        return Ok(());
    }
    let installation = Installation::open_unchecked(folder.path(), settings.clone()).await?;
    if installation.store.schema_state().await? == SchemaState::empty() {
        installation.store.close().await;
        return Ok(());
    }
    let installation = installation.of_this_release().await?;
    refuse_touched(&installation.store).await?;
    installation.store.close().await;
    Ok(())
}

/// Refuses a virtual host that bears a mark, as a year that begins has left none yet, or in whose queues messages wait.
async fn refuse_queues_of_others(settings: &Settings) -> Result<()> {
    if settings.broker.is_embedded() {
        return Ok(());
    }
    let broker = broker::settings(&settings.broker)?;
    if rabbitmq::whose(&broker, new_id()).await? != Mark::None {
        return Err(NoDemo::VirtualHost.into());
    }
    let bus = RabbitBus::open(&broker, topology(WORKERS)?).await?;
    let waiting = bus.outstanding();
    bus.close().await;
    if waiting > 0 { Err(NoDemo::Queues.into()) } else { Ok(()) }
}

async fn refuse_touched(store: &Store) -> Result<()> {
    let untouched = is_untouched(&mut store.read().await?).await?;
    if untouched { Ok(()) } else { Err(NoDemo::Database.into()) }
}

/// Whether the database holds a demo: today's calendar would skip every term of its year.
///
/// # Errors
/// When the database is unavailable.
pub(crate) async fn is_in(store: &Store) -> Result<bool> {
    let mut tx = store.read().await?;
    Ok(bookmark::get(&mut tx, POPULATION).await?.is_some())
}

/// Where the mails of a demo go.
fn mail_folder(folder: &Path) -> PathBuf {
    folder.join("mail")
}

/// Remembers seed and scale, or finds those the year was begun with.
async fn begin(store: &Store, options: &Options) -> Result<(u64, u32)> {
    let mut tx = store.begin().await?;
    if let Some(text) = bookmark::get(&mut tx, POPULATION).await? {
        let begun: (u64, u32) =
            serde_json::from_str(&text).context("il segnalibro della demo non è leggibile")?;
        return Ok(begun);
    }
    if options.resume {
        // Killed before anything was written: the year begins now.
        tracing::info!("nothing to resume, the year begins");
    }
    bookmark::set(&mut tx, POPULATION, &serde_json::to_string(&(options.seed, options.scale))?).await?;
    tx.commit().await?;
    Ok((options.seed, options.scale))
}
