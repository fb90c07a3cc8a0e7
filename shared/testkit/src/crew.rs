// SPDX-License-Identifier: EUPL-1.2
//! Processes that end with their owner.
//!
//! A guardian (`guardian.rs`) is their parent: whether this process drops the crew, ends, panics or is killed with -9, they
//! are told to end (SIGTERM), and killed if they have not after half a minute. For `./dev up` and for tests that kill
//! workers and start them again.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::guardian::{Guardian, PROCESSES};
use crate::home::Home;
use crate::shell;

/// Processes by name, each with a folder of its name for what it prints.
#[derive(Debug)]
pub struct Crew {
    guardian: Guardian,
}

impl Crew {
    /// Nobody yet. `folder` is made if it is missing, and stays; it is for one crew at a time.
    ///
    /// # Errors
    /// When the folder cannot be made, or no shell starts.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let script = format!("{PROCESSES}\necho ready\ntake_orders\n");
        let guardian = Guardian::start(&script, Home::kept(folder, None)?, None, &[], &[])?;
        Ok(Self { guardian })
    }

    /// Starts `program` under `name` (anew, if it was there and has ended) and returns its process id. Its environment is
    /// `PATH` and what is given. The arguments can be read by others on this machine, the environment cannot.
    ///
    /// # Errors
    /// When `name` is at work already, or is not lower-case letters, digits and `-`.
    pub fn start(
        &self,
        name: &str,
        program: &Path,
        arguments: &[&str],
        environment: &[(String, String)],
    ) -> anyhow::Result<u32> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ensure!(!name.is_empty() && name.bytes().all(plain), "{name:?} is not the name of a process");
        ensure!(!self.is_running(name)?, "{name} is at work already");
        let home = self.guardian.folder().join(name);
        fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        let start = home.join("start");
        fs::write(&start, "")?;
        // It may hold passwords.
        fs::set_permissions(&start, Permissions::from_mode(0o600))?;
        let program = program.to_str().context("the program's path is not UTF-8")?;
        fs::write(&start, shell::becoming(program, arguments, environment))?;
        self.guardian.order("launch", name)?;
        let pid = fs::read_to_string(home.join("guarded.pid"))?;
        Ok(pid.trim().parse()?)
    }

    /// Asks it to end (SIGTERM) and returns once it has.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn stop(&self, name: &str) -> anyhow::Result<()> {
        self.guardian.order("stop", name)
    }

    /// Kills it (SIGKILL) and returns once it has ended.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn kill9(&self, name: &str) -> anyhow::Result<()> {
        self.guardian.order("kill", name)
    }

    /// Whether it is at work.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn is_running(&self, name: &str) -> anyhow::Result<bool> {
        self.guardian.ask(&format!("running {name}"))
    }

    /// What it has printed since it was started last is in this file.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.guardian.folder().join(name).join("output.log")
    }
}
