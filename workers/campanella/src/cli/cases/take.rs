// SPDX-License-Identifier: EUPL-1.2
//! `campanella cases take`: the CPI takes a case in charge (*presa in carico*).

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::ars::case::{self, Taking};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use super::{number, unknown};
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
    wording,
};

/// Registra la presa in carico di un caso
#[derive(Debug, Args)]
pub(in crate::cli) struct Take {
    /// Numero del caso, come ARS-7K3M-Q2XD
    #[arg(value_name = "CASO", value_parser = number)]
    number: String,
    /// Chi lo prende in carico; resta agli atti
    #[arg(long, value_name = "OPERATORE", value_parser = officer)]
    officer: String,
}

#[derive(Debug, Serialize)]
struct Report {
    case_number: String,
    taken_at: DateTime<Utc>,
    /// False: somebody had taken it before, and nothing changed.
    new: bool,
}

fn officer(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("il nome non può essere vuoto".to_owned()) } else { Ok(text.to_owned()) }
}

impl Take {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let now = SystemClock.now();
        let mut tx = installation.begin().await?;
        let taking = case::take(&mut tx, &self.number, &self.officer, now).await?;
        tx.commit().await?;
        let (taken_at, new) = match taking {
            Taking::Taken => (now, true),
            Taking::TakenBefore { at } => (at, false),
            Taking::Closed => {
                return Err(Refusal::new(
                    Exit::Failed,
                    format!("il caso {} è chiuso: non c'è nulla da prendere in carico", self.number),
                    "la sua storia è in «campanella cases show»",
                )
                .into());
            }
            Taking::Unassigned => {
                return Err(Refusal::new(
                    Exit::Failed,
                    format!("il caso {} non ha ancora un CPI competente", self.number),
                    "assegnare un CPI al suo comune con «campanella import catchments FILE»",
                )
                .into());
            }
            Taking::Unknown => return Err(unknown(&self.number).into()),
        };
        if out.is_json() {
            out.json(&Report { case_number: self.number, taken_at, new })?;
        } else if new {
            out.line(&format!("Il caso {} è preso in carico.", self.number))?;
        } else {
            out.line(&format!(
                "Il caso {} era già preso in carico dal {}: nulla è cambiato.",
                self.number,
                wording::short_moment(taken_at)
            ))?;
        }
        Ok(Exit::Done)
    }
}
