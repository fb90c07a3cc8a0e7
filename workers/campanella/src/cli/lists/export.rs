// SPDX-License-Identifier: EUPL-1.2
//! `campanella lists export`: the anonymous files for the site (ARD-047).

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Kind;
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
    lists,
};

/// Scrive in una cartella gli elenchi pubblicati (CSV): numero dell'istanza, motivo di esclusione, nessun nome
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Dove scriverli; se manca viene creata
    #[arg(value_name = "CARTELLA")]
    folder: PathBuf,
    /// Solo quello provvisorio (provisional) o definitivo (final) [se manca: entrambi]
    #[arg(long, value_name = "TIPO", hide_possible_values = true)]
    kind: Option<Kind>,
}

impl Export {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let kind = self.kind.map(Into::into);
        let written = lists::export(&mut tx, kind, &installation.procedures.ardis, &self.folder).await?;
        tx.rollback().await?;
        if written.is_empty() {
            return Err(Refusal::new(
                Exit::NotFound,
                "non c'è alcun elenco pubblicato da esportare",
                "gli elenchi pubblicati sono in «campanella lists list»",
            )
            .into());
        }
        if out.is_json() {
            out.json(&written)?;
        } else {
            for path in written {
                out.line(&format!("Scritto {}", path.display()))?;
            }
        }
        Ok(Exit::Done)
    }
}
