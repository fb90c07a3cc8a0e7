// SPDX-License-Identifier: EUPL-1.2
//! A database that goes over to another virtual host, an installation to another release.

use campanella_bus::QueueBinding;
use campanella_store::process::ProcessRow;

use super::*;

#[tokio::test]
async fn adopting_is_repeated_where_it_ended_in_the_middle_and_refused_where_it_is_done() -> Result<()> {
    let (ours, other) = (vhost()?, vhost()?);
    let office = Office::new().await?;
    let (first, moved) = (office.at(ours.url(), "dati").await?, office.at(other.url(), "dati").await?);
    assert_eq!(not_adopted(&first).await, Some(StrangeQueue::Nothing), "nobody serves the database yet");
    drop(start(&first).await.expect("the first process"));
    assert_eq!(not_adopted(&first).await, Some(StrangeQueue::Nothing), "this virtual host does");

    // The mark was left, and the process killed before the database knew.
    let next = drawn(&moved, NEXT_ID).await?;
    claim(&moved, topology(WORKERS)?, Claim::New(next)).await?.close().await;
    drop(start(&first).await.expect("until it is done the old one serves"));
    assert_eq!(not_adopted(&moved).await, None);
    drop(start(&moved).await.expect("the new one"));
    assert_eq!(not_adopted(&moved).await, Some(StrangeQueue::Nothing));
    assert_eq!(refused(&first).await, Some(StrangeQueue::Foreign));
    Ok(())
}

#[tokio::test]
async fn a_process_takes_away_no_binding_while_another_release_is_at_work() -> Result<()> {
    let vhost = vhost()?;
    let office = Office::new().await?;
    let installation = office.at(vhost.url(), "dati").await?;
    let receiving = |topics: &[&str]| -> Result<Topology> {
        let topics = topics.iter().map(|&topic| topic.to_owned()).collect();
        let binding = QueueBinding { queue: "registry".to_owned(), topics };
        Ok(Topology::new(vec![binding])?.with_topics(["bell.rang".to_owned()])?)
    };
    let newer = open(&installation, receiving(&["bell.rang"])?).await?;
    let upgraded = ProcessRow {
        id: Uuid::from_u128(1),
        host: "altrove".to_owned(),
        pid: 1,
        version: "9999.0.0".to_owned(),
        started_at: rome("2025-10-20T12:00:00"),
        beat_at: rome("2025-10-20T12:00:00"),
        loops: "{}".to_owned(),
    };
    let mut tx = installation.store.begin().await?;
    process::beat(&mut tx, &upgraded).await?;
    tx.commit().await?;
    let rung = |number| Outgoing {
        id: Uuid::from_u128(number),
        route: Route::Topic("bell.rang".to_owned()),
        body: "{}".to_owned(),
    };

    let restarted = open(&installation, receiving(&[])?).await?;
    newer.publish(&[rung(1)]).await?;
    assert_eq!(newer.unrouted(), 0, "what the new release bound stays");
    restarted.close().await;

    let mut tx = installation.store.begin().await?;
    process::forget(&mut tx, upgraded.id).await?;
    tx.commit().await?;
    open(&installation, receiving(&[])?).await?.close().await;
    newer.publish(&[rung(2)]).await?;
    assert_eq!(newer.unrouted(), 1, "alone it takes away what it does not receive");
    newer.close().await;
    Ok(())
}
