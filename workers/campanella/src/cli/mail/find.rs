// SPDX-License-Identifier: EUPL-1.2
//! A mail by its id or the beginning of it.

use anyhow::Result;
use campanella_store::{
    Tx,
    notification::{self, Found},
};

pub(super) use crate::cli::given::id_or_prefix;
use crate::cli::{Exit, Refusal, given::range};

/// The one mail whose id begins so.
pub(super) async fn by_prefix(tx: &mut Tx, prefix: &str) -> Result<Found> {
    let (first, last) = range(prefix);
    let mut found = notification::between(tx, first, last, 2).await?;
    match (found.pop(), found.len()) {
        (Some(mail), 0) => Ok(mail),
        (None, _) => Err(Refusal::new(
            Exit::NotFound,
            format!("nessuna e-mail ha un identificativo che comincia con «{prefix}»"),
            "gli identificativi sono in «campanella mail list»",
        )
        .into()),
        (Some(_), _) => Err(Refusal::new(
            Exit::Usage,
            format!("più e-mail hanno un identificativo che comincia con «{prefix}»"),
            "scriverne qualche carattere in più",
        )
        .into()),
    }
}
