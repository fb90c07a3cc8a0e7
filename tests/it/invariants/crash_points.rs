// SPDX-License-Identifier: EUPL-1.2
//! Where a test may kill a process: nowhere that no test does, and around everything that is committed.

use std::{collections::BTreeSet, path::PathBuf};

use campanella_runtime::crash;

use super::{assert_none, files, root, shown};

/// The point a line passes.
fn point(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("crash::point(\"")?.split('"').next()
}

/// What the runtime and the workers are built of, without heartbeats: on those nobody's right hangs.
fn sources() -> anyhow::Result<Vec<PathBuf>> {
    let ours = ["shared/runtime/src", "workers"].map(|folder| root().join(folder));
    let mut found = files(&["rs"])?;
    found.retain(|file| {
        ours.iter().any(|folder| file.starts_with(folder))
            && !file.ends_with("shared/runtime/src/heartbeat.rs")
    });
    Ok(found)
}

#[test]
fn every_crash_point_is_one_at_which_a_test_lets_a_process_die() -> anyhow::Result<()> {
    let mut passed = BTreeSet::new();
    for file in sources()? {
        passed.extend(std::fs::read_to_string(file)?.lines().filter_map(point).map(str::to_owned));
    }
    let visited = crash::OF_A_YEAR.into_iter().chain(crash::OF_TROUBLE).map(str::to_owned);
    assert_eq!(passed, visited.collect());
    Ok(())
}

#[test]
fn a_process_may_die_before_and_after_every_commit_on_the_way_of_a_message_and_a_mail() -> anyhow::Result<()>
{
    let mut bare = Vec::new();
    let on_the_way = ["shared/runtime/src", "workers/mailer/src"].map(|folder| root().join(folder));
    for file in sources()?.iter().filter(|file| on_the_way.iter().any(|folder| file.starts_with(folder))) {
        let text = std::fs::read_to_string(file)?;
        // Tests end a file.
        let lines: Vec<&str> = text.lines().take_while(|line| *line != "#[cfg(test)]").collect();
        for (number, three) in (2..).zip(lines.windows(3)) {
            if let [before, commit, after] = three
                && commit.contains("tx.commit().await")
                && !(point(before).is_some_and(|name| name.contains(".before-"))
                    && point(after).is_some_and(|name| name.contains(".after-")))
            {
                bare.push(format!("{}:{number}", shown(file)));
            }
        }
    }
    assert_none(&bare);
    Ok(())
}
