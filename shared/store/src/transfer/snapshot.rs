// SPDX-License-Identifier: EUPL-1.2
//! Both files of an embedded installation as they stood at one moment, taken while it runs.
//!
//! A message is in the outbox (database), then on the queue (queue file), then handled (inbox and effects, database), then
//! gone from the queue. Copying one file after the other loses messages, whichever comes first:
//!
//! - *database, then queue*: a message whose outbox row was deleted before the first copy, and which was handled and
//!   acknowledged before the second, is in neither;
//! - *queue, then database*: so is one that was published after the first copy and whose outbox row was deleted before
//!   the second.
//!
//! Both need a commit on the database between the two copies: no message is acknowledged before its inbox row is committed,
//! none leaves the outbox but by a commit. Therefore the database's writer lock is held for the instant in which a read
//! snapshot of each file is opened. Every message is then in the outbox, on the queue or in the inbox; in two of them it
//! comes twice after a restore, and the inbox drops it. Once both snapshots are open the lock is released: the copying
//! itself, which takes long, holds up nobody.
//!
//! Each file is read from its snapshot into a new file of the same schema. Rejected: `VACUUM INTO`, which opens its snapshot
//! when it likes, so that the lock would have to be held for as long as it takes; the backup API, which sqlx does not offer;
//! copying the files and their logs, which a checkpoint may change meanwhile.

use std::{fs::File, io, path::Path};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions,
};

use super::catalogue::quoted;
use crate::StoreError;

/// How long the writer lock is waited for: as long as a writer of the installation would.
const BUSY: std::time::Duration = std::time::Duration::from_secs(30);

/// A file of a snapshot, checked and flushed to the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFile {
    /// Its size.
    pub bytes: u64,
    /// Its tables.
    pub tables: u64,
    /// The rows in all of them.
    pub rows: u64,
}

/// Copies `database` and, where there is one, `queue` to the second path of each pair, where nothing may be yet.
///
/// # Errors
/// [`StoreError::Unavailable`] when a file cannot be read or the disk is full; [`StoreError::Schema`] when a copy is not what
/// it was taken from. What was written until then is the caller's to remove.
pub async fn snapshot(
    database: (&Path, &Path),
    queue: Option<(&Path, &Path)>,
) -> Result<Vec<SnapshotFile>, StoreError> {
    let mut copier = existing(database.0).foreign_keys(false).connect().await?;
    let mut files = vec![Source { schema: "main", copy: "main_copy", path: database.1 }];
    if let Some((from, to)) = queue {
        attach(&mut copier, from, "queue").await?;
        files.push(Source { schema: "queue", copy: "queue_copy", path: to });
    }
    for file in &files {
        file.make(&mut copier).await?;
    }
    open_at_one_moment(&mut copier, database.0, &files).await?;
    let mut counted = Vec::new();
    for file in &files {
        counted.push(file.fill(&mut copier).await?);
    }
    sqlx::raw_sql("COMMIT").execute(&mut copier).await?;
    copier.close().await?;
    let mut done = Vec::new();
    for (file, (tables, rows)) in files.iter().zip(counted) {
        done.push(SnapshotFile { bytes: check(file.path).await?, tables, rows });
    }
    Ok(done)
}

/// Opens a read snapshot of each file while nobody can commit to the database.
async fn open_at_one_moment(
    copier: &mut SqliteConnection,
    database: &Path,
    files: &[Source<'_>],
) -> Result<(), StoreError> {
    let mut writer = existing(database).connect().await?;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut writer).await?;
    sqlx::raw_sql("BEGIN").execute(&mut *copier).await?;
    for file in files {
        // A snapshot begins with the first page that is read.
        let sql = format!("SELECT COUNT(*) FROM {}.sqlite_master", file.schema);
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *copier).await?;
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut writer).await?;
    Ok(writer.close().await?)
}

/// A file to copy, as the copier has it attached.
struct Source<'a> {
    schema: &'static str,
    copy: &'static str,
    path: &'a Path,
}

impl Source<'_> {
    /// Makes the copy with the schema of the source, and attaches it.
    async fn make(&self, copier: &mut SqliteConnection) -> Result<(), StoreError> {
        let mut empty =
            SqliteConnectOptions::new().filename(self.path).create_if_missing(true).connect().await?;
        for sql in self.definitions(copier, self.schema).await? {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut empty).await?;
        }
        empty.close().await?;
        attach(copier, self.path, self.copy).await
    }

    /// The statements a schema was made with: tables, then indexes.
    async fn definitions(
        &self,
        copier: &mut SqliteConnection,
        schema: &str,
    ) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            r"SELECT sql FROM {schema}.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
            ORDER BY type <> 'table', name"
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(copier).await?)
    }

    /// Copies every row of the snapshot, and counts tables and rows on both sides.
    async fn fill(&self, copier: &mut SqliteConnection) -> Result<(u64, u64), StoreError> {
        let sql =
            format!("SELECT name FROM {}.sqlite_master WHERE type = 'table' ORDER BY name", self.schema);
        let names: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *copier).await?;
        let (mut tables, mut rows) = (0, 0);
        for name in &names {
            let (from, to) =
                (format!("{}.{}", self.schema, quoted(name)), format!("{}.{}", self.copy, quoted(name)));
            // The one table of SQLite's own: the next number of each AUTOINCREMENT, which filling the others wrote too.
            let sql = format!("DELETE FROM {to}; INSERT INTO {to} SELECT * FROM {from}");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *copier).await?;
            let sql = format!("SELECT (SELECT COUNT(*) FROM {from}), (SELECT COUNT(*) FROM {to})");
            let (read, written): (i64, i64) =
                sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *copier).await?;
            if read != written {
                return Err(StoreError::Schema(format!("{name}: {written} rows of {read} were copied")));
            }
            if !name.starts_with("sqlite_") {
                tables += 1;
                rows += read.unsigned_abs();
            }
        }
        if self.definitions(copier, self.schema).await? != self.definitions(copier, self.copy).await? {
            return Err(StoreError::Schema("the schema was changed meanwhile".to_owned()));
        }
        Ok((tables, rows))
    }
}

fn existing(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(BUSY)
}

async fn attach(copier: &mut SqliteConnection, path: &Path, schema: &str) -> Result<(), StoreError> {
    let Some(path) = path.to_str() else {
        return Err(StoreError::Url("the path of a file is not UTF-8".to_owned()));
    };
    let sql = format!("ATTACH DATABASE $1 AS {schema}");
    sqlx::query(AssertSqlSafe(sql)).bind(path).execute(copier).await?;
    Ok(())
}

/// Reads a copy from end to end as SQLite does when it doubts, then flushes it to the disk, and says how large it is.
async fn check(path: &Path) -> Result<u64, StoreError> {
    let mut connection = existing(path).read_only(true).connect().await?;
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
    if found != ["ok"] {
        return Err(StoreError::Schema(format!("the copy is damaged: {}", found.join("; "))));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut connection).await?;
    if dangling.is_some() {
        return Err(StoreError::Schema("a row of the copy refers to one that is not there".to_owned()));
    }
    connection.close().await?;
    let flushed = || -> io::Result<u64> {
        let file = File::open(path)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    };
    flushed().map_err(|error| StoreError::Unavailable(error.to_string()))
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
