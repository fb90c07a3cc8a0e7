// SPDX-License-Identifier: EUPL-1.2
//! `campanella queues`: how much waits, beside a running process or without one. Reads only.
//!
//! When the queues do not answer, what the database knows is told all the same: that is where messages wait meanwhile.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_bus::Bus as _;
use campanella_jobs::WORKERS;
use campanella_runtime::clock::{Clock as _, SystemClock, machine_now};
use campanella_store::{
    dead_letter, notification, outbox,
    queue::{Depth, QueueFile},
};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use super::{Exit, Global, Output, Table};
use crate::{broker, installation::Installation, queue_file, wording, workforce::topology};

/// Mostra quanto attende nelle code, nell'outbox e fra le e-mail
#[derive(Debug, Args)]
pub(super) struct Queues {}

#[derive(Debug, Serialize)]
struct Backlog {
    /// None: they do not answer, or are not those of the database.
    queues: Option<Vec<Queue>>,
    outbox: Waiting,
    mail: Waiting,
    dead_letters_open: i64,
}

#[derive(Debug, Serialize)]
struct Queue {
    queue: String,
    waiting: i64,
    /// None: a broker does not tell.
    held: Option<i64>,
    /// Machine time; none too where a broker does not tell.
    oldest_written_at: Option<DateTime<Utc>>,
    oldest_age_seconds: Option<i64>,
}

/// Rows that wait in the database, and the earliest business time one of them is due.
#[derive(Debug, Serialize)]
struct Waiting {
    rows: i64,
    oldest_due_at: Option<DateTime<Utc>>,
}

impl Queues {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        let rows = rows(&installation).await?;
        let (queues, silence) = match queues(&installation).await {
            Ok(queues) => (Some(queues), None),
            Err(error) => (None, Some(error)),
        };
        let backlog = Backlog { queues, ..rows };
        if out.is_json() {
            out.json(&backlog)?;
        } else {
            show(&backlog, SystemClock.now(), out)?;
        }
        silence.map_or(Ok(Exit::Done), Err)
    }
}

/// What waits in the database.
async fn rows(installation: &Installation) -> Result<Backlog> {
    let mut tx = installation.store.read().await?;
    let outbox = outbox::stats(&mut tx).await?;
    let due_at = notification::next_due(&mut tx).await?;
    let mails = notification::counts(&mut tx).await?;
    let dead_letters_open = dead_letter::open_count(&mut tx).await?;
    tx.rollback().await?;
    let unsent = mails.iter().filter(|count| matches!(count.state.as_str(), "queued" | "deferred"));
    Ok(Backlog {
        queues: None,
        outbox: Waiting { rows: outbox.rows, oldest_due_at: outbox.oldest_due_at },
        mail: Waiting { rows: unsent.map(|count| count.count).sum(), oldest_due_at: due_at },
        dead_letters_open,
    })
}

async fn queues(installation: &Installation) -> Result<Vec<Queue>> {
    if installation.settings.broker.is_embedded() {
        queues_of_the_file(installation).await
    } else {
        queues_of_the_broker(installation).await
    }
}

/// What the broker tells. In the installation's own virtual host queues that are not there are declared, as by any process
/// that starts; until it has one nothing can wait.
async fn queues_of_the_broker(installation: &Installation) -> Result<Vec<Queue>> {
    let topology = topology(WORKERS)?;
    let queue = |queue: String, waiting: u64| Queue {
        queue,
        waiting: i64::try_from(waiting).unwrap_or(i64::MAX),
        held: None,
        oldest_written_at: None,
        oldest_age_seconds: None,
    };
    let Some(bus) = broker::look(installation, topology.clone()).await? else {
        return Ok(topology.queues().iter().map(|binding| queue(binding.queue.clone(), 0)).collect());
    };
    let queues = bus.stats().await?.into_iter().map(|stats| queue(stats.queue, stats.waiting)).collect();
    bus.close().await;
    Ok(queues)
}

/// Every queue a worker has, and those that hold messages though no worker has them any more.
///
/// # Errors
/// As [`queue_file::fits`]: another's numbers, or none at all, would pass for those of the database.
async fn queues_of_the_file(installation: &Installation) -> Result<Vec<Queue>> {
    queue_file::fits(installation).await?;
    let file = installation.folder.queue();
    let depths = if file.is_file() { QueueFile::depths_beside(&file).await? } else { Vec::new() };
    let mut by_name: BTreeMap<String, Option<Depth>> =
        topology(WORKERS)?.queues().iter().map(|binding| (binding.queue.clone(), None)).collect();
    by_name.extend(depths.into_iter().map(|depth| (depth.queue.clone(), Some(depth))));
    let now = machine_now();
    let queue = |(queue, depth): (String, Option<Depth>)| {
        let written_at = depth.as_ref().and_then(Depth::oldest_written_at);
        Queue {
            queue,
            waiting: depth.as_ref().map_or(0, |depth| depth.waiting),
            held: Some(depth.as_ref().map_or(0, |depth| depth.leased)),
            oldest_written_at: written_at,
            oldest_age_seconds: written_at.map(|at| (now - at).num_seconds().max(0)),
        }
    };
    Ok(by_name.into_iter().map(queue).collect())
}

fn unknown() -> String {
    "—".to_owned()
}

fn show(backlog: &Backlog, now: DateTime<Utc>, out: &mut Output<'_>) -> Result<()> {
    match &backlog.queues {
        Some(queues) => out.table(&table(queues))?,
        None => out.line("Code: quanto vi attende non si sa.")?,
    }
    out.line("")?;
    for (label, waiting) in
        [("Messaggi da pubblicare (outbox)", &backlog.outbox), ("E-mail da inviare", &backlog.mail)]
    {
        out.line(&format!("{label}: {}{}", waiting.rows, due(waiting, now)))?;
    }
    let hint = if backlog.dead_letters_open > 0 { " — vedere «campanella dead list»" } else { "" };
    out.line(&format!("Messaggi non elaborati: {}{hint}", backlog.dead_letters_open))?;
    Ok(())
}

fn table(queues: &[Queue]) -> Table {
    let mut table = Table::new(["coda", "in attesa", "in mano", "il più vecchio"]).right(&[1, 2, 3]);
    for queue in queues {
        let age = queue.oldest_age_seconds.map(|age| wording::age(chrono::TimeDelta::seconds(age)));
        table.row([
            queue.queue.clone(),
            queue.waiting.to_string(),
            queue.held.map_or_else(unknown, |held| held.to_string()),
            age.unwrap_or_else(unknown),
        ]);
    }
    table
}

fn due(waiting: &Waiting, now: DateTime<Utc>) -> String {
    match waiting.oldest_due_at {
        Some(due_at) if due_at <= now => format!(", da {}", wording::age(now - due_at)),
        Some(due_at) => format!(", la prossima volta {}", wording::moment(due_at)),
        None => String::new(),
    }
}

#[cfg(test)]
#[path = "queues_tests.rs"]
mod tests;
