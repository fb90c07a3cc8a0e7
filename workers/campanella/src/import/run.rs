// SPDX-License-Identifier: EUPL-1.2
//! A file from its first line to its last.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result};
use campanella_formats::{Reader, Rejected};
use chrono::{DateTime, Utc};

use super::{
    batch::{Batch, Outcome, Said},
    counted::Counted,
    load::Load,
    rejects::Rejects,
    report::{Refused, Report, TOLD},
};
use crate::installation::Installation;

/// Imports a file.
pub(super) async fn run<R: Load>(
    file: &Path,
    installation: &Installation,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u64),
) -> Result<Report> {
    let (input, read) = Counted::open(file)?;
    let mut reader = Reader::<R, _>::new(input)?;
    let mut report = begun::<R>(file, reader.unknown_columns().len());
    let mut rejects = Rejects::new(file, installation.folder.path(), reader.heading(), reader.separator());
    let people = installation.identity_key().await?;
    let mut said = Said::new();
    while let Some(mut batch) = Batch::take(&mut reader) {
        batch.sift(&mut said);
        let outcome = batch.write(installation, &people, now).await.context("l'importazione si è fermata")?;
        for rejected in &outcome.refused {
            rejects.add(rejected)?;
        }
        add(&mut report, outcome);
        progress(read.get());
    }
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

fn begun<R: Load>(file: &Path, unread_columns: usize) -> Report {
    Report {
        file: file.to_owned(),
        kind: R::KIND,
        lines: 0,
        new: 0,
        changed: 0,
        known: 0,
        refused: 0,
        first_refused: Vec::new(),
        notices: BTreeMap::new(),
        unread_columns,
        is_cut_short: false,
        reject_file: None,
        elsewhere: false,
        older_reject_file: None,
    }
}

fn add(report: &mut Report, outcome: Outcome) {
    let refused = outcome.refused.len() as u64;
    report.lines += outcome.new + outcome.changed + outcome.known + refused;
    report.new += outcome.new;
    report.changed += outcome.changed;
    report.known += outcome.known;
    report.refused += refused;
    for notice in outcome.notices {
        *report.notices.entry(notice).or_default() += 1;
    }
    let room = TOLD.saturating_sub(report.first_refused.len());
    let told = outcome.refused.into_iter().take(room);
    report.first_refused.extend(told.map(|Rejected { line, faults, .. }| Refused { line, faults }));
}
