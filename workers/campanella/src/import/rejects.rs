// SPDX-License-Identifier: EUPL-1.2
//! The file of refused lines, beside the input: as they stood, with line, column, reason and remedy before them.
//!
//! It can be corrected and imported like the input: those four columns are passed over. It holds personal data, therefore
//! only its owner may read it (mode 0600). It is written under a temporary name and renamed when it is whole, and never
//! over another one, in which somebody may be working: `domande.scarti.csv`, then `domande.scarti-2.csv`.
//!
//! Values are written as they stood, whatever a spreadsheet may make of one that begins with `=`: a changed value could not
//! be imported again, and whoever opens this file has opened the input too. The texts that are added begin with a letter.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use campanella_formats::{Fault, REJECT_COLUMNS, Rejected};

use crate::cli::{Exit, Refusal};

/// The reject file of an input, made when the first line is refused.
pub(super) struct Rejects {
    input: PathBuf,
    /// Where it goes when the folder of the input cannot be written.
    fallback: PathBuf,
    heading: Vec<String>,
    separator: u8,
    open: Option<Open>,
}

struct Open {
    folder: PathBuf,
    temporary: PathBuf,
    writer: csv::Writer<File>,
    /// Another import of this input must not write the same file. It ends with the process.
    _lock: File,
}

/// Where a finished reject file is.
pub(super) struct Place {
    pub(super) file: PathBuf,
    /// In the folder of the data.
    pub(super) is_elsewhere: bool,
}

impl Rejects {
    pub(super) fn new(input: &Path, fallback: &Path, heading: &[String], separator: char) -> Self {
        Self {
            input: input.to_owned(),
            fallback: fallback.to_owned(),
            heading: heading.to_vec(),
            // Separators are of one byte.
            separator: u8::try_from(separator).unwrap_or(b';'),
            open: None,
        }
    }

    /// Adds a refused line.
    ///
    /// # Errors
    /// When no folder can be written, or another process imports the same file.
    pub(super) fn add(&mut self, rejected: &Rejected) -> Result<()> {
        if self.open.is_none() {
            self.open = Some(self.begin()?);
        }
        let reason = [
            rejected.line.to_string(),
            each(&rejected.faults, ", ", |fault| fault.column.unwrap_or_default()),
            each(&rejected.faults, "; ", |fault| fault.problem.as_str()),
            each(&rejected.faults, "; ", |fault| fault.remedy.as_str()),
        ];
        let cells = rejected.cells.expose();
        // Of a line that could not be told apart, the whole line is the one cell.
        let whole = cells.len() == 1;
        let kept = cells.iter().enumerate().filter(|(place, _)| whole || !self.is_ours(*place));
        let row: Vec<&String> = reason.iter().chain(kept.map(|(_, cell)| cell)).collect();
        if let Some(open) = &mut self.open {
            open.writer.write_record(row)?;
        }
        Ok(())
    }

    /// Makes the file visible. Nothing refused: no file.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(self) -> Result<Option<Place>> {
        let Some(open) = self.open else {
            self.forget_unfinished();
            return Ok(None);
        };
        let file = open.writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.sync_all()?;
        let is_elsewhere = open.folder == self.fallback;
        for number in 1_u32.. {
            let target = open.folder.join(name(&self.input, number));
            if !target.exists() {
                fs::rename(&open.temporary, &target)?;
                return Ok(Some(Place { file: target, is_elsewhere }));
            }
            if !is_same(&target, &self.input) && holds_the_same(&open.temporary, &target)? {
                fs::remove_file(&open.temporary)?;
                return Ok(Some(Place { file: target, is_elsewhere }));
            }
        }
        Ok(None)
    }

    /// A reject file of an earlier import of the same input.
    pub(super) fn older(&self) -> Option<PathBuf> {
        let older = self.input.with_file_name(name(&self.input, 1));
        (older.is_file() && !is_same(&older, &self.input)).then_some(older)
    }

    /// Removes what an import that was killed left behind: it holds personal data, and nobody will finish it.
    fn forget_unfinished(&self) {
        for folder in [self.beside(), &self.fallback] {
            let unfinished = self.temporary_in(folder);
            let is_nobodys = File::open(&unfinished).is_ok_and(|file| file.try_lock().is_ok());
            if is_nobodys && let Err(error) = fs::remove_file(&unfinished) {
                tracing::warn!(%error, "an unfinished reject file cannot be removed");
            }
        }
    }

    /// The folder of the input.
    fn beside(&self) -> &Path {
        let folder = self.input.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or_else(|| Path::new("."))
    }

    fn temporary_in(&self, folder: &Path) -> PathBuf {
        let input = self.input.file_name().unwrap_or_default().to_string_lossy();
        folder.join(format!(".{input}.scarti.parziale"))
    }

    fn begin(&self) -> Result<Open> {
        let beside = self.beside();
        match self.begin_in(beside) {
            Err(error) if error.is::<io::Error>() => self.begin_in(&self.fallback).with_context(|| {
                format!(
                    "il file delle righe scartate non si può scrivere né in «{}» né in «{}»",
                    beside.display(),
                    self.fallback.display()
                )
            }),
            begun => begun,
        }
    }

    fn begin_in(&self, folder: &Path) -> Result<Open> {
        let temporary = self.temporary_in(folder);
        let lock = File::options().create(true).append(true).mode(0o600).open(&temporary)?;
        if lock.try_lock().is_err() {
            return Err(Refusal::new(
                Exit::Unavailable,
                format!("il file «{}» è già in corso di importazione", self.input.display()),
                "attendere che l'altra importazione finisca, poi ripetere il comando",
            )
            .into());
        }
        // What an import that was killed left behind, also if its rights are others.
        fs::remove_file(&temporary)?;
        let mut file = File::options().create_new(true).write(true).mode(0o600).open(&temporary)?;
        let lock_of_new = file.try_clone()?;
        lock_of_new.try_lock().map_err(io::Error::from)?;
        // Without the mark Italian spreadsheets take it for Windows-1252 and spoil the accents.
        file.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::WriterBuilder::new().delimiter(self.separator).flexible(true).from_writer(file);
        let own = self.heading.iter().enumerate().filter(|(place, _)| !self.is_ours(*place));
        writer.write_record(REJECT_COLUMNS.into_iter().chain(own.map(|(_, name)| name.as_str())))?;
        Ok(Open { folder: folder.to_owned(), temporary, writer, _lock: lock_of_new })
    }

    /// Whether a column of the input is one that an earlier import added.
    fn is_ours(&self, place: usize) -> bool {
        self.heading
            .get(place)
            .is_some_and(|name| REJECT_COLUMNS.contains(&name.trim().to_lowercase().as_str()))
    }
}

fn each<'a>(faults: &'a [Fault], between: &str, part: impl Fn(&'a Fault) -> &'a str) -> String {
    let mut parts: Vec<&str> = faults.iter().map(part).filter(|part| !part.is_empty()).collect();
    parts.dedup();
    parts.join(between)
}

/// `domande.csv` → `domande.scarti.csv`, `domande.scarti-2.csv`, …; the same of `domande.scarti.csv`.
fn name(input: &Path, number: u32) -> String {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let stem = match stem.rsplit_once(".scarti") {
        Some((stem, rest)) if rest.trim_start_matches('-').chars().all(|digit| digit.is_ascii_digit()) => {
            stem
        }
        _ => &stem,
    };
    if number == 1 { format!("{stem}.scarti.csv") } else { format!("{stem}.scarti-{number}.csv") }
}

fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

fn holds_the_same(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(fs::metadata(one)?.len() == fs::metadata(other)?.len() && fs::read(one)? == fs::read(other)?)
}
