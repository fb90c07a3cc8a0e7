// SPDX-License-Identifier: EUPL-1.2
//! Named positions that must survive a restart: how far a simulation came, which population it loaded, which queue file
//! serves the database.

use crate::{StoreError, Tx};

/// The value of a bookmark.
///
/// # Errors
/// Any [`StoreError`].
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    let found = fetch_optional!(tx, (String,), "SELECT value FROM bookmark WHERE name = $1", name)?;
    Ok(found.map(|(value,)| value))
}

/// Sets a bookmark that nobody has set, and gives the value it has then: the first one's, whoever came at the same time.
///
/// # Errors
/// Any [`StoreError`].
pub async fn set_first(tx: &mut Tx, name: &str, value: &str) -> Result<String, StoreError> {
    const SQL: &str = "INSERT INTO bookmark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    execute!(tx, SQL, name, value)?;
    Ok(get(tx, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// Forgets a bookmark.
///
/// # Errors
/// Any [`StoreError`].
pub async fn forget(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM bookmark WHERE name = $1", name)?;
    Ok(())
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
