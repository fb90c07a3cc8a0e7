// SPDX-License-Identifier: EUPL-1.2
//! The gauges operators alert on: how old the oldest of everything is, which confirmations (ARD-044) and which mails about a
//! published list (ARD-076) are late.

use std::time::Duration;

use campanella_bus::Bus;
use campanella_domain::{mail::MailTemplate, procedure::ArdisProcedure};
use campanella_runtime::{
    Failure, Progress,
    clock::{Clock, machine_now},
    heartbeat::STALE_AFTER,
    metrics::{Backlog, Metrics},
};
use campanella_store::{Store, Tx, dead_letter, notification, outbox, process};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::timeout;

/// Between two measurements.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// How long the database may take; longer than it is waited for a connection.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads the database and the bus, each whatever becomes of the other, and sets the gauges of each. Of what does not answer
/// nothing is exported.
pub(super) async fn measure(
    store: &Store,
    clock: &dyn Clock,
    bus: &dyn Bus,
    metrics: &Metrics,
    procedure: &ArdisProcedure,
) -> Result<Progress, Failure> {
    let database = async {
        let read = timeout(PATIENCE, backlog(store, clock, procedure)).await;
        let read =
            read.unwrap_or_else(|_| Err(Failure::Unavailable("the database does not answer".to_owned())));
        metrics.set_backlog(read.as_ref().ok().cloned());
        read
    };
    let queues = async {
        let read = queues(bus).await;
        metrics.set_queues(read.as_deref().unwrap_or_default());
        read
    };
    let (database, queues) = tokio::join!(database, queues);
    database?;
    queues?;
    Ok(Progress::Idle)
}

async fn backlog(store: &Store, clock: &dyn Clock, procedure: &ArdisProcedure) -> Result<Backlog, Failure> {
    let mut tx = store.read().await?;
    let outbox = outbox::oldest(&mut tx).await?;
    let mail = notification::next_due(&mut tx).await?;
    let (now, machine) = (clock.now(), machine_now());
    let (confirmations, courtesies) = promised(procedure, now);
    let mail_confirmations_late = late(&mut tx, &[MailTemplate::ArdisConfirmation], confirmations).await?;
    let of_lists = [MailTemplate::ArdisProvisionalList, MailTemplate::ArdisFinalList];
    let mail_courtesies_late = late(&mut tx, &of_lists, courtesies).await?;
    let dead_letters_open = dead_letter::open_count(&mut tx).await?;
    let (processes_beating, processes_stale) = process::count(&mut tx, machine - STALE_AFTER).await?;
    tx.rollback().await?;
    Ok(Backlog {
        outbox_oldest_age_seconds: age(now, outbox.owed_since),
        mail_oldest_queued_age_seconds: age(now, mail),
        mail_confirmations_late,
        mail_courtesies_late,
        dead_letters_open,
        processes_beating,
        processes_stale,
    })
}

/// Name, messages waiting, age of the oldest in seconds if the bus can tell.
async fn queues(bus: &dyn Bus) -> Result<Vec<(String, i64, Option<i64>)>, Failure> {
    let (stats, now) = (bus.stats().await?, machine_now());
    let queues = stats.into_iter().map(|queue| {
        let waiting = i64::try_from(queue.waiting).unwrap_or(i64::MAX);
        (queue.queue, waiting, queue.oldest.map(|oldest| age(now, Some(oldest))))
    });
    Ok(queues.collect())
}

/// A confirmation and a mail about a list written at these instants or earlier are to have left by `now`.
fn promised(procedure: &ArdisProcedure, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let levels = &procedure.service_levels;
    let minutes = TimeDelta::minutes(i64::from(levels.confirmation_minutes));
    let hours = TimeDelta::hours(i64::from(levels.courtesy_mail_hours));
    (now - minutes, now - hours)
}

/// How many mails of these templates were written at `before` or earlier and have not left.
async fn late(tx: &mut Tx, templates: &[MailTemplate], before: DateTime<Utc>) -> Result<i64, Failure> {
    let mut late = 0;
    for template in templates {
        late += notification::waiting_since(tx, *template, before).await?;
    }
    Ok(late)
}

/// What lies ahead is not old.
fn age(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> i64 {
    oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use campanella_bus::{EmbeddedBus, Outgoing, QueueBinding, Route, Topology};
    use campanella_runtime::clock::{SystemClock, new_id};
    use campanella_store::{
        notification::{NewNotification, Precondition},
        outbox::OutboxRow,
    };

    use super::*;
    use crate::cli::fixture::{Desk, rome};

    /// A bus with a queue, beside the database of an installation.
    async fn bus_beside(desk: &Desk) -> anyhow::Result<EmbeddedBus> {
        let queues = vec![QueueBinding { queue: "registry".to_owned(), topics: Vec::new() }];
        let file = desk.installation.folder.path().join("queue.db");
        Ok(EmbeddedBus::open(&file, Topology::new(queues)?).await?)
    }

    fn message() -> Outgoing {
        Outgoing { id: new_id(), route: Route::Queue("registry".to_owned()), body: "{}".to_owned() }
    }

    #[tokio::test]
    async fn while_the_bus_is_away_the_database_is_measured_and_no_queue_keeps_an_old_number()
    -> anyhow::Result<()> {
        let desk = Desk::new().await?;
        let (store, procedure) = (&desk.installation.store, &desk.installation.procedures.ardis);
        let (bus, metrics) = (bus_beside(&desk).await?, Metrics::default());
        let measure = || measure(store, &SystemClock, &bus, &metrics, procedure);
        bus.publish(&[message()]).await?;
        measure().await?;
        let waiting = r#"campanella_queue_waiting{queue="registry"} 1"#;
        assert!(metrics.render().contains(waiting), "{}", metrics.render());

        bus.close().await;
        let due_at = SystemClock.now() - TimeDelta::hours(1);
        let row = OutboxRow { id: new_id(), due_at, queue: None, envelope: "{}".to_owned() };
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[row]).await?;
        tx.commit().await?;
        let away = measure().await;
        assert!(matches!(away, Err(Failure::Unavailable(_))), "{away:?}");
        let told = metrics.render();
        assert!(told.contains("campanella_outbox_oldest_age_seconds 36"), "{told}");
        assert!(!told.contains("registry"), "{told}");
        Ok(())
    }

    #[tokio::test]
    async fn while_the_database_is_away_the_queues_are_measured_and_no_gauge_of_it_keeps_an_old_number()
    -> anyhow::Result<()> {
        let desk = Desk::new().await?;
        let (store, procedure) = (&desk.installation.store, &desk.installation.procedures.ardis);
        let (bus, metrics) = (bus_beside(&desk).await?, Metrics::default());
        let measure = || measure(store, &SystemClock, &bus, &metrics, procedure);
        assert!(!metrics.render().contains("campanella_dead_letters_open"), "nobody has looked yet");
        measure().await?;
        assert!(metrics.render().contains("campanella_dead_letters_open 0"), "{}", metrics.render());

        store.close().await;
        bus.publish(&[message()]).await?;
        let away = measure().await;
        assert!(matches!(away, Err(Failure::Unavailable(_))), "{away:?}");
        let told = metrics.render();
        assert!(told.contains(r#"campanella_queue_waiting{queue="registry"} 1"#), "{told}");
        for gauge in ["outbox", "mail", "dead_letters", "processes"] {
            assert!(!told.contains(&format!("campanella_{gauge}")), "{told}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn ard_076_a_mail_about_a_list_is_late_when_the_hours_of_the_service_level_are_over_whatever_the_clocks_do()
    -> anyhow::Result<()> {
        let desk = Desk::new().await?;
        // The night in which the clocks go back: twelve hours end at 8 and not at 9.
        let written = rome("2026-10-24T21:00:00");
        let mail = |number: u128, template| NewNotification {
            id: uuid::Uuid::from_u128(number),
            dedupe_key: format!("{number}"),
            template,
            recipient: "ada@posta.example".parse().expect("an address"),
            parameters: "{}".to_owned(),
            priority: 100,
            due_at: written,
            not_after: None,
            precondition: Precondition::None,
            subject_id: None,
            created_at: written,
        };
        let mut tx = desk.installation.store.begin().await?;
        let templates =
            [MailTemplate::ArdisProvisionalList, MailTemplate::ArdisFinalList, MailTemplate::ArdisDraft];
        let mails: Vec<NewNotification> =
            (1..).zip(templates).map(|(number, template)| mail(number, template)).collect();
        notification::insert(&mut tx, &mails).await?;
        let procedure = &desk.installation.procedures.ardis;
        let end = rome("2026-10-25T08:00:00");
        for (now, expected) in [(end - TimeDelta::microseconds(1), 0), (end, 2)] {
            let (_, courtesies) = promised(procedure, now);
            assert_eq!(late(&mut tx, &templates[..2], courtesies).await?, expected, "{now}");
        }
        Ok(())
    }
}
