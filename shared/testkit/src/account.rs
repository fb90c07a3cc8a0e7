// SPDX-License-Identifier: EUPL-1.2
//! The account a private server runs under. PostgreSQL refuses to run as root and a broker has no business
//! there, while containers of CI run as root; then the server runs as the account its package made, or as
//! `nobody` where that account is missing.

use anyhow::Context as _;

/// The numbers of an account, to be taken on before a program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Account {
    /// `None` when this process is not root: then it runs the server as it is. Otherwise the first of
    /// `names` that exists here.
    ///
    /// # Errors
    /// When this process is root and `/etc/passwd` names none of them.
    pub(crate) fn instead_of_root(names: &[&str]) -> anyhow::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
        let account = names.iter().find_map(|name| Self::named(name, &accounts));
        account.map(Some).with_context(|| {
            format!("a private server does not run as root, and there is none of the accounts {names:?} here")
        })
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
