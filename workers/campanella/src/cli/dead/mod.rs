// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead`: messages no worker could handle, and what an operator decides about them.

mod chosen;
mod discard;
mod find;
mod list;
mod retry;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Messaggi che nessun worker è riuscito a elaborare
#[derive(Debug, Subcommand)]
pub(super) enum Dead {
    List(list::List),
    Show(show::Show),
    Retry(retry::Retry),
    Discard(discard::Discard),
}

impl Dead {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Retry(retry) => retry.execute(&installation, out).await,
            Self::Discard(discard) => discard.execute(&installation, out).await,
        }
    }
}

/// The state in Italian.
fn state(code: &str) -> &str {
    match code {
        "open" => "da decidere",
        "retried" => "rimesso in coda",
        "discarded" => "scartato",
        other => other,
    }
}

#[cfg(test)]
mod tests;
