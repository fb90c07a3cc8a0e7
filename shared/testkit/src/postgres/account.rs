// SPDX-License-Identifier: EUPL-1.2
//! The account a private PostgreSQL runs under. PostgreSQL refuses to run as root, and containers of CI
//! run as root; then the server runs as `postgres`, or as `nobody` where that account is missing.

use anyhow::Context as _;

/// The numbers of an account, to be taken on before a program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// `None` when this process may run PostgreSQL as it is, that is when it is not root.
    ///
    /// # Errors
    /// When this process is root and `/etc/passwd` names neither account.
    pub(super) fn that_postgres_accepts() -> anyhow::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
        let account = Self::named("postgres", &accounts).or_else(|| Self::named("nobody", &accounts));
        account.map(Some).context(
            "PostgreSQL does not run as root and there is no account `postgres` or `nobody` to run it under",
        )
    }

    /// Reads one line of passwd(5): `name:password:user:group:…`.
    fn named(name: &str, accounts: &str) -> Option<Self> {
        let mut fields = accounts
            .lines()
            .map(|line| line.split(':'))
            .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
        let _password = fields.next()?;
        Some(Self { user: fields.next()?.parse().ok()?, group: fields.next()?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_by_its_whole_name() {
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\n";
        assert_eq!(Account::named("postgres", accounts), Some(Account { user: 101, group: 104 }));
        assert_eq!(Account::named("nobody", accounts), None);
    }
}
