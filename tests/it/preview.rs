// SPDX-License-Identifier: EUPL-1.2
//! What `campanella preview exclusions` says of a moment is what the real run records at it.

use anyhow::{Context as _, Result};
use campanella::cli::{self, Exit};
use campanella_domain::ardis::{Channel, Derogation, Outcome, SchoolKind};
use campanella_store::ardis::{
    application,
    decision::{self, Decision},
};
use campanella_tests::{Family, World};
use serde_json::Value;

/// What is said of an application.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    /// What it becomes: `2025-000001 excluded E01`.
    becomes: String,
    rules: Vec<String>,
    /// Those of its causes; of a pending one what is open.
    reasons: Vec<String>,
}

fn becomes(said: &[Said]) -> Vec<&str> {
    said.iter().map(|said| said.becomes.as_str()).collect()
}

async fn previewed(world: &World, at: &str) -> Result<Vec<Said>> {
    let data = world.installation.folder.path().display().to_string();
    let typed = ["campanella", "preview", "exclusions", "--json", "--at", at, "--data", &data];
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let exit = cli::run(typed.map(str::to_owned), &mut out, &mut complaints).await;
    anyhow::ensure!(exit == Exit::Done, "{}", String::from_utf8_lossy(&complaints));
    let rows: Vec<Value> = serde_json::from_slice(&out)?;
    let word = |row: &Value, key: &str| row[key].as_str().map(str::to_owned).context("a text");
    let words = |row: &Value, key: &str| -> Result<Vec<String>> {
        let words = row[key].as_array().context("texts")?;
        Ok(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    rows.iter()
        .map(|row| {
            let causes: String = words(row, "causes")?.iter().map(|code| format!(" {code}")).collect();
            Ok(Said {
                becomes: format!("{} {}{causes}", word(row, "instance_number")?, word(row, "outcome")?),
                rules: words(row, "rules")?,
                reasons: words(row, "reasons")?,
            })
        })
        .collect()
}

async fn recorded(world: &World) -> Result<Vec<Said>> {
    let mut tx = world.read().await?;
    let numbers = application::by_number(&mut tx).await?;
    let ids: Vec<_> = numbers.iter().map(|(_, id)| *id).collect();
    let newest = decision::newest(&mut tx, &ids).await?;
    let said = |(number, id)| {
        let decision: &Decision = newest.get(&id)?;
        let causes: String = decision.causes.iter().map(|cause| format!(" {cause}")).collect();
        let evaluation = &decision.evaluation;
        let reasons = match decision.outcome {
            Outcome::Admitted => Vec::new(),
            Outcome::Excluded => evaluation.causes.iter().map(|finding| finding.reason.clone()).collect(),
            Outcome::Pending => evaluation.doubts.iter().map(|doubt| doubt.explanation.clone()).collect(),
        };
        Some(Said {
            becomes: format!("{number} {}{causes}", decision.outcome.as_str()),
            rules: evaluation.rules.iter().map(ToString::to_string).collect(),
            reasons,
        })
    };
    Ok(numbers.into_iter().filter_map(said).collect())
}

/// Families of every kind, by what becomes of them.
async fn families(world: &mut World) -> Result<()> {
    let mut families = (1..=12).map(Family::number).collect::<Result<Vec<_>>>()?;
    families[3].application.school_kind = SchoolKind::State;
    families[4].application.channel = Channel::Pec;
    families[5].application.resident_in_region = false;
    // Two applications for one student.
    families[8].application.student = families[7].application.student.clone();
    // No ISEE is required of the first two; of the third an officer has to verify it.
    families[9].application.derogation = Derogation::ProtectedPath.into();
    families[10].application.derogation = Derogation::Widowed { since: Some("2024-02-03".parse()?) }.into();
    families[11].application.derogation = Derogation::Widowed { since: Some("2022-05-01".parse()?) }.into();
    for family in &families {
        world.receive_application(family).await?;
    }
    for (place, isee) in [(0, "12.000,00"), (1, "35.000,01"), (3, "9.000,00"), (5, "1,00"), (7, "2,00")] {
        let family = &families[place];
        let signed = family.dsu_signed_at("2025-03-03T10:00:00")?;
        world.learn(family, signed.issued_at("2025-03-10T10:00:00", isee)?).await?;
    }
    // Annotated, and regularised by one of the two families.
    for place in [2, 6] {
        let annotated = families[place].dsu_signed_at("2025-03-03T10:00:00")?;
        let annotated = annotated.issued_at("2025-03-10T10:00:00", "8.000,00")?.with_an_omission();
        world.learn(&families[place], annotated).await?;
    }
    world.advance_to("2025-12-01T09:00:00").await?;
    let mended = families[6].dsu_signed_at("2025-11-28T10:00:00")?;
    world.learn(&families[6], mended.issued_at("2025-11-30T10:00:00", "8.000,00")?).await
}

#[tokio::test]
async fn ard_020_a_preview_at_a_term_tells_what_the_real_run_records_at_it() -> Result<()> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    families(&mut world).await?;

    let before = previewed(&world, "2025-12-18").await?;
    assert_eq!(before[2].becomes, "2025-000003 pending", "the term of the regularisation has not passed");
    let at_term = previewed(&world, "2025-12-19T00:00:00+01:00").await?;
    // Asked beforehand, and again when it has happened.
    world.advance_to("2025-12-19T00:00:00").await?;
    assert_eq!(recorded(&world).await?, at_term);
    assert_eq!(previewed(&world, "2025-12-18T23:00:00Z").await?, at_term);
    let told = [
        "2025-000001 admitted",
        "2025-000002 excluded E01",
        "2025-000003 excluded E03",
        "2025-000004 excluded E04",
        "2025-000005 excluded E02 E07",
        "2025-000006 excluded E09",
        "2025-000007 admitted",
        "2025-000008 pending",
        "2025-000009 pending",
        "2025-000010 admitted",
        "2025-000011 admitted",
        "2025-000012 pending",
    ];
    assert_eq!(becomes(&at_term), told);
    assert_eq!(at_term[9].rules, at_term[10].rules, "of a derogation nobody learns which (ARD-026)");
    assert!(!at_term[2].reasons.is_empty() && !at_term[11].reasons.is_empty(), "{at_term:?}");
    Ok(())
}

#[tokio::test]
async fn ard_010_a_preview_at_the_dsu_term_tells_what_the_real_run_recorded_at_it() -> Result<()> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let (silent, late) = (Family::number(1)?.that_will_sign_the_dsu(), Family::number(2)?);
    for family in [&silent, &late] {
        world.receive_application(family).await?;
    }
    world.advance_to("2025-11-21T00:00:00").await?;
    let recorded_at_term = recorded(&world).await?;
    assert_eq!(becomes(&recorded_at_term), ["2025-000001 excluded E02", "2025-000002 excluded E02"]);
    // Learned a week later of a DSU signed in time: the moment before is as it was.
    world.advance_to("2025-11-28T09:00:00").await?;
    let signed = late.dsu_signed_at("2025-11-19T10:00:00")?.issued_at("2025-11-27T10:00:00", "12.000,00")?;
    world.learn(&late, signed).await?;
    assert_eq!(previewed(&world, "2025-11-21").await?, recorded_at_term);
    assert_eq!(previewed(&world, "2025-11-28").await?, recorded(&world).await?);
    assert_eq!(recorded(&world).await?[1].becomes, "2025-000002 admitted");
    Ok(())
}
