// SPDX-License-Identifier: EUPL-1.2
//! What a process says when it fails: never whose data it had in hand, and never so long that it does not end.

use std::{
    io,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output, Stdio},
    time::Duration,
};

use anyhow::ensure;
use campanella_runtime::{
    Watchdog,
    config::{LogFormat, LogSettings},
    telemetry,
};

use crate::probe::TAX_CODE;

/// What this test binary is to do as a process of its own.
const DEED: &str = "CAMPANELLA_RUNTIME_LAST_WORDS";
const SIGABRT: i32 = 6;

fn process(deed: &str) -> anyhow::Result<Output> {
    Ok(Command::new(std::env::current_exe()?)
        .args(["--exact", "last_words::does_its_deed", "--nocapture"])
        .env(DEED, deed)
        .stdout(Stdio::null())
        .output()?)
}

#[test]
fn a_panic_tells_thread_and_place_and_not_what_it_had_in_hand() -> anyhow::Result<()> {
    for deed in ["panic", "panic-without-a-log"] {
        let ended = process(deed)?;
        let told = String::from_utf8(ended.stderr)?;
        ensure!(ended.status.success(), "{told}");
        ensure!(!told.contains(TAX_CODE), "{told}");
        ensure!(told.contains("registry-7") && told.contains("last_words.rs:"), "{told}");
    }
    Ok(())
}

#[test]
fn a_handler_that_hangs_with_the_log_in_its_hands_ends_the_process_all_the_same() -> anyhow::Result<()> {
    let ended = process("hang")?;
    ensure!(ended.status.signal() == Some(SIGABRT), "{ended:?}");
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[test]
fn does_its_deed() -> anyhow::Result<()> {
    let Some(deed) = std::env::var_os(DEED) else {
        return Ok(());
    };
    if deed != "panic-without-a-log" {
        telemetry::start(&LogSettings { format: LogFormat::Human, filter: "info".to_owned() })?;
    }
    if deed == "hang" {
        let _guard = Watchdog::start().guard("registry", Duration::ZERO);
        // Whoever logs now waits for ever.
        let _held = io::stderr().lock();
        loop {
            std::thread::park();
        }
    }
    telemetry::conceal_panics();
    let thread = std::thread::Builder::new().name("registry-7".to_owned());
    let ended = thread.spawn(|| panic!("{TAX_CODE} is not a number"))?.join();
    ensure!(ended.is_err());
    Ok(())
}
