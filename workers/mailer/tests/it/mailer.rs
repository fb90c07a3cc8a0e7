// SPDX-License-Identifier: EUPL-1.2
//! The worker: from a queued row to its end, whatever relay, clock and process do.

use campanella_domain::mail::MailTemplate;
use campanella_mailer::Delivery;
use campanella_runtime::{Failure, Outbound as _, Progress, clock::Clock as _};
use campanella_store::notification::{self, Precondition};
use chrono::TimeDelta;
use mailparse::parse_mail;
use tokio_util::sync::CancellationToken;

use crate::{
    bench::{Bench, NOON, queued},
    support::{at, id, sample},
};

#[tokio::test]
async fn queued_mails_become_files_and_are_accepted_once() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&(1..=250).map(queued).collect::<Vec<_>>()).await?;
    let mut mailer = bench.folder_mailer();
    assert_eq!(mailer.step().await?, Progress::Worked(100));
    bench.run(&mut mailer).await?;
    assert_eq!(mailer.step().await?, Progress::Idle);
    assert_eq!(bench.states().await?, "accepted 250");
    assert_eq!(std::fs::read_dir(bench.mail_folder())?.count(), 250);
    let file = std::fs::read(bench.mail_folder().join(format!("{}.eml", id(7))))?;
    let parsed = parse_mail(&file)?;
    assert!(parsed.subparts[0].get_body()?.contains("2025-000007"));
    Ok(())
}

#[tokio::test]
async fn a_mail_that_is_too_late_or_no_longer_needed_is_not_sent() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    let mut late = queued(1);
    late.not_after = Some(at(NOON));
    let mut needless = queued(2);
    needless.precondition = Precondition::PeriodOpen;
    needless.subject_id = Some(id(99));
    bench.insert(&[late, needless, queued(3)]).await?;
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 1, cancelled 1, expired 1");
    assert_eq!(bench.sent(), [id(3)]);
    Ok(())
}

#[tokio::test]
async fn a_confirmation_goes_before_a_campaign() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    let mut confirmation = queued(9);
    confirmation.priority = 0;
    bench.insert(&[queued(1), queued(2), confirmation]).await?;
    let mut mailer = bench.scripted_mailer();
    mailer.step().await?;
    assert_eq!(bench.sent(), [id(9), id(1), id(2)]);
    Ok(())
}

#[tokio::test]
async fn a_deferred_mail_comes_back_in_business_time_as_it_was_and_is_given_up_in_the_end()
-> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1)]).await?;
    bench.answer(id(1), Delivery::Deferred { answer: "450 4.2.1 later".into() });
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "deferred 1");
    let due = mailer.next_due().await?.unwrap();
    assert!(due > at(NOON));
    assert_eq!(mailer.step().await?, Progress::Idle, "not before its time");
    while let Some(due) = mailer.next_due().await? {
        bench.clock.advance_to(due);
        bench.run(&mut mailer).await?;
    }
    assert_eq!(bench.states().await?, "refused 1");
    assert_eq!(bench.sent().len(), 3);
    let answers = bench.answers().await?;
    assert_eq!(answers, ["given up after 3 attempts: 450 4.2.1 later"]);
    Ok(())
}

#[tokio::test]
async fn a_mail_a_person_queued_anew_has_all_its_attempts_before_it_with_the_first_delays()
-> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1)]).await?;
    bench.answer(id(1), Delivery::Deferred { answer: "450 4.2.0 greylisted".into() });
    let mut mailer = bench.scripted_mailer();
    for round in 1..=2 {
        bench.run(&mut mailer).await?;
        let first = mailer.next_due().await?.unwrap() - bench.clock.now();
        assert!(first <= TimeDelta::seconds(2 * 60), "round {round}: {first}");
        while let Some(due) = mailer.next_due().await? {
            bench.clock.advance_to(due);
            bench.run(&mut mailer).await?;
        }
        assert_eq!(bench.sent().len(), 3 * round);
        assert_eq!(bench.answers().await?, ["given up after 3 attempts: 450 4.2.0 greylisted"]);
        let mut tx = bench.store.begin().await?;
        assert!(notification::retry(&mut tx, id(1), bench.clock.now()).await?);
        tx.commit().await?;
    }
    // The relay goes away under it: what did not leave costs no attempt of these either.
    bench.answer(id(1), Delivery::Unavailable { reason: "the relay went away".into() });
    assert!(mailer.step().await.is_err());
    bench.answer(id(1), Delivery::Deferred { answer: "450 4.2.0 greylisted".into() });
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "deferred 1");
    Ok(())
}

#[tokio::test]
async fn what_is_sent_again_is_what_was_sent() -> anyhow::Result<()> {
    let bench = Bench::at("2025-11-20T14:59:59Z").await?;
    let (parameters, _) = sample(MailTemplate::ArdisDsuMissing);
    let mut mail = queued(1);
    mail.template = MailTemplate::ArdisDsuMissing;
    mail.parameters = parameters.to_string();
    mail.due_at = at("2025-11-20T14:00:00Z");
    bench.insert(&[mail]).await?;
    bench.answer(id(1), Delivery::Deferred { answer: "450 4.2.1 later".into() });
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    // The window for technical help (ARD-042) has closed: a mail rendered now would not name it.
    bench.clock.advance_to(at("2025-11-20T15:30:00Z"));
    bench.run(&mut mailer).await?;
    let bodies: Vec<String> = bench
        .bytes()
        .iter()
        .map(|bytes| Ok(parse_mail(bytes)?.subparts[0].get_body()?))
        .collect::<anyhow::Result<_>>()?;
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("INSIEL"));
    assert_eq!(bodies[0], bodies[1]);
    Ok(())
}

#[tokio::test]
async fn refused_and_uncertain_mails_are_never_sent_again() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1), queued(2), queued(3)]).await?;
    bench.answer(id(1), Delivery::Refused { answer: "550 5.1.1 unknown".into() });
    bench.answer(id(2), Delivery::Uncertain { stage: campanella_mailer::Stage::Body });
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    mailer.recover().await?;
    bench.clock.advance_to(at("2027-01-01T00:00:00Z"));
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 1, refused 1, uncertain 1");
    assert_eq!(bench.sent().len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_relay_that_goes_away_costs_no_mail_and_no_attempt() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&(1..=7).map(queued).collect::<Vec<_>>()).await?;
    bench.answer(id(4), Delivery::Unavailable { reason: "the relay went away".into() });
    let mut mailer = bench.scripted_mailer();
    let error = mailer.step().await.unwrap_err();
    assert!(matches!(error, Failure::Unavailable(_)), "{error:?}");
    assert_eq!(bench.states().await?, "accepted 3, queued 4");
    bench.set_up(false);
    for _ in 0..20 {
        assert!(matches!(mailer.step().await.unwrap_err(), Failure::Unavailable(_)));
    }
    bench.set_up(true);
    for _ in 0..5 {
        assert!(
            mailer.step().await.is_err(),
            "the one mail meets the outage again, more often than it may be tried"
        );
    }
    bench.answer(id(4), Delivery::Deferred { answer: "450 4.2.1 greylisted".into() });
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 6, deferred 1", "its first attempt that counts");
    Ok(())
}

#[tokio::test]
async fn a_step_dropped_in_the_middle_leaves_a_doubt_only_about_the_mail_in_flight() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1), queued(2)]).await?;
    let mut mailer = bench.scripted_mailer();
    bench.set_hanging(true);
    tokio::select! {
        _ = mailer.step() => anyhow::bail!("the transport does not answer"),
        () = bench.reached.notified() => {}
    }
    bench.set_hanging(false);
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 1, uncertain 1");
    assert_eq!(bench.sent(), [id(2)]);
    Ok(())
}

#[tokio::test]
async fn a_process_asked_to_end_finishes_the_mails_in_hand_and_gives_back_the_rest() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&(1..=5).map(queued).collect::<Vec<_>>()).await?;
    let mut mailer = bench.scripted_mailer();
    let end = CancellationToken::new();
    mailer.stop_at(end.clone());
    bench.end_at(2, end);
    mailer.step().await?;
    assert_eq!(bench.sent(), [id(1), id(2)]);
    assert_eq!(bench.states().await?, "accepted 2, queued 3");
    let mut next = bench.scripted_mailer();
    bench.run(&mut next).await?;
    assert_eq!(bench.states().await?, "accepted 5");
    assert_eq!(bench.sent().len(), 5, "none twice");
    Ok(())
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_says_why_and_holds_up_no_other() -> anyhow::Result<()> {
    let bench = Bench::on_postgres().await?;
    let mut broken = queued(1);
    broken.parameters = r#"{"instance_number":"2025-000001","link":"https://www.ardis.fvg.it"}"#.into();
    bench.insert(&[broken, queued(2), queued(3)]).await?;
    bench.is_of_a_newer_release(id(2))?;
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 1, deferred 1, refused 1");
    let answers = bench.answers().await?.join("; ");
    assert!(answers.contains("the parameter \"observations\" is missing"), "{answers}");
    assert!(answers.contains("no mail template is called \"di-domani\""), "{answers}");
    Ok(())
}

#[tokio::test]
async fn a_mail_of_a_newer_release_waits_for_it_and_is_given_up_with_its_attempts() -> anyhow::Result<()> {
    let bench = Bench::on_postgres().await?;
    bench.insert(&[queued(1)]).await?;
    bench.is_of_a_newer_release(id(1))?;
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    while let Some(due) = mailer.next_due().await? {
        assert!(due > at(NOON), "put off");
        bench.clock.advance_to(due);
        bench.run(&mut mailer).await?;
    }
    assert_eq!(bench.states().await?, "refused 1");
    let answers = bench.answers().await?;
    assert_eq!(answers, ["given up after 3 attempts: no mail template is called \"di-domani\""]);
    Ok(())
}

#[tokio::test]
async fn a_relays_limits_hold_over_a_restart_and_reopen_by_themselves() -> anyhow::Result<()> {
    let mut bench = Bench::new().await?;
    bench.settings.rate = campanella_mailer::Rate { per_minute: 3, per_day: 5 };
    bench.insert(&(1..=8).map(queued).collect::<Vec<_>>()).await?;
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    assert_eq!(bench.sent().len(), 3);
    let mut restarted = bench.scripted_mailer();
    bench.run(&mut restarted).await?;
    assert_eq!(bench.sent().len(), 3, "the limit is the relay's, not the process's");
    assert_eq!(restarted.next_due().await?, Some(at("2026-04-15T10:01:00Z")));
    bench.clock.advance_to(at("2026-04-15T10:01:00Z"));
    bench.run(&mut restarted).await?;
    assert_eq!(bench.sent().len(), 5);
    assert_eq!(restarted.next_due().await?, Some(at("2026-04-15T22:00:00Z")), "midnight in Rome");
    bench.clock.advance_to(at("2026-04-15T22:00:00Z"));
    bench.run(&mut restarted).await?;
    assert_eq!(bench.states().await?, "accepted 8");
    Ok(())
}

#[tokio::test]
async fn what_died_before_it_was_being_sent_is_sent_by_the_next_process() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1), queued(2)]).await?;
    bench.die_after_claim(&[]).await?;
    let mut mailer = bench.scripted_mailer();
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "claimed 2", "not before somebody knows that the holder is dead");
    mailer.recover().await?;
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 2");
    Ok(())
}

#[tokio::test]
async fn what_died_while_being_sent_to_a_folder_is_settled_with_certainty() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1), queued(2)]).await?;
    bench.die_after_claim(&[id(1), id(2)]).await?;
    let mut mailer = bench.folder_mailer();
    // One of the two had been written when the process died.
    let whole = format!("Subject: x\r\n\r\n--=_{}--\r\n", id(1).simple());
    std::fs::create_dir_all(bench.mail_folder())?;
    std::fs::write(bench.mail_folder().join(format!("{}.eml", id(1))), &whole)?;
    mailer.recover().await?;
    assert_eq!(bench.states().await?, "accepted 1, queued 1");
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 2");
    let kept = std::fs::read_to_string(bench.mail_folder().join(format!("{}.eml", id(1))))?;
    assert_eq!(kept, whole, "it is not written again");
    Ok(())
}

#[tokio::test]
async fn what_died_while_being_sent_to_a_relay_is_uncertain_and_never_sent_again_blindly()
-> anyhow::Result<()> {
    let bench = Bench::new().await?;
    bench.insert(&[queued(1), queued(2)]).await?;
    bench.die_after_claim(&[id(1)]).await?;
    let mut mailer = bench.scripted_mailer();
    mailer.recover().await?;
    bench.run(&mut mailer).await?;
    assert_eq!(bench.states().await?, "accepted 1, uncertain 1");
    assert_eq!(bench.sent(), [id(2)]);
    Ok(())
}

#[tokio::test]
async fn an_idle_step_writes_nothing() -> anyhow::Result<()> {
    let bench = Bench::new().await?;
    let mut mailer = bench.scripted_mailer();
    // A writer that holds SQLite's lock would make a writing step wait for thirty seconds and fail.
    let writer = bench.store.begin().await?;
    assert_eq!(mailer.step().await?, Progress::Idle);
    writer.rollback().await?;
    assert_eq!(mailer.next_due().await?, None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_mailers_on_one_postgresql_send_each_mail_once_and_keep_the_limit_together() -> anyhow::Result<()>
{
    let mut bench = Bench::on_postgres().await?;
    bench.settings.batch = 10.try_into()?;
    bench.settings.rate = campanella_mailer::Rate { per_minute: 90, per_day: 0 };
    bench.insert(&(1..=120).map(queued).collect::<Vec<_>>()).await?;
    let (mut one, mut two) = (bench.scripted_mailer(), bench.scripted_mailer());
    let (first, second) = tokio::join!(bench.run(&mut one), bench.run(&mut two));
    first?;
    second?;
    assert_eq!(bench.states().await?, "accepted 90, queued 30");
    let mut sent = bench.sent();
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 90);
    // A third process dies; its leases are long over.
    bench.clock.advance_to(at("2026-04-15T10:01:00Z"));
    bench.die_after_claim(&[id(119)]).await?;
    bench.run(&mut one).await?;
    assert_eq!(bench.states().await?, "accepted 119, uncertain 1");
    let mut tx = bench.store.read().await?;
    assert_eq!(notification::next_due(&mut tx).await?, None);
    Ok(())
}
