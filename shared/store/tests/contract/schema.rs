// SPDX-License-Identifier: EUPL-1.2
//! One set of migrations, two databases, one schema.

use std::collections::{BTreeMap, BTreeSet};

use campanella_store::{SchemaState, Store, StoreError, StoreSettings};
use campanella_testkit::PrivatePostgres;
use sqlx::AssertSqlSafe;

use crate::world;

/// Table, column, type, whether it may be null.
type Columns = BTreeSet<(String, String, String, bool)>;
/// Table, columns, whether it is unique.
type Indexes = BTreeSet<(String, String, bool)>;

async fn run(store: &Store, sql: &str) -> anyhow::Result<()> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store {
        Store::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(|_| ())?,
        Store::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ())?,
    }
    Ok(())
}

async fn columns(store: &Store) -> anyhow::Result<Columns> {
    const SQLITE: &str = r#"SELECT t.name, c.name, lower(c.type), c."notnull" = 0
        FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> '_sqlx_migrations'"#;
    const POSTGRES: &str = "SELECT table_name::text, column_name::text,
            CASE udt_name WHEN 'int8' THEN 'bigint' WHEN 'bool' THEN 'boolean' ELSE udt_name::text END,
            is_nullable = 'YES'
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";
    Ok(match store {
        Store::Sqlite { writer, .. } => sqlx::query_as(SQLITE).fetch_all(writer).await?,
        Store::Postgres(pool) => sqlx::query_as(POSTGRES).fetch_all(pool).await?,
    }
    .into_iter()
    .collect())
}

async fn indexes(store: &Store) -> anyhow::Result<Indexes> {
    const SQLITE: &str = r#"SELECT t.name, i.name, i."unique" = 1, c.name
        FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c
        WHERE t.type = 'table' AND t.name <> '_sqlx_migrations' ORDER BY t.name, i.name, c.seqno"#;
    const POSTGRES: &str = "SELECT t.relname::text, i.relname::text, x.indisunique, c.attname::text
        FROM pg_index AS x
        JOIN pg_class AS t ON t.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid
        JOIN pg_namespace AS n ON n.oid = t.relnamespace
        CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum = k.number
        WHERE n.nspname = 'public' AND t.relname <> '_sqlx_migrations' ORDER BY t.relname, i.relname, k.place";
    let rows: Vec<(String, String, bool, String)> = match store {
        Store::Sqlite { writer, .. } => sqlx::query_as(SQLITE).fetch_all(writer).await?,
        Store::Postgres(pool) => sqlx::query_as(POSTGRES).fetch_all(pool).await?,
    };
    let mut columns: BTreeMap<(String, String, bool), Vec<String>> = BTreeMap::new();
    for (table, index, unique, column) in rows {
        columns.entry((table, index, unique)).or_default().push(column);
    }
    Ok(columns.into_iter().map(|((table, _, unique), columns)| (table, columns.join(", "), unique)).collect())
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() -> anyhow::Result<()> {
    let (_folder, sqlite) = world::sqlite().await?;
    let (_database, postgres) = world::postgres().await?;
    let tables = columns(&sqlite).await?;
    assert!(tables.iter().any(|(table, column, ..)| table == "notification" && column == "dedupe_key"));
    assert_eq!(tables, columns(&postgres).await?);
    let found = indexes(&sqlite).await?;
    assert!(found.contains(&("notification".to_owned(), "dedupe_key".to_owned(), true)));
    assert_eq!(found, indexes(&postgres).await?);
    Ok(())
}

/// What a release finds, from an empty database to one that a newer release has touched.
async fn schema_is_recognised(store: &Store) -> anyhow::Result<()> {
    let SchemaState::Behind { missing } = store.schema_state().await? else {
        anyhow::bail!("an empty database is taken for a current one");
    };
    assert!(missing >= 4);
    store.migrate().await?;
    assert_eq!(store.schema_state().await?, SchemaState::Current);
    store.migrate().await?;
    assert_eq!(store.schema_state().await?, SchemaState::Current);
    run(
        store,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await?;
    assert_eq!(store.schema_state().await?, SchemaState::Unknown);
    assert!(matches!(store.migrate().await, Err(StoreError::Schema(_))));
    Ok(())
}

#[tokio::test]
async fn a_sqlite_schema_is_recognised_as_empty_current_or_of_a_newer_release() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_file(&folder.path().join("empty.sqlite"), StoreSettings::default()).await?;
    schema_is_recognised(&store).await
}

#[tokio::test]
async fn a_postgres_schema_is_recognised_as_empty_current_or_of_a_newer_release() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.fresh_database()?;
    schema_is_recognised(&Store::open(&url, StoreSettings::default()).await?).await
}

#[tokio::test]
async fn an_altered_migration_is_recognised() -> anyhow::Result<()> {
    let (_folder, store) = world::sqlite().await?;
    run(&store, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2").await?;
    assert_eq!(store.schema_state().await?, SchemaState::Unknown);
    assert!(matches!(store.migrate().await, Err(StoreError::Schema(_))));
    Ok(())
}

#[tokio::test]
async fn a_url_of_another_database_is_refused_and_a_missing_server_is_unavailable() {
    let settings =
        StoreSettings { busy_timeout: std::time::Duration::from_millis(200), ..StoreSettings::default() };
    assert!(matches!(Store::open("mysql://host/name", settings.clone()).await, Err(StoreError::Url(_))));
    let nowhere = "postgres:///name?host=/nowhere/at/all&user=postgres";
    assert!(matches!(Store::open(nowhere, settings).await, Err(StoreError::Unavailable(_))));
}

/// A batch writes the states of hundreds of cases at once: each is to stay on its page, so that none of the indexes is written.
#[tokio::test]
async fn on_postgres_new_states_of_cases_touch_no_index() -> anyhow::Result<()> {
    const CASES: &str = "WITH family AS (INSERT INTO student
            (id, tax_code, first_name, last_name, birth_date, residence, recorded_at)
            VALUES (gen_random_uuid(), 'RSSMRA10A01H501B', 'Mario', 'Rossi', '2010-01-01', '027042', '2026-01-07T00:00:00Z')
            RETURNING id)
        INSERT INTO drop_out_period
            (id, student_id, ordinal, case_number, opened_by, opened_on, kind, school, state, openings, recorded_at)
        SELECT gen_random_uuid(), family.id, number, '2026-' || number, family.id, '2026-01-07', 'drop-out', 'VEIS00100A',
            'reported', 1, '2026-01-07T00:00:00Z'::timestamptz
        FROM family, generate_series(1, 500) AS number";
    let (_database, store) = world::postgres().await?;
    run(&store, CASES).await?;
    let Store::Postgres(pool) = &store else { anyhow::bail!("not a PostgreSQL") };
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE drop_out_period SET state = 'unassigned', competence = 'no-catchment'")
        .execute(&mut *tx)
        .await?;
    let written: (i64, i64) = sqlx::query_as(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'drop_out_period'",
    )
    .fetch_one(&mut *tx)
    .await?;
    assert_eq!(written, (500, 500));
    Ok(())
}
