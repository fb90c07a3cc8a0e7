// SPDX-License-Identifier: EUPL-1.2
//! What the architecture promises about the workspace itself. A failure lists what breaks the promise;
//! the promise is the name of the test.

mod crash_points;
mod dependencies;
mod licences;
mod manifests;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The root folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What cargo knows of the workspace and of its dependencies on this platform; asks no network.
fn metadata() -> anyhow::Result<&'static Metadata> {
    static METADATA: OnceLock<Result<Metadata, String>> = OnceLock::new();
    let read = METADATA.get_or_init(|| read_metadata().map_err(|error| format!("{error:#}")));
    read.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}

fn read_metadata() -> anyhow::Result<Metadata> {
    let version = Command::new("rustc").arg("-vV").output().context("rustc")?.stdout;
    let version = String::from_utf8(version)?;
    let platform =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    // What other platforms need is not downloaded by a build and so could not be read here.
    let options = ["--offline", "--locked", "--filter-platform", platform].map(str::to_owned);
    Ok(MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec()?)
}

/// The packages of the workspace.
pub(crate) fn members() -> anyhow::Result<Vec<&'static Package>> {
    Ok(metadata()?.workspace_packages())
}

/// The files of the repository whose name ends in one of `extensions`, without what builds and runs leave.
pub(crate) fn files(extensions: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    const LEFT_BEHIND: [&str; 3] = ["target", "campanella-demo", "campanella-data"];
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                if !name.starts_with('.') && !LEFT_BEHIND.contains(&name.as_str()) {
                    folders.push(entry.path());
                }
            } else if name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension)) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// How a file is called in a failure: its path from the root of the repository.
pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

/// Fails with the list of what breaks a promise.
#[track_caller]
pub(crate) fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n  {}", breaches.join("\n  "));
}

/// A set of names, to be compared with what was found.
fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}
