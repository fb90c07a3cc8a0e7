// SPDX-License-Identifier: EUPL-1.2
//! The final list is out (ARD-086): an observation stays on record and changes nothing any more.

use anyhow::Result;
use campanella_domain::civil::{italian::date, zone::date_of};
use campanella_store::{
    Tx,
    ardis::published_list::{self, ListKind},
};
use chrono::{DateTime, Utc};

/// Since when it is.
pub(super) async fn since(tx: &mut Tx) -> Result<Option<DateTime<Utc>>> {
    let lists = published_list::all(tx).await?;
    Ok(lists.iter().find(|list| list.kind == ListKind::Final).map(|list| list.published_at))
}

/// What that means for whoever objects.
pub(super) fn told(published_at: DateTime<Utc>) -> String {
    let day = date(date_of(published_at));
    format!(
        "l'elenco definitivo è pubblicato dal {day}, e un esito si cambia solo con un nuovo atto dell'ufficio."
    )
}
