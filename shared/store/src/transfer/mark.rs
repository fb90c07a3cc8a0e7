// SPDX-License-Identifier: EUPL-1.2
//! What a database that was copied and its copy know of one another.
//!
//! Both hold the same mails, still to be sent. If both were worked on, families would be written to twice. So the source is
//! marked before its copy is committed, and whoever opens it is told where it went. The copy holds the mark's token:
//! a copy whose commit nobody could see is recognised when it is tried again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    StoreError, Tx, bookmark,
    column::{json, read, read_json},
};

/// Where a database went.
pub(super) const MOVED_TO: &str = "installation.moved-to";
/// Which move a database came from.
pub(super) const COPIED_FROM: &str = "installation.copied-from";

/// The mark of a database that was copied, or was about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Names this move: the copy holds it too.
    pub token: Uuid,
    /// Where to: an address without a password.
    pub to: String,
    /// When it was begun, machine time.
    pub at: DateTime<Utc>,
}

/// The mark of a database, if it has one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn moved(tx: &mut Tx) -> Result<Option<Moved>, StoreError> {
    let mark = bookmark::get(tx, MOVED_TO).await?;
    mark.map(|mark| read_json(&mark, "bookmark", "value")).transpose()
}

/// Marks a database.
///
/// # Errors
/// Any [`StoreError`].
pub async fn set_moved(tx: &mut Tx, moved: &Moved) -> Result<(), StoreError> {
    bookmark::set(tx, MOVED_TO, &json(moved)).await
}

/// Takes the mark away: the database is worked on again. For an operator who knows that its copy never will be.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget_moved(tx: &mut Tx) -> Result<(), StoreError> {
    bookmark::forget(tx, MOVED_TO).await
}

/// The move a database came from; None if it was never copied.
///
/// # Errors
/// Any [`StoreError`].
pub async fn copied_from(tx: &mut Tx) -> Result<Option<Uuid>, StoreError> {
    let token = bookmark::get(tx, COPIED_FROM).await?;
    token.map(|token| read(&token, "bookmark", "value")).transpose()
}

/// Writes into a copy which move it comes from.
///
/// # Errors
/// Any [`StoreError`].
pub async fn set_copied_from(tx: &mut Tx, token: Uuid) -> Result<(), StoreError> {
    bookmark::set(tx, COPIED_FROM, &token.to_string()).await
}

/// Mails that a process had in hand when it ended: an installation that was ended in order has none. Where the folder of
/// mails proves what went out, the proof stays behind when the database goes elsewhere.
///
/// # Errors
/// Any [`StoreError`].
pub async fn mails_in_hand(tx: &mut Tx) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM notification WHERE owner IS NOT NULL";
    Ok(fetch_optional!(tx, (i64,), SQL)?.map_or(0, |(count,)| count))
}
