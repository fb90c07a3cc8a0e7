// SPDX-License-Identifier: EUPL-1.2

use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};

use super::*;
use crate::cli::fixture::Desk;

fn skipped() -> Result<OccurrenceRow> {
    Ok(OccurrenceRow {
        schedule: "ardis-dsu-reminder".to_owned(),
        civil: "2025-11-13T09:00:00".to_owned(),
        due_at: "2025-11-13T08:00:00Z".parse()?,
        state: "skipped".to_owned(),
        reason: Some("a later one is due".to_owned()),
        decided_at: "2025-11-13T08:00:01Z".parse()?,
    })
}

fn procedures() -> Result<Procedures> {
    Ok(Procedures {
        ars: ArsProcedure::from_toml(&(ArsProcedure::EMBEDDED.to_owned() + DAILY))?,
        ardis: ArdisProcedure::embedded()?,
    })
}

const DAILY: &str = r#"
[[schedule]]
name = "daily"
cron = "0 0 8 * * *"
emits = "reminder.due"
subject = "iefp-class-lists"
catch_up = "none"
"#;

#[test]
fn what_happened_what_waits_and_what_will_be_is_listed_in_order_each_once() -> Result<()> {
    let list = List { from: Some("2025-11-01".parse()?), to: Some("2025-12-01".parse()?) };
    let ledger = [skipped()?];
    let now = "2025-11-19T12:00:00Z".parse()?;
    let rows = calendar(&list, &ledger, &procedures()?, now).occurrences;
    let rows: Vec<(&str, &str)> = rows
        .iter()
        .filter(|row| row.schedule.starts_with("ardis-dsu"))
        .map(|row| (row.civil.as_str(), row.state.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("2025-11-13T09:00:00", "skipped"),
            ("2025-11-18T09:00:00", "waiting"),
            ("2025-11-21T00:00:00", "planned")
        ]
    );
    Ok(())
}

#[tokio::test]
async fn dates_and_states_are_italian() -> Result<()> {
    let desk = Desk::new().await?;
    let mut tx = desk.installation.store.begin().await?;
    occurrence::record(&mut tx, &[skipped()?]).await?;
    tx.commit().await?;
    let told = desk.type_in(&["schedule", "list"]).await.out;
    for expected in [
        "giovedì 13 novembre 2025, ore 09:00",
        "saltata (sostituita dalla successiva)",
        "promemoria: DSU mancante",
        "venerdì 21 novembre 2025, ore 00:00",
        "termine per la DSU: verifica delle domande",
    ] {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
    Ok(())
}

#[tokio::test]
async fn ars_040_outcomes_of_june_and_september_are_still_to_be_configured() -> Result<()> {
    let desk = Desk::new().await?;
    let text = desk.type_in(&["schedule", "list"]).await.out;
    assert!(text.contains("Da configurare: esiti di giugno e settembre (ARS)."), "{text}");
    assert!(text.contains("outcomes.outcome_deadlines"), "{text}");
    let missing = &desk.json(&["schedule", "list"]).await?["to_be_configured"][0];
    assert_eq!(missing["key"], "outcomes.outcome_deadlines");
    Ok(())
}

#[tokio::test]
async fn from_and_to_are_days_both_inside() -> Result<()> {
    let desk = Desk::new().await?;
    let told = desk.json(&["schedule", "list", "--from", "2025-11-13", "--to", "2025-11-18"]).await?;
    let civils: Vec<&str> = told["occurrences"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row["schedule"] == "ardis-dsu-reminder")
        .filter_map(|row| row["civil"].as_str())
        .collect();
    assert_eq!(civils, ["2025-11-13T09:00:00", "2025-11-18T09:00:00"]);
    let wrong = desk.type_in(&["schedule", "list", "--from", "13/11/2025"]).await;
    assert_eq!(wrong.exit, Exit::Usage);
    assert!(wrong.complaint.contains("una data si scrive anno-mese-giorno"), "{wrong:?}");
    Ok(())
}

#[tokio::test]
async fn of_what_recurs_only_the_next_is_shown_unless_a_last_day_is_given() -> Result<()> {
    let procedures = procedures()?;
    let now = "2025-10-25T12:00:00Z".parse()?;
    let daily = |to: Option<&str>| -> Result<Vec<String>> {
        let list = List { from: None, to: to.map(str::parse).transpose()? };
        let rows = calendar(&list, &[], &procedures, now).occurrences;
        Ok(rows.into_iter().filter(|row| row.schedule == "daily").map(|row| row.civil).collect())
    };
    assert_eq!(daily(None)?, ["2025-10-26T08:00:00"]);
    assert_eq!(
        daily(Some("2025-10-28"))?,
        ["2025-10-26T08:00:00", "2025-10-27T08:00:00", "2025-10-28T08:00:00"]
    );
    Ok(())
}

#[test]
fn of_what_recurred_only_the_last_is_shown_unless_days_are_asked_for() -> Result<()> {
    let procedures = procedures()?;
    let fired = |day: u32| -> Result<OccurrenceRow> {
        let due_at = format!("2025-10-{day}T06:00:00Z").parse()?;
        let civil = format!("2025-10-{day}T08:00:00");
        let (schedule, state) = ("daily".to_owned(), "fired".to_owned());
        Ok(OccurrenceRow { schedule, civil, due_at, state, reason: None, decided_at: due_at })
    };
    let ledger = [fired(20)?, fired(21)?, fired(22)?];
    let told = |from: Option<&str>| -> Result<Vec<String>> {
        let list = List { from: from.map(str::parse).transpose()?, to: None };
        let rows = calendar(&list, &ledger, &procedures, "2025-10-22T12:00:00Z".parse()?).occurrences;
        let fired = rows.into_iter().filter(|row| row.schedule == "daily" && row.state == "fired");
        Ok(fired.map(|row| row.civil).collect())
    };
    assert_eq!(told(None)?, ["2025-10-22T08:00:00"]);
    assert_eq!(told(Some("2025-10-21"))?, ["2025-10-21T08:00:00", "2025-10-22T08:00:00"]);
    Ok(())
}
