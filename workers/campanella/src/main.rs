// SPDX-License-Identifier: EUPL-1.2
//! The `campanella` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    campanella_runtime::telemetry::conceal_panics();
    campanella::cli::main().await.into()
}
