// SPDX-License-Identifier: EUPL-1.2
//! The `campanella` command.

use std::process::ExitCode;

use campanella_runtime::telemetry;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::conceal_panics();
    telemetry::leave_no_core_dump();
    campanella::cli::main().await.into()
}
