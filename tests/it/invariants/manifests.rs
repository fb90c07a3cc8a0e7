// SPDX-License-Identifier: EUPL-1.2
//! Versions, features and lints are in the root manifest and only there.

use std::collections::BTreeSet;

use anyhow::Context as _;
use toml::{Table, Value};

use super::{assert_none, members, root};

fn manifests() -> anyhow::Result<Vec<(String, Table)>> {
    let read =
        |path: &std::path::Path| -> anyhow::Result<Table> { Ok(std::fs::read_to_string(path)?.parse()?) };
    members()?
        .into_iter()
        .map(|member| Ok((member.name.to_string(), read(member.manifest_path.as_ref())?)))
        .collect()
}

fn root_manifest() -> anyhow::Result<Table> {
    Ok(std::fs::read_to_string(root().join("Cargo.toml"))?.parse()?)
}

/// Every dependency of a manifest, of every kind and for every target, as it is written.
fn dependencies(manifest: &Table) -> Vec<(&str, &Value)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let sections = targets.filter_map(Value::as_table).chain([manifest]);
    let tables = sections.flat_map(|section| KINDS.map(|kind| section.get(kind).and_then(Value::as_table)));
    tables.flatten().flatten().map(|(name, written)| (name.as_str(), written)).collect()
}

#[test]
fn every_member_takes_version_edition_and_licence_from_the_root() -> anyhow::Result<()> {
    let mut breaches = Vec::new();
    for (name, manifest) in manifests()? {
        let package = manifest.get("package").context("no [package]")?;
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            let inherited =
                package.get(key).and_then(|value| value.get("workspace")).and_then(Value::as_bool);
            if inherited != Some(true) {
                breaches.push(format!("{name}: write `{key}.workspace = true`"));
            }
        }
    }
    assert_none(&breaches);
    Ok(())
}

#[test]
fn every_member_takes_the_lints_of_the_root() -> anyhow::Result<()> {
    let inherited = Table::from_iter([("workspace".to_owned(), Value::Boolean(true))]);
    let own = manifests()?.into_iter().filter(|(_, manifest)| {
        manifest.get("lints").and_then(Value::as_table).is_none_or(|lints| *lints != inherited)
    });
    assert_none(&own.map(|(name, _)| name).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn no_member_names_the_version_or_a_feature_of_a_dependency() -> anyhow::Result<()> {
    let mut breaches = Vec::new();
    for (member, manifest) in manifests()? {
        for (name, written) in dependencies(&manifest) {
            let inherited = written.as_table().is_some_and(|written| {
                written.contains_key("workspace")
                    && written.keys().all(|key| key == "workspace" || key == "optional")
            });
            if !inherited {
                breaches.push(format!("{member}: {name} = {written}"));
            }
        }
    }
    assert_none(&breaches);
    Ok(())
}

#[test]
fn every_dependency_the_root_declares_is_used() -> anyhow::Result<()> {
    let root = root_manifest()?;
    let declared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let declared = declared.and_then(Value::as_table).context("no [workspace.dependencies]")?;
    let manifests = manifests()?;
    let used: BTreeSet<&str> =
        manifests.iter().flat_map(|(_, manifest)| dependencies(manifest)).map(|(name, _)| name).collect();
    assert_none(&declared.keys().filter(|name| !used.contains(name.as_str())).cloned().collect::<Vec<_>>());
    Ok(())
}
