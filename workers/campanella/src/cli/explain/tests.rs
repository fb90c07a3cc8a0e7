// SPDX-License-Identifier: EUPL-1.2

mod terms;

use anyhow::Result;
use campanella_domain::{
    ardis::{ApplicationFacts, Cause, Derogation, Outcome, evaluate},
    identity::Redacted,
};
use campanella_store::ardis::{
    decision::{self, NewDecision, Origin},
    published_list::{self, ListKind, PublishedList},
    review::{self, ReviewRequest},
};
use uuid::Uuid;

use crate::cli::{
    Exit,
    fixture::{Desk, annotated, application, facts, rome},
};

const NUMBER: &str = "2025-004217";
const IN_JANUARY: &str = "2026-01-10T08:00:00";

/// What the worker proposes on these facts.
async fn propose(desk: &Desk, facts: &ApplicationFacts) -> Result<NewDecision> {
    let id = desk.apply(&facts.application).await?;
    let at = rome(IN_JANUARY);
    let evaluation = evaluate(facts, at, &desk.installation.procedures.ardis);
    let proposal = NewDecision::proposal(Uuid::from_u128(1), id, "regularisation", evaluation, at);
    append(desk, &proposal).await?;
    Ok(proposal)
}

async fn append(desk: &Desk, decision: &NewDecision) -> Result<()> {
    let mut tx = desk.installation.store.begin().await?;
    decision::append(&mut tx, std::slice::from_ref(decision)).await?;
    tx.commit().await?;
    Ok(())
}

/// Publishes the provisional list.
async fn publish(desk: &Desk) -> Result<()> {
    let procedure = &desk.installation.procedures.ardis;
    let list = PublishedList::provisional(
        Uuid::from_u128(9),
        rome("2026-04-15T09:00:00"),
        procedure.observations_until("2026-04-15".parse()?),
        Redacted::new("m.rossi".to_owned()),
        procedure.version(),
    );
    let mut tx = desk.installation.store.begin().await?;
    published_list::publish(&mut tx, &list).await?;
    Ok(tx.commit().await?)
}

/// The officer admits what was proposed to be excluded.
fn admitted(proposal: &NewDecision) -> NewDecision {
    NewDecision {
        id: Uuid::from_u128(2),
        origin: Origin::Officer {
            officer: Redacted::new("m.rossi".to_owned()),
            motivation: Redacted::new("Documenti visti allo sportello.".to_owned()),
        },
        outcome: Outcome::Admitted,
        causes: Vec::new(),
        ..proposal.clone()
    }
}

#[tokio::test]
async fn ard_057_an_exclusion_is_told_with_cause_citation_rules_facts_and_term_in_civil_time() -> Result<()> {
    let desk = Desk::new().await?;
    propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    let told = desk.type_in(&["explain", NUMBER]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        "Domanda 2025-004217",
        "Esito: ESCLUSA (proposta del programma, revisione 1)",
        "Non pubblicata: diventa pubblica soltanto con l'elenco pubblicato da un funzionario.",
        "E03  Omissioni o difformità dell'attestazione ISEE non regolarizzate entro il 18 dicembre 2025",
        "Art. 4, comma 1, lettera c)",
        "Regole: ARD-020, ARD-021, ARD-057",
        "Termine: entro la fine di giovedì 18 dicembre 2025 (vale ciò che è anteriore alle ore 00:00 di venerdì 19 dicembre 2025, ora di Roma)",
        "Annotazioni in calce: omissioni",
        "DSU sottoscritta il: sabato 1º marzo 2025, ore 10:00:00",
        "Valore ISEE: 20.000,00 euro",
        "Qualità del richiedente: genitore",
        "Decisa: sabato 10 gennaio 2026, ore 08:00",
        "ardis-paritarie-2025-26@2025-26.1",
        "Storia delle decisioni",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    Ok(())
}

#[tokio::test]
async fn the_json_form_tells_the_same() -> Result<()> {
    let desk = Desk::new().await?;
    propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    let account = desk.json(&["explain", NUMBER]).await?;
    assert_eq!(account["instance_number"], NUMBER);
    assert_eq!(account["outcome"], "excluded");
    assert_eq!(account["term"]["name"], "regularisation");
    assert_eq!(account["term"]["time"]["civil"], "2025-12-19T00:00:00");
    let cause = &account["causes"][0];
    assert_eq!(cause["cause"], "E03");
    assert_eq!(cause["citation"], "Art. 4, comma 1, lettera c)");
    assert_eq!(cause["rules"], serde_json::json!(["ARD-020", "ARD-021", "ARD-057"]));
    assert_eq!(cause["term"]["zone"], "Europe/Rome");
    assert_eq!(account["history"][0]["revision"], 1);
    Ok(())
}

#[tokio::test]
async fn ard_082_a_published_exclusion_tells_list_revision_and_until_when_to_object() -> Result<()> {
    let desk = Desk::new().await?;
    propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    publish(&desk).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    let expected = "Pubblicata nell'elenco provvisorio del 15 aprile 2026 (revisione 1): esclusa E03\n  Osservazioni ammesse \
        entro la fine di lunedì 27 aprile 2026\n";
    assert!(told.contains(expected) && !told.contains("Non pubblicata"), "{told}");
    let lists = desk.json(&["explain", NUMBER]).await?["lists"].take();
    assert_eq!((&lists[0]["kind"], &lists[0]["revision"]), (&"provisional".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn ard_086_the_final_list_is_told_first_and_a_later_decision_is_not_said_to_become_public() -> Result<()>
{
    let desk = Desk::new().await?;
    let proposal = propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    publish(&desk).await?;
    let procedure = &desk.installation.procedures.ardis;
    let (published_at, officer) = (rome("2026-05-20T09:00:00"), Redacted::new("m.rossi".to_owned()));
    let term = procedure.observations_until("2026-05-20".parse()?);
    let list =
        PublishedList::provisional(Uuid::from_u128(8), published_at, term, officer, procedure.version());
    let list = PublishedList { kind: ListKind::Final, observations: None, ..list };
    let mut tx = desk.installation.store.begin().await?;
    published_list::publish(&mut tx, &list).await?;
    tx.commit().await?;
    // As a release that still decided then has left it.
    append(&desk, &admitted(&proposal)).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    let (last, newest) =
        (told.find("Esito definitivo: ESCLUSA, cause: E03"), told.find("Ultima decisione: ammessa"));
    assert!(last.is_some() && last < newest, "{told}");
    assert!(told.contains("non cambia l'esito definitivo") && !told.contains("Non pubblicata"), "{told}");
    assert_eq!(desk.json(&["explain", NUMBER]).await?["final_list"]["outcome"], "excluded");
    Ok(())
}

#[tokio::test]
async fn ard_026_the_nature_of_a_derogation_is_never_told() -> Result<()> {
    for derogation in [
        Derogation::ProtectedPath,
        Derogation::Widowed { since: Some("2024-02-03".parse()?) },
        Derogation::Widowed { since: Some("2022-05-01".parse()?) },
        Derogation::Widowed { since: None },
    ] {
        let desk = Desk::new().await?;
        let mut application = application(NUMBER);
        application.derogation = Redacted::new(derogation);
        propose(&desk, &facts(application, Vec::new())).await?;
        let text = desk.type_in(&["explain", NUMBER]).await.out;
        let json = desk.json(&["explain", NUMBER]).await?.to_string();
        for told in [text, json] {
            // Lifted, or for an officer to verify in the words of any other doubt about the ISEE.
            let requirement = "Il requisito dell'attestazione ISEE deve essere verificato.";
            assert!(told.contains("ARD-026") || told.contains(requirement), "{told}");
            let lower = told.to_lowercase();
            for telling in [
                "vedov",
                "widow",
                "protetto",
                "protect",
                "derog",
                "violenza",
                "ard-022",
                "ard-023",
                "ard-024",
                "ard-025",
                "ard-027",
                "2024-02-03",
                "2022-05-01",
                "febbraio 2024",
                "maggio 2022",
            ] {
                assert!(!lower.contains(telling), "«{telling}» in:\n{told}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn ard_026_what_officers_wrote_is_not_told_where_that_rule_is_cited() -> Result<()> {
    let desk = Desk::new().await?;
    let mut application = application(NUMBER);
    // Excluded for another cause (E05), so that there is something to observe.
    (application.attending, application.derogation) = (false, Redacted::new(Derogation::ProtectedPath));
    desk.apply(&application).await?;
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    let received = ["--received-at", "2026-04-20T10:00:00", "--channel", "online", "--reference", "PROT-7"];
    let recorded = desk.json(&[&["observations", "record", NUMBER][..], &received].concat()).await?;
    let id = recorded["id"].as_str().unwrap_or_default();
    let words = ["--officer", "m.rossi", "--motivation", "Il percorso protetto è documentato."];
    for act in [
        &["observations", "answer", id, "--accept"][..],
        &["applications", "decide", NUMBER, "--revision", "1", "--outcome", "admitted"],
    ] {
        let told = desk.type_in(&[act, &words].concat()).await;
        assert_eq!(told.exit, Exit::Done, "{told:?}");
    }
    let explained = desk.type_in(&["explain", NUMBER]).await.out;
    assert!(explained.contains("ARD-026") && explained.contains("Osservazione del"), "{explained}");
    assert!(explained.contains("  Motivazione: agli atti dell'ufficio."), "{explained}");
    assert!(explained.contains("Motivazione del funzionario: agli atti dell'ufficio."), "{explained}");
    for command in [&["explain", NUMBER][..], &["applications", "show", NUMBER]] {
        let told = [desk.type_in(command).await.out, desk.json(command).await?.to_string()];
        assert!(told.iter().all(|told| !told.contains("protetto")), "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_that_identifies_a_person_is_told() -> Result<()> {
    let desk = Desk::new().await?;
    let application = application(NUMBER);
    propose(&desk, &facts(application.clone(), vec![annotated()])).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    let secrets = [
        application.applicant.expose(),
        application.student.expose(),
        application.applicant_email.expose(),
        application.iban.expose(),
    ];
    assert!(secrets.iter().all(|secret| !told.contains(secret)), "{told}");
    // Somebody's data in the place of the number.
    for slip in secrets {
        let told = desk.type_in(&["explain", slip]).await;
        assert_eq!(told.exit, Exit::Usage);
        assert!(!told.complaint.contains(slip), "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_officers_decision_shows_its_motivation_and_what_the_rules_had_found() -> Result<()> {
    let desk = Desk::new().await?;
    let proposal = propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    let motivation = "L'INPS ha confermato la regolarizzazione in tempo.";
    let decided = NewDecision {
        id: Uuid::from_u128(2),
        origin: Origin::Officer {
            officer: Redacted::new("m.rossi".to_owned()),
            motivation: Redacted::new(motivation.to_owned()),
        },
        outcome: Outcome::Admitted,
        causes: Vec::new(),
        decided_at: rome("2026-02-01T09:30:00"),
        ..proposal
    };
    append(&desk, &decided).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    for expected in [
        "Esito: AMMESSA (funzionario, revisione 2)",
        motivation,
        "Secondo le regole l'esito sarebbe: esclusa. Il funzionario ha deciso diversamente.",
        "E03",
        "10 gennaio 2026, 08:00",
        "1º febbraio 2026, 09:30",
    ] {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
    assert!(!told.contains("m.rossi"), "{told}");
    let account = desk.json(&["explain", NUMBER]).await?;
    assert_eq!((&account["origin"], &account["motivation"]), (&"officer".into(), &motivation.into()));
    assert_eq!(account["overruled"]["causes"][0]["cause"], "E03");
    Ok(())
}

#[tokio::test]
async fn a_cause_only_the_officer_found_is_cited_from_the_procedure() -> Result<()> {
    let desk = Desk::new().await?;
    let proposal = propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    let decided = NewDecision {
        id: Uuid::from_u128(2),
        origin: Origin::Officer {
            officer: Redacted::new("m.rossi".to_owned()),
            motivation: Redacted::new("Residenza verificata.".to_owned()),
        },
        causes: vec![Cause::E09],
        ..proposal
    };
    append(&desk, &decided).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    assert!(told.contains("Art. 4, comma 1, lettera i)") && told.contains("Regole: ARD-063"), "{told}");
    Ok(())
}

#[tokio::test]
async fn doubts_say_who_settles_them() -> Result<()> {
    let desk = Desk::new().await?;
    let mut application = application(NUMBER);
    application.derogation = Redacted::new(Derogation::ProtectedPath);
    application.in_household = false;
    propose(&desk, &facts(application, Vec::new())).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    assert!(told.contains("Esito: IN SOSPESO"), "{told}");
    assert!(
        told.contains("Il richiedente non risulta nel nucleo familiare dello studente. (lo risolve l'addetto all'istruttoria)"),
        "{told}"
    );
    Ok(())
}

#[tokio::test]
async fn before_the_first_term_there_is_nothing_to_explain_but_the_terms() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    let told = desk.type_in(&["explain", NUMBER]).await;
    assert_eq!(told.exit, Exit::Done);
    assert!(told.out.contains("Nessuna decisione"), "{}", told.out);
    assert!(told.out.contains("entro la fine di giovedì 20 novembre 2025"), "{}", told.out);
    assert_eq!(desk.json(&["explain", NUMBER]).await?["history"], serde_json::json!([]));
    Ok(())
}

#[tokio::test]
async fn an_application_that_is_not_there_is_said_so() -> Result<()> {
    let desk = Desk::new().await?;
    let told = desk.type_in(&["explain", "2025-000001"]).await;
    assert_eq!(told.exit, Exit::NotFound);
    assert!(told.complaint.contains("la domanda 2025-000001 non è fra quelle registrate"), "{told:?}");
    assert!(told.out.is_empty());
    Ok(())
}

#[tokio::test]
async fn ard_070_what_was_learned_after_the_officers_decision_is_told_and_the_decision_stands() -> Result<()>
{
    let desk = Desk::new().await?;
    let facts = facts(application(NUMBER), vec![annotated()]);
    let decided = admitted(&propose(&desk, &facts).await?);
    append(&desk, &decided).await?;
    let found_at = rome("2026-02-03T10:00:00");
    let request = ReviewRequest {
        decision: decided.id,
        application: decided.application,
        evaluation: evaluate(&facts, found_at, &desk.installation.procedures.ardis),
        found_at,
    };
    let mut tx = desk.installation.store.begin().await?;
    review::request(&mut tx, &[request]).await?;
    tx.commit().await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    for expected in [
        "Esito: AMMESSA (funzionario, revisione 2)",
        "DA RIESAMINARE: dopo la decisione del funzionario la valutazione secondo le regole è cambiata.",
        "  Rilevato: martedì 3 febbraio 2026, ore 10:00",
        "  Secondo le regole l'esito sarebbe ora: esclusa",
        "Cause trovate ora secondo le regole\n  E03",
    ] {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
    let review = desk.json(&["explain", NUMBER]).await?["to_review"].take();
    assert_eq!((&review["outcome"], &review["causes"][0]["cause"]), (&"excluded".into(), &"E03".into()));
    Ok(())
}

#[tokio::test]
async fn ard_082_observations_follow_what_was_published_whatever_was_decided_since() -> Result<()> {
    let desk = Desk::new().await?;
    let proposal = propose(&desk, &facts(application(NUMBER), vec![annotated()])).await?;
    publish(&desk).await?;
    append(&desk, &admitted(&proposal)).await?;
    let told = desk.type_in(&["explain", NUMBER]).await.out;
    assert!(told.contains("Esito: AMMESSA"), "{told}");
    assert!(told.contains("(revisione 1): esclusa E03\n  Osservazioni ammesse entro"), "{told}");
    Ok(())
}
