// SPDX-License-Identifier: EUPL-1.2
//! An observation by its id or the beginning of it.

use anyhow::Result;
use campanella_store::{
    Tx,
    ardis::observation::{self, Observation},
};

use crate::cli::{Exit, Refusal};

/// The one observation whose id begins so.
pub(super) async fn by_prefix(tx: &mut Tx, prefix: &str) -> Result<Observation> {
    let wanted = prefix.replace('-', "");
    let mut found = observation::all(tx).await?;
    found.retain(|one| one.recorded.id.simple().to_string().starts_with(&wanted));
    match (found.pop(), found.len()) {
        (Some(observation), 0) => Ok(observation),
        (None, _) => Err(Refusal::new(
            Exit::NotFound,
            format!("nessuna osservazione ha un identificativo che comincia con «{prefix}»"),
            "gli identificativi sono in «campanella observations list»",
        )
        .into()),
        (Some(_), others) => Err(Refusal::new(
            Exit::Usage,
            format!("{} osservazioni hanno un identificativo che comincia con «{prefix}»", others + 1),
            "scriverne qualche carattere in più",
        )
        .into()),
    }
}
