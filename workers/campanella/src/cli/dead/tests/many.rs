// SPDX-License-Identifier: EUPL-1.2
//! Several at once: those named, or all that are like one.

use anyhow::Result;
use campanella_store::{
    dead_letter::{self, DeadLetter},
    outbox,
};

use super::{Desk, Exit, desk, letter};

/// As many of a kind as fill more than two pages.
const MANY: usize = 1_001;

async fn waiting(desk: &Desk) -> Result<i64> {
    Ok(outbox::stats(&mut desk.installation.store.read().await?).await?.rows)
}

async fn open(desk: &Desk) -> Result<Vec<DeadLetter>> {
    Ok(dead_letter::list(&mut desk.installation.store.read().await?, false).await?)
}

/// Many of one error, and one each of another error and another worker.
async fn crowd() -> Result<Desk> {
    let alike = (0x1000..).take(MANY).map(|id| letter(id, &format!("student {id} is gone")));
    let other = letter(0x10, "no school");
    let elsewhere = DeadLetter { worker: "mailer".to_owned(), ..letter(0x11, "student 1 is gone") };
    desk(&alike.chain([other, elsewhere]).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn all_that_died_of_one_error_of_one_worker_are_retried_together_and_no_other() -> Result<()> {
    let desk = crowd().await?;
    let told = desk.type_in(&["dead", "retry", "--like", "00000000-0000-1000"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.starts_with("Da decidere, del worker «registry»"), "{}", told.out);
    assert!(told.out.contains(": 1.001 messaggi (student "), "{}", told.out);
    assert!(told.out.contains("Rimessi in coda 1.001 messaggi."), "{}", told.out);
    assert_eq!(waiting(&desk).await?, i64::try_from(MANY)?);
    let open: Vec<_> = open(&desk).await?.into_iter().map(|letter| letter.worker).collect();
    assert_eq!(open, ["registry", "mailer"]);
    let told = desk.type_in(&["dead", "retry", "--like", "00000000-0000-1000"]).await;
    assert!(
        told.out.contains("0 messaggi") && told.out.contains("Nessun messaggio è stato rimesso"),
        "{told:?}"
    );
    assert_eq!(waiting(&desk).await?, i64::try_from(MANY)?);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_stays_when_all_like_it_are_retried() -> Result<()> {
    let broken = DeadLetter { body: "{".to_owned(), ..letter(0x12, "student 3 is gone") };
    let desk = desk(&[letter(0x10, "student 1 is gone"), letter(0x11, "student 2 is gone"), broken]).await?;
    let report = desk.json(&["dead", "retry", "--like", "00000000-0000-0012"]).await?;
    assert_eq!(report["retried"].as_array().map(Vec::len), Some(2), "{report}");
    assert_eq!(report["unreadable"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(open(&desk).await?.len(), 1);
    let told = desk.type_in(&["dead", "retry", "--like", "00000000-0000-0012"]).await;
    assert!(told.out.contains("1 resta da decidere"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn of_those_named_all_are_decided_about_or_none() -> Result<()> {
    let ids = ["00000000-0000-0010", "00000000-0000-0011", "00000000-0000-0012"];
    let desk = desk(&[letter(0x10, "a"), letter(0x11, "b"), letter(0x12, "c")]).await?;
    desk.type_in(&["dead", "discard", ids[2], "--reason", "prova"]).await;
    for verb in [&["dead", "retry"][..], &["dead", "discard", "--reason", "prova"]] {
        let told = desk.type_in(&[verb, &ids].concat()).await;
        assert_eq!(told.exit, Exit::Failed, "{told:?}");
        assert!(told.complaint.contains("su nessuno di quelli indicati"), "{told:?}");
        assert_eq!((open(&desk).await?.len(), waiting(&desk).await?), (2, 0));
    }
    let told = desk.type_in(&["dead", "retry", ids[0], ids[1], ids[0]]).await;
    assert!(told.out.contains("Rimessi in coda 2 messaggi."), "{told:?}");
    assert_eq!((open(&desk).await?.len(), waiting(&desk).await?), (0, 2));
    Ok(())
}

#[tokio::test]
async fn many_are_discarded_only_by_whoever_says_how_many_they_are() -> Result<()> {
    let desk = crowd().await?;
    let typed = ["dead", "discard", "--like", "00000000-0000-1000", "--reason", "prova di carico"];
    for (count, complaint) in
        [(&[][..], "occorre confermarne il numero"), (&["--count", "1000"], "sono 1.001 e non 1.000")]
    {
        let told = desk.type_in(&[&typed, count].concat()).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
        assert!(told.complaint.contains(complaint) && told.complaint.contains("--count 1001"), "{told:?}");
        assert_eq!(open(&desk).await?.len(), MANY + 2);
    }
    let told = desk.type_in(&[&typed[..], &["--count", "1001"]].concat()).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.contains("Scartati 1.001 messaggi: prova di carico."), "{}", told.out);
    assert_eq!((open(&desk).await?.len(), waiting(&desk).await?), (2, 0));
    Ok(())
}

#[tokio::test]
async fn one_must_be_named_or_likened_and_not_both() -> Result<()> {
    let desk = desk(&[letter(0x10, "a")]).await?;
    for slip in [
        &["dead", "retry"][..],
        &["dead", "retry", "0", "--like", "0"],
        &["dead", "discard", "--reason", "prova"],
        &["dead", "discard", "0", "--count", "1", "--reason", "prova"],
    ] {
        let told = desk.type_in(slip).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
    }
    assert_eq!(open(&desk).await?.len(), 1);
    Ok(())
}
