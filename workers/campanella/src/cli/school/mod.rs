// SPDX-License-Identifier: EUPL-1.2
//! `campanella school`: what the register knows of a school and what it still has to do; which schools owe a class list.

mod account;
mod late;
mod text;

use anyhow::Result;
use campanella_domain::identity::SchoolCode;
use campanella_runtime::clock::{Clock as _, SystemClock};
use clap::{Args, Subcommand};

use super::{Exit, Global, Output, Refusal};
use crate::installation::Installation;

/// Le scuole del registro (ARS)
#[derive(Debug, Subcommand)]
pub(super) enum School {
    Show(Show),
    Late(late::Late),
}

/// Mostra una scuola: dati, elenco delle classi, rientri inseriti da un CPI, che cosa resta da fare
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Codice meccanografico, come VEPS01000X
    #[arg(value_name = "CODICE", value_parser = code)]
    code: SchoolCode,
}

/// The argument, checked.
pub(super) fn code(text: &str) -> Result<SchoolCode, String> {
    text.parse().map_err(|_| "il codice di una scuola ha dieci lettere o cifre, come VEPS01000X".to_owned())
}

impl School {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Late(late) => late.execute(&installation, out).await,
        }
    }
}

impl Show {
    async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let Self { code } = self;
        let mut tx = installation.store.read().await?;
        let account = account::of(&mut tx, &code, &installation.procedures.ars, SystemClock.now()).await?;
        tx.rollback().await?;
        let Some(account) = account else {
            return Err(Refusal::new(
                Exit::NotFound,
                "la scuola indicata non è nel registro",
                "controllare il codice; le scuole si caricano con «campanella import schools FILE»",
            )
            .into());
        };
        if out.is_json() {
            out.json(&account)?;
        } else {
            text::write(&account, &installation.procedures.ars, out)?;
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests;
