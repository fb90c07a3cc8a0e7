// SPDX-License-Identifier: EUPL-1.2
//! The published lists as an office would put them on its site: numbers and reasons, no names (ARD-047).

use std::path::{Path, PathBuf};

use anyhow::Result;
use campanella_domain::{ardis::Outcome, procedure::ArdisProcedure};
use campanella_store::{
    Store,
    ardis::published_list::{self, Entry, PublishedList},
};
use uuid::Uuid;

/// Entries read at once.
const PAGE: i64 = 1_000;

/// Writes two CSV files for each published list and returns their paths.
///
/// # Errors
/// Any store or file error.
pub(super) async fn export(store: &Store, procedure: &ArdisProcedure, folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut tx = store.read().await?;
    let mut written = Vec::new();
    for list in published_list::all(&mut tx).await? {
        let mut files = Files::create(&list, folder)?;
        let mut after: Option<Uuid> = None;
        let mut entries = Vec::new();
        loop {
            let page = published_list::entries(&mut tx, list.id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.application);
            entries.extend(page);
        }
        // Ordered by number: the order of the ids would tell the order of arrival.
        entries.sort_by_key(|entry| entry.instance_number);
        for entry in &entries {
            files.write(entry, procedure)?;
        }
        written.extend(files.close()?);
    }
    Ok(written)
}

struct Files {
    admitted: (PathBuf, csv::Writer<std::fs::File>),
    excluded: (PathBuf, csv::Writer<std::fs::File>),
}

impl Files {
    fn create(list: &PublishedList, folder: &Path) -> Result<Self> {
        let kind = match list.kind {
            published_list::ListKind::Provisional => "provvisorio",
            published_list::ListKind::Final => "definitivo",
        };
        let open = |outcome: &str, header: &[&str]| -> Result<_> {
            let path = folder.join(format!("elenco-{kind}-{outcome}.csv"));
            let mut writer = csv::WriterBuilder::new().delimiter(b';').from_path(&path)?;
            writer.write_record(header)?;
            Ok((path, writer))
        };
        Ok(Self {
            admitted: open("ammesse", &["numero_istanza"])?,
            excluded: open("escluse", &["numero_istanza", "motivo_di_esclusione"])?,
        })
    }

    fn write(&mut self, entry: &Entry, procedure: &ArdisProcedure) -> Result<()> {
        let number = entry.instance_number.to_string();
        if entry.outcome == Outcome::Admitted {
            self.admitted.1.write_record([number])?;
            return Ok(());
        }
        let reasons: Vec<String> = entry
            .causes
            .iter()
            .map(|cause| procedure.causes.of(*cause))
            .map(|text| format!("{}: {}", text.citation, text.reason))
            .collect();
        self.excluded.1.write_record([number, reasons.join("; ")])?;
        Ok(())
    }

    fn close(mut self) -> Result<[PathBuf; 2]> {
        self.admitted.1.flush()?;
        self.excluded.1.flush()?;
        Ok([self.admitted.0, self.excluded.0])
    }
}
