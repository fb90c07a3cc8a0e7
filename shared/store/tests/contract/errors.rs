// SPDX-License-Identifier: EUPL-1.2
//! What an error tells: where, and never whose.

use campanella_store::{
    Store, StoreError, StoreSettings,
    ardis::application,
    notification::{self, Settlement, Unreadable, Verdict},
};
use campanella_testkit::PrivatePostgres;
use chrono::Duration;

use crate::{
    ardis,
    notification::mail,
    world::{at, execute, id},
};

const SECRET: &str = "lucia.bianchi";

contract! {
    async fn a_value_that_cannot_be_read_is_named_by_its_place(store: &Store) {
        let mut tx = store.begin().await?;
        application::insert(&mut tx, &[ardis::application(1)]).await?;
        execute(&mut tx, "UPDATE application SET applicant_email = 'lucia.bianchi senza chiocciola'").await?;
        let error = application::facts(&mut tx, &[id(1)]).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { table: "application", column: "applicant_email" }));
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }

    async fn a_recipient_that_cannot_be_read_is_not_told_and_holds_up_no_other_mail(store: &Store) {
        let mut tx = store.begin().await?;
        notification::insert(&mut tx, &[mail(1)]).await?;
        execute(&mut tx, "UPDATE notification SET recipient = 'lucia.bianchi'").await?;
        notification::insert(&mut tx, &[mail(2)]).await?;
        let (now, me) = (at("2025-11-20T00:00:00Z"), id(9));
        let claims = notification::claim(&mut tx, me, now, now + Duration::minutes(1), 10).await?;
        assert_eq!(claims.mails.iter().map(|mail| mail.id).collect::<Vec<_>>(), [id(2)]);
        let [Unreadable { id: held, attempt, reason }] = claims.unreadable.as_slice() else {
            anyhow::bail!("{claims:?}")
        };
        assert!(matches!(reason, StoreError::Corrupt { table: "notification", column: "recipient" }));
        assert!(!format!("{reason} {claims:?}").contains(SECRET));
        let answer = reason.to_string();
        let refused = Settlement { id: *held, attempt: *attempt, verdict: Verdict::Refused, answer };
        assert_eq!(notification::record(&mut tx, me, &[refused], now).await?, 1, "its holder can end it");
    }

    async fn a_violated_constraint_is_named_without_the_value(store: &Store) {
        let mut tx = store.begin().await?;
        execute(&mut tx, "INSERT INTO bookmark (name, value) VALUES ('lucia.bianchi', '1')").await?;
        let error = execute(&mut tx, "INSERT INTO bookmark (name, value) VALUES ('lucia.bianchi', '2')").await.unwrap_err();
        let StoreError::Refused(text) = &error else { anyhow::bail!("{error}") };
        assert!(text.contains("bookmark"), "{text}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }

    async fn a_swallowed_error_is_not_taken_for_a_commit(store: &Store) {
        let mut tx = store.begin().await?;
        execute(&mut tx, "INSERT INTO bookmark (name, value) VALUES ('a', '1')").await?;
        let _swallowed = execute(&mut tx, "INSERT INTO bookmark (name, value) VALUES ('a', '2')").await;
        let committed = tx.commit().await.is_ok();
        let mut tx = store.read().await?;
        let there = campanella_store::bookmark::get(&mut tx, "a").await?.is_some();
        assert_eq!(committed, there, "a commit that reports success must have kept what went before");
    }

    async fn what_a_fact_or_a_mail_prints_holds_nothing_personal(_store: &Store) {
        let printed = format!("{:?} {:?} {:?}", ardis::application(1), mail(1), crate::ars::student(1));
        for personal in ["famiglia1@", "RSSMRA85T10A562S", "IT60X05428", "Lucia", "Bianchi", "via Roma", "2010-01-01"] {
            assert!(!printed.contains(personal), "{personal} in {printed}");
        }
    }
}

#[tokio::test]
async fn on_postgresql_nobody_waits_for_a_lock_or_holds_one_for_ever() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let settings =
        StoreSettings { busy_timeout: std::time::Duration::from_secs(2), ..StoreSettings::default() };
    let store = Store::open(&url, settings).await?;
    store.migrate().await?;
    let (mut holder, mut waiting) = (store.begin().await?, store.begin().await?);
    const LOCK: &str = "LOCK TABLE bookmark IN ACCESS EXCLUSIVE MODE";
    execute(&mut holder, LOCK).await?;
    let error = execute(&mut waiting, LOCK).await.unwrap_err();
    assert!(matches!(error, StoreError::Rerun(_)), "{error}");
    const LIMITED: &str = "DO $$ BEGIN
        ASSERT current_setting('idle_in_transaction_session_timeout') = '10min'; END $$";
    execute(&mut holder, LIMITED).await?;
    Ok(())
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_but_never_a_migration() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let limit = std::time::Duration::from_millis(1);
    let store =
        Store::open(&url, StoreSettings { statement_timeout: limit, ..StoreSettings::default() }).await?;
    store.migrate().await?;
    let mut tx = store.begin().await?;
    let error = execute(&mut tx, "SELECT pg_sleep(60)").await.unwrap_err();
    assert!(matches!(&error, StoreError::Refused(text) if text.contains("57014")), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_postgresql_that_is_not_there_is_told_at_once_and_why() -> anyhow::Result<()> {
    // Free a moment ago: whoever connects is refused.
    let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    drop(socket);
    let url = format!("postgres://campanella:segreta@{address}/campanella");
    let error = Store::open(&url, StoreSettings::default()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    assert!(error.to_string().contains("refused") && !error.to_string().contains("segreta"), "{error}");
    Ok(())
}
