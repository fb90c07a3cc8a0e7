// SPDX-License-Identifier: EUPL-1.2
//! `campanella cpi`: an employment centre, its catchment and its work list.

mod account;
mod text;

use anyhow::Result;
use campanella_domain::identity::CpiCode;
use campanella_runtime::clock::{Clock as _, SystemClock};
use clap::{Args, Subcommand};

use super::{Exit, Global, Output, Refusal};

/// I centri per l'impiego (CPI)
#[derive(Debug, Subcommand)]
pub(super) enum Cpi {
    Show(Show),
}

/// Mostra un CPI: dati, comuni di competenza, casi aperti per stato ed età, note delle scuole
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Codice del CPI, come VE-MESTRE
    #[arg(value_name = "CODICE", value_parser = code)]
    code: CpiCode,
}

/// The argument, checked.
pub(super) fn code(text: &str) -> Result<CpiCode, String> {
    text.parse()
        .map_err(|_| "il codice di un CPI è fatto di lettere, cifre e trattini, come VE-MESTRE".to_owned())
}

impl Cpi {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let Self::Show(Show { code }) = self;
        let installation = global.existing_installation().await?;
        let mut tx = installation.store.read().await?;
        let account = account::of(&mut tx, &code, SystemClock.now()).await?;
        tx.rollback().await?;
        let Some(account) = account else {
            return Err(Refusal::new(
                Exit::NotFound,
                "il CPI indicato non è nel registro",
                "controllare il codice; i CPI si caricano con «campanella import cpi FILE»",
            )
            .into());
        };
        if out.is_json() {
            out.json(&account)?;
        } else {
            text::write(&account, out)?;
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests;
