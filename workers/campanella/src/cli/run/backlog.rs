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

/// Reads database and bus, sets the gauges.
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
    let queues = bus.stats().await?.into_iter().map(|queue| {
        let waiting = i64::try_from(queue.waiting).unwrap_or(i64::MAX);
        (queue.queue, waiting, queue.oldest.map(|oldest| age(machine, Some(oldest))))
    });
    metrics.set_backlog(&Backlog {
        outbox_oldest_age_seconds: age(now, outbox.owed_since),
        queues: queues.collect(),
        mail_oldest_queued_age_seconds: age(now, mail),
        mail_confirmations_late,
        dead_letters_open,
        processes_beating,
        processes_stale,
    });
    Ok(Progress::Idle)
}

/// What lies ahead is not old.
fn age(now: DateTime<Utc>, oldest: Option<DateTime<Utc>>) -> i64 {
    oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0))
}
