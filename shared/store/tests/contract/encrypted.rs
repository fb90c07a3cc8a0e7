// SPDX-License-Identifier: EUPL-1.2
//! A PostgreSQL that lets in nobody over the network who does not speak TLS.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use campanella_store::{Link, Store, StoreError, StoreSettings, bookmark};
use campanella_testkit::{EncryptedPostgres, PrivatePostgres, certificates};

/// The name its certificate is for, and one of the same server it is not for.
const NAMED: &str = "127.0.0.1";
const UNNAMED: &str = "127.0.0.2";

fn trusting(authority: PathBuf) -> StoreSettings {
    StoreSettings { root_certificate: Some(authority), ..StoreSettings::default() }
}

fn verified(host: &str) -> Link {
    Link { host: Some(host.to_owned()), encrypted: true, verified: true }
}

#[tokio::test]
async fn a_postgresql_that_asks_for_tls_is_worked_with_over_an_encrypted_connection() -> Result<()> {
    const OURS: &str = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'campanella' AND client_addr IS NOT NULL";
    let postgres = EncryptedPostgres::start()?;
    let by_url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        postgres.url("localhost", "postgres"),
        certificates::authority().display()
    );
    let by_setting = postgres.url(NAMED, "postgres");
    for (url, settings, host) in [
        (by_url, StoreSettings::default(), "localhost"),
        (by_setting, trusting(certificates::authority()), NAMED),
    ] {
        let store = Store::open(&url, settings).await?;
        store.migrate().await?;
        let mut tx = store.begin().await?;
        bookmark::set(&mut tx, "campana", host).await?;
        tx.commit().await?;
        ensure!(bookmark::get(&mut store.read().await?, "campana").await?.as_deref() == Some(host));
        assert_eq!(store.link().await?, verified(host));
        assert_eq!(postgres.server().run_sql("postgres", OURS)?, "t", "by what the server says");
        store.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_postgresql_that_cannot_prove_who_it_is_is_refused_saying_why_and_never_the_password() -> Result<()>
{
    let postgres = EncryptedPostgres::start()?;
    let url = |host| postgres.url(host, "postgres");
    for (url, authority, told) in [
        (url(NAMED), certificates::stranger(), "UnknownIssuer"),
        (url(UNNAMED), certificates::authority(), UNNAMED),
        (url(NAMED) + "?sslmode=verify-full", certificates::stranger(), "UnknownIssuer"),
    ] {
        let error = Store::open(&url, trusting(authority)).await.err().context(told)?;
        ensure!(matches!(&error, StoreError::Unavailable(text) if text.contains(told)), "{error}");
        ensure!(error.to_string().contains("certificate"), "{error}");
        ensure!(!format!("{error} {error:?}").contains(postgres.password()), "{error}");
    }
    // A server that would take the password in the clear is not given it.
    let error = Store::open(&(url(NAMED) + "?sslmode=disable"), StoreSettings::default()).await.err();
    let told = matches!(&error, Some(StoreError::Refused(text)) if text.contains("no encryption"));
    ensure!(told, "{error:?}");
    Ok(())
}

#[tokio::test]
async fn a_link_tells_what_protects_it() -> Result<()> {
    let postgres = EncryptedPostgres::start()?;
    let (host, verified) = (Some(UNNAMED.to_owned()), false);
    for asked in ["", "?sslmode=require"] {
        let url = postgres.url(UNNAMED, "postgres") + asked;
        let store = Store::open(&url, StoreSettings::default()).await?;
        assert_eq!(store.link().await?, Link { host: host.clone(), encrypted: true, verified }, "{asked}");
    }
    // Whoever only prefers TLS does without it where the server has none: nobody would notice.
    postgres.forget_tls()?;
    let store = Store::open(&postgres.url(UNNAMED, "postgres"), StoreSettings::default()).await?;
    assert_eq!(store.link().await?, Link { host, encrypted: false, verified });

    let socket = PrivatePostgres::shared()?.fresh_database()?;
    let store = Store::open(&socket, StoreSettings::default()).await?;
    assert_eq!(store.link().await?, Link { host: None, encrypted: false, verified });
    Ok(())
}
