// SPDX-License-Identifier: EUPL-1.2
//! An installation that works as hard as it can while snapshots of it are opened, slowly.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;
use crate::{
    Store, StoreSettings,
    inbox::{self, InboxRow, Outcome},
    outbox::{self, OutboxRow},
    queue::{Put, QueueFile},
};

const HOLDER: Uuid = Uuid::from_u128(0xa);
const BODY: &str = r#"{"type":"mail.requested"}"#;
const LANES: u64 = 3;
const ROUNDS: usize = 8;
/// How often the database is looked at between the opening of its snapshot and that of the queue: long enough for a message
/// to go through all of its life, if somebody lets it.
const LOOKS: usize = 3_000;

/// The n-th message of a lane.
fn message(lane: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(lane + 1, number)
}

/// A message is written, published, forgotten by the outbox, handled and acknowledged.
async fn live(store: &Store, queue: &QueueFile, lane: u64, written: &AtomicU64) -> anyhow::Result<()> {
    let number = written.load(Ordering::SeqCst) + 1;
    let (id, name, at) = (message(lane, number), format!("worker-{lane}"), DateTime::<Utc>::UNIX_EPOCH);
    let mut tx = store.begin().await?;
    let row = OutboxRow { id, due_at: at, queue: None, envelope: BODY.to_owned() };
    outbox::insert(&mut tx, &[row]).await?;
    tx.commit().await?;
    written.store(number, Ordering::SeqCst);
    queue.put(&[Put { queue: &name, message_id: id, body: BODY }]).await?;
    let mut tx = store.begin().await?;
    outbox::delete(&mut tx, &[id]).await?;
    tx.commit().await?;
    let leased = queue.lease(&name, HOLDER, 1).await?;
    let kind = "mail.requested".to_owned();
    let row = InboxRow { message_id: id, kind, correlation_id: None, causation_id: None, written_at: None };
    let mut tx = store.begin().await?;
    inbox::record(&mut tx, &name, Outcome::Done, at, &[row]).await?;
    tx.commit().await?;
    let positions: Vec<i64> = leased.into_iter().map(|message| message.position).collect();
    Ok(queue.acknowledge(HOLDER, &positions).await?)
}

/// Every message the two open snapshots know of, wherever in its life it is.
async fn known(copier: &mut SqliteConnection) -> anyhow::Result<HashSet<Uuid>> {
    const SQL: &str = "SELECT id FROM main.outbox UNION SELECT message_id FROM main.inbox
        UNION SELECT message_id FROM queue.queue_message";
    let known: Vec<Uuid> = sqlx::query_scalar(SQL).fetch_all(copier).await?;
    Ok(known.into_iter().collect())
}

/// Opens both snapshots; between the two passes much time.
async fn open_slowly(database: &Path, queue: &Path) -> anyhow::Result<SqliteConnection> {
    let mut copier = existing(database).connect().await?;
    attach(&mut copier, queue, "queue").await?;
    let source = |schema| Source { schema, copy: "none", path: database };
    let mut files: Vec<Source<'_>> = (0..LOOKS).map(|_| source("main")).collect();
    files.push(source("queue"));
    open_at_one_moment(&mut copier, database, &files).await?;
    Ok(copier)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_missing_from_a_snapshot_however_slowly_it_is_opened() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (database, messages) = (folder.path().join("campanella.db"), folder.path().join("queue.db"));
    let store = Store::open_file(&database, StoreSettings::default()).await?;
    store.migrate().await?;
    let queue = Arc::new(QueueFile::open(&messages).await?);
    let ended = Arc::new(AtomicBool::new(false));
    let written: Arc<Vec<AtomicU64>> = Arc::new((0..LANES).map(|_| AtomicU64::new(0)).collect());
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let (store, queue, ended, written) =
            (store.clone(), Arc::clone(&queue), Arc::clone(&ended), Arc::clone(&written));
        lanes.spawn(async move {
            while !ended.load(Ordering::SeqCst) {
                live(&store, &queue, lane, &written[usize::try_from(lane)?]).await?;
            }
            anyhow::Ok(())
        });
    }
    for round in 0..ROUNDS {
        let owed: Vec<u64> = written.iter().map(|count| count.load(Ordering::SeqCst)).collect();
        let mut copier = open_slowly(&database, &messages).await?;
        let known = known(&mut copier).await?;
        copier.close().await?;
        for (lane, count) in (0..).zip(owed) {
            let missing: Vec<u64> =
                (1..=count).filter(|&number| !known.contains(&message(lane, number))).collect();
            assert!(missing.is_empty(), "round {round}, lane {lane}: {missing:?} of {count} are nowhere");
        }
    }
    ended.store(true, Ordering::SeqCst);
    while let Some(lane) = lanes.join_next().await {
        lane??;
    }
    assert!(written.iter().all(|count| count.load(Ordering::SeqCst) > 0), "{written:?}");
    Ok(())
}
