// SPDX-License-Identifier: EUPL-1.2
//! The inbox: what was handled, and the path that followed from a first cause.

use anyhow::ensure;
use campanella_store::{
    Store,
    inbox::{self, InboxRow, Outcome},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

fn row(id: u128, correlation: u128, causation: Option<u128>, at: DateTime<Utc>) -> InboxRow {
    InboxRow {
        message_id: Uuid::from_u128(id),
        kind: format!("topic-{id}"),
        correlation_id: Some(Uuid::from_u128(correlation)),
        causation_id: causation.map(Uuid::from_u128),
        written_at: Some(at),
    }
}

contract! {
    async fn a_path_holds_what_followed_from_one_cause_in_order(store: &Store) {
        let at: DateTime<Utc> = "2025-11-20T12:00:00.000001Z".parse()?;
        let mut tx = store.begin().await?;
        let second = [row(2, 1, Some(1), at), row(9, 8, None, at)];
        inbox::record(&mut tx, "mailer", Outcome::Retried, at, &second).await?;
        inbox::record(&mut tx, "registry", Outcome::Done, at, &[row(1, 1, None, at)]).await?;
        tx.commit().await?;

        let path = inbox::path(&mut store.read().await?, Uuid::from_u128(1)).await?;
        let told: Vec<_> = path.iter().map(|step| (step.worker.as_str(), step.outcome.as_str())).collect();
        ensure!(told == [("registry", "done"), ("mailer", "retried")], "{path:?}");
        let causes: Vec<_> = path.iter().map(|step| step.causation_id).collect();
        ensure!(causes == [None, Some(Uuid::from_u128(1))], "{path:?}");
        ensure!(path.iter().all(|step| (step.written_at, step.handled_at) == (Some(at), at)));
        ensure!(path[1].kind == "topic-2" && path[1].message_id == Uuid::from_u128(2));
    }
}
