// SPDX-License-Identifier: EUPL-1.2
//! Settings: documented defaults < file < environment < flags.
//!
//! The documented defaults *are* the embedded file: what is not in it cannot be set. Errors name the key and where it was
//! set, never the value of a secret.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use config::{Config, Environment, File, FileFormat};
use serde::{Deserialize, de::DeserializeOwned};

/// Where settings come from, the later over the earlier.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// The embedded file.
    pub defaults: &'a str,
    /// The installation's file, if there is one.
    pub file: Option<&'a Path>,
    /// Keys and values from the command line, `("database.url", "postgres://…")`.
    pub flags: &'a [(&'a str, String)],
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The installation's file is there and cannot be read.
    #[error("{}: {problem}", file.display())]
    File {
        /// Its path.
        file: PathBuf,
        /// Why.
        problem: io::ErrorKind,
    },
    /// It cannot be read: what the reader says, with the key and where it was set.
    #[error("{0}")]
    Unreadable(String),
    /// It can be read and not be worked with.
    #[error("{key}: {problem}")]
    Value {
        /// Path of the key, `relay.poll_seconds`.
        key: String,
        /// What is wrong, in Italian: it is for people.
        problem: String,
    },
}

/// Prefix of the environment's variables: `CAMPANELLA_MAIL__SENDER` sets `mail.sender`.
pub const ENVIRONMENT_PREFIX: &str = "CAMPANELLA";

/// Reads the layers into one struct, checking every key.
///
/// # Errors
/// [`ConfigError`] with the key.
pub fn load<T: DeserializeOwned>(layers: Layers<'_>) -> Result<T, ConfigError> {
    let error = |error: config::ConfigError| ConfigError::Unreadable(error.to_string());
    let mut builder = Config::builder().add_source(File::from_str(layers.defaults, FileFormat::Toml));
    if let Some(file) = layers.file {
        // The reader of settings would name neither the file nor the trouble.
        fs::read(file)
            .map_err(|source| ConfigError::File { file: file.to_owned(), problem: source.kind() })?;
        builder = builder.add_source(File::from(file).format(FileFormat::Toml));
    }
    builder = builder.add_source(
        Environment::with_prefix(ENVIRONMENT_PREFIX)
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .source(Some(variables())),
    );
    for (key, value) in layers.flags {
        builder = builder.set_override(*key, value.clone()).map_err(error)?;
    }
    builder.build().and_then(Config::try_deserialize).map_err(error)
}

/// The variables that name a key. Others may begin alike: Kubernetes sets `CAMPANELLA_PORT` beside a service of that name.
fn variables() -> config::Map<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).filter(|(name, _)| name.contains("__")).collect()
}

impl ConfigError {
    /// A value that can be read and not be worked with; `problem` in Italian.
    #[must_use]
    pub fn value(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { key: key.into(), problem: problem.into() }
    }
}

/// How the relay polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelaySettings {
    /// Seconds between two looks for rows that are due: retries, and what a dead process left behind.
    pub poll_seconds: u64,
}

/// Where `/metrics` and `/status` are served.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port; empty: nowhere.
    pub listen: String,
    /// Seconds a loop may be in one step before `/status` calls it stuck.
    pub stuck_after_seconds: u64,
}

/// How logs look.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// `human` or `json`.
    pub format: LogFormat,
    /// A filter as `tracing` reads it: `info`, `campanella_runtime=debug,info`.
    pub filter: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person at a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        relay: RelaySettings,
    }

    const DEFAULTS: &str = "[relay]\npoll_seconds = 5\n";

    fn with(flags: &[(&str, String)]) -> Result<Settings, ConfigError> {
        load(Layers { defaults: DEFAULTS, file: None, flags })
    }

    #[test]
    fn a_file_overrides_the_defaults_and_a_flag_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("campanella.toml");
        std::fs::write(&file, "[relay]\npoll_seconds = 7\n").unwrap();
        let load = |flags: &[(&str, String)]| {
            load::<Settings>(Layers { defaults: DEFAULTS, file: Some(&file), flags })
                .unwrap()
                .relay
                .poll_seconds
        };
        assert_eq!(with(&[]).unwrap().relay.poll_seconds, 5);
        assert_eq!(load(&[]), 7);
        assert_eq!(load(&[("relay.poll_seconds", "9".to_owned())]), 9);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path());
        let error = load::<Settings>(Layers { defaults: DEFAULTS, file, flags: &[] }).unwrap_err();
        let (file, problem) = (folder.path().to_owned(), io::ErrorKind::IsADirectory);
        assert_eq!(error, ConfigError::File { file, problem });
    }

    #[test]
    fn an_error_names_the_key() {
        let error = with(&[("relay.poll_seconds", "soon".to_owned())]).unwrap_err().to_string();
        assert!(error.contains("relay.poll_seconds"), "{error}");
        let error = with(&[("relay.pol_seconds", "5".to_owned())]).unwrap_err().to_string();
        assert!(error.contains("pol_seconds"), "{error}");
    }
}
