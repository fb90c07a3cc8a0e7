// SPDX-License-Identifier: EUPL-1.2
//! The embedded queue's file: SQLite alone, whatever the database is.

use campanella_store::{
    StoreError,
    queue::{Leased, Put, QueueFile},
};
use uuid::Uuid;

use crate::world::id;

const HOLDER: Uuid = Uuid::from_u128(0xa);

fn put(queue: &'static str, number: u128) -> Put<'static> {
    Put { queue, message_id: id(number), body: "{}" }
}

fn seen(leased: &[Leased]) -> Vec<(Uuid, i64)> {
    leased.iter().map(|message| (message.message_id, message.deliveries)).collect()
}

#[tokio::test]
async fn messages_are_handed_out_in_order_of_arrival_to_one_holder_at_a_time() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = QueueFile::open(&folder.path().join("queue.sqlite")).await?;
    file.put(&[put("registry", 3), put("mailer", 9), put("registry", 1), put("registry", 2)]).await?;
    file.put(&[]).await?;
    assert_eq!(seen(&file.lease("registry", HOLDER, 2).await?), [(id(3), 1), (id(1), 1)]);
    assert_eq!(seen(&file.lease("registry", HOLDER, 2).await?), [(id(2), 1)]);
    assert_eq!(file.lease("registry", HOLDER, 2).await?, []);
    let depths = file.depths().await?;
    let depths: Vec<_> =
        depths.iter().map(|depth| (depth.queue.as_str(), depth.waiting, depth.leased)).collect();
    assert_eq!(depths, [("mailer", 1, 0), ("registry", 0, 3)]);
    Ok(())
}

#[tokio::test]
async fn a_message_given_back_keeps_its_place_and_looks_suspect_only_if_it_was_looked_at()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = QueueFile::open(&folder.path().join("queue.sqlite")).await?;
    file.put(&[put("registry", 1), put("registry", 2), put("registry", 3)]).await?;
    let positions: Vec<i64> =
        file.lease("registry", HOLDER, 3).await?.iter().map(|message| message.position).collect();
    // Whoever does not hold a message can neither end it nor give it back.
    file.acknowledge(id(0xb), &positions).await?;
    file.release(id(0xb), &positions, true).await?;
    file.release(HOLDER, &positions[..1], false).await?;
    file.release(HOLDER, &positions[1..2], true).await?;
    file.acknowledge(HOLDER, &positions[2..]).await?;
    assert_eq!(seen(&file.lease("registry", HOLDER, 3).await?), [(id(1), 2), (id(2), 1)]);
    Ok(())
}

#[tokio::test]
async fn what_a_dead_process_held_comes_again_marked() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("queue.sqlite");
    let file = QueueFile::open(&path).await?;
    file.put(&[put("registry", 1), put("registry", 2)]).await?;
    file.lease("registry", HOLDER, 1).await?;
    assert_eq!(QueueFile::depths_beside(&path).await?[0].leased, 1);
    file.close().await;
    let file = QueueFile::open(&path).await?;
    assert_eq!(seen(&file.lease("registry", HOLDER, 9).await?), [(id(1), 2), (id(2), 1)]);
    Ok(())
}

#[tokio::test]
async fn depths_of_a_file_that_is_not_there_are_unavailable() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let missing = QueueFile::depths_beside(&folder.path().join("queue.sqlite")).await;
    assert!(matches!(missing, Err(StoreError::Unavailable(_))));
    Ok(())
}
