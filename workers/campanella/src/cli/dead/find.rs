// SPDX-License-Identifier: EUPL-1.2
//! A dead letter by its id or the beginning of it.

use anyhow::Result;
use campanella_store::{
    Tx,
    dead_letter::{self, DeadLetter},
};

pub(super) use crate::cli::given::id_or_prefix;
use crate::cli::{Exit, Refusal, given::range};

/// The one dead letter whose id begins so.
pub(super) async fn by_prefix(tx: &mut Tx, prefix: &str) -> Result<DeadLetter> {
    let (first, last) = range(prefix);
    let mut found = dead_letter::between(tx, first, last, 2).await?;
    match (found.pop(), found.len()) {
        (Some(letter), 0) => Ok(letter),
        (None, _) => Err(Refusal::new(
            Exit::NotFound,
            format!("nessun messaggio ha un identificativo che comincia con «{prefix}»"),
            "gli identificativi sono in «campanella dead list --all»",
        )
        .into()),
        (Some(_), _) => Err(Refusal::new(
            Exit::Usage,
            format!("più messaggi hanno un identificativo che comincia con «{prefix}»"),
            "scriverne qualche carattere in più",
        )
        .into()),
    }
}

/// How many characters of the ids tell them apart, dashes included; at least eight.
pub(super) fn distinct_length(letters: &[DeadLetter]) -> usize {
    let mut ids: Vec<String> = letters.iter().map(|letter| letter.id.to_string()).collect();
    ids.sort_unstable();
    let shared = |pair: &[String]| pair[0].chars().zip(pair[1].chars()).take_while(|(a, b)| a == b).count();
    ids.windows(2).map(shared).max().map_or(8, |shared| (shared + 1).max(8))
}
