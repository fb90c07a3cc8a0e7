// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications`: how applications stand, and an officer's word on one.

mod account;
mod decide;
mod list;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Le domande ARDIS: come stanno, e la decisione di un funzionario
#[derive(Debug, Subcommand)]
pub(super) enum Applications {
    List(list::List),
    Show(show::Show),
    Decide(decide::Decide),
}

impl Applications {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Decide(decide) => decide.execute(&installation, out).await,
        }
    }
}

#[cfg(test)]
mod tests;
