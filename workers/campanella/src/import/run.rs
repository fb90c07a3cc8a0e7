// SPDX-License-Identifier: EUPL-1.2
//! A file from its first line to its last.

use std::{collections::BTreeMap, io, path::Path};

use anyhow::{Context as _, Result};
use campanella_formats::{Fault, Reader, Rejected};
use chrono::{DateTime, Utc};

use super::{
    BATCH,
    batch::{Batch, Outcome, Said},
    counted::Counted,
    load::Load,
    rejects::Rejects,
    report::{Refused, Report, TOLD},
};
use crate::installation::Installation;

const STOPPED: &str = "l'importazione si è fermata";

/// Imports a file.
pub(super) async fn run<R: Load>(
    file: &Path,
    installation: &Installation,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u64),
) -> Result<Report> {
    let (input, read) = Counted::open(file)?;
    let mut reader = Reader::<R, _>::new(input)?;
    let mut report = begun(file, &reader);
    let mut rejects = Rejects::new(file, installation.folder.path(), reader.heading(), reader.separator());
    let people = installation.identity_key().await?;
    let (mut said, mut waiting) = (Said::new(), Vec::new());
    while let Some(mut batch) = Batch::take(&mut reader) {
        batch.sift(&mut said);
        let mut outcome = batch.write(installation, &people, now).await.context(STOPPED)?;
        waiting.append(&mut outcome.waiting);
        add(&mut report, &mut rejects, outcome)?;
        progress(read.get());
    }
    // What had to wait for a line further down in the file.
    while !waiting.is_empty() {
        let rest = waiting.split_off(BATCH.min(waiting.len()));
        let lines = std::mem::replace(&mut waiting, rest).into_iter().map(|(line, _)| line).collect();
        let mut outcome = Batch::of(lines).write(installation, &people, now).await.context(STOPPED)?;
        outcome.refused.extend(outcome.waiting.drain(..).map(|(line, fault)| line.refused(fault)));
        add(&mut report, &mut rejects, outcome)?;
    }
    report.first_refused.sort_by_key(|refused| refused.line);
    if report.refused == 0 {
        report.older_reject_file = rejects.older();
    }
    report.is_cut_short = reader.failure().is_some();
    if let Some(place) = rejects.finish()? {
        (report.reject_file, report.elsewhere) = (Some(place.file), place.is_elsewhere);
    }
    Ok(report)
}

/// Looks whether a file can be imported at all.
pub(super) fn check<R: Load>(file: &Path) -> Result<()> {
    let (input, _) = Counted::open(file)?;
    Reader::<R, _>::new(input)?;
    Ok(())
}

fn begun<R: Load, I: io::Read>(file: &Path, reader: &Reader<R, I>) -> Report {
    Report {
        file: file.to_owned(),
        kind: R::KIND,
        lines: 0,
        new: 0,
        changed: 0,
        known: 0,
        refused: 0,
        refused_whole: 0,
        first_refused: Vec::new(),
        notices: BTreeMap::new(),
        unread_columns: reader.unknown_columns().to_vec(),
        absent_columns: reader.absent_columns().to_vec(),
        is_cut_short: false,
        reject_file: None,
        elsewhere: false,
        older_reject_file: None,
    }
}

/// Adds what came of a batch to the report, and what was refused to its file.
fn add<R>(report: &mut Report, rejects: &mut Rejects, outcome: Outcome<R>) -> Result<()> {
    for rejected in &outcome.refused {
        rejects.add(rejected)?;
        report.refused_whole += u64::from(rejected.faults.iter().any(Fault::is_of_input));
    }
    let refused = outcome.refused.len() as u64;
    report.lines += outcome.new + outcome.changed + outcome.known + refused;
    report.new += outcome.new;
    report.changed += outcome.changed;
    report.known += outcome.known;
    report.refused += refused;
    for (notice, line) in outcome.notices {
        report.notices.entry(notice).or_default().add(line);
    }
    let room = TOLD.saturating_sub(report.first_refused.len());
    let told = outcome.refused.into_iter().take(room);
    report.first_refused.extend(told.map(|Rejected { line, faults, .. }| Refused { line, faults }));
    Ok(())
}
