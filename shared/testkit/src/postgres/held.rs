// SPDX-License-Identifier: EUPL-1.2
//! A table nobody can write to for a while: whoever is about to stands in the middle of a transaction, where a test can look at
//! it, kill it, or take its server away.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};

use anyhow::{Context as _, ensure};

use super::PrivatePostgres;

/// Held until it is dropped, its server ends, or this process does.
#[derive(Debug)]
#[must_use = "the table is free again when this is dropped"]
pub struct HeldTable {
    session: Child,
}

impl PrivatePostgres {
    /// Holds a table of a database, once all who are writing to it have ended their transactions. It can be read meanwhile.
    ///
    /// # Errors
    /// When there is no such database or table, or the server is gone.
    pub fn hold_table(&self, database: &str, table: &str) -> anyhow::Result<HeldTable> {
        let mut session = self
            .psql(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("psql does not start")?;
        let answers = session.stdout.take().context("psql without standard output")?;
        let mut held = HeldTable { session };
        // It stays open with the session: when it closes, psql ends and with it the transaction.
        let orders = held.session.stdin.as_mut().context("psql without standard input")?;
        writeln!(orders, "BEGIN; LOCK TABLE \"{table}\" IN EXCLUSIVE MODE; SELECT 'held';")?;
        let mut answer = String::new();
        BufReader::new(answers).read_line(&mut answer)?;
        ensure!(answer.trim_end() == "held", "{table} of {database} cannot be held");
        Ok(held)
    }
}

impl Drop for HeldTable {
    fn drop(&mut self) {
        // A session that has ended with its server has nothing left to end, and a destructor nobody to tell.
        let _ = self.session.kill();
        let _ = self.session.wait();
    }
}
