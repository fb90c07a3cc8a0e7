// SPDX-License-Identifier: EUPL-1.2
//! What a process has in hand when a fault strikes: without it a region would survive whatever the product loses.
//!
//! Work is stopped where it can be seen, by a test's own hand: a table that is held lets whoever writes to it stand in the middle
//! of a transaction, a relay that does not answer lets whoever sends stand in the middle of a mail. Then the fault strikes, and
//! only then work may go on. What cannot be seen within a minute is a failure that says so.
//!
//! Rejected: to strike after a time, however often (it may strike a process that does nothing, and nobody would know).

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{
    hands::{self, Hand, MAILERS, SCHEDULERS, WORKERS},
    region::Region,
};

/// For something in hand to be seen.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(50);

impl Region<'_> {
    /// Strikes while a worker is in the middle of a transaction that handles messages, which the broker knows to be in hand: at
    /// its first row, or at a mail it asks for. `draw` chooses which, and whom `strike` is told among several.
    pub(crate) fn while_handling(&self, draw: usize, strike: impl FnOnce(&str) -> Result<()>) -> Result<()> {
        let table = ["inbox", "notification"][draw % 2];
        let held = self.database.hold(table)?;
        let worker = seen("no worker is in the middle of handling messages", || {
            let standing = self.standing_at(table, &WORKERS)?;
            let in_hand = self.servers.in_hand(&self.vhost)?;
            Ok(hands::from(&WORKERS, draw / 2)
                .find(|name| in_hand > 0 && standing.iter().any(|one| one == name)))
        })?;
        strike(worker)?;
        drop(held);
        Ok(())
    }

    /// Strikes while a mailer, told to `strike`, waits for the relay's answer to a mail that was handed over: the relay has it,
    /// and the database does not know yet.
    pub(crate) fn while_sending(&self, draw: usize, strike: impl FnOnce(&str) -> Result<()>) -> Result<()> {
        self.sink.withhold(true);
        let struck = seen("no mailer is in the middle of a mail", || {
            for name in hands::from(&MAILERS, draw) {
                let door = self.doors.get(name).with_context(|| format!("no door of {name}"))?;
                for mail in self.sink.unanswered(*door) {
                    let sending = format!(
                        "SELECT count(*) FROM notification WHERE id = '{mail}' AND state = 'sending'"
                    );
                    if self.count(&sending)? == 1 {
                        return Ok(Some(name));
                    }
                }
            }
            Ok(None)
        })
        .and_then(strike);
        self.sink.withhold(false);
        struck
    }

    /// From here on schedulers can decide nothing: those who have something to decide stand in the middle of it.
    pub(crate) fn hold_the_calendar(&self) -> Result<()> {
        self.calendar().replace(self.database.hold("occurrence")?);
        Ok(())
    }

    /// Strikes while a scheduler, told to `strike`, is in the middle of a transaction, at the row of an occurrence that is due and
    /// not yet decided: the calendar was held before.
    pub(crate) fn while_deciding(&self, draw: usize, strike: impl FnOnce(&str) -> Result<()>) -> Result<()> {
        let held = self.calendar().take().context("nobody holds the calendar")?;
        let scheduler = seen("no scheduler is in the middle of deciding what is due", || {
            let deciding = self.standing_at("occurrence", &SCHEDULERS)?;
            Ok(hands::from(&SCHEDULERS, draw).find(|name| deciding.iter().any(|one| one == name)))
        })?;
        strike(scheduler)?;
        drop(held);
        Ok(())
    }

    /// Waits until there are rows that stay for so long that a broker that takes them would have them by now. Those that are
    /// seen first may have been published before, and not yet been deleted.
    pub(crate) fn wait_for_unpublished(&self, lasting: Duration) -> Result<()> {
        const WAITING: &str = "SELECT coalesce(string_agg(quote_literal(id), ','), 'NULL') FROM outbox";
        seen("the broker has taken all there was to publish", || {
            let waiting = self.database.sql(WAITING)?;
            thread::sleep(lasting);
            let left = self.count(&format!("SELECT count(*) FROM outbox WHERE id IN ({waiting})"))?;
            Ok((left > 0).then_some(()))
        })
    }

    /// Who of them waits at a held table, with a transaction open.
    fn standing_at(&self, table: &str, hands: &[Hand]) -> Result<Vec<String>> {
        let names: Vec<String> = hands.iter().map(|(name, _)| format!("'{name}'")).collect();
        let rows = self.database.sql(&format!(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO {table} %' AND application_name IN ({})",
            names.join(", ")
        ))?;
        Ok(rows.lines().map(str::to_owned).collect())
    }
}

/// What was looked for, once it is seen.
fn seen<T>(otherwise: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(found) = look()? {
            return Ok(found);
        }
        thread::sleep(GLANCE);
    }
    bail!("{otherwise}: a fault would find nothing to lose")
}
