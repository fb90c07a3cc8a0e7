// SPDX-License-Identifier: EUPL-1.2
//! The queues: a file that belongs to the database, or a broker that lets us in and has them all.
//!
//! What AMQP shows is looked at: that the broker lets us in, that the queues are there and quorum queues (one of another kind is
//! refused), whose the virtual host is, who consumes. Policies AMQP does not show; nothing depends on them.

use std::{path::Path, sync::Arc};

use campanella_bus::{Bus, BusError, QueueStats, rabbitmq::RabbitBus};
use campanella_jobs::WORKERS;
use campanella_runtime::folder::Folder;
use campanella_store::Store;

use super::Finding;
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
    let opened = match &installation {
        Some(installation) => open_ours(installation).await,
        None => open_any(settings).await,
    };
    match opened {
        Ok(bus) => {
            findings.extend(of_a_broker(&bus).await);
            bus.close().await;
        }
        Err(finding) => findings.push(finding),
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
async fn open_ours(installation: &Installation) -> Result<RabbitBus, Finding> {
    let topology = topology(WORKERS).map_err(|error| strange(&error))?;
    broker::look(installation, topology).await.map_err(|error| strange(&error))
}

async fn open_any(settings: &Settings) -> Result<RabbitBus, Finding> {
    let open = async {
        anyhow::Ok(RabbitBus::open(&broker::settings(&settings.broker)?, topology(WORKERS)?).await?)
    };
    open.await.map_err(|error| strange(&error))
}

fn strange(error: &anyhow::Error) -> Finding {
    let known = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<StrangeQueue>().map(StrangeQueue::remedy).or_else(|| {
            Some(match cause.downcast_ref()? {
                BusError::Unavailable(_) => {
                    "verificare che il broker sia acceso e raggiungibile da qui (broker.url)"
                }
                BusError::Refused(_) => {
                    "verificare utente, password, virtual host e permessi indicati in broker.url"
                }
            })
        })
    };
    Finding::bad(SUBJECT, format!("{error:#}"), error.chain().find_map(known).unwrap_or_default())
}

async fn of_a_broker(bus: &RabbitBus) -> Vec<Finding> {
    let queues = match bus.stats().await {
        Ok(queues) => queues,
        Err(error) => return vec![strange(&error.into())],
    };
    let waiting: u64 = queues.iter().map(|queue| queue.waiting).sum();
    let says = format!("{} code di tipo quorum sul broker, {waiting} messaggi in attesa", queues.len());
    let mut findings = vec![Finding::good(SUBJECT, says)];
    let deserted = |queue: &&QueueStats| queue.consumers == 0 && queue.waiting > 0;
    let deserted: Vec<&str> = queues.iter().filter(deserted).map(|queue| queue.queue.as_str()).collect();
    if !deserted.is_empty() {
        let says = format!("nessuno riceve i messaggi che attendono in: {}", deserted.join(", "));
        findings.push(Finding::bad(SUBJECT, says, "avviare questi worker («campanella run --only …»)"));
    }
    findings.push(Finding::unknown(
        "policy del broker",
        "non è visibile da AMQP; nulla ne dipende, ma è consigliata",
        "«rabbitmqctl list_policies --vhost …»: confrontarla con compose/rabbitmq/definitions.json",
    ));
    findings
}
