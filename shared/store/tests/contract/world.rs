// SPDX-License-Identifier: EUPL-1.2
//! Databases for the tests, and what most of them need.

use std::sync::OnceLock;

use anyhow::Context as _;
use campanella_domain::identity::{Sex, TaxCode};
use campanella_store::{Store, StoreError, StoreSettings, Tx};
use campanella_testkit::{PassingDatabase, PrivatePostgres};
use chrono::{DateTime, NaiveDate, Utc};
use tempfile::TempDir;
use uuid::Uuid;

/// Runs each body on a fresh, migrated database of either kind.
macro_rules! contract {
    ($($(#[$attribute:meta])* async fn $name:ident($store:ident: &Store) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$attribute])*
            async fn body($store: &Store) -> anyhow::Result<()> {
                $body
                Ok(())
            }

            #[tokio::test]
            async fn sqlite() -> anyhow::Result<()> {
                let (_folder, store) = crate::world::sqlite().await?;
                body(&store).await
            }

            #[tokio::test]
            async fn postgres() -> anyhow::Result<()> {
                let (_database, store) = crate::world::postgres().await?;
                body(&store).await
            }
        }
    )+};
}

/// A migrated SQLite file; it goes with the folder.
pub(crate) async fn sqlite() -> anyhow::Result<(TempDir, Store)> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_file(&folder.path().join("campanella.sqlite"), StoreSettings::default()).await?;
    store.migrate().await?;
    Ok((folder, store))
}

/// A migrated PostgreSQL database of its own; it goes with its guard.
pub(crate) async fn postgres() -> anyhow::Result<(PassingDatabase<'static>, Store)> {
    static MIGRATED: OnceLock<Result<(), String>> = OnceLock::new();
    // Copying a migrated database is quicker than migrating each. The migration runs on a thread of its own, because
    // the runtime of the test that comes first ends before the others do.
    let migrated = MIGRATED.get_or_init(|| {
        std::thread::spawn(|| migrate_template().map_err(|error| format!("{error:#}")))
            .join()
            .unwrap_or_else(|_| Err("the migration panicked".to_owned()))
    });
    migrated.clone().map_err(anyhow::Error::msg)?;
    let database = PrivatePostgres::shared()?.fresh_copy_of("migrated")?;
    let store = Store::open(database.url(), StoreSettings::default()).await?;
    Ok((database, store))
}

fn migrate_template() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.create_database("migrated")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open(&url, StoreSettings::default()).await?;
        store.migrate().await?;
        store.close().await;
        Ok(())
    })
}

/// An instant.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().with_context(|| format!("{text} is no instant")).unwrap()
}

/// A civil date.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().with_context(|| format!("{text} is no date")).unwrap()
}

/// The n-th id.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The tax code of the n-th invented child, born on the n-th day of 2010.
pub(crate) fn tax_code(number: u128) -> TaxCode {
    let birth = NaiveDate::from_yo_opt(2010, u32::try_from(number).unwrap()).unwrap();
    TaxCode::compose("Bianchi", "Lucia", birth, Sex::Female, &"L424".parse().unwrap())
}

/// Runs a statement no function of the store offers.
pub(crate) async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|_| ())?,
        Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|_| ())?,
    }
    Ok(())
}
