// SPDX-License-Identifier: EUPL-1.2
//! The page for whoever keeps it running names every number the program answers with.

use std::collections::BTreeSet;

use anyhow::Context as _;
use campanella::cli::Exit;
use campanella_runtime::metrics::{Backlog, Metrics};

use super::{code_in, page};

/// The metrics a process exports once everything it counts has happened.
fn exported() -> BTreeSet<String> {
    let metrics = Metrics::default();
    metrics.handled("registry", "done", 1);
    metrics.dropped("registry", 1);
    metrics.batch_seconds("registry", std::time::Duration::from_secs(1));
    metrics.set_backlog(Some(Backlog::default()));
    metrics.set_queues(&[("registry".to_owned(), 1, Some(1))]);
    let types = metrics.render();
    let names = types.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_metric_is_explained_with_what_to_do_and_none_is_invented() -> anyhow::Result<()> {
    let page = page("docs/operations.md")?;
    let mut explained = BTreeSet::new();
    for row in page.table("metrics")? {
        let [name, alert, about] = row.as_slice() else {
            anyhow::bail!("three columns: {row:?}");
        };
        assert!(!alert.is_empty() && !about.is_empty(), "{name}");
        explained.insert((*code_in(name).first().context("a name")?).to_owned());
    }
    let exported = exported();
    assert!(exported.contains("campanella_outbox_oldest_age_seconds"), "{exported:?}");
    assert_eq!(explained, exported);
    Ok(())
}

#[test]
fn every_exit_code_is_there_with_what_a_supervisor_should_do() -> anyhow::Result<()> {
    let page = page("docs/operations.md")?;
    let table = page.table("exits")?;
    let codes: Vec<&str> = table.iter().filter_map(|row| row.first().copied()).collect();
    assert_eq!(codes, Exit::ALL.map(|exit| exit.code().to_string()));
    assert!(table.iter().all(|row| row.len() == 3 && row.iter().all(|cell| !cell.is_empty())), "{table:?}");
    Ok(())
}
