// SPDX-License-Identifier: EUPL-1.2
//! The disk under the queue file is full, and has room again.

use std::{path::Path, thread, time::Duration};

use anyhow::{Result, ensure};
use campanella_domain::mail::MailTemplate;
use campanella_runtime::clock::Clock as _;
use campanella_store::notification;
use chrono::TimeDelta;

use super::{
    database::Database,
    embedded::Embedded,
    facts::{self, APPLICATIONS, WAVES},
    servers::Servers,
    sink::MailSink,
};
use crate::rome;

/// For whatever is waited for.
const PATIENCE: Duration = Duration::from_secs(150);
/// How long the disk stays full once it is said.
const LASTING: Duration = Duration::from_secs(3);

/// Tells an embedded installation everything a region is told, a wave of it while the disk is full. Gives what came of it as a
/// database, into which the installation was copied, and the relay that took its mails.
///
/// # Errors
/// When it does not say what it waits for, does not go on, or does not come to rest.
pub(crate) fn tell<'a>(servers: &'a Servers, program: &Path) -> Result<(Database<'a>, MailSink)> {
    let installation = Embedded::begin(program, PATIENCE)?;
    let (teller, clock) = (&installation.teller, &installation.clock);
    installation.swell()?;
    teller.wave(0)?;
    // Work has begun: its process has messages of its own in hand as well, and not only those of the teller.
    installation.wait_until("somebody is confirmed", PATIENCE, || Ok(confirmed(&installation)? > 0))?;
    installation.disk_is_full(true)?;
    teller.wave(1)?;
    let waits = || Ok(installation.status().is_ok_and(|status| says_what_it_waits_for(&status)));
    installation.wait_until("it says what it waits for", PATIENCE, waits)?;
    thread::sleep(LASTING);
    ensure!(
        waits()? && installation.unpublished()? > 0,
        "nothing waits for room: {}",
        installation.status()?
    );
    installation.disk_is_full(false)?;
    // What was in hand is due half a minute of business time after it was written.
    clock.set(clock.now() + TimeDelta::minutes(1))?;
    for wave in 2..WAVES {
        teller.wave(wave)?;
    }
    let everybody = usize::try_from(APPLICATIONS)?;
    installation
        .wait_until("everybody is confirmed", PATIENCE, || Ok(confirmed(&installation)? == everybody))?;
    clock.set(rome(facts::AFTER_THE_TERM)?)?;
    teller.late()?;
    installation.come_to_rest(PATIENCE)?;
    let database = Database::create(&servers.postgres, &servers.fresh_name())?;
    installation.copy_to(&database.url())?;
    Ok((database, installation.sink))
}

fn says_what_it_waits_for(status: &str) -> bool {
    status.starts_with("HTTP/1.1 503") && status.contains("the bus is unavailable: the queue file")
}

/// How many applications are confirmed.
fn confirmed(installation: &Embedded) -> Result<usize> {
    let template = MailTemplate::ArdisConfirmation;
    installation.teller.look(async |tx| Ok(notification::keys(tx, template).await?.len()))
}
