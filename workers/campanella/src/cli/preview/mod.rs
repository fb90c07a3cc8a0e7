// SPDX-License-Identifier: EUPL-1.2
//! `campanella preview`: what would happen, without anything happening.

mod exclusions;

use anyhow::Result;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Che cosa accadrebbe, senza che nulla accada
#[derive(Debug, Subcommand)]
pub(super) enum Preview {
    Exclusions(exclusions::Exclusions),
}

impl Preview {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let Self::Exclusions(exclusions) = self;
        exclusions.execute(&global.existing_installation().await?, out).await
    }
}

#[cfg(test)]
mod tests;
