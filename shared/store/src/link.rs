// SPDX-License-Identifier: EUPL-1.2
//! The way to a database: whether what passes there can be read, or answered by somebody else.

use sqlx::postgres::PgSslMode;

use crate::{Store, StoreError};

/// The way to a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The host as the URL names it. None: a file, or a socket of this machine.
    pub host: Option<String>,
    /// Whether nobody on the way can read what passes.
    pub encrypted: bool,
    /// Whether the server had to prove by a certificate that it is the host the URL names: nobody on the way can answer in its
    /// place. With `verify-ca` anybody can to whom an authority the system trusts has given a certificate.
    pub verified: bool,
}

impl Store {
    /// How this store reaches its database.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn link(&self) -> Result<Link, StoreError> {
        // Of our own connection, which everybody may ask for.
        const SQL: &str =
            "SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)";
        let Self::Postgres(pool) = self else {
            return Ok(Link { host: None, encrypted: false, verified: false });
        };
        let options = pool.connect_options();
        let host = options.get_socket().is_none().then(|| options.get_host().to_owned());
        let mode = options.get_ssl_mode();
        // These are never without; of the others the server knows. (`allow` never is with: sqlx takes it as `disable`.)
        let sure = matches!(mode, PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        let encrypted = host.is_some() && (sure || sqlx::query_scalar(SQL).fetch_one(pool).await?);
        let verified = encrypted && matches!(mode, PgSslMode::VerifyFull);
        Ok(Link { host, encrypted, verified })
    }
}
