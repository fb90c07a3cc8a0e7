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
}

impl Report {
    pub(crate) fn new(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new(), rates: Map::new() }
    }

    /// Adds a figure: its `name`, its `value` and the `unit` the value is in (`messages/s`, `s`, `MiB`).
    pub(crate) fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit });
    }

    /// Adds a figure in messages a second that stands under `key`, and nothing else, in the file of the bench; the figures
    /// are in `BENCH-figures.json` then.
    pub(crate) fn rate(&mut self, key: &'static str, name: &'static str, value: f64) {
        self.figure(name, value, "messages/s");
        self.rates.insert(key.to_owned(), json!((value * 10.0).round() / 10.0));
    }

    /// Prints one line a figure.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for Figure { name, value, unit } in &self.figures {
            writeln!(out, "{name:<56} {value:>14.1} {unit}")?;
        }
        Ok(())
    }

    /// Writes `BENCH.json` into `folder`, which is created when missing.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|Figure { name, value, unit }| json!({ "name": name, "value": value, "unit": unit }))
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
