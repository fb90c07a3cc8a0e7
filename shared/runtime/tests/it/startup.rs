// SPDX-License-Identifier: EUPL-1.2
//! A start that waits, and one that does not.

use std::cell::{Cell, RefCell};

use anyhow::ensure;
use campanella_runtime::{
    process::StatusBoard,
    startup::{STARTUP, patiently},
};

use crate::world::PATIENCE;

#[tokio::test]
async fn a_start_waits_for_what_comes_and_says_meanwhile_what_it_is() -> anyhow::Result<()> {
    let (board, attempts, told) = (StatusBoard::default(), Cell::new(0), RefCell::new(Vec::new()));
    let attempt = || {
        attempts.set(attempts.get() + 1);
        let waiting = board.loops().get(STARTUP).and_then(|start| start.reason.clone());
        let answer =
            if attempts.get() < 3 { Err(format!("refused {}", attempts.get())) } else { Ok(waiting) };
        async { answer }
    };
    let waited_for = |error: &String| Some(format!("database: {error}"));
    let seen =
        patiently(&board, attempt, waited_for, |reason| told.borrow_mut().push(reason.to_owned())).await;
    ensure!(seen == Ok(Some("database: refused 2".to_owned())), "the board tells the last reason: {seen:?}");
    ensure!(*told.borrow() == ["database: refused 1", "database: refused 2"], "{told:?}");
    ensure!(!board.report(PATIENCE).healthy, "until its loops are there, the process is not");
    board.remove(STARTUP);
    ensure!(board.loops().is_empty() && board.report(PATIENCE).healthy);
    Ok(())
}

#[tokio::test]
async fn what_waiting_does_not_cure_ends_the_start_at_once() -> anyhow::Result<()> {
    let (board, attempts) = (StatusBoard::default(), Cell::new(0));
    let attempt = || {
        attempts.set(attempts.get() + 1);
        async { Err::<(), _>("the password is wrong") }
    };
    let started = patiently(&board, attempt, |_| None, |_| {}).await;
    ensure!(started == Err("the password is wrong") && attempts.get() == 1);
    Ok(())
}
