// SPDX-License-Identifier: EUPL-1.2
//! Processes, connections and servers that die under an installation at work: those faults that take well under a minute.
//! `./dev chaos` tells all of them.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use anyhow::{Result, anyhow};
use campanella_tests::faults::{Effects, Fault, Servers, story};

/// What every fault is compared with, and what all of them share. One region at a time: two would share two processors.
struct Ground {
    servers: Servers,
    expected: Effects,
    turn: Mutex<()>,
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hand"))
}

fn prepared() -> Result<Ground> {
    let servers = Servers::start()?;
    let expected = story::undisturbed(&servers, program())?;
    Ok(Ground { servers, expected, turn: Mutex::default() })
}

fn ground() -> Result<(&'static Ground, MutexGuard<'static, ()>)> {
    static GROUND: OnceLock<Result<Ground, String>> = OnceLock::new();
    let ground = GROUND.get_or_init(|| prepared().map_err(|error| format!("{error:#}")));
    let ground = ground.as_ref().map_err(|error| anyhow!("{error}"))?;
    Ok((ground, ground.turn.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Nothing lost, nothing doubled, no dead letter but poison, no mail in doubt but one whose sender died.
fn holds(fault: Fault) -> Result<()> {
    let (Ground { servers, expected, .. }, _turn) = ground()?;
    let outcome = story::tell(servers, program(), Some(fault), Some(expected), 13)?;
    assert!(outcome.survived(), "{fault:?}: {outcome:#?}");
    Ok(())
}

#[test]
fn a_worker_killed_in_the_middle_of_its_messages_loses_and_doubles_nothing() -> Result<()> {
    holds(Fault::Worker)
}

#[test]
fn a_relay_killed_before_and_after_it_publishes_loses_and_doubles_nothing() -> Result<()> {
    holds(Fault::Relay)
}

#[test]
fn a_scheduler_killed_while_it_decides_a_term_lets_everything_happen_once() -> Result<()> {
    holds(Fault::Scheduler)
}

#[test]
fn a_mailer_killed_in_the_middle_of_a_mail_leaves_that_mail_in_doubt_and_sends_none_twice() -> Result<()> {
    holds(Fault::Mailer)
}

#[test]
fn poison_that_panics_kills_and_hangs_is_put_aside_and_costs_no_other_message() -> Result<()> {
    holds(Fault::Poison)
}

#[test]
fn connections_to_the_broker_cut_in_the_middle_of_a_batch_lose_and_double_nothing() -> Result<()> {
    holds(Fault::Cut)
}

#[test]
fn a_database_restarted_under_load_loses_and_doubles_nothing() -> Result<()> {
    holds(Fault::Database)
}

#[test]
fn a_database_whose_machine_vanishes_in_a_transaction_ends_who_waits_for_it_and_loses_and_doubles_nothing()
-> Result<()> {
    holds(Fault::DatabaseVanished)
}

#[test]
fn a_clock_set_back_over_a_term_takes_nobody_the_admission_they_have() -> Result<()> {
    holds(Fault::Clock)
}

#[test]
fn a_full_disk_under_the_queue_file_is_waited_out_and_loses_and_doubles_nothing() -> Result<()> {
    holds(Fault::FullDisk)
}
