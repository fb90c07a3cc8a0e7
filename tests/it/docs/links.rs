// SPDX-License-Identifier: EUPL-1.2
//! Nothing points into the void, and nothing points at one developer's machine.

use std::path::Path;

use super::{Page, pages};
use crate::invariants::{assert_none, root, shown};

#[test]
fn every_relative_link_leads_to_a_file_and_to_a_heading_in_it() -> anyhow::Result<()> {
    let mut broken = Vec::new();
    for page in pages()? {
        for (number, line) in page.prose() {
            for target in targets(line).filter(|target| !target.contains("://")) {
                if !leads_somewhere(&page, target)? {
                    broken.push(format!("{}:{number}: {target}", shown(&page.path)));
                }
            }
        }
    }
    assert_none(&broken);
    Ok(())
}

fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

fn leads_somewhere(page: &Page, target: &str) -> anyhow::Result<bool> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => page.path.clone(),
        file => page.path.parent().unwrap_or(root()).join(file),
    };
    if !path.exists() || heading.is_empty() {
        return Ok(path.exists());
    }
    let found = Page { text: std::fs::read_to_string(&path)?, path };
    Ok(found.prose().any(|(_, line)| line.starts_with('#') && anchor(line) == heading))
}

/// The anchor a heading gets.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

#[test]
fn every_path_written_as_code_exists() -> anyhow::Result<()> {
    const FOLDERS: [&str; 7] = ["shared/", "workers/", "tests/", "docs/", "migrations/", "compose/", ".ci/"];
    let mut broken = Vec::new();
    for page in pages()? {
        for (number, code) in page.code() {
            let is_path = FOLDERS.iter().any(|folder| code.starts_with(folder));
            let has_blank = ["NAME", "NNNN", "…", "*", "{", " "].iter().any(|blank| code.contains(blank));
            if is_path && !has_blank && !Path::join(root(), code).exists() {
                broken.push(format!("{}:{number}: {code}", shown(&page.path)));
            }
        }
    }
    assert_none(&broken);
    Ok(())
}

#[test]
fn no_page_names_a_folder_of_somebodys_machine() -> anyhow::Result<()> {
    let mut named = Vec::new();
    for page in pages()? {
        for (index, line) in page.text.lines().enumerate() {
            if is_of_a_machine(line) {
                named.push(format!("{}:{}: {line}", shown(&page.path), index + 1));
            }
        }
    }
    assert_none(&named);
    Ok(())
}

/// Folders the page on operations tells an administrator to make.
const OURS: [&str; 2] = ["/var/lib/campanella", "/srv/campanella-"];

/// Absolute paths into home, temporary and mounted folders, but those of an installation.
fn is_of_a_machine(line: &str) -> bool {
    const TOPS: [&str; 9] = ["home", "Users", "root", "tmp", "work", "mnt", "var", "opt", "srv"];
    let words = line.split(|letter: char| letter.is_whitespace() || "`\"'()[]<>=,;".contains(letter));
    words.filter(|word| !OURS.iter().any(|ours| word.starts_with(ours))).any(|word| {
        let top = word.strip_prefix('/').and_then(|path| path.split('/').next());
        top.is_some_and(|top| TOPS.contains(&top)) || word.starts_with("C:\\") || word.starts_with("~/")
    })
}

#[test]
fn a_link_and_a_path_are_recognised() {
    assert_eq!(targets("[a](b.md#c) and [d](e)").collect::<Vec<_>>(), ["b.md#c", "e"]);
    assert_eq!(anchor("## Two times, `one` rule"), "two-times-one-rule");
    assert!(is_of_a_machine(concat!("see `/ho", "me/ada/campanella`")));
    assert!(
        !is_of_a_machine("the data: `/var/lib/campanella`") && is_of_a_machine(concat!("see /va", "r/tmp/x"))
    );
    assert!(!is_of_a_machine("serves `/metrics` and https://example.org/home/x"));
}
