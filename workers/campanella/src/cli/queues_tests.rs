// SPDX-License-Identifier: EUPL-1.2

use campanella_runtime::clock::new_id;
use campanella_store::{
    bookmark,
    outbox::OutboxRow,
    queue::{Put, QueueFile},
};

use super::*;
use crate::cli::fixture::{Desk, type_in};

#[tokio::test]
async fn queues_outbox_and_ages_are_told_beside_the_process_that_owns_the_file() -> Result<()> {
    let desk = Desk::new().await?;
    let _running = desk.installation.folder.lock()?;
    let file = QueueFile::open(&desk.installation.folder.queue()).await?;
    let put = |queue| Put { queue, message_id: new_id(), body: "{}" };
    file.put(&[put("registry"), put("registry"), put("gone")]).await?;
    file.lease("registry", new_id(), 1).await?;
    let mut tx = desk.installation.store.begin().await?;
    let row = OutboxRow { id: new_id(), due_at: machine_now(), queue: None, envelope: "{}".to_owned() };
    outbox::insert(&mut tx, &[row]).await?;
    tx.commit().await?;

    let told = desk.json(&["queues"]).await?;
    let queue = |name: &str| {
        let queues = told["queues"].as_array().cloned().unwrap_or_default();
        queues.into_iter().find(|queue| queue["queue"] == name).unwrap_or_default()
    };
    assert_eq!((&queue("registry")["waiting"], &queue("registry")["held"]), (&1.into(), &1.into()));
    assert!(queue("registry")["oldest_age_seconds"].as_i64().is_some_and(|age| age < 60));
    assert_eq!(queue("gone")["waiting"], 1, "a queue without a worker is told all the same");
    assert_eq!(
        (&queue("mailer")["waiting"], &queue("mailer")["oldest_age_seconds"]),
        (&0.into(), &serde_json::Value::Null)
    );
    assert_eq!(told["outbox"]["rows"], 1);
    assert!(told["outbox"]["oldest_due_at"].is_string());
    assert_eq!(told["dead_letters_open"], 0);

    let text = desk.type_in(&["queues"]).await.out;
    assert!(text.contains("coda") && text.contains("in attesa") && text.contains("il più vecchio"), "{text}");
    assert!(text.contains("Messaggi da pubblicare (outbox): 1, da "), "{text}");
    Ok(())
}

#[tokio::test]
async fn while_the_broker_is_silent_what_the_database_knows_is_told_all_the_same() -> Result<()> {
    let desk = Desk::new().await?;
    let mut tx = desk.installation.store.begin().await?;
    let row = OutboxRow { id: new_id(), due_at: machine_now(), queue: None, envelope: "{}".to_owned() };
    outbox::insert(&mut tx, &[row]).await?;
    tx.commit().await?;
    // Nobody listens on port 1.
    let broker = ["--broker", "amqp://campanella:segreta@127.0.0.1:1/scuola"];
    let told = desk.type_in(&[&["queues"][..], &broker].concat()).await;
    assert_eq!(told.exit, Exit::Unavailable, "{told:?}");
    assert!(told.out.contains("Code: quanto vi attende non si sa."), "{told:?}");
    assert!(told.out.contains("Messaggi da pubblicare (outbox): 1, da "), "{told:?}");
    assert!(
        told.complaint.contains("le code non rispondono") && !told.complaint.contains("segreta"),
        "{told:?}"
    );
    let told = desk.type_in(&[&["queues", "--json"][..], &broker].concat()).await;
    assert_eq!(told.exit, Exit::Unavailable, "{told:?}");
    let json: serde_json::Value = serde_json::from_str(&told.out)?;
    assert_eq!((&json["queues"], &json["outbox"]["rows"]), (&serde_json::Value::Null, &1.into()));
    Ok(())
}

#[tokio::test]
async fn without_its_broker_an_installation_is_not_said_to_have_empty_queues() -> Result<()> {
    let desk = Desk::new().await?;
    let mut tx = desk.installation.store.begin().await?;
    bookmark::set(&mut tx, queue_file::SERVED_BY, broker::BROKER).await?;
    tx.commit().await?;
    let told = desk.type_in(&["queues"]).await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    assert!(
        told.out.contains("Code: quanto vi attende non si sa.") && !told.out.contains("registry"),
        "{told:?}"
    );
    assert!(told.complaint.contains("indicare broker.url"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn looking_makes_no_installation() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("errore-di-battitura");
    for looking in [&["queues"][..], &["dead", "list"], &["schedule", "list"], &["explain", "2025-000001"]] {
        let told = type_in(&[looking, &["--data", &data.to_string_lossy()]].concat()).await;
        assert_eq!(told.exit, Exit::NotFound, "{told:?}");
        assert!(
            told.complaint.contains("errore-di-battitura") && told.complaint.contains("--data"),
            "{told:?}"
        );
    }
    assert!(!data.exists());
    Ok(())
}
