// SPDX-License-Identifier: EUPL-1.2
//! Where things are, and which decisions there are.

use std::path::Path;

use super::{code_in, page};
use crate::invariants::{assert_none, members, root};

#[test]
fn the_readme_lays_out_every_crate_and_only_folders_that_exist() -> anyhow::Result<()> {
    let page = page("README.md")?;
    let table = page.table("layout")?;
    let written: Vec<&str> =
        table.iter().filter_map(|row| row.first()).flat_map(|cell| code_in(cell)).collect();
    let missing = written.iter().filter(|path| !Path::join(root(), path).exists());
    assert_none(&missing.map(|path| format!("{path} does not exist")).collect::<Vec<_>>());
    let folder = |manifest: &Path| {
        let folder = manifest.parent()?.strip_prefix(root().canonicalize().ok()?).ok()?;
        Some(folder.display().to_string())
    };
    let crates = members()?.into_iter().filter_map(|member| folder(member.manifest_path.as_std_path()));
    assert_none(&crates.filter(|path| !written.contains(&path.as_str())).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn every_decision_is_numbered_and_listed() -> anyhow::Result<()> {
    let index = page("docs/adr/README.md")?;
    let mut breaches = Vec::new();
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(Path::join(root(), "docs/adr"))? {
        found.push(entry?.file_name().to_string_lossy().into_owned());
    }
    found.retain(|name| name != "README.md");
    found.sort();
    for (index_from_0, name) in found.iter().enumerate() {
        let number = index_from_0 + 1;
        let text = page(&format!("docs/adr/{name}"))?.text;
        let sections = ["**Context.**", "**Decision.**", "**Consequences.**", "**Rejected.**"];
        if !name.starts_with(&format!("{number:04}-")) || !text.starts_with(&format!("# {number}. ")) {
            breaches.push(format!("{name}: its number is {number}"));
        }
        if sections.iter().any(|section| !text.contains(section)) {
            breaches.push(format!("{name}: context, decision, consequences, rejected"));
        }
        if !index.text.contains(&format!("[{number}]({name})")) {
            breaches.push(format!("{name} is not listed"));
        }
    }
    assert_none(&breaches);
    Ok(())
}
