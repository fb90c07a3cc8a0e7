// SPDX-License-Identifier: EUPL-1.2
//! `campanella copy`: an embedded installation grows out of its file.
//!
//! In this order, so that it can end anywhere and be typed again:
//!
//! 1. The source is at rest: nobody holds its folder, its queue is empty, no mail is in anybody's hand. Messages of the queue
//!    are not carried over: one message may wait on several queues under one id, for which the outbox has no place. What is in
//!    the outbox goes with the database.
//! 2. A transaction of the target is begun, so that it is there, and the source is marked as moved to this address. From here on nobody works on it: whoever opened it before, an import say,
//!    finds the mark in the transaction in which it would write (`Installation::begin`).
//! 3. Everything is copied and compared in that one transaction, which also gets the mark's token. The source's writer
//!    lock is held meanwhile.
//! 4. That transaction is committed, and then the source is released. Before the commit the target is empty: copying again
//!    begins anew. After it the target holds the token: copying again says that it is done.

mod report;
mod rest;

use anyhow::Result;
use campanella_runtime::{
    clock::{machine_now, new_id},
    folder::Purpose,
};
use campanella_store::{
    SchemaState, Store,
    transfer::{
        self, CopiedTable,
        copy::{count_rows, require_empty},
        mark::{self, Moved},
    },
};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Exit, Global, Output, Refusal, global, mask, output};
use crate::{installation::Installation, moved::MovedAway};

/// Trasferisce un'installazione ferma in un database PostgreSQL vuoto
#[derive(Debug, Args)]
pub(super) struct Copy {
    /// Where to; it may hold a password.
    #[arg(
        help = "Il nuovo database, postgres://utente@host/database; la password va nel file .pgpass o in PGPASSWORD, perché \
        la riga di comando è leggibile da altri"
    )]
    #[arg(long, value_name = "URL", value_parser = global::secret, required_unless_present = "undo")]
    to: Option<SecretString>,
    /// Annulla il trasferimento: si torna a lavorare qui
    #[arg(
        long,
        conflicts_with = "to",
        long_help = "Annulla il trasferimento: si torna a lavorare qui. Soltanto se la copia è stata cancellata e nessuno la \
        userà: due installazioni con gli stessi dati scriverebbero due volte alle famiglie"
    )]
    undo: bool,
}

impl Copy {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let source = source(global).await?;
        let _lock = source.folder.lock()?;
        let Some(to) = self.to else { return undo(&source, out).await };
        let address = mask::urls(to.expose_secret());
        // Opening a file would make it.
        if to.expose_secret().starts_with("sqlite:") {
            return Err(Refusal::new(
                Exit::Usage,
                "si trasferisce soltanto in un database PostgreSQL",
                "indicare un indirizzo postgres://…; per copiare l'installazione in altri file: «campanella backup CARTELLA»",
            )
            .into());
        }
        let target = Store::open(to.expose_secret(), source.settings.database.store()).await?;
        let earlier = earlier(&source).await?;
        if arrived(&target, earlier.as_ref()).await? {
            report::already(&address, out)?;
            return Ok(Exit::Done);
        }
        if let Some(earlier) = earlier.filter(|earlier| earlier.to != address) {
            return Err(MovedAway(earlier).into());
        }
        rest::require(&source).await?;
        require_empty(&mut target.begin().await?).await.map_err(report::refusal)?;
        target.migrate().await?;
        let tables = carry_over(&source, &target, &address).await?;
        target.close().await;
        source.store.close().await;
        report::done(&address, &tables, out)?;
        Ok(Exit::Done)
    }
}

/// The installation to copy, marked or not.
async fn source(global: &Global) -> Result<Installation> {
    let settings = global.settings()?;
    global.require_existing(&settings)?;
    let installation = Installation::open_unchecked(global.data(), settings).await?;
    if installation.store.file().is_none() {
        return Err(Refusal::new(
            Exit::Usage,
            "l'installazione usa già PostgreSQL",
            "un database PostgreSQL si trasferisce con pg_dump e pg_restore: si veda docs/operations.md",
        )
        .into());
    }
    if installation.folder.purpose() == Purpose::Demo {
        return Err(Refusal::new(
            Exit::Usage,
            format!("{} contiene una demo, non un'installazione", installation.folder.path().display()),
            "la demo si può eseguire direttamente su PostgreSQL: «campanella demo --database postgres://…»",
        )
        .into());
    }
    installation.of_this_release().await
}

async fn earlier(source: &Installation) -> Result<Option<Moved>> {
    let mut tx = source.store.read().await?;
    let earlier = mark::moved(&mut tx).await?;
    tx.rollback().await?;
    Ok(earlier)
}

/// Whether the target is the copy this source was marked for: an earlier call committed it and could not say so.
async fn arrived(target: &Store, earlier: Option<&Moved>) -> Result<bool> {
    match target.schema_state().await? {
        SchemaState::Current => {
            let mut tx = target.read().await?;
            let from = mark::copied_from(&mut tx).await?;
            tx.rollback().await?;
            Ok(from.is_some() && from == earlier.map(|earlier| earlier.token))
        }
        SchemaState::Behind { .. } => Ok(false),
        SchemaState::Unknown => Err(Refusal::new(
            Exit::Failed,
            "il nuovo database è stato creato da una versione più recente",
            "indicare un database vuoto, o aggiornare il programma",
        )
        .into()),
    }
}

async fn carry_over(source: &Installation, target: &Store, address: &str) -> Result<Vec<CopiedTable>> {
    let moved = Moved { token: new_id(), to: address.to_owned(), at: machine_now() };
    // Before the mark: were the target away, the source would stay marked though nothing is copied.
    let mut to = target.begin().await?;
    let mut tx = source.store.begin().await?;
    mark::set_moved(&mut tx, &moved).await?;
    tx.commit().await?;
    let copied = async {
        let mut from = source.store.begin().await?;
        let bar = output::progress(count_rows(&mut from).await?, "Trasferimento");
        let tables = transfer::copy(&mut from, &mut to, &mut |rows| bar.inc(rows)).await?;
        bar.finish_and_clear();
        mark::set_copied_from(&mut to, moved.token).await?;
        anyhow::Ok((tables, from))
    };
    match copied.await {
        Ok((tables, from)) => {
            to.commit().await.map_err(|_| report::in_doubt())?;
            // Not before: between the two nobody may write what did not go along.
            from.rollback().await?;
            Ok(tables)
        }
        Err(error) => {
            // Never committed, so undone, whether or not the target can still be told.
            drop(to);
            // Nothing arrived: this is the installation, as it was.
            forget(source).await?;
            Err(report::refusal_of(error))
        }
    }
}

async fn forget(source: &Installation) -> Result<()> {
    let mut tx = source.store.begin().await?;
    mark::forget_moved(&mut tx).await?;
    Ok(tx.commit().await?)
}

async fn undo(source: &Installation, out: &mut Output<'_>) -> Result<Exit> {
    let Some(earlier) = earlier(source).await? else {
        return Err(Refusal::new(
            Exit::NotFound,
            "questa installazione non è stata trasferita",
            "non c'è nulla da annullare: si può avviare con «campanella run»",
        )
        .into());
    };
    forget(source).await?;
    report::undone(&earlier.to, out)?;
    Ok(Exit::Done)
}
