// SPDX-License-Identifier: EUPL-1.2
//! Writes down a story: what is communicated, and beside it what must come of that.

use anyhow::{Context, Result};
use campanella_domain::ars::{Communication, CommunicationKind, School};
use campanella_domain::civil::zone::date_of;
use campanella_domain::identity::{CpiCode, EmailAddress};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::super::calendar::{FIRST_DAY_OF_LESSONS, arrival_from, days_after};
use super::super::dice::Dice;
use super::super::world::World;
use super::communications::Sender;
use super::expected::{ExpectedNotice, ExpectedPeriod, Opening};
use super::story::Regime;
use super::timeline::{Event, event};

/// Cases in a thousand that their CPI takes in charge only days later.
const NEGLECTED: u32 = 25;

/// Whom a story is about.
pub(super) struct Subject<'a> {
    pub(super) id: Uuid,
    pub(super) school: &'a School,
    pub(super) centre: Option<CpiCode>,
    pub(super) regime: Regime,
}

/// A story being written.
pub(super) struct Script<'a> {
    pub(super) world: &'a World,
    pub(super) subject: Subject<'a>,
    pub(super) sender: Sender<'a>,
    pub(super) dice: &'a mut Dice,
    pub(super) sent: Vec<(DateTime<Utc>, Communication)>,
    pub(super) periods: Vec<ExpectedPeriod>,
    pub(super) findings: Vec<(Uuid, &'static str)>,
    pub(super) notices: Vec<ExpectedNotice>,
}

/// A communication that was sent: its id, and when it arrives.
#[derive(Clone, Copy)]
pub(super) struct Sent {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
}

impl<'a> Script<'a> {
    pub(super) fn new(world: &'a World, subject: Subject<'a>, dice: &'a mut Dice) -> Self {
        let sender = Sender::new(subject.id, subject.school, dice);
        let (sent, periods, findings, notices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { world, subject, sender, dice, sent, periods, findings, notices }
    }

    pub(super) fn send(&mut self, communication: Communication) -> Sent {
        let sent = Sent { id: communication.id, at: arrival_from(communication.received_at) };
        self.sent.push((sent.at, communication));
        sent
    }

    /// The complete entry an ordinary school makes before it reports (`ARS-036`): mostly just before, sometimes on the day
    /// before. Of IeFP there is the class list.
    pub(super) fn enter_before(&mut self, report: Event) {
        if self.subject.regime == Regime::Ordinary {
            let received_at = self.just_before(report);
            let entry = self.sender.entry(FIRST_DAY_OF_LESSONS, received_at);
            self.send(entry);
        }
    }

    pub(super) fn just_before(&mut self, report: Event) -> DateTime<Utc> {
        let minutes = if self.dice.per_mille(200) {
            self.dice.between(10 * 60, 24 * 60)
        } else {
            self.dice.between(5, 45)
        };
        report.received_at - TimeDelta::minutes(i64::from(minutes))
    }

    /// Something that happens so many days after `day`, and is communicated within a few.
    pub(super) fn later(&mut self, day: NaiveDate, first: u32, last: u32) -> Event {
        let on = days_after(day, self.dice.between(first, last));
        event(on, 5, self.dice)
    }

    /// What happened on `on`, communicated so many days after another communication.
    pub(super) fn told_after(&mut self, before: Sent, on: NaiveDate, first: u32, last: u32) -> Event {
        let day = days_after(date_of(before.at), self.dice.between(first, last));
        Event { on, received_at: event(day, 1, self.dice).received_at }
    }

    pub(super) fn say(&mut self, kind: CommunicationKind, event: Event) -> Sent {
        let said = self.sender.says(kind, event, |said| said);
        self.send(said)
    }

    /// Another ordinary school than the student's.
    pub(super) fn other_school(&mut self) -> Result<&'a School> {
        let schools = self.world.schools.ordinary();
        let first = self.dice.index(schools.len());
        let mut others = schools.iter().cycle().skip(first).take(2);
        others.find(|school| school.code != self.subject.school.code).context("another school")
    }

    /// A school with three-year IeFP courses.
    pub(super) fn iefp_school(&mut self) -> Result<&'a School> {
        let schools = self.world.schools.with_class_list();
        schools.get(self.dice.index(schools.len())).context("an IeFP school")
    }

    pub(super) fn finds(&mut self, communication: Uuid, code: &'static str) {
        self.findings.push((communication, code));
    }

    /// A communication is without effect, and whoever sent it is told.
    pub(super) fn rejects(&mut self, communication: Uuid, code: &'static str, to: EmailAddress) {
        self.finds(communication, code);
        self.notices.push(ExpectedNotice::Rejected { communication, code, to });
    }

    /// Where the student's school reads mail.
    pub(super) fn school_mailbox(&self) -> EmailAddress {
        self.subject.school.mailbox.clone()
    }

    /// A period begins that was never known to be open.
    pub(super) fn begins(&mut self) {
        let ordinal = u32::try_from(self.periods.len()).unwrap_or_default() + 1;
        let period = ExpectedPeriod {
            ordinal,
            centre: self.subject.centre.clone(),
            is_closed: false,
            is_annulled: false,
            openings: Vec::new(),
        };
        self.periods.push(period);
    }

    /// A case opens.
    pub(super) fn opens(&mut self, at: DateTime<Utc>) {
        self.begins();
        self.reopens(at);
    }

    /// The case of the last period opens, again.
    pub(super) fn reopens(&mut self, at: DateTime<Utc>) {
        let next = |at: DateTime<Utc>| arrival_from(at + TimeDelta::seconds(1));
        let neglected = self.dice.per_mille(NEGLECTED);
        let days = TimeDelta::days(i64::from(self.dice.between(2, 5)));
        let taken_at = if neglected { next(at + days) } else { next(at) };
        if let Some(period) = self.periods.last_mut() {
            (period.is_closed, period.is_annulled) = (false, false);
            let taken_at = period.centre.is_some().then_some(taken_at);
            period.openings.push(Opening { at, taken_at, closed_at: None });
        }
    }

    /// The last period ends.
    pub(super) fn closes(&mut self, at: DateTime<Utc>) {
        if let Some(period) = self.periods.last_mut() {
            period.is_closed = true;
            if let Some(opening) = period.openings.last_mut() {
                opening.closed_at = Some(at);
                opening.taken_at = opening.taken_at.filter(|taken_at| *taken_at < at);
            }
        }
    }

    /// The last period turns out to have been none.
    pub(super) fn annuls(&mut self, at: DateTime<Utc>) {
        self.closes(at);
        if let Some(period) = self.periods.last_mut() {
            period.is_annulled = true;
        }
    }
}
