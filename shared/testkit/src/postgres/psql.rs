// SPDX-License-Identifier: EUPL-1.2
//! `psql`: what is prepared and inspected does not go through what is under test.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

/// In the database at a URL: prints rows without heading or alignment, and ends at the first error.
pub(super) fn command(binaries: &Path, url: &str) -> Command {
    let mut psql = Command::new(binaries.join("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
        .args(["--dbname", url]);
    psql
}

/// What it prints. An error is the first line of the statement and the server's own message.
pub(super) fn run(mut psql: Command, sql: &str) -> anyhow::Result<String> {
    let output =
        psql.args(["--command", sql]).stdin(Stdio::null()).output().context("psql does not start")?;
    if !output.status.success() {
        let statement = sql.lines().next().unwrap_or_default();
        bail!("{statement}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}
