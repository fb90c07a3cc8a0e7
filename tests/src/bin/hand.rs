// SPDX-License-Identifier: EUPL-1.2
//! The `campanella` command for a region of the fault tests: `run` has the region's business time and a worker more.

use std::{path::PathBuf, process::ExitCode};

use campanella_tests::faults::stage;

#[tokio::main]
async fn main() -> ExitCode {
    campanella_runtime::telemetry::conceal_panics();
    let clock = PathBuf::from(std::env::var_os(stage::CLOCK).unwrap_or_default());
    campanella::cli::main_on(stage::with_clock(&clock)).await.into()
}
