// SPDX-License-Identifier: EUPL-1.2
//! An office at its desk, with files to import.

mod ardis;
mod ars;
mod files;
mod homes;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use campanella_domain::ardis::Application;
use campanella_formats::{Record, writer};
use campanella_store::outbox;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::fixture::{Desk, Told, application};

/// An installation and a folder of files beside it.
struct Office {
    desk: Desk,
    files: TempDir,
}

impl Office {
    async fn new() -> Result<Self> {
        Ok(Self { desk: Desk::new().await?, files: tempfile::tempdir()? })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    fn put(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Imports a file and reads what was said of it.
    async fn import(&self, kind: &str, name: &str, text: &str) -> Result<Value> {
        let path = self.put(name, text)?;
        let told = self.tell(&["import", kind, &path.to_string_lossy(), "--json"]).await;
        let whole: Value = serde_json::from_str(&told.out).with_context(|| format!("{told:?}"))?;
        Ok(whole["files"][0].clone())
    }

    async fn tell(&self, arguments: &[&str]) -> Told {
        self.desk.type_in(arguments).await
    }

    /// Types and data of the messages that wait, in no order worth telling; they are taken.
    async fn messages(&self) -> Result<Vec<(String, Value)>> {
        let mut tx = self.desk.installation.store.begin().await?;
        let rows = outbox::take_due(
            &mut tx,
            "2100-01-01T00:00:00Z".parse()?,
            "2100-01-01T00:00:00Z".parse()?,
            1_000,
        )
        .await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        outbox::delete(&mut tx, &ids).await?;
        tx.commit().await?;
        rows.iter()
            .map(|row| {
                let envelope: Value = serde_json::from_str(&row.envelope)?;
                Ok((envelope["type"].as_str().unwrap_or_default().to_owned(), envelope["data"].clone()))
            })
            .collect()
    }
}

fn counts(report: &Value) -> [u64; 4] {
    ["new", "changed", "known", "refused"].map(|key| report[key].as_u64().unwrap_or(u64::MAX))
}

fn file_of<R: Record>(records: &[R]) -> Result<String> {
    let mut file = writer::<R, _>(Vec::new());
    for record in records {
        file.write(record)?;
    }
    Ok(String::from_utf8(file.finish()?)?)
}

fn applications(numbers: &[&str]) -> Result<String> {
    file_of(&numbers.iter().map(|number| application(number)).collect::<Vec<Application>>())
}
