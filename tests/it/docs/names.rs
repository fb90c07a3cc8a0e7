// SPDX-License-Identifier: EUPL-1.2
//! Commands and tests are called by the names they have.

use std::{collections::BTreeSet, path::Path};

use campanella::cli;

use super::{page, pages};
use crate::invariants::{assert_none, files, root, shown};

/// The commands the program's own help lists.
async fn commands() -> anyhow::Result<BTreeSet<String>> {
    let (mut help, mut complaints) = (Vec::new(), Vec::new());
    cli::run(["campanella", "--help"].map(str::to_owned), &mut help, &mut complaints).await;
    let help = String::from_utf8(help)?;
    let known: BTreeSet<String> = help
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert!(known.contains("run"), "{help}");
    Ok(known)
}

#[tokio::test]
async fn every_command_named_is_one() -> anyhow::Result<()> {
    let known = commands().await?;
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

/// The words that follow `prefix` in a text, blocks of code included.
fn after<'t>(text: &'t str, prefix: &str) -> Vec<&'t str> {
    let word = |rest: &'t str| rest.split(|letter: char| !letter.is_ascii_lowercase()).next();
    text.split(prefix).skip(1).filter_map(word).filter(|word| !word.is_empty()).collect()
}

#[tokio::test]
async fn every_command_to_be_typed_exists() -> anyhow::Result<()> {
    let known = commands().await?;
    let script = std::fs::read_to_string(Path::join(root(), "dev"))?;
    let mut unknown = Vec::new();
    for page in pages()? {
        let typed =
            after(&page.text, "cargo run --release -- ").into_iter().filter(|name| !known.contains(*name));
        let scripted = after(&page.text, "./dev ")
            .into_iter()
            .filter(|name| !script.contains(&format!("command_{name}() {{")));
        unknown.extend(typed.chain(scripted).map(|name| format!("{}: {name}", shown(&page.path))));
    }
    assert_none(&unknown);
    Ok(())
}

#[test]
fn the_readme_begins_with_the_two_commands() -> anyhow::Result<()> {
    let page = page("README.md")?;
    let blocks: Vec<&str> = page.text.split("```\n").skip(1).step_by(2).take(2).collect();
    assert_eq!(blocks, ["cargo run --release -- demo\n", "./dev test\n"]);
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

#[test]
fn the_worker_of_contributing_is_the_one_the_story_adds() -> anyhow::Result<()> {
    let page = page("CONTRIBUTING.md")?;
    let story = std::fs::read_to_string(Path::join(root(), "tests/it/add_a_worker.rs"))?;
    let block = page.text.split("```").find(|block| block.starts_with("rust\n")).unwrap_or_default();
    let lines: Vec<&str> =
        block.lines().skip(1).map(|line| line.trim().trim_start_matches("pub(crate) ")).collect();
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with("use ");
    let code: Vec<&str> = lines.into_iter().filter(is_code).collect();
    assert!(code.contains(&"routes: &[Route::to::<CountClosed>()],"), "{code:?}");
    let strangers = code.iter().filter(|line| !story.lines().any(|told| told.trim() == **line));
    assert_none(&strangers.map(|line| (*line).to_owned()).collect::<Vec<_>>());
    Ok(())
}
