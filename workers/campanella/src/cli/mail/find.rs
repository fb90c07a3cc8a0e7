// SPDX-License-Identifier: EUPL-1.2
//! A mail by its id or the beginning of it.

use anyhow::Result;
use campanella_store::{
    Tx,
    notification::{self, Found},
};
use uuid::Uuid;

pub(super) use crate::cli::given::id_or_prefix;
use crate::cli::{Exit, Refusal};

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

/// The first and the last id that begin so.
fn range(prefix: &str) -> (Uuid, Uuid) {
    let digits: String = prefix.chars().filter(|c| *c != '-').collect();
    let filled = |with: &str| Uuid::try_parse(&format!("{digits}{}", with.repeat(32 - digits.len())));
    (filled("0").unwrap_or_default(), filled("f").unwrap_or_default())
}
