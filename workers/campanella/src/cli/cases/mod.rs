// SPDX-License-Identifier: EUPL-1.2
//! `campanella cases`: the cases of minors at risk, and taking one in charge.

mod list;
mod show;
mod show_text;
mod take;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output, Refusal};

/// I casi di dispersione (ARS)
#[derive(Debug, Subcommand)]
pub(super) enum Cases {
    List(list::List),
    Show(show::Show),
    Take(take::Take),
}

impl Cases {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Take(take) => take.execute(&installation, out).await,
        }
    }
}

/// A case number as it is stored, however it was typed.
fn number(text: &str) -> Result<String, String> {
    let text = text.trim().to_uppercase();
    let shape: Vec<usize> = text.split('-').map(str::len).collect();
    if shape == [3, 4, 4]
        && text.starts_with("ARS-")
        && text.chars().all(|c| c == '-' || c.is_ascii_alphanumeric())
    {
        Ok(text)
    } else {
        Err("il numero di un caso è fatto come ARS-7K3M-Q2XD".to_owned())
    }
}

fn unknown(number: &str) -> Refusal {
    Refusal::new(
        Exit::NotFound,
        format!("nessun caso ha il numero {number}"),
        "i numeri sono in «campanella cases list --state all»",
    )
}

#[cfg(test)]
mod tests;
