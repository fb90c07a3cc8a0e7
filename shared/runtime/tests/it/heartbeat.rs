// SPDX-License-Identifier: EUPL-1.2
//! The heart of a process: what it tells, and that it is not missed once it has said goodbye.

use std::time::Duration;

use anyhow::ensure;
use campanella_runtime::{
    heartbeat::{Heartbeat, Identity},
    process::StatusBoard,
};
use campanella_store::process;
use serde_json::Value;

use crate::world::World;

#[tokio::test]
async fn a_beat_tells_what_the_status_tells_and_an_end_in_good_order_leaves_nothing() -> anyhow::Result<()> {
    let world = World::on_sqlite().await?;
    let (board, stuck_after) = (StatusBoard::default(), Duration::from_secs(300));
    board.register("relay");
    board.waiting("mailer", "the mail transport is unavailable".to_owned());
    let identity = Identity::of_this_process();
    let heart = Heartbeat::new(identity.clone(), world.store.clone(), board.clone(), stuck_after);
    heart.beat().await?;
    heart.beat().await?;
    let mut tx = world.store.read().await?;
    let beating = process::list(&mut tx).await?;
    tx.rollback().await?;
    let [one] = beating.as_slice() else { anyhow::bail!("{beating:?}") };
    ensure!(one.id == identity.id && one.pid == i64::from(std::process::id()) && !one.host.is_empty());
    ensure!(one.beat_at >= one.started_at);
    let told: Value = serde_json::from_str(&one.loops)?;
    ensure!(told == serde_json::to_value(board.report(stuck_after))?);
    ensure!(told["healthy"] == false && told["loops"]["mailer"]["state"] == "waiting", "{told}");

    heart.stop().await?;
    let mut tx = world.store.read().await?;
    ensure!(process::list(&mut tx).await?.is_empty());
    Ok(())
}
