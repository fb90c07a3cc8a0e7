// SPDX-License-Identifier: EUPL-1.2
//! What is drawn once for an installation and stays: the key its people's ids are made with.

use campanella_domain::identity_key::IdentityKey;

use crate::{StoreError, Tx, bookmark, column::read};

const IDENTITY_KEY: &str = "installation.identity-key";

/// The key of this installation; where there is none yet, `drawn` becomes it, once for all who ask at the same time.
///
/// # Errors
/// [`StoreError::Corrupt`] when what is stored is no key; any other [`StoreError`].
pub async fn identity_key(tx: &mut Tx, drawn: &IdentityKey) -> Result<IdentityKey, StoreError> {
    let stored = bookmark::set_first(tx, IDENTITY_KEY, &drawn.to_hexadecimal()).await?;
    read(&stored, "bookmark", "value")
}

/// The key of this installation, if it has been drawn.
///
/// # Errors
/// [`StoreError::Corrupt`] when what is stored is no key; any other [`StoreError`].
pub async fn known_identity_key(tx: &mut Tx) -> Result<Option<IdentityKey>, StoreError> {
    let stored = bookmark::get(tx, IDENTITY_KEY).await?;
    stored.map(|stored| read(&stored, "bookmark", "value")).transpose()
}

/// Whether nobody has ever written anything: no data of an office, no message, no mail, no position to go on from.
///
/// # Errors
/// Any [`StoreError`].
pub async fn is_untouched(tx: &mut Tx) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT NOT (EXISTS (SELECT 1 FROM bookmark) OR EXISTS (SELECT 1 FROM outbox)
        OR EXISTS (SELECT 1 FROM inbox) OR EXISTS (SELECT 1 FROM occurrence) OR EXISTS (SELECT 1 FROM notification)
        OR EXISTS (SELECT 1 FROM municipality) OR EXISTS (SELECT 1 FROM cpi) OR EXISTS (SELECT 1 FROM school)
        OR EXISTS (SELECT 1 FROM student) OR EXISTS (SELECT 1 FROM application) OR EXISTS (SELECT 1 FROM application_draft)
        OR EXISTS (SELECT 1 FROM process))
        AS untouched";
    Ok(fetch_optional!(tx, (bool,), SQL)?.is_some_and(|(untouched,)| untouched))
}

/// Lets one import at a time write about a subject (a number of the caller's choice) until the transaction ends: what an
/// import reads of it must not change before it writes. On SQLite the writer's lock is held already.
///
/// # Errors
/// Any [`StoreError`].
pub async fn lock_imports(tx: &mut Tx, subject: i64) -> Result<(), StoreError> {
    /// Apart from whatever else may take locks of this kind in the database.
    const IMPORTS: i64 = 0x4341_4d50 << 32;
    if matches!(tx, Tx::Postgres(_)) {
        execute!(tx, "SELECT pg_advisory_xact_lock($1)", IMPORTS + subject)?;
    }
    Ok(())
}
