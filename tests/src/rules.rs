// SPDX-License-Identifier: EUPL-1.2
//! The list of rules (`docs/rules.md`) and the tests that carry their numbers.
//!
//! A test says which rules it is about by beginning with their numbers: `ard_020_regularised_in_the_last_second_counts`,
//! `ars_034_ars_037_…`. Nothing else has to be kept: the column of tests follows from the names, and `./dev rules` writes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// Names of tests by rule (`ARD-020`), in alphabetical order.
pub type Tests = BTreeMap<String, BTreeSet<String>>;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// `ARD-020`.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// One of [`STATUSES`].
    pub status: String,
    /// Where it is done, or why not.
    pub place: String,
    /// Names of tests.
    pub tests: Vec<String>,
}

/// What a rule can be.
pub const STATUSES: [&str; 4] = ["implemented", "configuration", "later", "out of scope"];

/// The root folder of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The list.
///
/// # Errors
/// When the page cannot be read or a line has not five cells.
pub fn list(page: &str) -> Result<Vec<RuleRow>> {
    page.lines().filter(|line| is_row(line)).map(row).collect()
}

fn is_row(line: &str) -> bool {
    line.starts_with("| AR") && line.ends_with('|')
}

fn row(line: &str) -> Result<RuleRow> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let &[number, title, status, place, tests] = cells.as_slice() else {
        anyhow::bail!("five cells: {line}");
    };
    Ok(RuleRow {
        number: number.to_owned(),
        title: title.to_owned(),
        status: status.to_owned(),
        place: place.to_owned(),
        tests: tests.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
    })
}

/// The page with its column of tests brought up to date; nothing else is touched.
///
/// # Errors
/// As [`list`].
pub fn brought_up_to_date(page: &str, tests: &Tests) -> Result<String> {
    let mut text = String::new();
    for line in page.lines() {
        if !is_row(line) {
            writeln!(text, "{line}")?;
            continue;
        }
        let row = row(line)?;
        let names = tests.get(&row.number).into_iter().flatten().map(|name| format!("`{name}`"));
        let names = names.collect::<Vec<_>>().join(", ");
        let cells = [&row.number, &row.title, &row.status, &row.place, &names].map(String::as_str);
        writeln!(text, "| {} |", cells.join(" | ").trim_end())?;
    }
    Ok(text)
}

/// The tests of the repository by the rules in their names.
///
/// # Errors
/// When a source cannot be read, or a name holds a number without saying of which procedure.
pub fn tests() -> Result<Tests> {
    let mut found = Tests::new();
    for file in sources(root())? {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        for name in text.lines().filter_map(function) {
            let numbers = numbers(name);
            ensure!(
                numbers.is_empty() || !has_a_bare_number(name),
                "{}: {name}: every number needs its procedure, as in ars_034_ars_037_…",
                file.display()
            );
            for number in numbers {
                found.entry(number).or_default().insert(name.to_owned());
            }
        }
    }
    Ok(found)
}

/// The name of the function a line begins.
fn function(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
    rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next()
}

/// The rules a name begins with.
fn numbers(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').collect();
    let pairs = words.chunks_exact(2).map_while(|pair| match pair {
        [procedure @ ("ars" | "ard"), number] if is_number(number) => {
            Some(format!("{}-{number}", procedure.to_uppercase()))
        }
        _ => None,
    });
    pairs.collect()
}

fn is_number(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `ars_012_and_013_…` would say less than it means. An amount of three digits does not begin with a nought.
fn has_a_bare_number(name: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    words.windows(2).any(|pair| {
        is_number(pair[1])
            && pair[1].starts_with('0')
            && pair[1] != "000"
            && !matches!(pair[0], "ars" | "ard")
    })
}

/// The Rust sources below a folder, without what builds leave.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if entry.file_type()?.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(sources(&path)?);
            }
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_carry_several_numbers_and_each_names_its_procedure() {
        let line = "    async fn ars_034_ars_037_the_list_is_owed_by_some(store: &Store) {";
        assert_eq!(function(line).map(numbers), Some(vec!["ARS-034".to_owned(), "ARS-037".to_owned()]));
        assert_eq!(numbers("an_isee_of_100_euro"), Vec::<String>::new());
        assert!(has_a_bare_number("ars_012_and_013_incomplete"));
        assert!(!has_a_bare_number("ard_007_an_isee_of_exactly_35_000_euro_is_admitted"));
    }

    #[test]
    fn only_the_column_of_tests_is_written() -> Result<()> {
        let page = "# Rules\n\n| ARS-001 | title | later | why |  |\n";
        let tests = Tests::from([("ARS-001".to_owned(), BTreeSet::from(["b".to_owned(), "a".to_owned()]))]);
        let written = brought_up_to_date(page, &tests)?;
        assert_eq!(written, "# Rules\n\n| ARS-001 | title | later | why | `a`, `b` |\n");
        assert_eq!(
            brought_up_to_date(&written, &Tests::new())?,
            "# Rules\n\n| ARS-001 | title | later | why | |\n"
        );
        assert_eq!(list(&written)?[0].tests, ["a", "b"]);
        Ok(())
    }
}
