// SPDX-License-Identifier: EUPL-1.2
//! Which queue file serves a database.
//!
//! The relay takes the rows of the database's outbox into its own queue file. Two files on one database would each take a
//! part of them, and a folder whose file was replaced would work on without what the old one held. So the database
//! remembers the identity of the file that served it first, and no other is let in.

use std::path::PathBuf;

use anyhow::Result;
use campanella_bus::{EmbeddedBus, Topology};
use campanella_store::{
    bookmark,
    queue::{Depth, QueueFile},
};

use crate::{broker::BROKER, installation::Installation};

/// The bookmark that holds the identity of the database's queue file.
pub(crate) const SERVED_BY: &str = "bus.identity";

/// Why these queues may not serve the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrangeQueue {
    /// The database is served by another file.
    #[error("il database è servito da un'altra coda, non da «{}»", .0.display())]
    Another(PathBuf),
    /// The database has a queue file and the folder none.
    #[error("la coda «{}» non c'è più, o non è mai stata in questa cartella, e il database ne ha già una", .0.display())]
    Gone(PathBuf),
    /// The database is served by a broker, and none is named.
    #[error("il database è servito da un broker, e qui non ne è indicato nessuno")]
    Broker,
    /// The database is served by a queue file, and a broker is named. With the messages it holds, if it is in the folder.
    #[error("il database è servito da una coda in un file{}, non da un broker", held(*.0))]
    File(Option<u64>),
    /// The messages of a queue file are to go to a broker, and it is not in this folder.
    #[error("il database è servito da una coda in un file che non è «{}»: i suoi messaggi resterebbero indietro", .0.display())]
    Elsewhere(PathBuf),
    /// The messages of a queue file are to go to a broker, and some are of queues no worker has: which, and how many.
    #[error("la coda in un file contiene messaggi che nessun worker di questa versione riceve: {0}")]
    Orphans(String),
    /// The virtual host does not bear the installation's mark, and once did.
    #[error("il virtual host del broker non è quello che serviva il database, o è stato svuotato")]
    Unmarked,
    /// The virtual host bears the mark of another installation, or one that ours gave up when it adopted another.
    #[error(
        "il virtual host del broker appartiene a un'altra installazione, o serviva questa prima che ne adottasse un altro"
    )]
    Foreign,
    /// They are to be adopted, and no others serve the database.
    #[error("niente da adottare: il database non è servito da altre code")]
    Nothing,
}

fn held(messages: Option<u64>) -> String {
    match messages {
        Some(messages) => format!(" che contiene {messages} messaggi"),
        None => " che non è in questa cartella".to_owned(),
    }
}

impl StrangeQueue {
    /// What to do about it, in Italian.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Another(_) => {
                "controllare database.url e --data; se uno dei due viene da una copia di sicurezza, ripristinare insieme \
                cartella e database; se l'altra coda è perduta per sempre: «campanella run --adopt-queue», e i messaggi che \
                conteneva non verranno elaborati"
            }
            Self::Gone(_) => {
                "controllare database.url e --data; rimettere al suo posto queue.db, anche da una copia di sicurezza \
                insieme al database; se è perduta per sempre: «campanella run --adopt-queue», e i messaggi che conteneva \
                non verranno elaborati"
            }
            Self::Broker => {
                "indicare broker.url; per tornare alla coda in un file: attendere che le code del broker siano vuote \
                («campanella queues»), fermare ogni processo, poi «campanella run --adopt-queue» senza broker"
            }
            Self::File(_) => {
                "fermare ogni processo, poi «campanella run --adopt-queue» nella cartella di quella coda e con il broker: i \
                messaggi vengono portati sul broker, e da allora è questo a servire il database"
            }
            Self::Elsewhere(_) => {
                "nulla è stato cambiato; indicare con --data la cartella di quella coda, o rimettere queue.db al suo posto; se è \
                perduta per sempre: prima «campanella run --adopt-queue» senza broker, e i messaggi che conteneva non verranno \
                elaborati, poi di nuovo con il broker"
            }
            Self::Orphans(_) => {
                "nulla è stato spostato; senza broker, con la versione che ha quei worker, attendere che le loro code siano \
                vuote («campanella queues»), poi ripetere; se quei messaggi non servono più: vuotare le altre code con \
                «campanella run» senza broker, mettere da parte queue.db, «campanella run --adopt-queue» senza broker, poi \
                con il broker"
            }
            Self::Unmarked => {
                "controllare broker.url; se quel virtual host è perduto per sempre: «campanella run --adopt-queue», e i \
                messaggi che conteneva non verranno elaborati"
            }
            Self::Foreign => {
                "controllare broker.url; se questa installazione non ne ha ancora uno: creare un virtual host per lei e \
                indicarlo in broker.url"
            }
            Self::Nothing => {
                "togliere --adopt-queue: serve una volta sola, e lasciata nel comando di avvio adotterebbe un giorno una \
                coda vuota senza chiedere"
            }
        }
    }
}

/// Who serves the database, as it remembers: a queue file by its identity, or [`crate::broker::BROKER`]; none yet.
///
/// # Errors
/// When the database is unavailable.
pub(crate) async fn served_by(installation: &Installation) -> Result<Option<String>> {
    let mut tx = installation.store.read().await?;
    Ok(bookmark::get(&mut tx, SERVED_BY).await?)
}

/// That a queue file serves the database and not a broker, and how much it holds.
pub(crate) async fn held_by_a_file(installation: &Installation) -> StrangeQueue {
    let depths = QueueFile::depths_beside(&installation.folder.queue()).await.ok();
    let sum = |depths: Vec<Depth>| depths.iter().map(|depth| depth.waiting + depth.leased).sum::<i64>();
    StrangeQueue::File(depths.map(sum).map(i64::cast_unsigned))
}

/// Opens the folder's queue file and ties it to the database, or finds it tied. The caller holds the folder's lock.
///
/// # Errors
/// [`StrangeQueue`] when another file serves the database; no file is made then.
pub(crate) async fn open(installation: &Installation, topology: Topology) -> Result<EmbeddedBus> {
    let path = installation.folder.queue();
    let served_by = served_by(installation).await?;
    if served_by.as_deref() == Some(BROKER) {
        return Err(StrangeQueue::Broker.into());
    }
    if served_by.is_some() && !path.is_file() {
        return Err(StrangeQueue::Gone(path).into());
    }
    let bus = EmbeddedBus::open(&path, topology).await?;
    let identity = bus.identity().await?;
    let served_by = match served_by {
        Some(served_by) => served_by,
        None => {
            let mut tx = installation.store.begin().await?;
            let first = bookmark::set_first(&mut tx, SERVED_BY, &identity).await?;
            tx.commit().await?;
            first
        }
    };
    if served_by == identity { Ok(bus) } else { Err(StrangeQueue::Another(path).into()) }
}

/// Whether the folder's queue file may serve the database. Looks only, also beside the process that has it open.
///
/// # Errors
/// [`StrangeQueue`] when it may not; when the database is unavailable.
pub(crate) async fn fits(installation: &Installation) -> Result<()> {
    let path = installation.folder.queue();
    match served_by(installation).await?.as_deref() {
        Some(BROKER) => Err(StrangeQueue::Broker.into()),
        Some(_) if !path.is_file() => Err(StrangeQueue::Gone(path).into()),
        Some(identity) if QueueFile::identity_beside(&path).await? != identity => {
            Err(StrangeQueue::Another(path).into())
        }
        _ => Ok(()),
    }
}

/// The folder's queue file as a command finds it beside a running process, or without one; None if there never was one, or
/// the queues are on a broker.
///
/// # Errors
/// As [`fits`].
pub(crate) async fn beside(installation: &Installation) -> Result<Option<PathBuf>> {
    if served_by(installation).await?.as_deref() == Some(BROKER) {
        return Ok(None);
    }
    fits(installation).await?;
    let path = installation.folder.queue();
    // Tied or not yet: what is in it belongs to the database of this folder.
    Ok(path.is_file().then_some(path))
}

/// Forgets which queue file served the database: the next to open it does. For an operator who knows that the old one is
/// lost for good and that nobody else works on the database.
///
/// # Errors
/// [`StrangeQueue::Nothing`] when the folder's queue file may serve the database as it is; when another process works on the
/// folder, or the database is unavailable.
pub(crate) async fn adopt(installation: &Installation) -> Result<()> {
    let _lock = installation.folder.lock()?;
    match fits(installation).await {
        Ok(()) => return Err(StrangeQueue::Nothing.into()),
        Err(error) if error.is::<StrangeQueue>() => {}
        Err(error) => return Err(error),
    }
    let mut tx = installation.store.begin().await?;
    bookmark::forget(&mut tx, SERVED_BY).await?;
    tx.commit().await?;
    tracing::warn!("the database is given to the queue file of this folder");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use campanella_runtime::clock::SystemClock;

    use super::*;
    use crate::{settings::Settings, workforce::Workforce};

    async fn installation(folder: &Path, database: &str) -> Result<Installation> {
        let flags = [("database.url", format!("sqlite://{}/{database}", folder.display()))];
        let settings = Settings::load(None, &flags)?;
        Installation::open_unchecked(&folder.join("dati"), settings).await
    }

    async fn start(installation: &Installation) -> Result<(), Option<StrangeQueue>> {
        let started = Workforce::assemble(installation, Arc::new(SystemClock), &[]).await;
        started.map(drop).map_err(|error| error.downcast::<StrangeQueue>().ok())
    }

    #[tokio::test]
    async fn a_second_folder_on_the_same_database_is_refused() -> Result<()> {
        let (one, two) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let first = installation(one.path(), "scuola.db").await?;
        first.store.migrate().await?;
        assert_eq!(start(&first).await, Ok(()));
        assert_eq!(start(&first).await, Ok(()), "the same folder again");
        let second =
            Installation { folder: installation(two.path(), "altro.db").await?.folder, ..first.clone() };
        let queue = second.folder.queue();
        assert_eq!(start(&second).await, Err(Some(StrangeQueue::Gone(queue.clone()))));
        assert!(!queue.exists(), "nothing is made where nothing may work");
        Ok(())
    }

    #[tokio::test]
    async fn a_folder_that_served_another_database_is_refused_until_an_operator_gives_it_this_one()
    -> Result<()> {
        let (one, two) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let (first, second) =
            (installation(one.path(), "a.db").await?, installation(two.path(), "b.db").await?);
        for installation in [&first, &second] {
            installation.store.migrate().await?;
            assert_eq!(start(installation).await, Ok(()));
        }
        let crossed = Installation { folder: second.folder, ..first.clone() };
        assert_eq!(start(&crossed).await, Err(Some(StrangeQueue::Another(crossed.folder.queue()))));
        adopt(&crossed).await?;
        assert_eq!(start(&crossed).await, Ok(()));
        let again = adopt(&crossed).await.map_err(|error| error.downcast().ok());
        assert_eq!(again, Err(Some(StrangeQueue::Nothing)), "what fits is not adopted");
        assert_eq!(start(&first).await, Err(Some(StrangeQueue::Another(first.folder.queue()))));
        Ok(())
    }

    #[tokio::test]
    async fn a_deleted_queue_file_is_not_replaced_in_silence() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let installation = installation(folder.path(), "scuola.db").await?;
        installation.store.migrate().await?;
        assert_eq!(start(&installation).await, Ok(()));
        for name in ["queue.db", "queue.db-wal", "queue.db-shm"] {
            let _ = fs::remove_file(installation.folder.path().join(name));
        }
        assert_eq!(start(&installation).await, Err(Some(StrangeQueue::Gone(installation.folder.queue()))));
        adopt(&installation).await?;
        assert_eq!(start(&installation).await, Ok(()));
        Ok(())
    }
}
