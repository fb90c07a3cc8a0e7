// SPDX-License-Identifier: EUPL-1.2
//! `campanella lists`: the lists an officer publishes (ARD-070, ARD-084).

mod draft;
mod export;
mod find;
mod list;
mod publish;
mod refusals;
mod spending;
mod term;

use anyhow::Result;
use campanella_store::ardis::published_list::ListKind;
use clap::{Subcommand, ValueEnum};

use super::{Exit, Global, Output};

/// Gli elenchi provvisori e definitivi: bozza, pubblicazione, esportazione
#[derive(Debug, Subcommand)]
pub(super) enum Lists {
    List(list::List),
    Draft(draft::DraftList),
    Publish(publish::Publish),
    Export(export::Export),
}

/// A list's kind, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Provisional,
    Final,
}

impl From<Kind> for ListKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Provisional => Self::Provisional,
            Kind::Final => Self::Final,
        }
    }
}

impl Lists {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Draft(draft) => draft.execute(&installation, out).await,
            Self::Publish(publish) => publish.execute(&installation, out).await,
            Self::Export(export) => export.execute(&installation, out).await,
        }
    }
}

#[cfg(test)]
mod tests;
