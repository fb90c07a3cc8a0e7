// SPDX-License-Identifier: EUPL-1.2
//! From a SQLite database into an empty PostgreSQL one.
//!
//! All tables go in one transaction of the target, by `COPY`, while the source's writer lock is held: nobody writes there
//! meanwhile. Then every row of the target is read back and compared. Whoever called commits; until then the target is
//! empty, and it is again if anything fails.

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use super::{
    catalogue::{self, Table, quoted},
    cell::{of_postgres, of_sqlite, write_line},
    fingerprint::Fingerprint,
    mark::{COPIED_FROM, MOVED_TO},
};
use crate::{StoreError, Tx};

/// Bytes sent to PostgreSQL at once.
const CHUNK: usize = 256 * 1024;

/// Which queue served the database (`queue_file` of the binary): the copy is served by another one, the first to open it.
const SERVED_BY: &str = "bus.identity";

/// Who is at work on the source, or was and could not say good-bye: nobody of them works on the copy.
const PROCESSES: &str = "process";

/// A table that was copied and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: String,
    /// Its rows, on both sides.
    pub rows: u64,
    /// The first 64 bits of the checksum of all rows, equal on both sides: 16 hexadecimal digits.
    pub checksum: String,
}

/// Why a database was not copied. The target's transaction is to be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The target holds rows already, of this product or another.
    #[error("table {0} of the target holds rows")]
    NotEmpty(String),
    /// The target cannot hold every text.
    #[error("the encoding of the target is {0}, not UTF8")]
    Encoding(String),
    /// What the target holds is not what the source holds.
    #[error(
        "table {table}: {source_rows} rows in the source, {target_rows} in the target, or other contents"
    )]
    Differs {
        /// The table.
        table: String,
        /// Rows read from the source.
        source_rows: u64,
        /// Rows read back from the target.
        target_rows: u64,
    },
    /// A copy goes from SQLite to PostgreSQL only.
    #[error("a copy goes from SQLite to PostgreSQL")]
    Direction,
    /// A database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Whether nobody's data are in a database: no table of any schema but the ledger of migrations holds a row. To be asked
/// before the target is migrated.
///
/// # Errors
/// [`CopyError::NotEmpty`] with the table; [`CopyError::Encoding`]; any [`StoreError`].
pub async fn require_empty(target: &mut Tx) -> Result<(), CopyError> {
    const TABLES: &str = "SELECT n.nspname::text, c.relname::text FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_%' AND c.relname <> '_sqlx_migrations'
        ORDER BY n.nspname, c.relname";
    let target = postgres(target)?;
    let encoding: String = sqlx::query_scalar("SHOW server_encoding").fetch_one(&mut *target).await?;
    if encoding != "UTF8" {
        return Err(CopyError::Encoding(encoding));
    }
    let tables: Vec<(String, String)> = sqlx::query_as(TABLES).fetch_all(&mut *target).await?;
    for (schema, name) in tables {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {}.{})", quoted(&schema), quoted(&name));
        if sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *target).await? {
            return Err(CopyError::NotEmpty(name));
        }
    }
    Ok(())
}

/// How many rows there are to copy.
///
/// # Errors
/// [`CopyError::Direction`]; any [`StoreError`].
pub async fn count_rows(source: &mut Tx) -> Result<u64, CopyError> {
    let source = sqlite(source)?;
    let mut rows: i64 = 0;
    for table in catalogue::tables(source).await? {
        let sql = format!("SELECT COUNT(*) FROM {}", quoted(&table.name));
        rows += sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).fetch_one(&mut *source).await?;
    }
    Ok(rows.unsigned_abs())
}

/// Copies every table of `source`, a transaction that holds SQLite's writer lock, into `target`, a transaction on a migrated
/// PostgreSQL, and compares what came out. `each` is told now and then how many more rows are done. Nothing is committed.
///
/// Left behind is what belongs to the source alone: which queue serves it, its processes, its mark.
///
/// # Errors
/// [`CopyError`]; the target is to be rolled back.
pub async fn copy(
    source: &mut Tx,
    target: &mut Tx,
    each: &mut (dyn FnMut(u64) + Send),
) -> Result<Vec<CopiedTable>, CopyError> {
    let tables = catalogue::tables(sqlite(source)?).await?;
    lock(postgres(target)?, &tables).await?;
    require_empty(target).await?;
    let (source, target) = (sqlite(source)?, postgres(target)?);
    let mut copied = Vec::with_capacity(tables.len());
    for table in &tables {
        let written = carry(source, target, table, each).await?;
        let found = read_back(target, table).await?;
        if written != found {
            let (source_rows, target_rows) = (written.rows, found.rows);
            return Err(CopyError::Differs { table: table.name.clone(), source_rows, target_rows });
        }
        copied.push(CopiedTable { name: table.name.clone(), rows: found.rows, checksum: found.to_string() });
    }
    // So that the first queries know how large the tables are, before PostgreSQL would look by itself.
    sqlx::raw_sql("ANALYZE").execute(target).await?;
    Ok(copied)
}

/// Keeps others from writing until the copy is committed, and lets long statements end.
async fn lock(target: &mut PgConnection, tables: &[Table]) -> Result<(), CopyError> {
    let limits = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
    sqlx::raw_sql(limits).execute(&mut *target).await?;
    let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
    let sql = format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", "));
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(target).await?;
    Ok(())
}

/// The rows of a table that are copied, on either database.
fn rows_of(table: &Table) -> String {
    let local = match table.name.as_str() {
        "bookmark" => format!(" WHERE name NOT IN ('{SERVED_BY}', '{MOVED_TO}', '{COPIED_FROM}')"),
        PROCESSES => " WHERE false".to_owned(),
        _ => String::new(),
    };
    format!("SELECT {} FROM {}{local}", table.column_list(), quoted(&table.name))
}

async fn carry(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
    table: &Table,
    each: &mut (dyn FnMut(u64) + Send),
) -> Result<Fingerprint, CopyError> {
    let into = format!("COPY {} ({}) FROM STDIN", quoted(&table.name), table.column_list());
    let mut into = target.copy_in_raw(&into).await?;
    let mut fingerprint = Fingerprint::default();
    let (mut buffer, mut told) = (Vec::with_capacity(CHUNK * 2), 0);
    let mut rows = sqlx::query(AssertSqlSafe(rows_of(table))).fetch(source);
    while let Some(row) = rows.try_next().await? {
        let cells = of_sqlite(&row, &table.columns)?;
        fingerprint.add(&cells);
        write_line(&cells, &mut buffer);
        if buffer.len() >= CHUNK {
            into.send(buffer.as_slice()).await?;
            buffer.clear();
            each(fingerprint.rows - told);
            told = fingerprint.rows;
        }
    }
    into.send(buffer.as_slice()).await?;
    into.finish().await?;
    each(fingerprint.rows - told);
    Ok(fingerprint)
}

async fn read_back(target: &mut PgConnection, table: &Table) -> Result<Fingerprint, CopyError> {
    let mut fingerprint = Fingerprint::default();
    let mut rows = sqlx::query(AssertSqlSafe(rows_of(table))).fetch(target);
    while let Some(row) = rows.try_next().await? {
        fingerprint.add(&of_postgres(&row, &table.columns)?);
    }
    Ok(fingerprint)
}

fn sqlite(tx: &mut Tx) -> Result<&mut SqliteConnection, CopyError> {
    match tx {
        Tx::Sqlite(tx) => Ok(tx),
        Tx::Postgres(_) => Err(CopyError::Direction),
    }
}

fn postgres(tx: &mut Tx) -> Result<&mut PgConnection, CopyError> {
    match tx {
        Tx::Postgres(tx) => Ok(tx),
        Tx::Sqlite(_) => Err(CopyError::Direction),
    }
}
