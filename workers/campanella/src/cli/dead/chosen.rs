// SPDX-License-Identifier: EUPL-1.2
//! Which dead letters an operator decides about: those named, or all that are like one.
//!
//! Named ones are decided in one transaction, all or none. Thousands that died of one mistake are decided a page at a time, so
//! that no transaction holds up the workers; whoever is interrupted types it again and goes on with the rest.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_store::{
    Tx,
    dead_letter::{self, DeadLetter},
};
use clap::Args;
use uuid::Uuid;

use super::{find, state};
use crate::{
    cli::{Exit, Refusal},
    installation::Installation,
    wording,
};

/// Decided in one transaction.
const PAGE: usize = 500;

/// The arguments that choose.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// Identificativi; di ciascuno basta l'inizio, se è di uno solo. Tutti quelli indicati o nessuno
    #[arg(value_name = "ID", value_parser = find::id_or_prefix, required_unless_present = "like")]
    pub(super) ids: Vec<String>,
    /// Tutti quelli da decidere che hanno worker ed errore di questo, come li raggruppa «dead list»
    #[arg(long, value_name = "ID", value_parser = find::id_or_prefix, conflicts_with = "ids")]
    pub(super) like: Option<String>,
}

/// All that are like one and wait to be decided about.
#[derive(Debug)]
pub(super) struct Group {
    /// The one that was named.
    pub(super) like: DeadLetter,
    /// Theirs, oldest first.
    pub(super) ids: Vec<Uuid>,
}

impl Group {
    /// Those there are now: what dies from here on is not among them.
    pub(super) async fn like(installation: &Installation, prefix: &str) -> Result<Self> {
        let mut tx = installation.begin().await?;
        let like = find::by_prefix(&mut tx, prefix).await?;
        let ids = dead_letter::open_alike(&mut tx, &like.worker, &like.fingerprint).await?;
        tx.rollback().await?;
        Ok(Self { like, ids })
    }

    /// As many as are decided about in one transaction, until there are no more.
    pub(super) fn pages(&self) -> impl Iterator<Item = &[Uuid]> {
        self.ids.chunks(PAGE)
    }

    /// How many they are and what they have in common.
    pub(super) fn told(&self) -> String {
        let DeadLetter { worker, fingerprint, error, .. } = &self.like;
        let number = wording::count(self.ids.len(), "messaggio", "messaggi");
        format!("Da decidere, del worker «{worker}» e con l'errore {fingerprint}: {number} ({error}).")
    }
}

/// Those whose ids begin so; an error, and with it the end of the transaction, when one is not to be decided about.
pub(super) async fn named(tx: &mut Tx, prefixes: &[String]) -> Result<Vec<DeadLetter>> {
    let mut ids = BTreeSet::new();
    for prefix in prefixes {
        let letter = find::by_prefix(tx, prefix).await?;
        if letter.state != "open" {
            return Err(decided(&letter, prefixes.len() > 1).into());
        }
        ids.insert(letter.id);
    }
    let letters = dead_letter::take_open(tx, &Vec::from_iter(ids.iter().copied())).await?;
    // Somebody may have decided about one since it was looked at; those taken now nobody else can.
    if let Some(gone) = ids.iter().find(|id| letters.iter().all(|letter| letter.id != **id)) {
        let letter = find::by_prefix(tx, &gone.to_string()).await?;
        return Err(decided(&letter, prefixes.len() > 1).into());
    }
    Ok(letters)
}

fn decided(letter: &DeadLetter, among_others: bool) -> Refusal {
    let remedy = if among_others {
        "su nessuno di quelli indicati è stato deciso ora: ripetere senza questo"
    } else {
        "non occorre fare altro; i dettagli sono in «campanella dead show»"
    };
    let message = format!("sul messaggio {} è già stato deciso: {}", letter.id, state(&letter.state));
    Refusal::new(Exit::Failed, message, remedy)
}
