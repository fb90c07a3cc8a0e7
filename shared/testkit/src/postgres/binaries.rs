// SPDX-License-Identifier: EUPL-1.2
//! Where the PostgreSQL server's programs are. Debian keeps them out of `PATH`, one folder a version.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

const NEEDED: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with the server's programs: the first of `PATH` that holds them all, else Debian's newest.
///
/// # Errors
/// When there is none; the message names the command that installs them.
pub(super) fn find() -> anyhow::Result<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&on_path)
        .find(|folder| is_complete(folder))
        .or_else(|| newest_under(Path::new(DEBIAN)))
        .context("no PostgreSQL server is installed: run ./dev test, which installs it")
}

fn is_complete(folder: &Path) -> bool {
    NEEDED.iter().all(|program| folder.join(program).is_file())
}

fn newest_under(root: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(root).ok()?.filter_map(|entry| {
        let path = entry.ok()?.path();
        let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
        Some((version, path.join("bin")))
    });
    versions.filter(|(_, bin)| is_complete(bin)).max().map(|(_, bin)| bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, version: &str, programs: &[&str]) -> anyhow::Result<()> {
        let bin = root.join(version).join("bin");
        std::fs::create_dir_all(&bin)?;
        for program in programs {
            std::fs::write(bin.join(program), "")?;
        }
        Ok(())
    }

    #[test]
    fn the_newest_complete_version_is_taken() -> anyhow::Result<()> {
        let root = tempfile::tempdir()?;
        install(root.path(), "9", &NEEDED)?;
        install(root.path(), "15", &NEEDED)?;
        install(root.path(), "17", &["psql"])?;
        assert_eq!(newest_under(root.path()), Some(root.path().join("15/bin")));
        Ok(())
    }

    #[test]
    fn a_machine_without_a_server_has_none() -> anyhow::Result<()> {
        let root = tempfile::tempdir()?;
        install(root.path(), "15", &["psql"])?;
        assert_eq!(newest_under(root.path()), None);
        assert_eq!(newest_under(&root.path().join("absent")), None);
        Ok(())
    }
}
