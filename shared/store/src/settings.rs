// SPDX-License-Identifier: EUPL-1.2
//! How a database is reached: connections, the limits PostgreSQL sets to each, and whom it must prove to be.

use std::{fs::File, path::PathBuf, str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use tokio::time::timeout;
use url::Url;

use crate::StoreError;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Connections for reading on SQLite, all connections on PostgreSQL.
    pub connections: u32,
    /// How long a statement waits for SQLite's writer lock or a lock of PostgreSQL, and a caller for a connection.
    pub busy_timeout: Duration,
    /// How long a statement may run on PostgreSQL before it is ended there; zero: as long as it takes.
    pub statement_timeout: Duration,
    /// How long PostgreSQL lets a transaction stand idle: a process that hangs or a machine that is cut off must not hold
    /// its locks for ever. Beyond any handler's timeout, which ends the process; zero: for ever.
    pub idle_in_transaction_timeout: Duration,
    /// After how long without use a connection to PostgreSQL is closed; zero: never.
    pub idle_timeout: Duration,
    /// A file with the certificates (PEM) of whoever may vouch for PostgreSQL, besides those the system trusts; the URL may
    /// name it too (`sslrootcert`). With it the server must prove to be the one the URL names, unless the URL asks for another
    /// `sslmode` itself.
    pub root_certificate: Option<PathBuf>,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            connections: 8,
            busy_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(90),
            idle_in_transaction_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(600),
            root_certificate: None,
        }
    }
}

impl StoreSettings {
    /// The connections to PostgreSQL, each with its limits.
    pub(crate) fn pool(&self) -> PgPoolOptions {
        let limits = Limits {
            lock: self.busy_timeout,
            statement: self.statement_timeout,
            idle_in_transaction: self.idle_in_transaction_timeout,
        };
        PgPoolOptions::new()
            .max_connections(self.connections)
            .acquire_timeout(self.busy_timeout)
            .idle_timeout((!self.idle_timeout.is_zero()).then_some(self.idle_timeout))
            .after_connect(move |connection, _| Box::pin(limits.set(connection)))
    }
}

/// Where a PostgreSQL is, and how it is spoken to. An `application_name` in the URL stays, so that who watches the server can tell
/// one process from another.
///
/// # Errors
/// [`StoreError::Url`] when the URL cannot be read, [`StoreError::Certificates`] when the file of authorities cannot, whether the
/// setting or the URL names it: sqlx would not say which file it is.
pub(crate) fn postgres(url: &str, settings: &StoreSettings) -> Result<PgConnectOptions, StoreError> {
    let mut options = PgConnectOptions::from_str(url)?;
    if options.get_application_name().is_none() {
        options = options.application_name("campanella");
    }
    let named = asked(url, &["sslrootcert", "ssl-root-cert", "ssl-ca"]).map(PathBuf::from);
    if let Some(file) = &settings.root_certificate {
        options = options.ssl_root_cert(file);
    }
    let authorities = settings.root_certificate.as_ref().or(named.as_ref());
    if let Some(file) = authorities {
        let unreadable = |error| StoreError::Certificates(format!("{}: {error}", file.display()));
        // Only tried here: it is read with each connection, as authorities change while a process runs.
        File::open(file).map_err(unreadable)?;
    }
    // Left to itself sqlx would take any server's word then, as libpq does. Over a socket PostgreSQL speaks no TLS, and nobody
    // is on the way.
    let chosen = asked(url, &["sslmode", "ssl-mode"]).is_some();
    if authorities.is_some() && options.get_socket().is_none() && !chosen {
        options = options.ssl_mode(PgSslMode::VerifyFull);
    }
    Ok(options)
}

/// The value of the URL's parameter of one of these names, decoded.
fn asked(url: &str, names: &[&str]) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let found = url.query_pairs().find(|(name, _)| names.contains(&name.as_ref()));
    found.map(|(_, value)| value.into_owned())
}

/// Whether a PostgreSQL answers within `patience`.
///
/// # Errors
/// Why not: [`StoreError::Unavailable`] for one that is not there or is starting, [`StoreError::Refused`] for one that does
/// not let us in.
pub(crate) async fn answers(options: &PgConnectOptions, patience: Duration) -> Result<(), StoreError> {
    let Ok(answer) = timeout(patience, options.connect()).await else {
        return Err(StoreError::Unavailable("no answer within the time allowed".to_owned()));
    };
    if let Err(error) = answer?.close().await {
        tracing::debug!(%error, "a connection that was only a question did not end in good order");
    }
    Ok(())
}

/// What PostgreSQL is told on each connection.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// A statement waits for a lock as long as it would for SQLite's writer, and then is run again.
    lock: Duration,
    statement: Duration,
    idle_in_transaction: Duration,
}

impl Limits {
    async fn set(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        const SQL: &str =
            "SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $3, false)";
        let milliseconds = |limit: Duration| format!("{}ms", limit.as_millis());
        let limits = sqlx::query(SQL)
            .bind(milliseconds(self.lock))
            .bind(milliseconds(self.statement))
            .bind(milliseconds(self.idle_in_transaction));
        limits.execute(connection).await.map(|_| ())
    }
}

/// Lifts the limit of a statement: migrations take as long as they take.
pub(crate) async fn take_your_time(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('statement_timeout', '0', false)").execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_a_certificate_the_server_must_prove_itself_unless_the_url_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        File::create(&file).unwrap();
        let named = format!("postgres://u@db/x?user=u&sslrootcert={}", file.display());
        let settings = StoreSettings { root_certificate: Some(file), ..StoreSettings::default() };
        let mode = |url: &str, settings: &StoreSettings| postgres(url, settings).unwrap().get_ssl_mode();
        assert!(matches!(mode("postgres://u@db/x", &settings), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://u@db/x?sslmode=require", &settings), PgSslMode::Require));
        assert!(matches!(mode("postgres:///x?host=/run/postgresql", &settings), PgSslMode::Prefer));
        let plain = StoreSettings::default();
        assert!(matches!(mode("postgres://u@db/x", &plain), PgSslMode::Prefer));
        assert!(matches!(mode(&named, &plain), PgSslMode::VerifyFull));
        assert!(matches!(mode(&format!("{named}&sslmode=verify-ca"), &plain), PgSslMode::VerifyCa));
    }

    #[test]
    fn a_file_of_certificates_that_cannot_be_read_is_named() {
        let settings =
            StoreSettings { root_certificate: Some("/nowhere/ca.pem".into()), ..StoreSettings::default() };
        let error = postgres("postgres://u:segreta@db/x", &settings).unwrap_err();
        assert!(
            matches!(&error, StoreError::Certificates(text) if text.contains("/nowhere/ca.pem")),
            "{error}"
        );
        assert!(!error.to_string().contains("segreta"));
        let named = "postgres://u:segreta@db/x?sslrootcert=%2Fnowhere%2Fother.pem";
        let error = postgres(named, &StoreSettings::default()).unwrap_err();
        assert!(
            matches!(&error, StoreError::Certificates(text) if text.contains("/nowhere/other.pem")),
            "{error}"
        );
    }

    #[test]
    fn a_connection_bears_our_name_unless_the_url_gives_it_one() {
        let settings = StoreSettings::default();
        let name = |url| postgres(url, &settings).unwrap().get_application_name().map(str::to_owned);
        assert_eq!(name("postgres://u@db/x").as_deref(), Some("campanella"));
        assert_eq!(name("postgres://u@db/x?application_name=mailer-2").as_deref(), Some("mailer-2"));
    }
}
