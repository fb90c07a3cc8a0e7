// SPDX-License-Identifier: EUPL-1.2
//! Whether the policies we recommend hold on the broker's queues.
//!
//! What counts is what comes of all policies on each queue, whoever set them: the broker itself is asked for that, and for
//! the policies only to say why. What is missing shows only when processes die in rows (ADR 12): it is worth a look, and no
//! reason to stand still.

mod comparison;
mod consequence;
mod recommended;

use anyhow::Result;
use campanella_jobs::WORKERS;

use self::{comparison::Seen, recommended::Recommended};
use super::Finding;
use crate::{
    broker,
    cli::mask,
    management::{Management, ManagementError},
    settings::BrokerSettings,
    workforce::topology,
};

const SUBJECT: &str = "policy del broker";

/// Looks at the policies, if the management interface is named.
pub(super) async fn examine(settings: &BrokerSettings) -> Vec<Finding> {
    match look(settings).await {
        Ok(findings) => findings,
        Err(error) => vec![Finding::bad(SUBJECT, format!("{error:#}"), "correggere la sezione [broker]")],
    }
}

async fn look(settings: &BrokerSettings) -> Result<Vec<Finding>> {
    let Some(address) = settings.management()? else { return Ok(vec![invisible()]) };
    let server = address.to_string();
    let asked = async {
        let management = Management::of(address, &broker::settings(settings)?)?;
        Ok::<_, anyhow::Error>(seen(&management).await?)
    };
    match asked.await {
        Ok(seen) => {
            let queues = topology(WORKERS)?.queues().iter().map(|binding| binding.queue.clone()).collect();
            Ok(comparison::compare(&Recommended::shipped(queues)?, &seen))
        }
        Err(error) => match error.downcast_ref::<ManagementError>() {
            Some(error) => Ok(vec![unseen(&server, error)]),
            None => Err(error),
        },
    }
}

async fn seen(management: &Management) -> Result<Seen, ManagementError> {
    let queues = management.queues().await?;
    let policies = match management.policies().await {
        Ok(policies) => Some(policies),
        // Queues are for everybody of the interface, policies by its manual for `policymaker`.
        Err(ManagementError::Refused(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(Seen { virtual_host: management.virtual_host().to_owned(), queues, policies })
}

fn invisible() -> Finding {
    Finding::unknown(
        SUBJECT,
        "non è visibile da AMQP; senza, RabbitMQ 4 rinuncia a un messaggio dopo 20 consegne e in casi estremi lo perde",
        "indicare in broker.management l'interfaccia di management (https://server:15671) e ripetere «campanella doctor»; \
         oppure «rabbitmqctl list_policies --vhost …» e confrontare con compose/rabbitmq/definitions.json",
    )
}

fn unseen(server: &str, error: &ManagementError) -> Finding {
    let (what, remedy) = match error {
        ManagementError::Authority { .. } => {
            ("l'autorità dei certificati non si può leggere", "correggere broker.ca_file")
        }
        ManagementError::Unreachable(_) => (
            "l'interfaccia di management non risponde",
            "verificare broker.management e che sul broker sia attivo rabbitmq_management \
             («rabbitmq-plugins enable rabbitmq_management»); con https anche broker.ca_file",
        ),
        ManagementError::Refused(_) => (
            "l'interfaccia di management non accoglie l'utente",
            "verificare utente e password in broker.management (se mancano, valgono quelli di broker.url); l'utente deve \
             avere il tag «management» («rabbitmqctl set_user_tags …») e accedere al virtual host",
        ),
        ManagementError::Unknown => (
            "l'interfaccia di management non conosce il virtual host di broker.url",
            "verificare che broker.management e broker.url siano dello stesso broker",
        ),
        ManagementError::Strange(_) => (
            "non risponde come un'interfaccia di management",
            "verificare broker.management: server, porta ed eventuale prefisso",
        ),
    };
    let says = mask::urls(&format!("{what} ({server}: {error}); il resto non ne dipende"));
    Finding::notice(SUBJECT, says, remedy)
}

#[cfg(test)]
mod tests;
