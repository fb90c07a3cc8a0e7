// SPDX-License-Identifier: EUPL-1.2
//! The queues: a file that belongs to the database, or a broker that lets us in and has them all.
//!
//! What AMQP shows is looked at: that the broker lets us in, whose the virtual host is, that the queues are there and quorum
//! queues (one of another kind is refused), who consumes. Only in a virtual host that bears the installation's mark is
//! anything declared. Policies AMQP does not show: they are looked at elsewhere ([`policies`]).

use std::{path::Path, sync::Arc};

use anyhow::{Error, Result};
use campanella_bus::{
    Bus, BusError, QueueStats,
    rabbitmq::{self, Mark},
};
use campanella_jobs::WORKERS;
use campanella_runtime::{clock::new_id, folder::Folder};
use campanella_store::Store;

use super::{Finding, policies};
use crate::{
    broker, installation,
    installation::Installation,
    queue_file::{self, StrangeQueue},
    settings::Settings,
    workforce::topology,
};

const SUBJECT: &str = "code";

/// Looks at the queues. `store`: the database, if it can be read.
pub(super) async fn examine(
    data: &Path,
    settings: &Settings,
    store: Option<&Store>,
    findings: &mut Vec<Finding>,
) {
    let installation = store.and_then(|store| described(data, settings, store));
    if settings.broker.is_embedded() {
        findings.push(match installation {
            Some(installation) => of_a_file(&installation).await,
            None => Finding::good(SUBJECT, "in un file della cartella dei dati: lavora un processo solo"),
        });
        return;
    }
    let looked = match &installation {
        Some(installation) => of_our_broker(installation).await,
        None => of_any_broker(settings).await,
    };
    match looked {
        Ok(found) => {
            findings.extend(found);
            findings.extend(policies::examine(&settings.broker).await);
        }
        Err(error) => findings.push(strange(&error)),
    }
}

/// What of an installation is needed to look at its queues; none where there is no folder yet, which is not made.
fn described(data: &Path, settings: &Settings, store: &Store) -> Option<Installation> {
    let folder = data.join(".campanella").is_file().then(|| Folder::open(data).ok())??;
    let procedures = Arc::new(installation::procedures(&settings.procedures).ok()?);
    Some(Installation { folder, settings: settings.clone(), procedures, store: store.clone() })
}

async fn of_a_file(installation: &Installation) -> Finding {
    match queue_file::fits(installation).await {
        Ok(()) => Finding::good(SUBJECT, "in un file della cartella dei dati: lavora un processo solo"),
        Err(error) => strange(&error),
    }
}

/// The broker as a process would find it.
async fn of_our_broker(installation: &Installation) -> Result<Vec<Finding>> {
    let Some(bus) = broker::look(installation, topology(WORKERS)?).await? else {
        return Ok(vec![free()]);
    };
    let findings = queues(&bus.stats().await?);
    bus.close().await;
    Ok(findings)
}

/// The broker as anybody finds it: without a database nobody knows which installation we are.
async fn of_any_broker(settings: &Settings) -> Result<Vec<Finding>> {
    let mark = rabbitmq::whose(&broker::settings(&settings.broker)?, new_id()).await?;
    Ok(vec![match mark {
        Mark::None => free(),
        Mark::Ours | Mark::Foreign => Finding::unknown(
            SUBJECT,
            "il broker ci accoglie; il virtual host ha già un'installazione, e senza il database non si sa se è questa",
            "ripetere «campanella doctor» quando il database risponde",
        ),
    }])
}

fn free() -> Finding {
    Finding::good(
        SUBJECT,
        "il broker ci accoglie e il virtual host è libero: le code le crea «campanella run»",
    )
}

fn strange(error: &Error) -> Finding {
    let known = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<StrangeQueue>().map(StrangeQueue::remedy).or_else(|| {
            Some(match cause.downcast_ref()? {
                BusError::Unavailable(_) => {
                    "verificare che il broker sia acceso e raggiungibile da qui (broker.url), e con amqps:// il suo \
                    certificato e broker.ca_file"
                }
                BusError::Refused(_) | BusError::NotOurs { .. } => {
                    "verificare utente, password, virtual host e permessi indicati in broker.url"
                }
            })
        })
    };
    Finding::bad(SUBJECT, format!("{error:#}"), error.chain().find_map(known).unwrap_or_default())
}

fn queues(queues: &[QueueStats]) -> Vec<Finding> {
    let waiting: u64 = queues.iter().map(|queue| queue.waiting).sum();
    let says = format!("{} code di tipo quorum sul broker, {waiting} messaggi in attesa", queues.len());
    let mut findings = vec![Finding::good(SUBJECT, says)];
    let deserted = |queue: &&QueueStats| queue.consumers == 0 && queue.waiting > 0;
    let deserted: Vec<&str> = queues.iter().filter(deserted).map(|queue| queue.queue.as_str()).collect();
    if !deserted.is_empty() {
        let says = format!("nessuno riceve i messaggi che attendono in: {}", deserted.join(", "));
        findings.push(Finding::bad(SUBJECT, says, "avviare questi worker («campanella run --only …»)"));
    }
    findings
}
