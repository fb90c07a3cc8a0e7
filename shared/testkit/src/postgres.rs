// SPDX-License-Identifier: EUPL-1.2
//! A PostgreSQL server that belongs to one test process.
//!
//! It lives in a temporary folder and answers on a socket in that folder only, so that any number of
//! test processes run side by side without agreeing on a port, and nobody else on the machine can
//! reach it. A guardian (`guardian.rs`, here with `postgres/guardian.sh`) stops it and removes the folder
//! however the process ends.
//!
//! Rejected: a server shared by the machine (tests would need a name and a password, and leave
//! databases behind), a container (needs a daemon).

mod binaries;
mod encrypted;
mod held;
mod psql;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{anyhow, ensure};

use crate::account::Account;
use crate::guardian::Guardian;
use crate::home::Home;

pub use self::encrypted::EncryptedPostgres;
pub use self::held::HeldTable;
pub use crate::durability::Durability;

/// Under which the server runs in place of root, by preference.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// A database that goes when it is dropped, whoever is still connected: hundreds of tests then need the room of the few
/// that run at once.
#[derive(Debug)]
#[must_use = "the database goes when this is dropped"]
pub struct PassingDatabase<'a> {
    server: &'a PrivatePostgres,
    name: String,
    url: String,
}

impl PassingDatabase<'_> {
    /// Its URL, as [`PrivatePostgres::url`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What its server calls it, for [`PrivatePostgres::run_sql`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for PassingDatabase<'_> {
    fn drop(&mut self) {
        // The server may be gone, and a destructor has nobody to tell.
        let _ = self.server.run_sql("postgres", &format!(r#"DROP DATABASE "{}" WITH (FORCE)"#, self.name));
    }
}

/// A running PostgreSQL server of this process alone; dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct PrivatePostgres {
    guardian: Guardian,
    binaries: PathBuf,
    /// What its socket is called by, where it is not PostgreSQL's own 5432.
    port: Option<u16>,
    databases: AtomicU32,
}

impl PrivatePostgres {
    /// Starts a server with [`Durability::None`] in about a second.
    ///
    /// # Errors
    /// When no PostgreSQL server is installed (the message says how to get one), or it does not start
    /// (the message carries its log).
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(Durability::None)
    }

    /// Starts a server with the durability given.
    ///
    /// # Errors
    /// As [`PrivatePostgres::start`].
    pub fn start_with(durability: Durability) -> anyhow::Result<Self> {
        let account = Account::instead_of_root(&ACCOUNTS)?;
        Self::start_at(Home::passing("campanella-postgres-", account)?, account, durability, None, "")
    }

    /// Starts a server with [`Durability::Full`] whose data stay in `folder` when it ends, and are taken up
    /// again by the next. One server at a time.
    ///
    /// # Errors
    /// As [`PrivatePostgres::start`], and when the server's account cannot reach the folder.
    pub fn start_in(folder: &Path) -> anyhow::Result<Self> {
        let account = Account::instead_of_root(&ACCOUNTS)?;
        Self::start_at(Home::kept(folder, account)?, account, Durability::Full, None, "")
    }

    /// `port` as `lines` say it, which come last in `postgresql.conf`.
    fn start_at(
        home: Home,
        account: Option<Account>,
        durability: Durability,
        port: Option<u16>,
        lines: &str,
    ) -> anyhow::Result<Self> {
        let binaries = binaries::find()?;
        let settings = settings(home.path(), durability) + lines;
        let arguments = [binaries.as_os_str(), OsStr::new(&settings)];
        let guardian = Guardian::start(include_str!("postgres/guardian.sh"), home, account, &arguments, &[])?;
        Ok(Self { guardian, binaries, port, databases: AtomicU32::new(0) })
    }

    /// The server shared by the tests of this process: started by the first that asks, stopped when the
    /// process ends. Every test takes a database of its own from it.
    ///
    /// # Errors
    /// As [`PrivatePostgres::start`]; the same error for every caller.
    pub fn shared() -> anyhow::Result<&'static Self> {
        static SHARED: OnceLock<Result<PrivatePostgres, String>> = OnceLock::new();
        let started = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        started.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// Stops it in order, as an administrator does: whoever is connected is cut off. Returns once it has ended.
    ///
    /// # Errors
    /// When the guardian is gone, or the server is down.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.guardian.order("stop", "postgres")
    }

    /// Ends it as a power cut does, and returns once it has ended.
    ///
    /// # Errors
    /// As [`PrivatePostgres::stop`].
    pub fn kill(&self) -> anyhow::Result<()> {
        self.guardian.order("kill", "postgres")
    }

    /// Starts it again on the same data and socket, and returns once it takes connections.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&self) -> anyhow::Result<()> {
        self.guardian.order("start", "postgres")
    }

    /// The URL of a database of this server, as `sqlx` and `libpq` read it. It holds no password: the
    /// server trusts whoever can open its folder.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let port = self.port.map(|port| format!("&port={port}")).unwrap_or_default();
        format!("postgres:///{database}?host={}&user=postgres{port}", self.guardian.folder().display())
    }

    /// Creates an empty database and returns its URL. `name` is lower-case letters, digits and `_`.
    ///
    /// # Errors
    /// When the name is not of that form, is taken, or the server is gone.
    pub fn create_database(&self, name: &str) -> anyhow::Result<String> {
        self.copy_database("template0", name)
    }

    /// Creates a database with a name nobody else has, and returns its URL.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn fresh_database(&self) -> anyhow::Result<String> {
        self.create_database(&self.fresh_name())
    }

    /// Creates a database with a name nobody else has as a copy of `template`, to which nobody may be
    /// connected. Quicker than running the migrations for every test.
    ///
    /// # Errors
    /// When there is no such template, it is in use, or the server is gone.
    pub fn fresh_copy_of(&self, template: &str) -> anyhow::Result<PassingDatabase<'_>> {
        let name = self.fresh_name();
        let url = self.copy_database(template, &name)?;
        Ok(PassingDatabase { server: self, name, url })
    }

    fn fresh_name(&self) -> String {
        format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed))
    }

    fn copy_database(&self, template: &str, name: &str) -> anyhow::Result<String> {
        let plain = |name: &str| {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        ensure!(
            !name.is_empty() && plain(name) && plain(template),
            "{name:?} from {template:?}: the name of a test database is lower-case letters, digits and _"
        );
        self.run_sql("postgres", &format!(r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#))?;
        Ok(self.url(name))
    }

    /// Runs SQL through `psql` in the database named and returns what it prints: rows without heading or
    /// alignment, columns separated by `|`. For preparing and inspecting, not for what is under test.
    ///
    /// # Errors
    /// With the server's own message when a statement fails.
    pub fn run_sql(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        psql::run(self.psql(database), sql).map_err(|error| anyhow!("database {database}: {error:#}"))
    }

    /// As [`PrivatePostgres::run_sql`], in the database at a URL: whoever started the server.
    ///
    /// # Errors
    /// As [`PrivatePostgres::run_sql`], and when no PostgreSQL is installed.
    pub fn run_sql_at(url: &str, sql: &str) -> anyhow::Result<String> {
        psql::run(psql::command(&binaries::find()?, url), sql)
    }

    fn psql(&self, database: &str) -> Command {
        psql::command(&self.binaries, &self.url(database))
    }
}

/// The lines that `postgresql.conf` includes.
fn settings(folder: &Path, durability: Durability) -> String {
    // A log of at most 64 MB where nothing hangs on it: hundreds of small databases would otherwise leave a gigabyte. A bench
    // would measure checkpoints with it.
    let durability = match durability {
        Durability::None => {
            "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
             max_wal_size = '64MB'\nmin_wal_size = '32MB'\n"
        }
        Durability::Full => "",
    };
    // The time zone is far from Rome's and from UTC's on purpose: what leans on it fails here and not in
    // an office. The collation is C everywhere, so that an order of texts is never an accident.
    format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 200\n\
         timezone = 'Pacific/Kiritimati'\n{durability}",
        folder.display()
    )
}
