// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail retry`: a mail that was refused or is uncertain goes out again, because a person says so.
//!
//! No program may send an uncertain mail again: it may have left. Somebody who has read the relay's logs may.

use anyhow::{Result, anyhow};
use campanella_messages::{Cause, MailRequested};
use campanella_runtime::{
    RelayHandle, UnitOfWork,
    clock::{Clock as _, SystemClock},
};
use campanella_store::notification;
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{find, state};
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
};

/// Rimette in coda una e-mail rifiutata o incerta, così come fu scritta
#[derive(Debug, Args)]
pub(in crate::cli) struct Retry {
    /// Identificativo; ne basta l'inizio, se è di una sola
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    state: &'static str,
}

impl Retry {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let now = SystemClock.now();
        let mut work = UnitOfWork::begin(&installation.store, now, &installation.procedures).await?;
        let mail = find::by_prefix(work.tx(), &self.id).await?;
        if !notification::retry(work.tx(), mail.id, now).await? {
            let remedy = "si rimettono in coda solo quelle rifiutate o incerte, finché sono utili";
            let message = if mail.not_after.is_some_and(|until| until <= now) {
                format!("per l'e-mail {} è troppo tardi: ciò di cui avvisava è passato", mail.id)
            } else {
                format!("l'e-mail {} è {}", mail.id, state(&mail.state))
            };
            return Err(Refusal::new(Exit::Failed, message, remedy).into());
        }
        work.emit(&MailRequested {}, Cause::First);
        work.commit(&RelayHandle::detached()).await.map_err(|error| anyhow!(error))?;
        if out.is_json() {
            out.json(&Report { id: mail.id, state: "queued" })?;
        } else {
            out.line(&format!("L'e-mail {} è di nuovo in coda.", mail.id))?;
            out.line("La invierà «campanella run», entro pochi secondi o appena viene avviato.")?;
        }
        Ok(Exit::Done)
    }
}
