// SPDX-License-Identifier: EUPL-1.2
//! `campanella demo`: an invented school year, simulated, told and checked.

mod text;

use std::path::Path;

use anyhow::Result;
use campanella_domain::civil::{italian, zone::date_of};
use campanella_runtime::{config::LogSettings, telemetry};
use chrono::{DateTime, Utc};
use clap::Args;
use indicatif::ProgressBar;

use super::{Exit, Global, Output, Refusal, output};
use crate::wording;
use crate::{
    demo::{
        self, Finished, Options,
        population::calendar::{FIRST_DAY, LAST_DAY},
    },
    installation::procedures,
};

/// Where a demo is when nobody says.
const DATA: &str = "./campanella-demo";

/// Simula un anno scolastico inventato, dal 1º settembre 2025 al 30 giugno 2026, e ne verifica l'esito
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Seme della popolazione: lo stesso seme dà lo stesso anno [se manca: 2025]
    #[arg(long, value_name = "NUMERO", default_value = "2025", hide_default_value = true, value_parser = seed)]
    seed: u64,
    /// Grandezza della popolazione; 1 = 2.000 domande [se manca: 1]
    #[arg(long, value_name = "NUMERO", default_value = "1", hide_default_value = true, value_parser = scale)]
    scale: u32,
    /// Riprende l'anno interrotto nella cartella, con il seme e la grandezza con cui era cominciato
    #[arg(long)]
    resume: bool,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "scrivere un numero intero, da 0 in su".to_owned())
}

fn scale(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|scale| *scale > 0)
        .ok_or_else(|| "scrivere un numero intero, da 1 in su".to_owned())
}

impl Demo {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let settings = global.settings()?;
        telemetry::start(&quiet(&settings.log))?;
        let ardis = procedures(&settings.procedures)?.ardis;
        let options = Options {
            folder: global.data_or(Path::new(DATA)).to_owned(),
            seed: self.seed,
            scale: self.scale,
            resume: self.resume,
        };
        let bar = bar();
        let finished = demo::run(&options, settings, |now| show(&bar, now)).await;
        bar.finish_and_clear();
        let finished = finished?;
        if out.is_json() {
            out.json(&finished.report)?;
        } else {
            text::write(&finished, &options.folder, &ardis, out)?;
        }
        verdict(&finished)
    }
}

/// A failed check is told on standard error as well: JSON has only the totals.
fn verdict(finished: &Finished) -> Result<Exit> {
    let failed: Vec<&str> =
        finished.report.checks.iter().filter(|check| !check.holds).map(|check| check.says.as_str()).collect();
    if failed.is_empty() {
        return Ok(Exit::Done);
    }
    let count = wording::count(failed.len(), "verifica non riuscita", "verifiche non riuscite");
    Err(Refusal::new(
        Exit::Failed,
        format!("{count}: {}", failed.join("; ")),
        "segnalare il seme e la grandezza usati: con gli stessi l'anno si ripete uguale",
    )
    .into())
}

/// A whole year in seconds would bury the screen under the log of every day: unless somebody asked, only warnings.
fn quiet(log: &LogSettings) -> LogSettings {
    let filter = if log.filter == "info" { "warn" } else { &log.filter };
    LogSettings { filter: filter.to_owned(), ..log.clone() }
}

/// One step a simulated day.
fn bar() -> ProgressBar {
    let days = (LAST_DAY - FIRST_DAY).num_days();
    output::progress(u64::try_from(days).unwrap_or_default(), "Si prepara la popolazione")
}

fn show(bar: &ProgressBar, now: DateTime<Utc>) {
    let today = date_of(now);
    let day = u64::try_from((today - FIRST_DAY).num_days()).unwrap_or_default();
    if bar.position() != day || day == 0 {
        bar.set_message(italian::date(today));
        bar.set_position(day);
    }
}

#[cfg(test)]
mod tests;
