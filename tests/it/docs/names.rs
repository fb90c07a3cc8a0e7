// SPDX-License-Identifier: EUPL-1.2
//! Commands and tests are called by the names they have.

use std::collections::BTreeSet;

use campanella::cli;

use super::{page, pages};
use crate::invariants::{assert_none, files, shown};

#[tokio::test]
async fn every_command_named_is_one() -> anyhow::Result<()> {
    let (mut help, mut complaints) = (Vec::new(), Vec::new());
    cli::run(["campanella", "--help"].map(str::to_owned), &mut help, &mut complaints).await;
    let help = String::from_utf8(help)?;
    let known: BTreeSet<&str> = help
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(known.contains("run"), "{help}");
    let mut unknown = Vec::new();
    for page in pages()? {
        for (number, code) in page.code() {
            let named = code.strip_prefix("campanella ").and_then(|rest| rest.split_whitespace().next());
            // `COMMAND` and `--help` are no commands.
            if named.is_some_and(|name| {
                name.starts_with(|first: char| first.is_ascii_lowercase()) && !known.contains(name)
            }) {
                unknown.push(format!("{}:{number}: {code}", shown(&page.path)));
            }
        }
    }
    assert_none(&unknown);
    Ok(())
}

/// A name of so many words is a test's.
const WORDS: usize = 5;

#[test]
fn every_test_the_architecture_names_exists() -> anyhow::Result<()> {
    let mut sources = String::new();
    for file in files(&["rs"])? {
        sources.push_str(&std::fs::read_to_string(file)?);
    }
    let mut unknown = Vec::new();
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let page = page(name)?;
        for (number, code) in page.code() {
            let is_name = code
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
            if is_name && code.split('_').count() >= WORDS && !sources.contains(&format!("fn {code}(")) {
                unknown.push(format!("{name}:{number}: {code}"));
            }
        }
    }
    assert_none(&unknown);
    Ok(())
}
