// SPDX-License-Identifier: EUPL-1.2
//! `campanella observations`: what the excluded object to a provisional list, and what an officer answers (ARD-080 to
//! ARD-083, ARD-087).

mod answer;
mod find;
mod finished;
mod list;
mod record;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Le osservazioni sull'elenco provvisorio: arrivo, risposta motivata
#[derive(Debug, Subcommand)]
pub(super) enum Observations {
    Record(record::Record),
    List(list::List),
    Answer(answer::Answer),
}

impl Observations {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::Record(record) => record.execute(&installation, out).await,
            Self::List(list) => list.execute(&installation, out).await,
            Self::Answer(answer) => answer.execute(&installation, out).await,
        }
    }
}

#[cfg(test)]
mod tests;
