// SPDX-License-Identifier: EUPL-1.2
//! What the README shows of the demo is what the demo shows. When the invented year changes: run it, paste anew.

use anyhow::{Context as _, Result};
use campanella::cli;

use super::page;
use crate::year::undisturbed;

/// What stands for lines left out.
const LEFT_OUT: &str = "[…]";

/// The block of the README that begins like this.
fn shown(beginning: &str) -> Result<String> {
    let readme = page("README.md")?.text;
    let block = readme.split("```\n").find(|block| block.starts_with(beginning));
    Ok(block.with_context(|| format!("the README shows nothing that begins with {beginning:?}"))?.to_owned())
}

/// The first line shown that is not told after the one before it. More may be told in between.
fn astray<'s>(shown: &'s str, told: &str) -> Option<&'s str> {
    let mut told = told.lines();
    let lines = shown.lines().filter(|line| !line.is_empty() && line.trim() != LEFT_OUT);
    lines.into_iter().find(|line| !told.any(|told| told == *line))
}

#[test]
fn a_line_that_was_not_told_there_is_noticed() {
    let told = "one\n\ntwo\nthree\n";
    assert_eq!(astray("one\n  […]\nthree\n", told), None);
    assert_eq!(astray("two\none\n", told), Some("one"));
    assert_eq!(astray("one\nfour\nthree\n", told), Some("four"));
}

#[test]
fn the_readme_shows_the_year_as_the_demo_tells_it() -> Result<()> {
    let told = &undisturbed()?.told;
    assert_eq!(astray(&shown("Che cosa è successo\n")?, told), None, "{told}");
    Ok(())
}

#[tokio::test]
async fn the_readme_shows_an_exclusion_as_it_is_explained() -> Result<()> {
    let shown = shown("Domanda ")?;
    let number = shown.lines().next().unwrap_or_default().trim_start_matches("Domanda ").to_owned();
    let folder = undisturbed()?.year.data().display().to_string();
    let (mut told, mut complaints) = (Vec::new(), Vec::new());
    let arguments = ["campanella", "explain", &number, "--data", &folder].map(str::to_owned);
    cli::run(arguments, &mut told, &mut complaints).await;
    let told = String::from_utf8(told)?;
    assert_eq!(astray(&shown, &told), None, "{told}{}", String::from_utf8_lossy(&complaints));
    Ok(())
}
