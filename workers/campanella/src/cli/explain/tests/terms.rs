// SPDX-License-Identifier: EUPL-1.2
//! The terms of an exclusion are told as they were, whatever procedure is installed since.

use std::fs;

use campanella_domain::{ardis::Evaluation, procedure::ArdisProcedure};

use super::*;
use crate::cli::fixture::Told;

/// What is told of [`NUMBER`] once the office has installed another version of the call, in which every term is another.
async fn told_under_the_next_version(desk: &Desk, arguments: &[&str]) -> Result<Told> {
    let folder = tempfile::tempdir()?;
    let (procedure, config) = (folder.path().join("ardis.toml"), folder.path().join("ufficio.toml"));
    let mut next = ArdisProcedure::EMBEDDED.to_owned();
    for (now, then) in [
        ("2025-26.1", "2025-26.2"),
        ("closes = \"2025-11-20T16:00\"", "closes = \"2025-11-21T12:00\""),
        ("dsu = \"2025-11-20\"", "dsu = \"2025-11-24\""),
        ("regularisation = \"2025-12-18\"", "regularisation = \"2025-12-22\""),
        ("DSU non sottoscritta entro il 20 novembre 2025", "DSU non sottoscritta entro il 24 novembre 2025"),
    ] {
        assert!(next.contains(now), "{now}");
        next = next.replace(now, then);
    }
    fs::write(&procedure, next)?;
    fs::write(&config, format!("[procedures]\nardis = {procedure:?}\n"))?;
    Ok(desk.type_in(&[arguments, &["--config", &config.to_string_lossy()]].concat()).await)
}

const WINDOW: &str =
    "Termine: giovedì 20 novembre 2025, entro le ore 16:00 (ora di Roma, quell'istante compreso)";
const DSU: &str = "Termine: entro la fine di giovedì 20 novembre 2025 (vale ciò che è anteriore alle ore 00:00 di venerdì 21 novembre \
    2025, ora di Roma)";
const REGULARISATION: &str = "entro la fine di giovedì 18 dicembre 2025 (vale ciò che è anteriore alle ore 00:00 di venerdì 19 \
    dicembre 2025, ora di Roma)";

#[tokio::test]
async fn ard_056_ard_057_ard_060_the_term_of_an_exclusion_is_told_under_whatever_procedure() -> Result<()> {
    let late = {
        let mut late = application(NUMBER);
        late.submitted_at = rome("2025-11-20T16:00:01");
        late
    };
    for (facts, told) in [
        (facts(application(NUMBER), Vec::new()), DSU.to_owned()),
        (facts(application(NUMBER), vec![annotated()]), format!("Termine: {REGULARISATION}")),
        (facts(late, Vec::new()), WINDOW.to_owned()),
    ] {
        let desk = Desk::new().await?;
        propose(&desk, &facts).await?;
        for out in [
            desk.type_in(&["explain", NUMBER]).await.out,
            told_under_the_next_version(&desk, &["explain", NUMBER]).await?.out,
        ] {
            assert!(out.contains(&told), "«{told}» is missing:\n{out}");
            let last = format!("Ultimo termine trascorso: termine per la regolarizzazione, {REGULARISATION}");
            assert!(out.contains(&last), "«{last}» is missing:\n{out}");
        }
    }
    Ok(())
}

/// An officer excludes for E02 what the rules exclude for E03.
async fn excluded_by_officer(desk: &Desk, keep: impl FnOnce(Evaluation) -> Evaluation) -> Result<()> {
    let proposal = propose(desk, &facts(application(NUMBER), vec![annotated()])).await?;
    let (id, origin) = (Uuid::from_u128(2), admitted(&proposal).origin);
    let evaluation = keep(proposal.evaluation.clone());
    append(desk, &NewDecision { id, origin, causes: vec![Cause::E02], evaluation, ..proposal }).await
}

#[tokio::test]
async fn ard_056_ard_064_ard_071_a_cause_only_the_officer_found_is_told_as_it_was_decided() -> Result<()> {
    let desk = Desk::new().await?;
    let installed = &desk.installation.procedures.ardis;
    excluded_by_officer(&desk, |found| found.with_officers_causes(&[Cause::E02], installed)).await?;
    let text = installed.causes.of(Cause::E02);
    let out = told_under_the_next_version(&desk, &["explain", NUMBER]).await?.out;
    for told in [&format!("  E02  {}", text.reason), &text.citation, DSU, "Regole: ARD-056"] {
        assert!(out.contains(told), "«{told}» is missing:\n{out}");
    }
    Ok(())
}

#[tokio::test]
async fn ard_056_what_an_earlier_release_did_not_keep_of_an_officers_cause_is_not_told_with_texts_of_another_file()
-> Result<()> {
    let desk = Desk::new().await?;
    excluded_by_officer(&desk, |found| found).await?;
    let out = told_under_the_next_version(&desk, &["explain", NUMBER]).await?.out;
    assert!(out.contains(DSU), "{out}");
    assert!(out.contains("  E02  motivo e articolo sono nella procedura con cui è stato deciso"), "{out}");
    let installed = ArdisProcedure::embedded()?;
    assert!(
        !out.contains(&installed.causes.of(Cause::E02).reason),
        "a text of another procedure is told:\n{out}"
    );
    Ok(())
}

#[tokio::test]
async fn what_an_earlier_release_decided_without_its_terms_is_not_told_with_those_of_another_version()
-> Result<()> {
    let desk = Desk::new().await?;
    let facts = facts(application(NUMBER), vec![annotated()]);
    let proposal = propose(&desk, &facts).await?;
    let evaluation = Evaluation { terms: None, ..proposal.evaluation.clone() };
    append(&desk, &NewDecision { id: Uuid::from_u128(2), evaluation, ..proposal }).await?;
    let installed = desk.type_in(&["explain", NUMBER]).await.out;
    assert!(installed.contains(&format!("Termine: {REGULARISATION}")), "{installed}");
    let another = told_under_the_next_version(&desk, &["explain", NUMBER]).await?.out;
    assert!(!another.contains("Termine:") && another.contains("un'altra versione"), "{another}");
    Ok(())
}
