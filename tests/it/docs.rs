// SPDX-License-Identifier: EUPL-1.2
//! What the documentation says about the code, compared with the code.

mod excerpt;
mod figures;
mod formats;
mod layout;
mod links;
mod names;
mod operations;
mod rules_coverage;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::invariants::{files, root};

/// A page and where it is.
struct Page {
    path: PathBuf,
    text: String,
}

/// All pages of the repository.
fn pages() -> anyhow::Result<Vec<Page>> {
    files(&["md"])?.into_iter().map(|path| Ok(Page { text: std::fs::read_to_string(&path)?, path })).collect()
}

/// One page by its path from the root.
fn page(name: &str) -> anyhow::Result<Page> {
    let path = Path::join(root(), name);
    let text = std::fs::read_to_string(&path).with_context(|| name.to_owned())?;
    Ok(Page { path, text })
}

impl Page {
    /// The lines outside of code blocks, counted from 1.
    fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut in_block = false;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            let is_fence = line.trim_start().starts_with("```");
            in_block ^= is_fence;
            (!in_block && !is_fence).then_some((index + 1, line))
        })
    }

    /// What stands between single backticks in the prose, with its line.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.prose()
            .flat_map(|(number, line)| line.split('`').skip(1).step_by(2).map(move |code| (number, code)))
    }

    /// What stands between `<!-- name -->` and `<!-- /name -->`.
    fn marked(&self, name: &str) -> anyhow::Result<&str> {
        let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
        let (_, rest) = self.text.split_once(&begin).with_context(|| format!("no {begin}"))?;
        Ok(rest.split_once(&end).with_context(|| format!("no {end}"))?.0)
    }

    /// The cells of a marked table, without its head.
    fn table(&self, name: &str) -> anyhow::Result<Vec<Vec<&str>>> {
        let rows = self.marked(name)?.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
        Ok(rows.skip(2).map(|row| row.split('|').map(str::trim).collect()).collect())
    }
}

/// The words between backticks in a cell of a table.
fn code_in(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}
