// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{ids, mail::MailTemplate};
use campanella_store::{
    ardis::{
        data_change,
        draft::{self, Draft},
    },
    notification::{self, NewNotification, Precondition, Rendering, Settlement, Verdict},
    outbox,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::cli::{
    Exit,
    fixture::{Desk, application, rome},
};

const NUMBER: &str = "2025-004217";
const ME: Uuid = Uuid::from_u128(0xa);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number << 64)
}

fn written() -> DateTime<Utc> {
    rome("2025-11-13T09:00:00")
}

fn mail(number: u128, subject: Option<Uuid>) -> NewNotification {
    NewNotification {
        id: id(number),
        dedupe_key: format!("ardis:dsu-missing:{number}"),
        template: MailTemplate::ArdisDsuMissing,
        recipient: format!("famiglia{number}@posta.example").parse().expect("an address"),
        parameters: "{}".to_owned(),
        priority: 100,
        due_at: written(),
        not_after: None,
        precondition: Precondition::None,
        subject_id: subject,
        created_at: written(),
    }
}

/// Queues a mail and brings it to an end.
async fn end(desk: &Desk, new: NewNotification, verdict: Verdict) -> Result<()> {
    end_at(desk, new, verdict, written()).await
}

async fn end_at(desk: &Desk, new: NewNotification, verdict: Verdict, now: DateTime<Utc>) -> Result<()> {
    let mut tx = desk.installation.store.begin().await?;
    notification::insert(&mut tx, std::slice::from_ref(&new)).await?;
    let claimed = notification::claim(&mut tx, ME, written(), written(), 1).await?.mails.remove(0);
    let rendering = Rendering {
        id: claimed.id,
        subject: "Promemoria".to_owned(),
        text: format!("Domanda {NUMBER}\n"),
        html: String::new(),
    };
    notification::render_once(&mut tx, &[rendering]).await?;
    notification::start_sending(&mut tx, ME, &[(claimed.id, claimed.attempt)]).await?;
    let answer = "451 4.4.2 connection lost".to_owned();
    let settlement = Settlement { id: claimed.id, attempt: claimed.attempt, verdict, answer };
    notification::record(&mut tx, ME, &[settlement], now).await?;
    Ok(tx.commit().await?)
}

async fn desk() -> Result<Desk> {
    let desk = Desk::new().await?;
    let about = desk.apply(&application(NUMBER)).await?;
    end(&desk, mail(1, Some(about)), Verdict::Accepted).await?;
    end(&desk, mail(2, None), Verdict::Uncertain).await?;
    end(&desk, mail(3, None), Verdict::Refused).await?;
    let late = NewNotification { not_after: Some(rome("2025-11-20T23:59:59")), ..mail(4, None) };
    end(&desk, late, Verdict::Refused).await?;
    Ok(desk)
}

#[tokio::test]
async fn mails_are_counted_and_listed_with_masked_recipients() -> Result<()> {
    let desk = desk().await?;
    let told = desk.type_in(&["mail", "list"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        MailTemplate::ArdisDsuMissing.label(),
        "f***@posta.example",
        "accettata",
        "incerta",
        "13 novembre 2025, 09:00",
        "451 4.4.2 connection lost",
        "«campanella mail show ID» dice come",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    assert!(!told.out.contains("famiglia"), "{}", told.out);
    let refused = desk.json(&["mail", "list", "--state", "refused", "--limit", "1"]).await?;
    assert_eq!(refused["counts"][0]["count"], 2);
    assert_eq!(refused["mails"].as_array().map(Vec::len), Some(1));
    let about = desk.json(&["mail", "list", "--to-application", NUMBER]).await?;
    assert_eq!(about["mails"][0]["id"], id(1).to_string());
    assert_eq!(about["mails"].as_array().map(Vec::len), Some(1));
    let none = desk.type_in(&["mail", "list", "--template", "ars-new-case"]).await;
    assert_eq!(none.out, "Nessuna e-mail.\n");
    for (wrong, exit) in [
        (["--to-application", "2025-999999"], Exit::NotFound),
        (["--template", "nessuno"], Exit::Usage),
        (["--state", "spedita"], Exit::Usage),
        (["--limit", "0"], Exit::Usage),
    ] {
        let told = desk.type_in(&[&["mail", "list"][..], &wrong].concat()).await;
        assert_eq!(told.exit, exit, "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn ard_043_ard_090_mails_about_a_draft_and_to_an_address_that_was_replaced_are_found() -> Result<()> {
    const DRAFT: &str = "2025-000077";
    let desk = Desk::new().await?;
    let about = desk.apply(&application(NUMBER)).await?;
    let change = ["applications", "change", NUMBER, "--email", "nuova@posta.example"];
    desk.json(&[&change[..], &["--received-at", "2025-11-03T10:30:00"]].concat()).await?;
    let mut tx = desk.installation.store.begin().await?;
    let changed = data_change::of_application(&mut tx, about).await?.remove(0).id;
    let draft = Draft {
        id: ids::application(DRAFT.parse()?),
        instance_number: DRAFT.parse()?,
        mailbox: "famiglia77@posta.example".parse()?,
        started_at: written(),
    };
    draft::upsert(&mut tx, std::slice::from_ref(&draft)).await?;
    let mails = [mail(1, Some(about)), mail(2, Some(changed)), mail(3, Some(draft.id)), mail(4, None)];
    notification::insert(&mut tx, &mails).await?;
    tx.commit().await?;
    let listed = async |number: &str| -> Result<Vec<String>> {
        let told = desk.json(&["mail", "list", "--to-application", number]).await?;
        let ids = told["mails"].as_array().into_iter().flatten();
        let mut ids: Vec<String> = ids.filter_map(|mail| mail["id"].as_str()).map(str::to_owned).collect();
        ids.sort();
        assert_eq!(told["counts"][0]["count"], ids.len());
        Ok(ids)
    };
    assert_eq!(listed(NUMBER).await?, [id(1).to_string(), id(2).to_string()]);
    assert_eq!(listed(DRAFT).await?, [id(3).to_string()]);
    // Forgotten once the window has closed; that it was reminded stays.
    let mut tx = desk.installation.store.begin().await?;
    draft::forget(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(listed(DRAFT).await?, [id(3).to_string()]);
    Ok(())
}

#[tokio::test]
async fn a_mail_is_shown_as_it_was_written_with_what_can_be_done() -> Result<()> {
    let desk = desk().await?;
    let uncertain = desk.type_in(&["mail", "show", "00000000-0000-0002"]).await;
    assert_eq!(uncertain.exit, Exit::Done, "{uncertain:?}");
    for expected in ["incerta", "Oggetto: Promemoria", NUMBER, "mail confirm", "mail retry", "log del relay"]
    {
        assert!(uncertain.out.contains(expected), "«{expected}» is missing:\n{}", uncertain.out);
    }
    let late = desk.type_in(&["mail", "show", "00000000-0000-0004"]).await.out;
    assert!(late.contains("È troppo tardi per inviarla") && !late.contains("mail retry"), "{late}");
    assert_eq!(desk.type_in(&["mail", "show", "0"]).await.exit, Exit::Usage);
    assert_eq!(desk.type_in(&["mail", "show", "ffff"]).await.exit, Exit::NotFound);
    assert_eq!(desk.type_in(&["mail", "show", "zz"]).await.exit, Exit::Usage);
    Ok(())
}

#[tokio::test]
async fn only_a_person_sends_an_uncertain_mail_again_and_the_mailer_is_woken() -> Result<()> {
    let desk = desk().await?;
    for prefix in ["00000000-0000-0002", "00000000-0000-0003"] {
        let told = desk.type_in(&["mail", "retry", prefix]).await;
        assert_eq!(told.exit, Exit::Done, "{told:?}");
    }
    let queued = desk.json(&["mail", "list", "--state", "queued"]).await?;
    assert_eq!(queued["mails"].as_array().map(Vec::len), Some(2));
    let mut tx = desk.installation.store.read().await?;
    assert_eq!(outbox::stats(&mut tx).await?.rows, 2);
    tx.rollback().await?;
    for (prefix, expected) in [
        ("00000000-0000-0001", "è accettata"),
        ("00000000-0000-0002", "è in coda"),
        ("00000000-0000-0004", "è troppo tardi"),
    ] {
        let told = desk.type_in(&["mail", "retry", prefix]).await;
        assert_eq!(told.exit, Exit::Failed, "{told:?}");
        assert!(told.complaint.contains(expected), "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn several_mails_are_queued_together_or_none_is() -> Result<()> {
    let desk = desk().await?;
    let (uncertain, refused, accepted) = ("00000000-0000-0002", "00000000-0000-0003", "00000000-0000-0001");
    let told = desk.type_in(&["mail", "retry", uncertain, refused, accepted]).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    assert!(told.complaint.contains("è accettata"), "{told:?}");
    assert!(told.complaint.contains("nessuna di quelle indicate è stata rimessa in coda"), "{told:?}");
    let queued = desk.json(&["mail", "list", "--state", "queued"]).await?;
    assert_eq!(queued["mails"], serde_json::json!([]), "nothing was queued");

    let told = desk.type_in(&["mail", "retry", uncertain, refused, uncertain]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.contains("2 e-mail sono di nuovo in coda."), "{told:?}");
    assert_eq!(desk.type_in(&["mail", "retry"]).await.exit, Exit::Usage, "which?");
    Ok(())
}

#[tokio::test]
async fn all_that_were_refused_and_are_of_use_are_queued_at_once_and_no_uncertain_one() -> Result<()> {
    let desk = desk().await?;
    end(&desk, mail(5, None), Verdict::Refused).await?;
    let told = desk.type_in(&["mail", "retry", "--failed"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.contains("2 e-mail sono di nuovo in coda."), "{told:?}");
    assert!(told.out.contains("1 rifiutata resta tale: ciò di cui avvisavano è passato."), "{told:?}");
    let state = async |state: &'static str| desk.json(&["mail", "list", "--state", state]).await;
    assert_eq!(state("queued").await?["counts"][0]["count"], 2);
    assert_eq!(state("uncertain").await?["counts"][0]["count"], 1);
    let again = desk.json(&["mail", "retry", "--failed"]).await?;
    assert_eq!(again, serde_json::json!({ "queued": [], "too_late": 1 }));
    let mixed = desk.type_in(&["mail", "retry", "--failed", "00000000-0000-0002"]).await;
    assert_eq!(mixed.exit, Exit::Usage, "{mixed:?}");
    Ok(())
}

#[tokio::test]
async fn those_that_were_refused_from_a_day_on_are_queued_and_no_older_ones() -> Result<()> {
    let desk = desk().await?;
    // In Rome; in UTC it is still the day before.
    end_at(&desk, mail(5, None), Verdict::Refused, rome("2025-11-20T00:00:00")).await?;
    let told = desk.type_in(&["mail", "retry", "--failed", "--since", "2025-11-21"]).await;
    assert!(told.out.contains("Nessuna e-mail rifiutata dal 21 novembre 2025 in poi"), "{told:?}");
    assert!(!told.out.contains("resta tale"), "{told:?}");
    let told = desk.json(&["mail", "retry", "--failed", "--since", "2025-11-20"]).await?;
    assert_eq!(told, serde_json::json!({ "queued": [id(5)], "too_late": 0 }));
    for wrong in [
        &["mail", "retry", "--since", "2025-11-20"][..],
        &["mail", "retry", "00000000-0000-0003", "--since", "2025-11-20"],
        &["mail", "retry", "--failed", "--since", "ieri"],
    ] {
        assert_eq!(desk.type_in(wrong).await.exit, Exit::Usage, "{wrong:?}");
    }
    Ok(())
}

#[tokio::test]
async fn after_a_restore_what_waits_may_have_left_and_waits_for_a_person() -> Result<()> {
    let desk = desk().await?;
    assert_eq!(desk.type_in(&["mail", "doubt"]).await.out, "Nessuna e-mail era da inviare.\n");
    let mut tx = desk.installation.store.begin().await?;
    notification::insert(&mut tx, &[mail(5, None), mail(6, None)]).await?;
    tx.commit().await?;
    let told = desk.type_in(&["mail", "doubt"]).await;
    assert!(told.out.starts_with("2 e-mail sono ora incerte: nessun programma le invierà più."), "{told:?}");
    let uncertain = desk.json(&["mail", "list", "--state", "uncertain"]).await?;
    assert_eq!(uncertain["counts"][0]["count"], 3);
    Ok(())
}

#[tokio::test]
async fn an_uncertain_mail_is_confirmed_with_its_proof() -> Result<()> {
    let desk = desk().await?;
    let confirm = |id: &'static str, proof: &'static str| ["mail", "confirm", id, "--proof", proof];
    let told = desk.type_in(&confirm("00000000-0000-0002", "log del relay, 13 novembre")).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    let shown = desk.json(&["mail", "show", "00000000-0000-0002"]).await?;
    assert_eq!(
        (&shown["state"], &shown["answer"]),
        (&"accepted".into(), &"log del relay, 13 novembre".into())
    );
    let told = desk.type_in(&confirm("00000000-0000-0003", "log")).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    for wrong in [" ", "vista da ada@posta.example"] {
        let told = desk.type_in(&confirm("00000000-0000-0002", wrong)).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
    }
    Ok(())
}
