// SPDX-License-Identifier: EUPL-1.2
//! Keeps ownership, drop-out periods and findings of each student true to the communications.
//!
//! In: `ars.communication.recorded`. Out: `ars.student.at-risk`, `ars.period.closed`, `ars.finding.recorded`. Twice is harmless, and so is any
//! order: the state is a fold over all communications of the student, written over what stood there.

use std::collections::{BTreeSet, HashMap};

use campanella_domain::{
    ars::{DropOutPeriod, Ending, Finding, Owner, StudentState, fold},
    civil::zone::date_of,
    ids,
};
use campanella_messages::{
    ArsCommunicationRecorded, ArsFindingRecorded, ArsPeriodClosed, ArsStudentAtRisk, Cause, Message as _,
};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::ars::{
    communication, finding, ownership,
    period::{self, Period, PeriodState},
    student,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::school_notices::is_told;

pub(crate) const WORKER: Worker = Worker {
    name: "registry",
    summary: "tiene aggiornati titolarità e periodi di dispersione a ogni comunicazione",
    routes: &[Route::to::<KeepRegister>()],
    emits: &[ArsStudentAtRisk::TYPE, ArsPeriodClosed::TYPE, ArsFindingRecorded::TYPE],
};

struct KeepRegister;

impl Handler for KeepRegister {
    type Message = ArsCommunicationRecorded;

    async fn handle(
        events: &[Event<'_, ArsCommunicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let causes: HashMap<Uuid, Cause<'_>> =
            events.iter().map(|event| (event.student, event.cause())).collect();
        let mut students: Vec<Uuid> = causes.keys().copied().collect();
        students.sort_unstable();
        student::lock(work.tx(), &students).await?;
        let facts = student::facts(work.tx(), &students).await?;
        let mut communications = communication::of_students(work.tx(), &students).await?;
        let mut stored = period::of_students(work.tx(), &students).await?;
        let mut entries = Entries::default();
        for id in &students {
            let Some(student) = facts.get(id) else {
                return Err(Failure::Permanent(format!("student {id} is not in the register")));
            };
            let state = fold(student, &communications.remove(id).unwrap_or_default(), &work.ars().rules);
            entries.add(*id, state, &stored.remove(id).unwrap_or_default(), work.now());
        }
        let told = entries.write(&students, work).await?;
        for student in told {
            let cause = causes.get(&student).copied().unwrap_or(Cause::First);
            work.emit(&ArsFindingRecorded { student }, cause);
        }
        for (student, change) in &entries.changes {
            let cause = causes.get(student).copied().unwrap_or(Cause::First);
            match *change {
                Change::Opened(period) => work.emit(&ArsStudentAtRisk { period }, cause),
                Change::Closed(period) => work.emit(&ArsPeriodClosed { period }, cause),
            }
        }
        Ok(())
    }
}

/// What a batch writes, for all its students together.
#[derive(Debug, Default)]
struct Entries {
    owners: Vec<(Uuid, Owner)>,
    findings: Vec<(Uuid, Finding)>,
    periods: Vec<Period>,
    changes: Vec<(Uuid, Change)>,
}

/// What others have to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Opened(Uuid),
    Closed(Uuid),
}

impl Entries {
    fn add(&mut self, student: Uuid, state: StudentState, stored: &[Period], now: DateTime<Utc>) {
        self.owners.extend(state.owner.map(|owner| (student, owner)));
        self.findings.extend(state.findings.into_iter().map(|finding| (student, finding)));
        for period in &state.periods {
            let before = stored.iter().find(|stored| stored.ordinal == period.ordinal);
            let after = entry(student, period, before, now);
            self.note_change(before, &after);
            if before != Some(&after) {
                self.periods.push(after);
            }
        }
        // A fact learned late can show that there was no drop-out at all (ARS-038): the CPI must not go on with the case,
        // and one that was closed by then must not be counted as a drop-out either.
        let still = |stored: &&Period| state.periods.iter().any(|period| period.ordinal == stored.ordinal);
        let is_annulled = |stored: &Period| stored.ending == Some(Ending::Annulled);
        for gone in stored.iter().filter(|period| !still(period) && !is_annulled(period)) {
            let after = Period {
                state: PeriodState::Closed,
                ending: Some(Ending::Annulled),
                closed_by: None,
                closed_on: Some(date_of(now)),
                agreed: None,
                ..gone.clone()
            };
            self.note_change(Some(gone), &after);
            self.periods.push(after);
        }
    }

    fn note_change(&mut self, before: Option<&Period>, after: &Period) {
        let was_open = before.is_some_and(|period| period.state != PeriodState::Closed);
        match (was_open, after.state != PeriodState::Closed) {
            (false, true) => self.changes.push((after.student, Change::Opened(after.id))),
            (true, false) => self.changes.push((after.student, Change::Closed(after.id))),
            _ => {}
        }
    }

    /// Writes all of it and returns the students about whom something was found that schools are told of.
    async fn write(&self, students: &[Uuid], work: &mut UnitOfWork<'_>) -> Result<BTreeSet<Uuid>, Failure> {
        let now = work.now();
        ownership::replace(work.tx(), &self.owners).await?;
        let new = finding::replace(work.tx(), students, &self.findings, now).await?;
        period::upsert(work.tx(), &self.periods).await?;
        let is_new =
            |finding: &Finding| new.contains(&(finding.communication, finding.kind.code().to_owned()));
        let told = self.findings.iter().filter(|(_, finding)| is_told(&finding.kind) && is_new(finding));
        Ok(told.map(|(student, _)| *student).collect())
    }
}

/// The row of a period. Where its case stands is the CPI's affair as long as the period is open.
fn entry(student: Uuid, period: &DropOutPeriod, before: Option<&Period>, now: DateTime<Utc>) -> Period {
    let id = ids::period(student, period.ordinal);
    let state = match (&period.closed, before.map(|before| before.state)) {
        (Some(_), _) => PeriodState::Closed,
        (None, Some(PeriodState::Closed) | None) => PeriodState::Reported,
        (None, Some(state)) => state,
    };
    let was_open = before.is_some_and(|before| before.state != PeriodState::Closed);
    let opens = state != PeriodState::Closed && !was_open;
    Period {
        id,
        student,
        ordinal: period.ordinal,
        case_number: ids::case_number(id),
        opened_by: period.opened_by,
        opened_on: period.opened_on,
        kind: period.kind.code().to_owned(),
        school: period.school.clone(),
        state,
        cpi: before.and_then(|before| before.cpi.clone()),
        openings: before.map_or(0, |before| before.openings) + u32::from(opens),
        ending: period.closed.as_ref().map(|closed| closed.ending),
        closed_by: period.closed.as_ref().map(|closed| closed.by.code().to_owned()),
        closed_on: period.closed.as_ref().map(|closed| closed.on),
        agreed: period.closed.as_ref().map(|closed| closed.agreed),
        taken_at: before.filter(|_| !opens).and_then(|before| before.taken_at),
        recorded_at: before.map_or(now, |before| before.recorded_at),
    }
}
