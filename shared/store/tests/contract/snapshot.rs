// SPDX-License-Identifier: EUPL-1.2
//! Snapshots of both files of an installation. What is in one taken under load is looked at beside the code.

use campanella_store::{
    Store, StoreError, StoreSettings,
    queue::{Put, QueueFile},
    transfer,
};
use uuid::Uuid;

use crate::world::{execute, id};

const HOLDER: Uuid = Uuid::from_u128(0xa);

#[tokio::test]
async fn a_snapshot_is_the_installation_with_its_schema_its_queue_and_who_the_queue_is() -> anyhow::Result<()>
{
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let store = Store::open_file(&path("campanella.db"), StoreSettings::default()).await?;
    store.migrate().await?;
    let mut tx = store.begin().await?;
    execute(&mut tx, "INSERT INTO bookmark (name, value) VALUES ('position', 'half')").await?;
    tx.commit().await?;
    let queue = QueueFile::open(&path("queue.db")).await?;
    let messages: Vec<Put<'_>> =
        (1..=3).map(|number| Put { queue: "registry", message_id: id(number), body: "{}" }).collect();
    queue.put(&messages).await?;
    let files = transfer::snapshot(
        (&path("campanella.db"), &path("copy.db")),
        Some((&path("queue.db"), &path("copy.queue"))),
    )
    .await?;
    assert_eq!(files.len(), 2);
    assert!(files[0].bytes > 0 && files[0].tables > 20, "{files:?}");
    // Messages, identity, migrations.
    assert_eq!((files[1].tables, files[1].rows), (3, 3 + 1 + 2));

    let copy = Store::open_file(&path("copy.db"), StoreSettings::default()).await?;
    assert_eq!(copy.schema_state().await?, campanella_store::SchemaState::Current);
    let mut tx = copy.read().await?;
    assert_eq!(campanella_store::bookmark::get(&mut tx, "position").await?.as_deref(), Some("half"));
    let identity = QueueFile::identity_beside(&path("queue.db")).await?;
    assert_eq!(QueueFile::identity_beside(&path("copy.queue")).await?, identity);
    // The place of a message is never used again, in a copy neither.
    let copy = QueueFile::open(&path("copy.queue")).await?;
    let places: Vec<i64> =
        copy.lease("registry", HOLDER, 9).await?.into_iter().map(|leased| leased.position).collect();
    assert_eq!(places, [1, 2, 3]);
    copy.acknowledge(HOLDER, &places).await?;
    copy.put(&messages[..1]).await?;
    assert_eq!(copy.lease("registry", HOLDER, 9).await?.first().map(|leased| leased.position), Some(4));
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_not_made() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let missing = transfer::snapshot((&path("campanella.db"), &path("copy.db")), None).await;
    assert!(matches!(missing, Err(StoreError::Unavailable(_))), "{missing:?}");
    assert!(!path("campanella.db").exists());
    Ok(())
}
