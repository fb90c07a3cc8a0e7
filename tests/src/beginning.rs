// SPDX-License-Identifier: EUPL-1.2
//! How a world begins.

use std::path::PathBuf;

use campanella_jobs::WORKERS;
use campanella_runtime::Worker;

/// How a [`World`](crate::World) begins: by default on 1 September 2025, on SQLite, with the product's workers and
/// procedures.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Civil time in Europe/Rome.
    pub at: String,
    /// URL of an empty database; none: a SQLite file.
    pub database: Option<String>,
    /// Who handles messages.
    pub workers: Vec<Worker>,
    /// The text of another ARS procedure file.
    pub ars: Option<String>,
    /// The folder of an embedded installation at rest, a copy of which is worked on; none: an empty one.
    pub copy_of: Option<PathBuf>,
}

impl Default for Beginning {
    fn default() -> Self {
        Self {
            at: "2025-09-01T00:00:00".to_owned(),
            database: None,
            workers: WORKERS.to_vec(),
            ars: None,
            copy_of: None,
        }
    }
}
