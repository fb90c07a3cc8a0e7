// SPDX-License-Identifier: EUPL-1.2
//! `campanella observations record`: an observation that reached the office, in time or not.

use anyhow::Result;
use campanella_domain::{
    ardis::{Channel, ObservationFlag},
    civil::zone::date_of,
    identity::{InstanceNumber, Redacted},
};
use campanella_jobs::{ReceivedObservation, record_observation};
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock},
};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use serde::Serialize;
use uuid::Uuid;

use super::finished;
use crate::{
    cli::{
        Exit, Output, Refusal, given,
        moment::{last_moment, moment},
    },
    installation::Installation,
    wording,
};

/// Registra un'osservazione arrivata; se è tardiva o non online resta agli atti con l'avviso
#[derive(Debug, Args)]
pub(in crate::cli) struct Record {
    /// Numero della domanda, come 2025-004217
    #[arg(value_name = "DOMANDA", value_parser = given::instance_number)]
    instance: InstanceNumber,
    /// Quando è arrivata: data e ora (2026-04-20T10:30, ora di Roma) o soltanto la data
    #[arg(long, value_name = "MOMENTO", value_parser = moment)]
    received_at: DateTime<Utc>,
    /// Come è arrivata: online, email, pec, paper (carta)
    #[arg(long, value_name = "MODO", hide_possible_values = true)]
    channel: Way,
    /// Numero di protocollo, necessario se dell'arrivo si indica solo la data; il testo resta nel registro dell'ufficio
    #[arg(long, value_name = "PROTOCOLLO", value_parser = given::on_record)]
    reference: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    Online,
    Email,
    Pec,
    Paper,
}

impl From<Way> for Channel {
    fn from(way: Way) -> Self {
        match way {
            Way::Online => Self::Online,
            Way::Email => Self::Email,
            Way::Pec => Self::Pec,
            Way::Paper => Self::Paper,
        }
    }
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    instance_number: InstanceNumber,
    received_at: DateTime<Utc>,
    channel: Channel,
    flags: Vec<ObservationFlag>,
    /// False: it was recorded before, and nothing changed.
    new: bool,
    /// Since when the final list is out, which an observation does not change any more (ARD-086).
    final_list_published_at: Option<DateTime<Utc>>,
}

impl Record {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        self.require_reference()?;
        let now = SystemClock.now();
        let mut work = installation.unit_of_work(now).await?;
        let received = ReceivedObservation {
            application: given::application(work.tx(), self.instance).await?,
            received_at: self.arrival(now)?,
            stated_at: self.received_at,
            channel: self.channel.into(),
            reference: self.reference.map(Redacted::new),
        };
        let (recorded, new) = record_observation(&received, &mut work).await?;
        let final_list_published_at = finished::since(work.tx()).await?;
        work.commit(&RelayHandle::detached()).await?;
        let report = Report {
            id: recorded.id,
            instance_number: self.instance,
            received_at: recorded.received_at,
            channel: recorded.channel,
            flags: recorded.flags,
            new,
            final_list_published_at,
        };
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }

    /// Of two that came on one day the date alone tells neither which is meant nor whether one is typed again.
    fn require_reference(&self) -> Result<(), Refusal> {
        let is_date_alone = self.received_at == last_moment(date_of(self.received_at));
        if !is_date_alone || self.reference.is_some() {
            return Ok(());
        }
        Err(Refusal::new(
            Exit::Usage,
            "della sola data non si distinguono due osservazioni arrivate lo stesso giorno",
            "indicare il numero di protocollo con --reference, oppure anche l'ora (2026-04-20T10:30)",
        ))
    }

    /// Today's date alone means now; nothing arrives tomorrow.
    fn arrival(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        if self.received_at <= now {
            Ok(self.received_at)
        } else if self.received_at == last_moment(date_of(now)) {
            Ok(now)
        } else {
            Err(Refusal::new(
                Exit::Usage,
                format!("{} deve ancora venire", wording::moment(self.received_at)),
                "indicare con --received-at quando l'osservazione è arrivata",
            ))
        }
    }
}

impl Report {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let said = if self.new { "Registrata" } else { "Era già registrata" };
        out.line(&format!(
            "{said} l'osservazione {} sulla domanda {}, arrivata {}.",
            self.id,
            self.instance_number,
            wording::moment(self.received_at)
        ))?;
        if self.flags.is_empty() {
            out.line("È nei termini e nei modi previsti.")?;
        } else {
            out.line("Resta agli atti; chi risponde valuti che:")?;
            for flag in &self.flags {
                out.line(&format!("  • {}", flag.explanation()))?;
            }
        }
        let awaited = match self.final_list_published_at {
            None => "l'elenco definitivo attende la risposta.".to_owned(),
            Some(published_at) => finished::told(published_at),
        };
        out.line(&format!("Si risponde con «campanella observations answer»; {awaited}"))?;
        Ok(())
    }
}
