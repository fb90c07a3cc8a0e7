// SPDX-License-Identifier: EUPL-1.2
//! Turns the calendar of the procedure files into due messages.
//!
//! In: nothing but time. Out: `ardis.term.reached`, `reminder.due`. Twice is harmless: an occurrence is a row
//! `(schedule, civil time)`, inserted in the same transaction as its messages; any number of schedulers fire it once.
//!
//! After downtime each schedule's own policy applies ([`ledger::decide`]); every occurrence ends as `fired`, `late` or
//! `skipped` with its reason.

mod ledger;

use std::sync::Arc;

use campanella_domain::{
    civil::zone::instant_of,
    procedure::{Action, Schedule, Trigger},
};
use campanella_messages::{ArdisTermReached, Cause, ReminderDue};
use campanella_runtime::{Failure, Procedures, Progress, RelayHandle, UnitOfWork, clock::Clock};
use campanella_store::{Store, bookmark, occurrence};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;

pub use ledger::{Fate, decide};

/// How the scheduler works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchedulerSettings {
    /// Seconds between two looks at the calendar.
    pub poll_seconds: u64,
    /// Seconds after its time from which an occurrence counts as late.
    pub late_after_seconds: i64,
}

/// Since when a schedule is known here, its name appended: what recurs is not made up for before.
const SINCE: &str = "scheduler.since.";
/// How far ahead [`Scheduler::next_due`] looks.
const HORIZON: TimeDelta = TimeDelta::days(400);

/// One scheduler; run as many as wanted.
#[derive(Debug)]
pub struct Scheduler {
    store: Store,
    clock: Arc<dyn Clock>,
    procedures: Arc<Procedures>,
    relay: RelayHandle,
    settings: SchedulerSettings,
}

impl Scheduler {
    /// A scheduler over the calendars of both procedures.
    #[must_use]
    pub const fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        procedures: Arc<Procedures>,
        relay: RelayHandle,
        settings: SchedulerSettings,
    ) -> Self {
        Self { store, clock, procedures, relay, settings }
    }

    /// All schedules of both procedures.
    pub fn schedules(procedures: &Procedures) -> impl Iterator<Item = &Schedule> {
        procedures.ars.schedules.iter().chain(&procedures.ardis.schedules)
    }

    /// Decides every occurrence that is due and not in the ledger.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database is; nothing was decided.
    pub async fn step(&mut self) -> Result<Progress, Failure> {
        let procedures = Arc::clone(&self.procedures);
        let mut work = UnitOfWork::begin(&self.store, self.clock.now(), &procedures).await?;
        let now = work.now();
        let newest = occurrence::newest(work.tx()).await?;
        let mut decided = Vec::new();
        for schedule in Self::schedules(&procedures) {
            let decided_last = newest
                .iter()
                .find(|(name, _)| *name == schedule.name)
                .and_then(|(_, civil)| civil.parse::<NaiveDateTime>().ok());
            let after = match decided_last {
                Some(civil) => instant_of(civil),
                None => beginning(schedule, &mut work).await?,
            };
            let due = schedule.occurrences(after, now);
            decided.extend(ledger::rows(
                schedule,
                &due,
                now,
                TimeDelta::seconds(self.settings.late_after_seconds),
            ));
        }
        let new = occurrence::record(work.tx(), &decided).await?;
        for row in new.iter().filter(|row| row.state != "skipped") {
            if let Some(schedule) =
                Self::schedules(&procedures).find(|schedule| schedule.name == row.schedule)
            {
                emit(&mut work, schedule, &row.civil);
            }
        }
        work.commit(&self.relay).await?;
        for row in &new {
            tracing::info!(
                schedule = row.schedule,
                civil = row.civil,
                state = row.state,
                reason = row.reason,
                "occurrence decided"
            );
        }
        Ok(if new.is_empty() { Progress::Idle } else { Progress::Worked(new.len()) })
    }

    /// The instant of the next occurrence after now, if one comes within 400 days.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        Self::schedules(&self.procedures)
            .filter_map(|schedule| schedule.occurrences(now, now + HORIZON).first().map(|next| next.instant))
            .min()
    }
}

/// What happens once is made up for however late the installation comes: a right may hang on it. What recurs begins when the
/// schedule is first seen: one that a new procedure file brings or renames has missed nothing. Remembered in the same
/// transaction as the first decisions.
async fn beginning(schedule: &Schedule, work: &mut UnitOfWork<'_>) -> Result<DateTime<Utc>, Failure> {
    match schedule.trigger {
        Trigger::Cron(_) => {
            let now = work.now();
            let name = format!("{SINCE}{}", schedule.name);
            let first_seen = bookmark::set_first(work.tx(), &name, &now.to_rfc3339()).await?;
            Ok(first_seen.parse().unwrap_or(now))
        }
        Trigger::At(_) | Trigger::Before(_) | Trigger::After(_) => Ok(DateTime::<Utc>::MIN_UTC),
    }
}

fn emit(work: &mut UnitOfWork<'_>, schedule: &Schedule, civil: &str) {
    match schedule.action {
        Action::TermReached(term) => {
            work.emit(&ArdisTermReached { term: term.as_str().to_owned(), after: None }, Cause::First);
        }
        Action::ReminderDue(campaign) => {
            let campaign = Action::ReminderDue(campaign).subject().to_owned();
            work.emit(&ReminderDue { campaign, occurrence: civil.to_owned(), after: None }, Cause::First);
        }
    }
}
