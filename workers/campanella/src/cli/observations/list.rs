// SPDX-License-Identifier: EUPL-1.2
//! `campanella observations list`: in the order in which they were received.

use std::collections::HashSet;

use anyhow::Result;
use campanella_domain::{
    ardis::{Channel, ObservationFlag},
    identity::{InstanceNumber, Redacted},
};
use campanella_store::ardis::observation::{self, NotReopened, Observation};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    cli::{Exit, Output, Table},
    installation::Installation,
    wording,
};

/// Le elenca nell'ordine di arrivo
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Solo quelle che l'elenco definitivo attende: senza risposta, oppure accolte senza che si sia deciso di nuovo
    #[arg(long)]
    open: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    id: Uuid,
    instance_number: InstanceNumber,
    /// The provisional list it is about.
    list: Option<Uuid>,
    received_at: DateTime<Utc>,
    channel: Channel,
    reference: Option<String>,
    flags: Vec<ObservationFlag>,
    answer: Option<AnswerRow>,
    /// Accepted, and an officer has still to decide anew (ARD-080).
    without_effect: bool,
}

#[derive(Debug, Serialize)]
struct AnswerRow {
    answered_at: DateTime<Utc>,
    accepted: bool,
    officer: String,
    motivation: String,
}

impl Row {
    fn of(observation: Observation, waiting: &HashSet<Uuid>) -> Self {
        let recorded = observation.recorded;
        Self {
            id: recorded.id,
            instance_number: observation.instance_number,
            list: recorded.list,
            received_at: recorded.received_at,
            channel: recorded.channel,
            reference: recorded.reference.map(Redacted::into_exposed),
            flags: recorded.flags,
            answer: observation.answer.map(|answer| AnswerRow {
                answered_at: answer.answered_at,
                accepted: answer.accepted,
                officer: answer.officer.into_exposed(),
                motivation: answer.motivation.into_exposed(),
            }),
            without_effect: waiting.contains(&recorded.id),
        }
    }
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let found = observation::all(&mut tx).await?;
        let mut waiting = observation::not_reopened(&mut tx).await?;
        tx.rollback().await?;
        waiting.retain(NotReopened::is_without_effect);
        let waiting: HashSet<Uuid> = waiting.into_iter().map(|one| one.observation).collect();
        let mut rows: Vec<Row> = found.into_iter().map(|one| Row::of(one, &waiting)).collect();
        rows.retain(|row| !self.open || row.answer.is_none() || row.without_effect);
        if out.is_json() {
            out.json(&rows)?;
        } else if rows.is_empty() {
            out.line(if self.open {
                "Nessuna osservazione senza risposta o accolta senza effetto."
            } else {
                "Nessuna osservazione."
            })?;
        } else {
            show(&rows, out)?;
        }
        Ok(Exit::Done)
    }
}

fn show(rows: &[Row], out: &mut Output<'_>) -> Result<()> {
    let mut table = Table::new(["id", "domanda", "arrivata", "modo", "protocollo", "avvisi", "risposta"]);
    for row in rows {
        let flags: Vec<&str> = row.flags.iter().map(|flag| flag.explanation()).collect();
        let answer =
            row.answer.as_ref().map_or("da dare", |answer| match (answer.accepted, row.without_effect) {
                (true, true) => "accolta, da decidere",
                (true, false) => "accolta",
                (false, _) => "non accolta",
            });
        table.row([
            row.id.to_string(),
            row.instance_number.to_string(),
            wording::short_moment(row.received_at),
            match row.channel {
                Channel::Online => "online",
                Channel::Email => "e-mail",
                Channel::Pec => "PEC",
                Channel::Paper => "carta",
            }
            .to_owned(),
            row.reference.clone().unwrap_or_else(|| "—".to_owned()),
            if flags.is_empty() { "—".to_owned() } else { flags.join("; ") },
            answer.to_owned(),
        ]);
    }
    out.table(&table)?;
    if rows.iter().any(|row| row.answer.is_none()) {
        out.line("")?;
        out.line("Si risponde con «campanella observations answer ID --accept|--reject --officer … --motivation …».")?;
    }
    if rows.iter().any(|row| row.without_effect) {
        out.line("")?;
        out.line("Dove è accolta e da decidere un funzionario decide con «campanella applications decide DOMANDA».")?;
    }
    Ok(())
}
