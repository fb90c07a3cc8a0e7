// SPDX-License-Identifier: EUPL-1.2
//! A process to lose: this test binary again, told by an environment variable to be one.

use std::{
    ffi::{OsStr, OsString},
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output, Stdio},
};

/// Holds what the victim is to do, or where.
const ORDER: &str = "CAMPANELLA_RUNTIME_VICTIM";
const SIGABRT: i32 = 6;

/// A process that runs the one `test`, whose body does what is [`ordered`].
pub(crate) fn victim(test: &str, order: impl AsRef<OsStr>) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", test, "--nocapture"]).env(ORDER, order).stdout(Stdio::null());
    Ok(command)
}

/// What this process is to do; none in a run of the tests.
pub(crate) fn ordered() -> Option<OsString> {
    std::env::var_os(ORDER)
}

/// Whether it ended itself, as a watchdog or a crash point does.
pub(crate) fn is_aborted(ended: &Output) -> bool {
    ended.status.signal() == Some(SIGABRT)
}
