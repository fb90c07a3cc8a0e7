// SPDX-License-Identifier: EUPL-1.2
//! Which tables a database has, as its own catalogue says, those first that others refer to.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;

use super::cell::Kind;
use crate::StoreError;

/// A table and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A column and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Table {
    /// `"id", "name"`
    pub(super) fn column_list(&self) -> String {
        let quoted: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        quoted.join(", ")
    }
}

/// An identifier in SQL of either database.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every table of a SQLite database but SQLite's own and the ledger of migrations, in an order in which rows can be
/// inserted.
///
/// # Errors
/// [`StoreError::Schema`] for a column type this release does not know, or tables that refer to one another in a circle.
pub(super) async fn tables(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    const COLUMNS: &str = r"SELECT t.name, c.name, c.type FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> '_sqlx_migrations'
        ORDER BY t.name, c.cid";
    const REFERENCES: &str = r#"SELECT t.name, f."table" FROM sqlite_master AS t
        JOIN pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table'"#;
    let columns: Vec<(String, String, String)> = sqlx::query_as(COLUMNS).fetch_all(&mut *connection).await?;
    let references: Vec<(String, String)> = sqlx::query_as(REFERENCES).fetch_all(connection).await?;
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for (table, name, declared) in columns {
        let kind = Kind::declared(&declared)
            .ok_or_else(|| StoreError::Schema(format!("{table}.{name}: {declared} is no type known here")))?;
        tables.entry(table).or_default().push(Column { name, kind });
    }
    in_order(tables, &references)
}

/// Takes again and again the tables whose references are taken.
fn in_order(
    mut tables: BTreeMap<String, Vec<Column>>,
    references: &[(String, String)],
) -> Result<Vec<Table>, StoreError> {
    let mut ordered: Vec<Table> = Vec::new();
    let mut taken = BTreeSet::new();
    while !tables.is_empty() {
        let is_free = |name: &String| {
            let mut needed = references.iter().filter(|(from, to)| from == name && to != name);
            needed.all(|(_, to)| taken.contains(to))
        };
        let free: Vec<String> = tables.keys().filter(|name| is_free(name)).cloned().collect();
        if free.is_empty() {
            return Err(StoreError::Schema("tables refer to one another in a circle".to_owned()));
        }
        for name in free {
            if let Some(columns) = tables.remove(&name) {
                taken.insert(name.clone());
                ordered.push(Table { name, columns });
            }
        }
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::Context as _;

    use super::*;
    use crate::{Store, StoreSettings};

    #[tokio::test]
    async fn no_table_of_the_migrations_is_forgotten_and_none_comes_before_what_it_refers_to()
    -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("a.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let Store::Sqlite { writer, .. } = &store else { anyhow::bail!("a file is SQLite") };
        let tables = tables(&mut *writer.acquire().await?).await?;

        let mut created = BTreeSet::new();
        for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                let sql = fs::read_to_string(path)?;
                let names = sql.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
                created.extend(names.filter_map(|rest| rest.split_whitespace().next().map(str::to_owned)));
            }
        }
        let found: BTreeSet<String> = tables.iter().map(|table| table.name.clone()).collect();
        assert!(created.len() >= 20, "{created:?}");
        assert_eq!(found, created);

        let place = |name: &str| {
            let place = tables.iter().position(|table| table.name == name);
            place.with_context(|| name.to_owned())
        };
        assert!(place("student")? < place("communication")?);
        assert!(place("communication")? < place("finding")?);
        assert!(place("decision")? < place("published_entry")?);
        Ok(())
    }

    #[test]
    fn a_circle_is_an_error_and_not_an_endless_loop() {
        let tables = ["a", "b"].map(|name| (name.to_owned(), Vec::new())).into();
        let references = [("a", "b"), ("b", "a")].map(|(from, to)| (from.to_owned(), to.to_owned()));
        assert!(matches!(in_order(tables, &references), Err(StoreError::Schema(_))));
    }
}
