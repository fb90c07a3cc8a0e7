// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail confirm`: an uncertain mail did leave, somebody has the proof.

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::notification;
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{find, state};
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
};

/// Registra che una e-mail incerta è partita
#[derive(Debug, Args)]
pub(in crate::cli) struct Confirm {
    /// Identificativo; ne basta l'inizio, se è di una sola
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
    /// Da che cosa risulta, come la riga nei log del relay; senza indirizzi né nomi, perché resta agli atti
    #[arg(long, value_name = "TESTO", value_parser = proof)]
    proof: String,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    state: &'static str,
    answer: String,
}

fn proof(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains('@') {
        return Err("non deve contenere indirizzi".to_owned());
    }
    if text.is_empty() { Err("la prova non può essere vuota".to_owned()) } else { Ok(text.to_owned()) }
}

impl Confirm {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.begin().await?;
        let mail = find::by_prefix(&mut tx, &self.id).await?;
        if !notification::confirm(&mut tx, mail.id, &self.proof, SystemClock.now()).await? {
            return Err(Refusal::new(
                Exit::Failed,
                format!("l'e-mail {} è {}", mail.id, state(&mail.state)),
                "si conferma solo una e-mail incerta",
            )
            .into());
        }
        tx.commit().await?;
        if out.is_json() {
            out.json(&Report { id: mail.id, state: "accepted", answer: self.proof })?;
        } else {
            out.line(&format!(
                "L'e-mail {} risulta partita: {}.",
                mail.id,
                self.proof.trim_end_matches('.')
            ))?;
        }
        Ok(Exit::Done)
    }
}
