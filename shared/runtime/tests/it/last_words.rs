// SPDX-License-Identifier: EUPL-1.2
//! What a process says when it fails: never whose data it had in hand, and never so long that it does not end.

use std::{io, time::Duration};

use anyhow::ensure;
use campanella_runtime::{
    Watchdog,
    config::{LogFormat, LogSettings},
    telemetry,
};

use crate::{
    probe::TAX_CODE,
    victim::{is_aborted, ordered, victim},
};

/// The test that is the other process's side.
const VICTIM: &str = "last_words::does_its_deed";

#[test]
fn a_panic_tells_thread_and_place_and_not_what_it_had_in_hand() -> anyhow::Result<()> {
    for deed in ["panic", "panic-without-a-log"] {
        let ended = victim(VICTIM, deed)?.output()?;
        let told = String::from_utf8(ended.stderr)?;
        ensure!(ended.status.success(), "{told}");
        ensure!(!told.contains(TAX_CODE), "{told}");
        ensure!(told.contains("registry-7") && told.contains("last_words.rs:"), "{told}");
    }
    Ok(())
}

#[test]
fn a_handler_that_hangs_with_the_log_in_its_hands_ends_the_process_all_the_same() -> anyhow::Result<()> {
    let ended = victim(VICTIM, "hang")?.output()?;
    ensure!(is_aborted(&ended), "{ended:?}");
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[test]
fn does_its_deed() -> anyhow::Result<()> {
    let Some(deed) = ordered() else {
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
