// SPDX-License-Identifier: EUPL-1.2
//! Named positions that must survive a restart: how far a simulation came, which population it loaded.

use crate::{StoreError, Tx};

/// The value of a bookmark.
///
/// # Errors
/// Any [`StoreError`].
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    let found = fetch_optional!(tx, (String,), "SELECT value FROM bookmark WHERE name = $1", name)?;
    Ok(found.map(|(value,)| value))
}

/// Sets a bookmark.
///
/// # Errors
/// Any [`StoreError`].
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO bookmark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    execute!(tx, SQL, name, value)?;
    Ok(())
}
