// SPDX-License-Identifier: EUPL-1.2
//! What `campanella backup` says.

use std::{io, path::Path};

use anyhow::{Error, Result};
use campanella_store::transfer::SnapshotFile;
use serde_json::json;

use crate::{
    cli::{Exit, Output, Refusal, Table},
    wording,
};

/// The files in the order in which they are copied.
const NAMES: [&str; 2] = ["campanella.db", "queue.db"];

pub(super) fn done(folder: &Path, files: &[SnapshotFile], out: &mut Output<'_>) -> Result<()> {
    if out.is_json() {
        let files: Vec<_> = NAMES
            .iter()
            .zip(files)
            .map(|(name, file)| {
                json!({ "name": name, "bytes": file.bytes, "tables": file.tables, "rows": file.rows })
            })
            .collect();
        return Ok(out.json(&json!({ "folder": folder, "files": files }))?);
    }
    let mut table = Table::new(["file", "tabelle", "righe", "dimensione"]).right(&[1, 2, 3]);
    let whole = |number: u64| wording::number(usize::try_from(number).unwrap_or(usize::MAX));
    for (name, file) in NAMES.iter().zip(files) {
        table.row([(*name).to_owned(), whole(file.tables), whole(file.rows), size(file.bytes)]);
    }
    out.table(&table)?;
    out.line("")?;
    out.line(&format!("Copia di sicurezza scritta e verificata in «{}».", folder.display()))?;
    if files.len() == 1 {
        out.line("In questa cartella non c'è una coda da copiare.")?;
    }
    out.line(
        "Contiene dati personali. Non comprende la configurazione né le e-mail scritte in una cartella.",
    )?;
    Ok(())
}

/// «812 kB», «12,4 MB»
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} kB", bytes.div_ceil(1_000));
    }
    format!("{},{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

pub(super) fn of_postgres() -> Error {
    Refusal::new(
        Exit::Usage,
        "l'installazione usa PostgreSQL, che ha i propri strumenti per le copie di sicurezza",
        "usare pg_dump --format=custom --file=campanella.dump (e per non perdere nulla l'archiviazione continua del WAL): si veda \
        docs/operations.md",
    )
    .into()
}

pub(super) fn failed(detail: &str) -> Error {
    Refusal::new(
        Exit::Failed,
        format!("la copia non è riuscita e non ne resta nulla: {detail}"),
        "verificare lo spazio libero sul disco e i permessi, poi ripetere",
    )
    .into()
}

pub(super) fn unwritable(folder: &Path, error: &io::Error) -> Error {
    Refusal::new(
        Exit::Failed,
        format!("«{}» non si può scrivere: {error}", folder.display()),
        "verificare lo spazio libero sul disco e i permessi, poi ripetere",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_told_as_people_read_them() {
        assert_eq!([size(1), size(811_100), size(12_480_000)], ["1 kB", "812 kB", "12,4 MB"]);
    }
}
