// SPDX-License-Identifier: EUPL-1.2
//! The figures of one bench, for people and for programs.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

/// What one bench found, in the order it was found.
pub(crate) struct Report {
    bench: &'static str,
    figures: Vec<Figure>,
    rates: Map<String, Value>,
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// The least and the greatest, where the value is the middle one of several.
    range: Option<(f64, f64)>,
}

impl Report {
    pub(crate) fn new(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new(), rates: Map::new() }
    }

    /// Adds a figure: its `name`, its `value` and the `unit` the value is in (`messages/s`, `s`, `MiB`).
    pub(crate) fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit, range: None });
    }

    /// Adds a figure that was found several times: the middle one, beside the least and the greatest. Gives it.
    pub(crate) fn middle(&mut self, name: &str, mut found: Vec<f64>, unit: &'static str) -> f64 {
        found.sort_by(f64::total_cmp);
        let value = found.get(found.len() / 2).copied().unwrap_or(f64::NAN);
        let range = found.first().copied().zip(found.last().copied());
        self.figures.push(Figure { name: name.to_owned(), value, unit, range });
        value
    }

    /// Adds the [`Report::middle`] of rates in messages a second, that stands under `key`, and nothing else, in the file of the
    /// bench; the figures are in `BENCH-figures.json` then.
    pub(crate) fn rate(&mut self, key: &'static str, name: &'static str, found: Vec<f64>) {
        let value = self.middle(name, found, "messages/s");
        self.rates.insert(key.to_owned(), json!((value * 10.0).round() / 10.0));
    }

    /// Prints one line a figure.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for Figure { name, value, unit, range } in &self.figures {
            let digits = if *value < 10.0 { 2 } else { 1 };
            write!(out, "{name:<56} {value:>14.digits$} {unit}")?;
            match range {
                Some((least, greatest)) => writeln!(out, "  ({least:.digits$} to {greatest:.digits$})")?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }

    /// Writes `BENCH.json` into `folder`, which is created when missing.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|Figure { name, value, unit, range }| match range {
                Some((least, greatest)) => {
                    json!({ "name": name, "value": value, "unit": unit, "least": least, "greatest": greatest })
                }
                None => json!({ "name": name, "value": value, "unit": unit }),
            })
            .collect();
        let processors = std::thread::available_parallelism().map_or(0, usize::from);
        let whole = json!({ "bench": self.bench, "processors": processors, "figures": figures });
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        if self.rates.is_empty() {
            return write(&folder.join(format!("{}.json", self.bench)), &whole);
        }
        write(&folder.join(format!("{}.json", self.bench)), &Value::Object(self.rates.clone()))?;
        write(&folder.join(format!("{}-figures.json", self.bench)), &whole)
    }
}

fn write(file: &Path, content: &Value) -> anyhow::Result<()> {
    std::fs::write(file, format!("{content:#}\n")).with_context(|| file.display().to_string())
}
