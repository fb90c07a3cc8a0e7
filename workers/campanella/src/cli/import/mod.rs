// SPDX-License-Identifier: EUPL-1.2
//! `campanella import KIND FILE…`: the files of an office, into the database, also beside a running installation.
//!
//! On the screen stand counts, line numbers, names of columns and reasons, never a value of a file.

mod text;

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Error, Result};
use campanella_formats::{FileError, Kind};
use campanella_runtime::{
    clock::{Clock as _, SystemClock},
    folder::Purpose,
};
use clap::Args;
use serde_json::json;

use super::{Exit, Global, Output, Refusal, progress};
use crate::{
    import::{self, report::Report},
    installation::Installation,
};

/// Importa file CSV; le righe che non si possono accogliere finiscono in un file di scarti accanto a ciascuno
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Che cosa contengono i file: municipalities, cpi, catchments, schools, class-lists, communications, applications,
    /// drafts, attestations o self-certifications
    #[arg(value_name = "TIPO")]
    kind: Kind,
    /// File CSV da importare, uno o più, nell'ordine dato
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Import {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        // All of them first: a slip in the second name must not be found out after the first was imported.
        for file in &self.files {
            import::check(self.kind, file).map_err(|error| of_file(file, error))?;
        }
        let installation = global.installation().await?;
        if installation.folder.purpose() == Purpose::Demo {
            return Err(of_demo(&installation).into());
        }
        let mut reports = Vec::new();
        for file in &self.files {
            let report = self.one(file, &installation).await?;
            if !out.is_json() {
                text::write(&report, out)?;
                out.flush()?;
            }
            reports.push(report);
        }
        if out.is_json() {
            let files: Vec<_> = reports.iter().map(text::json).collect();
            out.json(&json!({ "kind": self.kind.as_str(), "files": files }))?;
        } else if reports.iter().any(|report| report.new + report.changed > 0) {
            out.line(
                "Ciò che ne segue lo elabora «campanella run», entro pochi secondi o appena viene avviato.",
            )?;
        }
        let all_taken = reports.iter().all(|report| report.refused == 0);
        Ok(if all_taken { Exit::Done } else { Exit::Failed })
    }

    async fn one(&self, file: &Path, installation: &Installation) -> Result<Report> {
        let bar = progress(file.metadata().map_or(0, |metadata| metadata.len()), "Importazione");
        let report =
            import::import(self.kind, file, installation, SystemClock.now(), |bytes| bar.set_position(bytes))
                .await;
        bar.finish_and_clear();
        report.map_err(|error| of_file(file, error))
    }
}

/// A file that cannot be imported, named with what to do; any other error as it is.
fn of_file(file: &Path, error: Error) -> Error {
    if let Some(error) = error.downcast_ref::<FileError>() {
        let told = error.to_string();
        let (problem, remedy) = told.split_once(". Rimedio: ").unwrap_or((&told, ""));
        return Refusal::new(Exit::Failed, format!("{}: {problem}", file.display()), remedy).into();
    }
    match error.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(io::ErrorKind::NotFound) => Refusal::new(
            Exit::NotFound,
            format!("il file «{}» non esiste", file.display()),
            "controllare il percorso; una cartella si importa indicando i suoi file uno per uno",
        )
        .into(),
        Some(io::ErrorKind::PermissionDenied) => Refusal::new(
            Exit::Failed,
            format!("il file «{}» non si può leggere: mancano i permessi", file.display()),
            "farsi dare il permesso di lettura, o copiarlo in una cartella propria",
        )
        .into(),
        _ => error,
    }
}

fn of_demo(installation: &Installation) -> Refusal {
    Refusal::new(
        Exit::Usage,
        format!("la cartella «{}» è quella di una dimostrazione", installation.folder.path().display()),
        "indicare con --data la cartella di un'installazione: se non esiste viene creata",
    )
}

#[cfg(test)]
mod tests;
