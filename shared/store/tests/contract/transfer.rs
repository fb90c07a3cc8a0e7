// SPDX-License-Identifier: EUPL-1.2
//! From SQLite to PostgreSQL: every table, every value, into an empty database only.

use campanella_store::{
    Store, StoreSettings, bookmark,
    transfer::{
        self, CopyError,
        copy::{count_rows, require_empty},
        mark::{self, Moved},
    },
};
use campanella_testkit::PrivatePostgres;

use crate::world::{self, at, execute, id};

/// Rows of every type, with all that is awkward in a text.
async fn fill(store: &Store) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    for sql in [
        r"INSERT INTO municipality VALUES ('027042', 'L''Aquila\N' || char(9, 10, 13) || '«è» 🔔', '', 'Veneto', 'L736')",
        "INSERT INTO student VALUES (x'00000000000000000000000000000001', 'AAA', 'Ada', 'Prova', '2010-02-28', '027042',
            NULL, '', NULL, '2025-11-20T12:00:00.123456+00:00')",
        "INSERT INTO student VALUES (x'00000000000000000000000000000002', 'BBB', 'Bea', 'Prova', '2012-02-29', '027042',
            '027042', 'Via Roma', '0', '2025-11-20T12:00:00+00:00')",
        "INSERT INTO communication (id, student_id, school, kind, course, event_date, received_at, address_given,
            phone_given, agreement, notes)
            VALUES (x'00000000000000000000000000000003', x'00000000000000000000000000000002', 'VEPS00001A', 'no-show',
            'day', '2025-10-01', '2025-10-02T08:00:00.5+00:00', true, false, false, 'riga' || char(10) || 'riga')",
        "INSERT INTO suspicion VALUES ('registry', x'00000000000000000000000000000004', 9007199254740993)",
        "INSERT INTO bookmark VALUES ('position', 'half'), ('bus.identity', 'abc')",
    ] {
        execute(&mut tx, sql).await?;
    }
    Ok(tx.commit().await?)
}

async fn empty() -> anyhow::Result<Store> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    let store = Store::open(&url, StoreSettings::default()).await?;
    store.migrate().await?;
    Ok(store)
}

#[tokio::test]
async fn every_row_of_every_table_arrives_as_it_was() -> anyhow::Result<()> {
    let (_folder, source) = world::sqlite().await?;
    fill(&source).await?;
    let target = empty().await?;
    let (mut from, mut to) = (source.begin().await?, target.begin().await?);
    let mut told = 0;
    let copied = transfer::copy(&mut from, &mut to, &mut |rows| told += rows).await?;
    // The queue that served the source serves it no longer.
    assert_eq!((told, count_rows(&mut from).await?), (6, 7));
    to.commit().await?;
    let rows = |name: &str| copied.iter().find(|table| table.name == name).map(|table| table.rows);
    assert_eq!([rows("student"), rows("bookmark"), rows("decision")], [Some(2), Some(1), Some(0)]);
    assert!(copied.iter().all(|table| table.checksum.len() == 16));

    let Store::Postgres(pool) = &target else { anyhow::bail!("PostgreSQL") };
    let name: String = sqlx::query_scalar("SELECT name FROM municipality").fetch_one(pool).await?;
    assert_eq!(name, "L'Aquila\\N\t\n\r«è» 🔔");
    let attempts: i64 = sqlx::query_scalar("SELECT attempts FROM suspicion").fetch_one(pool).await?;
    assert_eq!(attempts, 9_007_199_254_740_993);
    let recorded: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("SELECT recorded_at FROM student WHERE tax_code = 'AAA'").fetch_one(pool).await?;
    assert_eq!(recorded, at("2025-11-20T12:00:00.123456Z"));
    let mut tx = target.read().await?;
    assert_eq!(bookmark::get(&mut tx, "bus.identity").await?, None);
    assert_eq!(bookmark::get(&mut tx, "position").await?.as_deref(), Some("half"));
    Ok(())
}

#[tokio::test]
async fn a_target_that_holds_a_row_is_refused_whose_ever_it_is() -> anyhow::Result<()> {
    let (_folder, source) = world::sqlite().await?;
    fill(&source).await?;
    let target = empty().await?;
    let mut tx = target.begin().await?;
    require_empty(&mut tx).await?;
    execute(&mut tx, "CREATE SCHEMA elsewhere").await?;
    execute(&mut tx, "CREATE TABLE elsewhere.\"Bolle\"\"te\" (a int)").await?;
    require_empty(&mut tx).await?;
    execute(&mut tx, "INSERT INTO elsewhere.\"Bolle\"\"te\" VALUES (1)").await?;
    tx.commit().await?;
    let (mut from, mut to) = (source.begin().await?, target.begin().await?);
    let refused = transfer::copy(&mut from, &mut to, &mut |_| {}).await;
    assert!(matches!(&refused, Err(CopyError::NotEmpty(table)) if table == "Bolle\"te"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_arrives_otherwise_than_it_left_is_found_and_nothing_of_it_stays() -> anyhow::Result<()> {
    let (_folder, source) = world::sqlite().await?;
    fill(&source).await?;
    let target = empty().await?;
    let mut tx = target.begin().await?;
    for sql in [
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.phone := NULL; RETURN NEW; END'",
        "CREATE TRIGGER spoil BEFORE INSERT ON student FOR EACH ROW EXECUTE FUNCTION spoil()",
    ] {
        execute(&mut tx, sql).await?;
    }
    tx.commit().await?;
    let (mut from, mut to) = (source.begin().await?, target.begin().await?);
    let refused = transfer::copy(&mut from, &mut to, &mut |_| {}).await;
    let Err(CopyError::Differs { table, source_rows, target_rows }) = &refused else {
        anyhow::bail!("{refused:?}");
    };
    assert_eq!((table.as_str(), *source_rows, *target_rows), ("student", 2, 2));
    to.rollback().await?;
    require_empty(&mut target.begin().await?).await?;
    Ok(())
}

#[tokio::test]
async fn a_copy_goes_one_way_only() -> anyhow::Result<()> {
    let (_folder, sqlite) = world::sqlite().await?;
    let target = empty().await?;
    let wrong = transfer::copy(&mut target.begin().await?, &mut sqlite.begin().await?, &mut |_| {}).await;
    assert!(matches!(wrong, Err(CopyError::Direction)));
    Ok(())
}

contract! {
    async fn a_database_says_where_it_went_until_that_is_taken_back(store: &Store) {
        let mut tx = store.begin().await?;
        assert_eq!((mark::moved(&mut tx).await?, mark::copied_from(&mut tx).await?), (None, None));
        let moved = Moved { token: id(7), to: "postgres://db/x".to_owned(), at: at("2025-11-20T12:00:00Z") };
        mark::set_moved(&mut tx, &moved).await?;
        mark::set_copied_from(&mut tx, id(8)).await?;
        tx.commit().await?;
        let mut tx = store.begin().await?;
        assert_eq!(mark::moved(&mut tx).await?, Some(moved));
        assert_eq!(mark::copied_from(&mut tx).await?, Some(id(8)));
        mark::forget_moved(&mut tx).await?;
        assert_eq!(mark::moved(&mut tx).await?, None);
        assert_eq!(mark::mails_in_hand(&mut tx).await?, 0);
    }
}
