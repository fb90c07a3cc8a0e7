// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::civil::zone::date_of;
use campanella_runtime::clock::{Clock as _, SystemClock};
use serde_json::json;

use crate::cli::{
    Exit,
    fixture::{Desk, application},
};

const NUMBER: &str = "2025-004217";

/// The application is excluded in a list of Wednesday 15 April 2026: until Monday 27 April.
async fn published() -> Result<Desk> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    Ok(desk)
}

fn record<'a>(at: &'a str, channel: &'a str) -> [&'a str; 9] {
    ["observations", "record", NUMBER, "--received-at", at, "--channel", channel, "--reference", "PROT-7"]
}

#[tokio::test]
async fn ard_080_one_typed_twice_is_one_and_two_of_one_day_are_two() -> Result<()> {
    let desk = published().await?;
    // Today's date alone: the moment it is typed at is another each time.
    let today = date_of(SystemClock.now()).to_string();
    let first = desk.json(&record(&today, "pec")).await?;
    let again = desk.json(&record(&today, "pec")).await?;
    assert_eq!((&again["new"], &again["id"]), (&json!(false), &first["id"]));
    assert_eq!(again["received_at"], first["received_at"], "it came when it was recorded first");
    let mut other = record(&today, "pec");
    other[8] = "PROT-8";
    assert_eq!(desk.json(&other).await?["new"], json!(true));
    let told = desk.type_in(&record(&today, "pec")[..7]).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("--reference"), "{told:?}");
    Ok(())
}

/// Whoever asks why reads the observation, its answer and the two lists.
async fn explained_with_its_answer(desk: &Desk) -> Result<()> {
    for command in [&["explain", NUMBER][..], &["applications", "show", NUMBER]] {
        let told = desk.type_in(command).await.out;
        assert!(told.contains("Osservazione del 27 aprile 2026, 23:59: accolta"), "{told}");
        assert!(told.contains("Motivazione: La DSU risulta presentata in tempo."), "{told}");
        let told = desk.json(command).await?;
        assert_eq!(told["observations"][0]["accepted"], json!(true));
        assert_eq!((&told["lists"][0]["revision"], &told["lists"][1]["revision"]), (&json!(1), &json!(2)));
    }
    Ok(())
}

#[tokio::test]
async fn ard_080_ard_087_an_observation_is_recorded_listed_and_answered_once_and_open_until_it_has_effect()
-> Result<()> {
    let desk = published().await?;
    let recorded = desk.json(&record("2026-04-27", "online")).await?;
    assert_eq!((&recorded["flags"], &recorded["new"]), (&json!([]), &json!(true)));
    assert_eq!(desk.json(&record("2026-04-27", "online")).await?["new"], json!(false));
    let id = recorded["id"].as_str().unwrap_or_default().to_owned();
    let last = ["lists", "publish", "--kind", "final", "--officer", "m.rossi"];
    let told = desk.type_in(&last).await;
    assert!(told.complaint.contains("in attesa: 1 osservazione senza risposta motivata"), "{told:?}");

    let answer = |verdict: &'static str, motivation: &'static str| {
        ["observations", "answer", &id[..8], verdict, "--officer", "m.rossi", "--motivation", motivation]
            .map(str::to_owned)
    };
    let words = answer("--accept", " ");
    let told = desk.type_in(&words.each_ref().map(String::as_str)).await;
    assert_eq!(told.exit, Exit::Usage, "a motivation is not empty: {told:?}");
    let words = answer("--accept", "La DSU risulta presentata in tempo.");
    let told = desk.type_in(&words.each_ref().map(String::as_str)).await;
    assert!(
        told.out.contains("è accolta") && told.out.contains("applications decide 2025-004217"),
        "{told:?}"
    );
    let told = desk.type_in(&words.each_ref().map(String::as_str)).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    let listed = desk.json(&["observations", "list"]).await?;
    assert_eq!(listed[0]["answer"]["motivation"], "La DSU risulta presentata in tempo.");

    // Accepted, and not decided again yet.
    let told = desk.type_in(&last).await;
    assert!(told.complaint.contains("1 osservazione accolta senza che"), "{told:?}");
    assert!(told.complaint.contains("(2025-004217)"), "{told:?}");
    let open = desk.json(&["observations", "list", "--open"]).await?;
    assert_eq!((&open[0]["id"], &open[0]["without_effect"]), (&recorded["id"], &json!(true)));
    let word = [
        "applications",
        "decide",
        NUMBER,
        "--outcome",
        "admitted",
        "--officer",
        "m.rossi",
        "--motivation",
        "Sì.",
        "--revision",
        "1",
    ];
    desk.json(&word).await?;
    assert_eq!(desk.json(&["observations", "list", "--open"]).await?, json!([]));
    assert_eq!(desk.json(&last).await?["counts"]["admitted"], json!(1));
    explained_with_its_answer(&desk).await?;
    // One that comes now is kept, and nobody is told that a list waits for it.
    let told = desk.type_in(&record("2026-04-26", "online")).await.out;
    assert!(told.contains("l'elenco definitivo è pubblicato dal") && !told.contains("attende"), "{told}");
    let answered = desk.json(&["observations", "list", "--open"]).await?;
    let id = answered[0]["id"].as_str().unwrap_or_default();
    let words = ["observations", "answer", id, "--accept", "--officer", "m.rossi", "--motivation", "Sì."];
    let told = desk.type_in(&words).await.out;
    assert!(told.contains("nuovo atto dell'ufficio") && !told.contains("decidere di nuovo"), "{told}");
    Ok(())
}

#[tokio::test]
async fn ard_081_ard_082_late_and_by_another_way_is_kept_and_said() -> Result<()> {
    let desk = published().await?;
    let told = desk.type_in(&record("2026-04-28T00:00:00", "pec")).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(
        told.out.contains("è arrivata dopo il termine") && told.out.contains("non è arrivata online"),
        "{told:?}"
    );
    let listed = desk.type_in(&["observations", "list"]).await.out;
    assert!(listed.contains("PEC") && listed.contains("da dare"), "{listed}");
    let shown = desk.type_in(&["applications", "show", NUMBER]).await.out;
    assert!(shown.contains("Osservazione del 28 aprile 2026, 00:00: senza risposta"), "{shown}");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_remedy() -> Result<()> {
    let desk = published().await?;
    let told = desk.type_in(&record("2999-01-01", "online")).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("deve ancora venire"), "{told:?}");
    let told = desk.type_in(&record("2026-04-20", "fax")).await;
    assert_eq!(told.exit, Exit::Usage);
    let unknown =
        ["observations", "answer", "abc", "--reject", "--officer", "m.rossi", "--motivation", "No."];
    assert_eq!(desk.type_in(&unknown).await.exit, Exit::NotFound);
    let neither = ["observations", "answer", "abc", "--officer", "m.rossi", "--motivation", "No."];
    assert_eq!(desk.type_in(&neither).await.exit, Exit::Usage);
    Ok(())
}
