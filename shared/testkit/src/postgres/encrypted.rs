// SPDX-License-Identifier: EUPL-1.2
//! A private PostgreSQL as an office has it on another machine: over the network it lets in only who speaks TLS and knows the
//! password.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;

use super::{ACCOUNTS, Durability, PrivatePostgres};
use crate::account::Account;
use crate::certificates;
use crate::home::{Home, give};
use crate::ports::free_ports;

/// What it asks everybody for.
const PASSWORD: &str = "dingdong";

/// Who is let in: the owner of the server's folder as ever, others with the password, and with TLS or without.
const WITH_TLS: &str = "local all all trust\nhostssl all all 127.0.0.0/8 scram-sha-256\n";
const IN_THE_CLEAR: &str = "local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n";
const LET_IN: &str = "let_in.conf";

/// A private PostgreSQL that listens at two addresses of this machine, 127.0.0.1, for which its certificate is
/// ([`certificates::server`]), and 127.0.0.2, for which it is not.
#[derive(Debug)]
pub struct EncryptedPostgres {
    server: PrivatePostgres,
    port: u16,
}

impl EncryptedPostgres {
    /// Starts one with [`Durability::None`].
    ///
    /// # Errors
    /// As [`PrivatePostgres::start`].
    pub fn start() -> anyhow::Result<Self> {
        let account = Account::instead_of_root(&ACCOUNTS)?;
        let home = Home::passing("campanella-postgres-", account)?;
        let port = *free_ports(1)?.first().context("no free port")?;
        let write = |name: &str, content: &[u8]| {
            let path = home.path().join(name);
            fs::write(&path, content).with_context(|| path.display().to_string())?;
            // PostgreSQL takes no key that others may read.
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            give(&path, account)
        };
        write("server.pem", &fs::read(certificates::server())?)?;
        write("server.key", &fs::read(certificates::server_key())?)?;
        write(LET_IN, WITH_TLS.as_bytes())?;
        let lines = lines(home.path(), port);
        let server = PrivatePostgres::start_at(home, account, Durability::None, Some(port), &lines)?;
        server.run_sql("postgres", &format!("ALTER ROLE postgres PASSWORD '{PASSWORD}'"))?;
        Ok(Self { server, port })
    }

    /// Starts it again as a server that speaks no TLS; whoever is connected is cut off.
    ///
    /// # Errors
    /// As [`PrivatePostgres::start_again`].
    pub fn forget_tls(&self) -> anyhow::Result<()> {
        self.server.run_sql("postgres", "ALTER SYSTEM SET ssl = off")?;
        self.server.stop()?;
        fs::write(self.server.guardian.folder().join(LET_IN), IN_THE_CLEAR)?;
        self.server.start_again()
    }

    /// The server, as its owner reaches it: over its socket.
    #[must_use]
    pub fn server(&self) -> &PrivatePostgres {
        &self.server
    }

    /// The URL of a database as others reach it, at one of the two addresses, with the password; nothing is said of TLS.
    #[must_use]
    pub fn url(&self, host: &str, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD}@{host}:{}/{database}", self.port)
    }

    /// The password, which nobody may tell.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }
}

fn lines(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "listen_addresses = '127.0.0.1, 127.0.0.2'\nport = {port}\nssl = on\nssl_cert_file = '{folder}/server.pem'\n\
         ssl_key_file = '{folder}/server.key'\nhba_file = '{folder}/{LET_IN}'\npassword_encryption = 'scram-sha-256'\n"
    )
}
