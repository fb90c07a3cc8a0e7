// SPDX-License-Identifier: EUPL-1.2
//! What every source file keeps to.

use std::path::{Path, PathBuf};

use super::{assert_none, files, root, shown};

const LICENCE: &str = "SPDX-License-Identifier: EUPL-1.2";
const LONGEST: usize = 400;

/// `file:line: text` for every line of the files for which `is_breach` holds.
fn breaches(files: &[PathBuf], is_breach: impl Fn(&Path, &str) -> bool) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files {
        for (index, line) in std::fs::read_to_string(file)?.lines().enumerate() {
            if is_breach(file, line) {
                found.push(format!("{}:{}: {}", shown(file), index + 1, line.trim()));
            }
        }
    }
    Ok(found)
}

/// Not those whose every byte is fixed or read by somebody else: migrations, templates, lists of other tools.
#[test]
fn every_source_file_names_its_licence_first() -> anyhow::Result<()> {
    let mut written = files(&["rs", "toml", "yaml", "conf", "sh", "py", "js"])?;
    written.extend(
        ["dev", ".ci/run", "compose/Dockerfile", "compose/Dockerfile.dockerignore"]
            .map(|file| root().join(file)),
    );
    let mut without = Vec::new();
    for file in written {
        let text = std::fs::read_to_string(&file)?;
        let mut head = text.lines().skip_while(|line| line.starts_with("#!"));
        if head.next().and_then(|line| line.get(line.find(' ')? + 1..)) != Some(LICENCE) {
            without.push(shown(&file));
        }
    }
    assert_none(&without);
    Ok(())
}

#[test]
fn no_rust_file_is_longer_than_400_lines() -> anyhow::Result<()> {
    let mut longer = Vec::new();
    for file in files(&["rs"])? {
        let lines = std::fs::read_to_string(&file)?.lines().count();
        if lines > LONGEST {
            longer.push(format!("{}: {lines} lines", shown(&file)));
        }
    }
    assert_none(&longer);
    Ok(())
}

#[test]
fn nothing_is_left_to_do_without_a_link_to_its_issue() -> anyhow::Result<()> {
    let mut written = files(&["rs", "sql", "sh", "toml", "md", "yaml", "yml", "j2"])?;
    written.extend([root().join("dev"), root().join(".ci/run")]);
    assert_none(&breaches(&written, |_, line| is_left_to_do(line))?);
    Ok(())
}

/// Whole words in capitals only: `METODO` is Italian. An issue is `#12` or a URL with `/issues/`.
fn is_left_to_do(line: &str) -> bool {
    const MARKS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let marked = line.split(|letter: char| !letter.is_alphanumeric()).any(|word| MARKS.contains(&word));
    let numbered = line.split('#').skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    marked && !numbered && !line.contains("/issues/")
}

#[test]
fn no_test_is_ignored() -> anyhow::Result<()> {
    let ignored = breaches(&files(&["rs"])?, |_, line| {
        let line = line.trim_start();
        line.starts_with("#[ignore") || line.starts_with("#[cfg_attr(") && line.contains(" ignore")
    })?;
    assert_none(&ignored);
    Ok(())
}

#[test]
fn no_sql_asks_the_database_for_the_time() -> anyhow::Result<()> {
    let mut written = files(&["rs", "sql"])?;
    // `campanella doctor` compares the clocks of database and machine: there, and only there, the database is asked.
    written.retain(|file| {
        !file.starts_with(root().join("tests")) && !file.ends_with("shared/store/src/server.rs")
    });
    let asking = breaches(&written, |file, line| {
        let is_sql = file.extension().is_some_and(|extension| extension == "sql");
        asks_for_the_time(line, is_sql)
    })?;
    assert_none(&asking);
    Ok(())
}

/// Whether a line of SQL, or of Rust with SQL in it, calls the clock of the database.
fn asks_for_the_time(line: &str, is_sql: bool) -> bool {
    const CLOCKS: [&str; 9] = [
        "CURRENT_DATE",
        "CURRENT_TIME",
        "LOCALTIME",
        "CLOCK_TIMESTAMP(",
        "STATEMENT_TIMESTAMP(",
        "TRANSACTION_TIMESTAMP(",
        "JULIANDAY()",
        "UNIXEPOCH()",
        "'NOW'",
    ];
    if line.trim_start().starts_with(if is_sql { "--" } else { "//" }) {
        return false;
    }
    // SQL in Rust writes its words in capitals; a Rust variable `current_date` is none of our business.
    let words = if is_sql { line.to_ascii_uppercase() } else { line.replace("'now'", "'NOW'") };
    CLOCKS.iter().any(|clock| words.contains(clock)) || calls_now(line)
}

/// `now()` as SQL calls it: a method, a path (`Instant::now()`) and a definition are Rust.
fn calls_now(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.match_indices("now()").any(|(start, _)| {
        let before = line.get(..start).unwrap_or_default();
        let is_part_of_a_name = before.ends_with(|last: char| last.is_alphanumeric() || "_.:".contains(last));
        !is_part_of_a_name && !before.ends_with("fn ")
    })
}

#[test]
fn the_clock_of_the_database_is_recognised() {
    for asking in
        ["WHERE due_at <= now()", "VALUES ($1, CURRENT_TIMESTAMP)", "datetime('now')", "SELECT NOW()"]
    {
        assert!(asks_for_the_time(asking, false), "{asking}");
    }
    assert!(asks_for_the_time("created timestamptz default current_timestamp", true));
    for rust in
        ["let now = clock.now();", "Instant::now()", "fn now() -> Instant {", "/// SQL never says now()"]
    {
        assert!(!asks_for_the_time(rust, false), "{rust}");
    }
}

#[test]
fn a_mark_of_unfinished_work_is_recognised() {
    let mark = concat!("TO", "DO");
    assert!(is_left_to_do(&format!("// {mark}: later")));
    assert!(!is_left_to_do(&format!("// {mark} (#12): later")));
    assert!(!is_left_to_do("METODO DI CALCOLO"));
}
