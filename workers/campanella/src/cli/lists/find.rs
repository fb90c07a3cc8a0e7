// SPDX-License-Identifier: EUPL-1.2
//! A provisional list by its id or the beginning of it.

use anyhow::Result;
use campanella_store::{
    Tx,
    ardis::published_list::{self, ListKind},
};
use uuid::Uuid;

use crate::cli::{Exit, Refusal};

/// The one provisional list whose id begins so.
pub(super) async fn provisional(tx: &mut Tx, prefix: &str) -> Result<Uuid> {
    let wanted = prefix.replace('-', "");
    let mut found = published_list::all(tx).await?;
    found.retain(|list| {
        list.kind == ListKind::Provisional && list.id.simple().to_string().starts_with(&wanted)
    });
    match (found.pop(), found.len()) {
        (Some(list), 0) => Ok(list.id),
        (None, _) => Err(Refusal::new(
            Exit::NotFound,
            format!("nessun elenco provvisorio ha un identificativo che comincia con «{prefix}»"),
            "gli identificativi sono in «campanella lists list»",
        )
        .into()),
        (Some(_), others) => Err(Refusal::new(
            Exit::Usage,
            format!("{} elenchi hanno un identificativo che comincia con «{prefix}»", others + 1),
            "scriverne qualche carattere in più",
        )
        .into()),
    }
}
