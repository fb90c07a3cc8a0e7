// SPDX-License-Identifier: EUPL-1.2
//! What a database of an older schema holds is not lost when it is brought to this one.

use campanella_store::{
    Store, StoreSettings,
    ars::{communication, student},
};
use campanella_testkit::PrivatePostgres;
use sqlx::migrate::Migrator;

use crate::{
    ars,
    world::{at, execute, id},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The schema as it was after a migration.
async fn migrate_to(store: &Store, version: i64) -> anyhow::Result<()> {
    match store {
        Store::Sqlite { writer, .. } => MIGRATIONS.run_to(version, writer).await?,
        Store::Postgres(pool) => MIGRATIONS.run_to(version, pool).await?,
    }
    Ok(())
}

/// Before migration 14 the first and the latest receipt of a communication were kept, each in a column. Of a report both
/// count, of an entry the first alone.
async fn receipts(store: &Store) -> anyhow::Result<()> {
    const TWICE: &str =
        "INSERT INTO communication (id, student_id, school, kind, course, event_date, received_at,
            last_received_at, address_given, phone_given, agreement)
        SELECT id, id, 'VEPS00001A', 'informal-abandonment', 'upper-secondary', '2025-10-01',
            '2025-10-02T08:00:00+00:00', '2025-11-20T12:00:00.123456+00:00', true, true, false
        FROM student WHERE tax_code = (SELECT MIN(tax_code) FROM student)";
    const ONCE: &str =
        "INSERT INTO communication (id, student_id, school, kind, course, event_date, received_at,
            address_given, phone_given, agreement)
        SELECT id, id, 'VEPS00001A', 'informal-abandonment', 'upper-secondary', '2025-10-01',
            '2025-10-03T08:00:00+00:00', true, true, false
        FROM student WHERE tax_code = (SELECT MAX(tax_code) FROM student)";
    const ENTRY_TWICE: &str =
        "INSERT INTO communication (id, student_id, school, kind, course, event_date, received_at,
            last_received_at, address_given, phone_given, agreement)
        SELECT id, id, 'VEPS00001A', 'enrolment-confirmation', 'upper-secondary', '2025-09-15',
            '2025-10-04T08:00:00+00:00', '2025-11-20T12:00:00+00:00', true, true, false
        FROM student WHERE NOT EXISTS (SELECT 1 FROM communication WHERE communication.id = student.id)";
    migrate_to(store, 13).await?;
    let mut tx = store.begin().await?;
    let students = [1, 2, 3].map(ars::student);
    student::upsert(&mut tx, &students).await?;
    execute(&mut tx, TWICE).await?;
    execute(&mut tx, ONCE).await?;
    execute(&mut tx, ENTRY_TWICE).await?;
    tx.commit().await?;
    store.migrate().await?;
    let mut tx = store.read().await?;
    let said = communication::of_students(&mut tx, &[id(1), id(2), id(3)]).await?;
    let mut known: Vec<_> =
        said.into_values().flatten().map(|said| (said.received_at, said.receipts)).collect();
    known.sort();
    let (first, latest) = (at("2025-10-02T08:00:00Z"), at("2025-11-20T12:00:00.123456Z"));
    let (once, entry) = (at("2025-10-03T08:00:00Z"), at("2025-10-04T08:00:00Z"));
    assert_eq!(known, [(first, [first, latest].into()), (once, [once].into()), (entry, [].into())]);
    Ok(())
}

#[tokio::test]
async fn ars_010_the_receipts_a_sqlite_database_knew_go_on_counting() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    receipts(&Store::open_file(&folder.path().join("older.sqlite"), StoreSettings::default()).await?).await
}

#[tokio::test]
async fn ars_010_the_receipts_a_postgres_database_knew_go_on_counting() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    receipts(&Store::open(&url, StoreSettings::default()).await?).await
}
