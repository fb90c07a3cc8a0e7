// SPDX-License-Identifier: EUPL-1.2
//! `campanella explain`: why an application stands as it does, with the citation, years later.
//!
//! For the officer: facts and economic data of the household are shown. The nature of a derogation is not, here as
//! everywhere (`ARD-026`, OQ-B12): where that rule is cited, what officers wrote is not told, as it may speak of it.

mod account;
mod text;
pub(super) mod words;

use anyhow::Result;
use campanella_domain::identity::InstanceNumber;
use campanella_store::ardis::{decision, observation, published_list, review};
use clap::Args;

use super::{Exit, Global, Output, given};
use account::{Account, Sources};

/// Spiega l'esito di una domanda: cause, articoli, regole, fatti, termine, storia delle decisioni
///
/// Le motivazioni dei funzionari restano agli atti e non compaiono dove è citata la regola ARD-026, o dove deve essere
/// verificato se occorre un'attestazione ISEE.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Numero della domanda, come 2025-004217
    #[arg(value_name = "DOMANDA", value_parser = given::instance_number)]
    instance: InstanceNumber,
}

impl Explain {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        let mut tx = installation.store.read().await?;
        let id = given::application(&mut tx, self.instance).await?;
        let history = decision::history(&mut tx, id).await?;
        let lists = published_list::of_application(&mut tx, id).await?;
        let review = match history.last() {
            Some(newest) => review::of_decision(&mut tx, newest.id).await?,
            None => None,
        };
        let observations = observation::of_application(&mut tx, id).await?;
        tx.rollback().await?;
        let sources = Sources {
            history: &history,
            lists: &lists,
            observations: &observations,
            review: review.as_ref(),
        };
        let account = Account::of(self.instance, &sources, &installation.procedures.ardis);
        if out.is_json() {
            out.json(&account)?;
        } else {
            text::write(&account, &installation.procedures.ardis, out)?;
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests;
