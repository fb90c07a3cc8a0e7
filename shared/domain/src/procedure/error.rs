// SPDX-License-Identifier: EUPL-1.2
//! What can be wrong with a procedure file.

/// Why a procedure file was refused. Every message names the key and says what to do, in Italian: it is an office that reads
/// it, when a new year's file is tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcedureError {
    /// Not TOML.
    #[error("{procedure}: il file non è scritto in TOML corretto: {detail}")]
    Syntax {
        /// `ardis` or `ars`.
        procedure: &'static str,
        /// Line and column.
        detail: String,
    },
    /// A key that is missing, unknown or of a kind that cannot be read.
    #[error("`{key}`: {detail}")]
    Key {
        /// Path of the key, `ardis.terms.dsu`.
        key: String,
        /// What is wrong with it, and where it is known which values are accepted.
        detail: String,
    },
    /// A value that can be read and makes no sense beside the others.
    #[error("`{key}`: {problem}; {remedy}")]
    Value {
        /// Path of the key, `ardis.terms.dsu`.
        key: String,
        /// What is wrong.
        problem: String,
        /// What to write instead.
        remedy: String,
    },
}

impl ProcedureError {
    pub(super) fn value(
        key: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Value { key: key.into(), problem: problem.into(), remedy: remedy.into() }
    }

    /// The path of the key at fault, `ardis.terms.dsu`; none if the file is not TOML at all.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Syntax { .. } => None,
            Self::Key { key, .. } | Self::Value { key, .. } => Some(key),
        }
    }
}
