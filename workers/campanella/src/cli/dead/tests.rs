// SPDX-License-Identifier: EUPL-1.2

use anyhow::{Context as _, Result};
use campanella_messages::{Cause, Envelope, MailRequested};
use campanella_store::{
    dead_letter::{self, DeadLetter},
    outbox,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::cli::{Exit, fixture::Desk};

mod many;

const LATER: &str = "2026-06-01T00:00:00Z";

fn at() -> DateTime<Utc> {
    "2025-11-21T08:00:00Z".parse().unwrap()
}

fn letter(id: u128, error: &str) -> DeadLetter {
    let envelope = Envelope::wrap(Uuid::from_u128(id), at(), &MailRequested {}, Cause::First);
    DeadLetter {
        id: Uuid::from_u128(id << 64),
        worker: "registry".to_owned(),
        message_id: envelope.id,
        kind: envelope.kind.clone(),
        body: envelope.to_json(),
        error: error.to_owned(),
        fingerprint: campanella_runtime::fingerprint(error),
        attempts: 5,
        state: "open".to_owned(),
        died_at: at(),
        settled_at: None,
        reason: None,
    }
}

async fn desk(letters: &[DeadLetter]) -> Result<Desk> {
    let desk = Desk::new().await?;
    let mut tx = desk.installation.store.begin().await?;
    for letter in letters {
        dead_letter::insert(&mut tx, letter).await?;
    }
    tx.commit().await?;
    Ok(desk)
}

#[tokio::test]
async fn the_list_groups_equal_errors_and_shortens_ids_as_far_as_they_differ() -> Result<()> {
    let letters =
        [letter(0x10, "student 1 is gone"), letter(0x11, "student 2 is gone"), letter(0x12, "no school")];
    let desk = desk(&letters).await?;
    let told = desk.type_in(&["dead", "list"]).await;
    assert_eq!(told.exit, Exit::Done);
    assert!(told.out.contains("(2 messaggi): student 1 is gone"), "{}", told.out);
    assert!(told.out.contains("(1 messaggio): no school"), "{}", told.out);
    assert!(told.out.contains("  00000000-0000-0010  registry"), "{}", told.out);
    assert!(told.out.contains("21 novembre 2025, 09:00"), "{}", told.out);
    let rows = desk.json(&["dead", "list"]).await?;
    assert_eq!(rows.as_array().map(Vec::len), Some(3));
    assert_eq!(rows[0]["message_type"], "mail.requested");
    assert!(rows[0].get("body").is_none());
    Ok(())
}

#[tokio::test]
async fn a_retry_is_a_new_message_to_that_workers_queue_and_keeps_its_origin() -> Result<()> {
    let desk = desk(&[letter(0x10, "no school")]).await?;
    let told = desk.type_in(&["dead", "retry", "00000000-0000-0010"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.starts_with("Rimesso nella coda «registry»"), "{}", told.out);
    let mut tx = desk.installation.store.begin().await?;
    let later = LATER.parse::<DateTime<Utc>>()?.max(campanella_runtime::clock::machine_now());
    let rows = outbox::take_due(&mut tx, later, later, 10).await?;
    let [row] = rows.as_slice() else { anyhow::bail!("{rows:?}") };
    assert_eq!(row.queue.as_deref(), Some("registry"));
    let envelope = Envelope::from_json(&row.envelope)?;
    assert_eq!((envelope.originid, envelope.attempt), (Uuid::from_u128(0x10), 1));
    assert_ne!(envelope.id, Uuid::from_u128(0x10));
    let id = Uuid::from_u128(0x10 << 64);
    let letter = dead_letter::between(&mut tx, id, id, 1).await?.pop().context("gone")?;
    assert_eq!(letter.state, "retried");
    Ok(())
}

#[tokio::test]
async fn what_the_relay_could_not_publish_is_published_to_its_topic_again() -> Result<()> {
    let desk = desk(&[DeadLetter { worker: "relay".to_owned(), ..letter(0x10, "it is too large") }]).await?;
    let told = desk.type_in(&["dead", "retry", "0"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.starts_with("Rimesso tra i messaggi da pubblicare"), "{}", told.out);
    let mut tx = desk.installation.store.begin().await?;
    let later = LATER.parse::<DateTime<Utc>>()?.max(campanella_runtime::clock::machine_now());
    let rows = outbox::take_due(&mut tx, later, later, 10).await?;
    assert_eq!(rows.iter().map(|row| row.queue.as_deref()).collect::<Vec<_>>(), [None]);
    Ok(())
}

#[tokio::test]
async fn what_was_decided_is_not_decided_again() -> Result<()> {
    let desk = desk(&[letter(0x10, "no school")]).await?;
    desk.type_in(&["dead", "retry", "0"]).await;
    for again in [&["dead", "retry", "0"][..], &["dead", "discard", "0", "--reason", "prova"]] {
        let told = desk.type_in(again).await;
        assert_eq!(told.exit, Exit::Failed);
        assert!(told.complaint.contains("è già stato deciso: rimesso in coda"), "{told:?}");
    }
    let mut tx = desk.installation.store.read().await?;
    assert_eq!(outbox::stats(&mut tx).await?.rows, 1);
    Ok(())
}

#[tokio::test]
async fn a_body_that_cannot_be_read_can_only_be_discarded() -> Result<()> {
    let unreadable =
        DeadLetter { body: "{".to_owned(), kind: "?".to_owned(), ..letter(0x10, "not an envelope") };
    let desk = desk(&[unreadable]).await?;
    let told = desk.type_in(&["dead", "show", "0"]).await;
    assert!(told.out.contains("si può solo scartare"), "{}", told.out);
    assert_eq!(desk.json(&["dead", "show", "0"]).await?["readable"], false);
    let told = desk.type_in(&["dead", "retry", "0"]).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("non si può rimettere in coda"), "{told:?}");
    let told = desk.type_in(&["dead", "discard", "0", "--reason", "prova di carico"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(desk.type_in(&["dead", "list"]).await.out.contains("Nessun messaggio da decidere."));
    let all = desk.json(&["dead", "list", "--all"]).await?;
    assert_eq!((&all[0]["state"], &all[0]["reason"]), (&"discarded".into(), &"prova di carico".into()));
    Ok(())
}

#[tokio::test]
async fn a_worker_that_is_gone_gets_no_message_nobody_would_take() -> Result<()> {
    let desk = desk(&[DeadLetter { worker: "antico".to_owned(), ..letter(0x10, "no school") }]).await?;
    let told = desk.type_in(&["dead", "retry", "0"]).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("«antico» non esiste più"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn an_id_must_name_one_and_exist() -> Result<()> {
    let desk = desk(&[letter(0x10, "a"), letter(0x11, "b")]).await?;
    let told = desk.type_in(&["dead", "show", "0000"]).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(
        told.complaint.contains("più messaggi hanno un identificativo che comincia con «0000»"),
        "{told:?}"
    );
    assert_eq!(desk.type_in(&["dead", "show", "ffff"]).await.exit, Exit::NotFound);
    let told = desk.type_in(&["dead", "show", "zz"]).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("cifre, lettere da a ad f"), "{told:?}");
    let told = desk.type_in(&["dead", "discard", "0000", "--reason", " "]).await;
    assert!(told.complaint.contains("il motivo non può essere vuoto"), "{told:?}");
    Ok(())
}
