// SPDX-License-Identifier: EUPL-1.2
//! An old program leaves a newer installation alone.

use anyhow::Result;
use campanella::{
    cli::{Exit, report},
    installation::Installation,
    settings::Settings,
};
use campanella_store::{Store, StoreSettings};
use campanella_testkit::PrivatePostgres;

#[tokio::test]
async fn a_database_with_a_newer_schema_is_refused() -> Result<()> {
    let postgres = PrivatePostgres::shared()?;
    let url = postgres.create_database("newer_schema")?;
    let store = Store::open(&url, StoreSettings::default()).await?;
    store.migrate().await?;
    store.close().await;
    let (folder, settings) = (tempfile::tempdir()?, Settings::load(None, &[("database.url", url)])?);
    Installation::open(&folder.path().join("data"), settings.clone()).await?;

    postgres.run_sql(
        "newer_schema",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'of next year', true, '', 0)",
    )?;
    let Err(error) = Installation::open(&folder.path().join("data"), settings).await else {
        anyhow::bail!("a schema this release does not know was opened");
    };
    assert!(error.to_string().contains("versione più recente"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_refused_with_what_to_do() -> Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let (folder, settings) = (tempfile::tempdir()?, Settings::load(None, &[("database.url", url)])?);
    let Err(error) = Installation::open(&folder.path().join("data"), settings).await else {
        anyhow::bail!("a database without tables was opened");
    };
    let (exit, told) = report(&error);
    assert!(exit == Exit::Usage && told.contains("eseguire «campanella migrate»"), "{told}");
    Ok(())
}
