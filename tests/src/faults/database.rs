// SPDX-License-Identifier: EUPL-1.2
//! The database of an installation under test, looked at from outside.

use anyhow::{Context as _, Result};
use campanella_testkit::{HeldTable, PrivatePostgres};

/// A database on a private PostgreSQL.
#[derive(Debug)]
pub(crate) struct Database<'a> {
    server: &'a PrivatePostgres,
    name: String,
}

impl<'a> Database<'a> {
    /// An empty one.
    pub(crate) fn create(server: &'a PrivatePostgres, name: &str) -> Result<Self> {
        server.create_database(name)?;
        Ok(Self { server, name: name.to_owned() })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Nobody writes to a table until what this gives is dropped: see [`PrivatePostgres::hold_table`].
    pub(crate) fn hold(&self, table: &str) -> Result<HeldTable> {
        self.server.hold_table(&self.name, table)
    }

    /// Rows, columns separated by `|`.
    pub(crate) fn sql(&self, text: &str) -> Result<String> {
        self.server.run_sql(&self.name, text)
    }

    pub(crate) fn count(&self, text: &str) -> Result<u64> {
        let answer = self.sql(text)?;
        answer.parse().with_context(|| format!("{text}: {answer:?}"))
    }
}
