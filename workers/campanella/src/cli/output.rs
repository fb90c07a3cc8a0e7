// SPDX-License-Identifier: EUPL-1.2
//! Where commands write: text for people, or JSON for programs.
//!
//! Commands never name standard output: they are handed an [`Output`], which a test points at a buffer.

use std::io::{self, IsTerminal as _, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::Table;

/// A sink and the form that was asked for.
pub struct Output<'a> {
    sink: &'a mut (dyn Write + Send),
    json: bool,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Output").field("json", &self.json).finish_non_exhaustive()
    }
}

impl<'a> Output<'a> {
    /// Writes to `sink`; `json` when `--json` was given.
    pub const fn new(sink: &'a mut (dyn Write + Send), json: bool) -> Self {
        Self { sink, json }
    }

    /// Whether JSON was asked for.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// A line of text.
    ///
    /// # Errors
    /// As the sink: a closed pipe is one, and ends the command quietly.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.sink, "{text}")
    }

    /// A table.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn table(&mut self, table: &Table) -> io::Result<()> {
        write!(self.sink, "{table}")
    }

    /// A value as JSON, indented, with a line's end.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.sink, value)?;
        writeln!(self.sink)
    }

    /// Begins a JSON array that is written item by item, so that a long one is never held at once.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn json_array(&mut self) -> io::Result<JsonArray<'_, 'a>> {
        write!(self.sink, "[")?;
        Ok(JsonArray { out: self, empty: true })
    }

    /// Hands on what is buffered.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// An open JSON array.
#[derive(Debug)]
pub struct JsonArray<'o, 'a> {
    out: &'o mut Output<'a>,
    empty: bool,
}

impl JsonArray<'_, '_> {
    /// The next item, on a line of its own.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn item(&mut self, value: &impl Serialize) -> io::Result<()> {
        write!(self.out.sink, "{}", if self.empty { "\n  " } else { ",\n  " })?;
        self.empty = false;
        Ok(serde_json::to_writer(&mut self.out.sink, value)?)
    }

    /// The end of the array, with a line's end.
    ///
    /// # Errors
    /// As [`Output::line`].
    pub fn end(self) -> io::Result<()> {
        writeln!(self.out.sink, "{}", if self.empty { "]" } else { "\n]" })
    }
}

/// A bar for long work on standard error; invisible when nobody looks at a terminal there.
#[must_use]
pub fn progress(steps: u64, what: &'static str) -> ProgressBar {
    let target =
        if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {percent:>3} %")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(steps), target).with_style(style).with_message(what)
}
