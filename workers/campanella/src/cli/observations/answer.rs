// SPDX-License-Identifier: EUPL-1.2
//! `campanella observations answer`: accepted or not, with a motivation (ARD-087).

use anyhow::Result;
use campanella_domain::{
    ardis::Outcome,
    identity::{InstanceNumber, Redacted},
};
use campanella_jobs::answer_observation;
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock},
};
use campanella_store::ardis::decision;
use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args};
use serde::Serialize;
use uuid::Uuid;

use super::{find, finished};
use crate::{
    cli::{Exit, Output, Refusal, given},
    installation::Installation,
};

/// Risponde a un'osservazione, una volta sola e con una motivazione
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("verdict").args(["accept", "reject"]).required(true))]
pub(in crate::cli) struct Answer {
    /// Identificativo; ne basta l'inizio, se è di una sola
    #[arg(value_name = "ID", value_parser = given::id_or_prefix)]
    id: String,
    /// La accoglie: sulla domanda si decide poi di nuovo
    #[arg(long)]
    accept: bool,
    /// Non la accoglie
    #[arg(long)]
    reject: bool,
    /// Chi risponde; resta agli atti
    #[arg(long, value_name = "FUNZIONARIO", value_parser = given::on_record)]
    officer: String,
    /// Perché; va nell'esito e resta agli atti: nulla che riveli una deroga, né dati personali che non servono («explain» e
    /// «applications show» non la riportano dove è citata la regola ARD-026; «observations list --json», che è il registro
    /// delle risposte, la riporta sempre)
    #[arg(long, value_name = "TESTO", value_parser = given::on_record)]
    motivation: String,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    instance_number: InstanceNumber,
    accepted: bool,
    /// How the application stands; an accepted observation asks for another decision.
    outcome: Option<Outcome>,
    /// Since when the final list is out: it is not decided again then (ARD-086).
    final_list_published_at: Option<DateTime<Utc>>,
}

impl Answer {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut work = installation.unit_of_work(SystemClock.now()).await?;
        let observation = find::by_prefix(work.tx(), &self.id).await?;
        let (id, application) = (observation.recorded.id, observation.recorded.application);
        let (officer, motivation) = (Redacted::new(self.officer), Redacted::new(self.motivation));
        if !answer_observation(id, self.accept, officer, motivation, &mut work).await? {
            return Err(Refusal::new(
                Exit::Failed,
                format!("all'osservazione {id} è già stato risposto: la risposta resta quella"),
                "la risposta è in «campanella observations list --json»",
            )
            .into());
        }
        let final_list_published_at = finished::since(work.tx()).await?;
        let newest = decision::newest(work.tx(), &[application]).await?.remove(&application);
        work.commit(&RelayHandle::detached()).await?;
        let report = Report {
            id,
            instance_number: observation.instance_number,
            accepted: self.accept,
            outcome: newest.map(|decision| decision.outcome),
            final_list_published_at,
        };
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }
}

impl Report {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let said = if self.accepted { "accolta" } else { "non accolta" };
        out.line(&format!("L'osservazione sulla domanda {} è {said}.", self.instance_number))?;
        if let Some(published_at) = self.final_list_published_at {
            out.line(&format!("La risposta resta agli atti; {}", finished::told(published_at)))?;
        } else if self.accepted && self.outcome != Some(Outcome::Admitted) {
            out.line(&format!(
                "La domanda non è ancora ammessa: decidere di nuovo con «campanella applications decide {}».",
                self.instance_number
            ))?;
        }
        Ok(())
    }
}
