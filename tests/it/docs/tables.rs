// SPDX-License-Identifier: EUPL-1.2
//! Tables that list what the code lists.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use campanella::{
    settings::DEFAULTS,
    workforce::{MAILER, SCHEDULER, names},
};
use campanella_jobs::WORKERS;
use campanella_messages::{ArdisTermReached, MailRequested, Message as _, ReminderDue};
use toml::{Table, Value};

use super::{code_in, page, pages};
use crate::invariants::{assert_none, shown};

type Topics = BTreeSet<&'static str>;

/// What each worker takes and emits.
fn workers() -> BTreeMap<&'static str, (Topics, Topics)> {
    let listed = WORKERS.iter().map(|worker| {
        let emits = worker.emits.iter().copied().collect();
        (worker.name, (worker.topics().into_iter().collect(), emits))
    });
    let others = [
        (MAILER, (Topics::from([MailRequested::TYPE]), Topics::new())),
        (SCHEDULER, (Topics::new(), Topics::from([ArdisTermReached::TYPE, ReminderDue::TYPE]))),
    ];
    listed.chain(others).collect()
}

#[test]
fn the_architecture_lists_every_worker_with_what_it_takes_and_emits() -> anyhow::Result<()> {
    let page = page("ARCHITECTURE.md")?;
    let workers = workers();
    let table = page.table("workers")?;
    let written: Vec<&str> =
        table.iter().flat_map(|row| row.first().map(|cell| code_in(cell))).flatten().collect();
    assert_eq!(written, names(), "the rows, in the order of the list");
    for row in &table {
        let [worker, takes, emits, about] = row.as_slice() else {
            anyhow::bail!("four columns: {row:?}");
        };
        let name = *code_in(worker).first().context("a name")?;
        let (expected_takes, expected_emits) = workers.get(name).context("a worker")?;
        assert_eq!(&code_in(takes).into_iter().collect::<BTreeSet<_>>(), expected_takes, "{name} takes");
        assert_eq!(&code_in(emits).into_iter().collect::<BTreeSet<_>>(), expected_emits, "{name} emits");
        assert!(!about.is_empty(), "{name}");
    }
    Ok(())
}

/// `area.key` and its value as TOML, for every setting.
fn defaults() -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    flatten("", &DEFAULTS.parse::<Table>()?, &mut found);
    Ok(found)
}

fn flatten(path: &str, table: &Table, found: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Table(table) => flatten(&path, table, found),
            value => {
                found.insert(path, value.to_string());
            }
        }
    }
}

#[test]
fn the_settings_page_lists_every_setting_with_its_default() -> anyhow::Result<()> {
    let page = page("docs/settings.md")?;
    let mut written = BTreeMap::new();
    for row in page.table("settings")? {
        let [key, default, about] = row.as_slice() else {
            anyhow::bail!("three columns: {row:?}");
        };
        let key = *code_in(key).first().context("a key")?;
        let default = *code_in(default).first().with_context(|| format!("a default of {key}"))?;
        assert!(!about.is_empty(), "{key}");
        written.insert(key.to_owned(), default.to_owned());
    }
    assert_eq!(written, defaults()?);
    Ok(())
}

#[test]
fn every_environment_variable_named_sets_something() -> anyhow::Result<()> {
    let keys = defaults()?;
    let mut unknown = Vec::new();
    for page in pages()? {
        for name in page.text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_') {
            let path = name.strip_prefix("CAMPANELLA_").filter(|path| path.contains("__"));
            if path.is_some_and(|path| !keys.contains_key(&path.to_lowercase().replace("__", "."))) {
                unknown.push(format!("{}: {name}", shown(&page.path)));
            }
        }
    }
    assert_none(&unknown);
    Ok(())
}
