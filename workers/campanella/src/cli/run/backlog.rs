// SPDX-License-Identifier: EUPL-1.2
//! The gauges operators alert on: how old the oldest of everything is, and which confirmations are late (ARD-044).

use std::time::Duration;

use campanella_bus::Bus;
use campanella_domain::{mail::MailTemplate, procedure::ArdisProcedure};
use campanella_runtime::{
    Failure, Progress,
    clock::{Clock, machine_now},
    heartbeat::STALE_AFTER,
    metrics::{Backlog, Metrics},
};
use campanella_store::{Store, dead_letter, notification, outbox, process};
use chrono::{DateTime, TimeDelta, Utc};

/// Between two measurements.
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// Reads the database, then the bus, and sets the gauges of each: those of the outbox are looked at when the bus is away.
pub(super) async fn measure(
    store: &Store,
    clock: &dyn Clock,
    bus: &dyn Bus,
    metrics: &Metrics,
    procedure: &ArdisProcedure,
) -> Result<Progress, Failure> {
    let mut tx = store.read().await?;
    let outbox = outbox::oldest(&mut tx).await?;
    let mail = notification::next_due(&mut tx).await?;
    let minutes = TimeDelta::minutes(i64::from(procedure.service_levels.confirmation_minutes));
    let confirmation = MailTemplate::ArdisConfirmation;
    let mail_confirmations_late =
        notification::waiting_since(&mut tx, confirmation, clock.now() - minutes).await?;
    let dead_letters_open = dead_letter::open_count(&mut tx).await?;
    let (now, machine) = (clock.now(), machine_now());
    let (processes_beating, processes_stale) = process::count(&mut tx, machine - STALE_AFTER).await?;
    tx.rollback().await?;
    metrics.set_backlog(&Backlog {
        outbox_oldest_age_seconds: age(now, outbox.owed_since),
        mail_oldest_queued_age_seconds: age(now, mail),
        mail_confirmations_late,
        dead_letters_open,
        processes_beating,
        processes_stale,
    });
    let stats = bus.stats().await.inspect_err(|_| metrics.set_queues(&[]))?;
    let queues = stats.into_iter().map(|queue| {
        let waiting = i64::try_from(queue.waiting).unwrap_or(i64::MAX);
        (queue.queue, waiting, queue.oldest.map(|oldest| age(machine, Some(oldest))))
    });
    metrics.set_queues(&queues.collect::<Vec<_>>());
    Ok(Progress::Idle)
}

/// What lies ahead is not old.
fn age(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> i64 {
    oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use campanella_bus::{EmbeddedBus, Outgoing, QueueBinding, Route, Topology};
    use campanella_runtime::clock::{SystemClock, new_id};
    use campanella_store::{StoreSettings, outbox::OutboxRow};

    use super::*;

    #[tokio::test]
    async fn while_the_bus_is_away_the_database_is_measured_and_no_queue_keeps_an_old_number()
    -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let queues = vec![QueueBinding { queue: "registry".to_owned(), topics: Vec::new() }];
        let bus = EmbeddedBus::open(&folder.path().join("queue.db"), Topology::new(queues)?).await?;
        let (metrics, procedure) = (Metrics::default(), ArdisProcedure::embedded()?);
        let route = Route::Queue("registry".to_owned());
        bus.publish(&[Outgoing { id: new_id(), route, body: "{}".to_owned() }]).await?;
        measure(&store, &SystemClock, &bus, &metrics, &procedure).await?;
        let waiting = r#"campanella_queue_waiting{queue="registry"} 1"#;
        assert!(metrics.render().contains(waiting), "{}", metrics.render());

        bus.close().await;
        let due_at = SystemClock.now() - TimeDelta::hours(1);
        let row = OutboxRow { id: new_id(), due_at, queue: None, envelope: "{}".to_owned() };
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, &[row]).await?;
        tx.commit().await?;
        let away = measure(&store, &SystemClock, &bus, &metrics, &procedure).await;
        assert!(matches!(away, Err(Failure::Unavailable(_))), "{away:?}");
        let told = metrics.render();
        assert!(told.contains("campanella_outbox_oldest_age_seconds 36"), "{told}");
        assert!(!told.contains("registry"), "{told}");
        Ok(())
    }
}
