// SPDX-License-Identifier: EUPL-1.2
//! The `campanella` command as a process of its own, so that a story can kill it: a package's tests find no program but its
//! own.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    campanella_runtime::telemetry::conceal_panics();
    campanella::cli::main().await.into()
}
