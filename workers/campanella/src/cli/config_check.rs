// SPDX-License-Identifier: EUPL-1.2
//! `campanella config`: what is in force, and whether it can be worked with.

use std::path::Path;

use anyhow::Result;
use campanella_runtime::{
    config::{self, Layers},
    telemetry,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Exit, Global, Output, mask};
use crate::{installation::procedures, settings::DEFAULTS};

/// La configurazione
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    Check(Check),
}

/// Verifica configurazione e procedure e mostra i valori in vigore, senza le password
#[derive(Debug, Args)]
pub(super) struct Check {}

#[derive(Debug, Serialize)]
struct Report {
    settings: Map<String, Value>,
    procedures: Vec<ProcedureReport>,
}

#[derive(Debug, Serialize)]
struct ProcedureReport {
    title: String,
    version: String,
    /// None: the embedded one.
    file: Option<String>,
    schedules: usize,
}

impl Config {
    pub(super) fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let Self::Check(Check {}) = self;
        let report = report(global)?;
        if out.is_json() {
            out.json(&report)?;
        } else {
            show(&report, out)?;
        }
        Ok(Exit::Done)
    }
}

fn report(global: &Global) -> Result<Report> {
    let settings = global.settings()?;
    telemetry::start(&settings.log)?;
    let procedures = procedures(&settings.procedures)?;
    let (ars, ardis) = (&procedures.ars, &procedures.ardis);
    Ok(Report {
        settings: effective(global)?,
        procedures: vec![
            ProcedureReport {
                title: ars.title.clone(),
                version: ars.version(),
                file: named(&settings.procedures.ars),
                schedules: ars.schedules.len(),
            },
            ProcedureReport {
                title: ardis.title.clone(),
                version: ardis.version(),
                file: named(&settings.procedures.ardis),
                schedules: ardis.schedules.len(),
            },
        ],
    })
}

fn named(file: &Path) -> Option<String> {
    (!file.as_os_str().is_empty()).then(|| file.display().to_string())
}

/// All keys with the values of the topmost layer, passwords hidden.
fn effective(global: &Global) -> Result<Map<String, Value>> {
    let flags = global.flags();
    let layers = Layers { defaults: DEFAULTS, file: global.config_file()?, flags: &flags };
    let mut settings: Map<String, Value> = config::load(layers)?;
    settings.values_mut().for_each(hide);
    Ok(settings)
}

fn hide(value: &mut Value) {
    match value {
        Value::String(text) => *text = mask::urls(text),
        Value::Object(table) => table.values_mut().for_each(hide),
        Value::Array(values) => values.iter_mut().for_each(hide),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn show(report: &Report, out: &mut Output<'_>) -> Result<()> {
    for (area, value) in &report.settings {
        section(area, value, out)?;
    }
    out.line("Procedure")?;
    for procedure in &report.procedures {
        let origin = procedure.file.as_deref().unwrap_or("incorporata nel programma");
        out.line(&format!("  {}", procedure.title))?;
        out.line(&format!("    {} ({origin}), {} scadenze", procedure.version, procedure.schedules))?;
    }
    out.line("\nLa configurazione è valida.")?;
    Ok(())
}

/// A table as the file would write it: its own keys first, then the tables within.
fn section(path: &str, value: &Value, out: &mut Output<'_>) -> Result<()> {
    let Value::Object(table) = value else {
        out.line(&format!("{path} = {value}"))?;
        return Ok(());
    };
    let (tables, keys): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_object());
    if !keys.is_empty() {
        out.line(&format!("[{path}]"))?;
        for (key, value) in keys {
            out.line(&format!("{key} = {value}"))?;
        }
        out.line("")?;
    }
    for (name, value) in tables {
        section(&format!("{path}.{name}"), value, out)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "config_check_tests.rs"]
mod tests;
