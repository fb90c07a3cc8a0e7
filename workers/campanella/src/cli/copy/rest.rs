// SPDX-License-Identifier: EUPL-1.2
//! Whether an installation is at rest: nothing of it is anywhere but in its database.

use anyhow::Result;
use campanella_store::{queue::QueueFile, transfer::mark};

use crate::{
    broker::BROKER,
    cli::{Exit, Refusal},
    installation::Installation,
    queue_file, wording,
};

const REMEDY: &str = "avviare «campanella run», attendere che «campanella queues» non mostri più messaggi in attesa, fermarlo con \
    Ctrl-C (o SIGTERM) e ripetere il comando";

/// The caller holds the folder's lock.
pub(super) async fn require(installation: &Installation) -> Result<()> {
    if queue_file::served_by(installation).await?.as_deref() == Some(BROKER) {
        return Err(Refusal::new(
            Exit::Failed,
            "le code dell'installazione sono su un broker: i messaggi che contiene non verrebbero elaborati",
            "attendere che siano vuote («campanella queues»), fermare ogni processo, avviare una volta «campanella run \
            --adopt-queue» senza broker, fermarlo e ripetere il comando",
        )
        .into());
    }
    if let Some(queue) = queue_file::beside(installation).await? {
        let depths = QueueFile::depths_beside(&queue).await?;
        let messages: i64 = depths.iter().map(|depth| depth.waiting + depth.leased).sum();
        if messages > 0 {
            let waiting = wording::count(
                usize::try_from(messages).unwrap_or(usize::MAX),
                "messaggio attende",
                "messaggi attendono",
            );
            return Err(Refusal::new(
                Exit::Failed,
                format!("nella coda dell'installazione {waiting} ancora: non verrebbero elaborati"),
                REMEDY,
            )
            .into());
        }
    }
    let mut tx = installation.store.read().await?;
    let mails = mark::mails_in_hand(&mut tx).await?;
    tx.rollback().await?;
    if mails > 0 {
        return Err(Refusal::new(
            Exit::Failed,
            "l'ultimo processo si è interrotto mentre spediva e-mail: non si sa quali siano partite",
            REMEDY,
        )
        .into());
    }
    Ok(())
}
