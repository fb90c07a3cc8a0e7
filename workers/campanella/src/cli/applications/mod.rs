// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications`: how applications stand, an officer's word on one, a change of its data.

mod account;
mod change;
mod decide;
mod doubts;
mod list;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Le domande ARDIS: come stanno, la decisione di un funzionario, le variazioni dei dati
#[derive(Debug, Subcommand)]
pub(super) enum Applications {
    List(list::List),
    Show(show::Show),
    Decide(decide::Decide),
    Change(change::Change),
}

impl Applications {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Decide(decide) => decide.execute(&installation, out).await,
            Self::Change(change) => change.execute(&installation, out).await,
        }
    }
}

#[cfg(test)]
mod tests;
