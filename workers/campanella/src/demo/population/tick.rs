// SPDX-License-Identifier: EUPL-1.2
//! What arrives at one moment, kind by kind, ready to be written in batches.

use anyhow::Result;
use campanella_domain::ardis::Application;
use campanella_domain::ars::Communication;
use campanella_domain::ids;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ardis::{
    self, AnswerRow, ChangeRow, DraftRow, IseeRow, ObservationRow, OfficerDecision, SelfCertificationRow,
};
use super::arrivals::{Arrival, Subject};
use super::ars::{self, Pupil, Regime};
use super::world::World;

/// What arrives at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tick {
    /// The moment.
    pub at: DateTime<Utc>,
    /// Students entered for the first time: before their communications.
    pub students: Vec<Pupil>,
    /// Communications of schools and CPI.
    pub communications: Vec<StudentCommunication>,
    /// The periods whose case its CPI takes in charge.
    pub takings: Vec<Uuid>,
    /// Applications with their ids: before what concerns them.
    pub applications: Vec<(Uuid, Application)>,
    /// DSU and attestations.
    pub isee: Vec<IseeRow>,
    /// Self-certifications.
    pub self_certifications: Vec<SelfCertificationRow>,
    /// Forms begun and not transmitted yet.
    pub drafts: Vec<DraftRow>,
    /// Changes of data.
    pub changes: Vec<ChangeRow>,
    /// Observations on the provisional list.
    pub observations: Vec<ObservationRow>,
    /// The office's answers to them.
    pub answers: Vec<AnswerRow>,
    /// Decisions of officers.
    pub officer_decisions: Vec<OfficerDecision>,
}

/// A communication and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentCommunication {
    /// The student's id.
    pub student: Uuid,
    /// What is communicated.
    pub communication: Communication,
}

impl Tick {
    /// How many facts arrive.
    pub fn len(&self) -> usize {
        self.students.len()
            + self.communications.len()
            + self.takings.len()
            + self.applications.len()
            + self.isee.len()
            + self.self_certifications.len()
            + self.drafts.len()
            + self.changes.len()
            + self.observations.len()
            + self.answers.len()
            + self.officer_decisions.len()
    }

    /// Whether nothing does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Invents what arrives: `arrivals` are all of one moment.
pub(super) fn invent(world: &World, scale: u32, arrivals: &[Arrival]) -> Result<Tick> {
    let mut tick = Tick { at: arrivals.first().map(|first| first.at).unwrap_or_default(), ..Tick::default() };
    for arrival in arrivals {
        match arrival.subject {
            Subject::ClassList(school) => class_list(world, school, &mut tick)?,
            Subject::DropOut(regime, number) => drop_out(world, regime, number, &mut tick)?,
            Subject::Household(number) => household(world, number, &mut tick)?,
            Subject::Draft(number) => tick.drafts.push(ardis::never_transmitted(world, scale, number)?),
        }
    }
    Ok(tick)
}

fn class_list(world: &World, school: u32, tick: &mut Tick) -> Result<()> {
    for (student, communication) in ars::rows_arriving(world, school, tick.at)? {
        tick.communications.push(StudentCommunication { student: student.id, communication });
        tick.students.push(student);
    }
    Ok(())
}

fn drop_out(world: &World, regime: Regime, number: u32, tick: &mut Tick) -> Result<()> {
    let drop_out = ars::drop_out(world, regime, u64::from(number))?;
    let student = drop_out.student.id;
    // Of IeFP, the class list brought the student.
    let is_first = drop_out.communications.first().is_some_and(|(at, _)| *at == tick.at);
    if regime == Regime::Ordinary && is_first {
        tick.students.push(drop_out.student);
    }
    let taken = drop_out.periods.iter().filter(|period| period.takings().any(|at| at == tick.at));
    tick.takings.extend(taken.map(|period| ids::period(student, period.ordinal)));
    let arriving = drop_out.communications.into_iter().filter(|(at, _)| *at == tick.at);
    tick.communications
        .extend(arriving.map(|(_, communication)| StudentCommunication { student, communication }));
    Ok(())
}

fn household(world: &World, number: u32, tick: &mut Tick) -> Result<()> {
    let household = ardis::household(world, u64::from(number))?;
    let now = tick.at;
    if household.arrives_at == now {
        tick.applications.push((household.id, household.application));
    }
    tick.isee.extend(household.isee.into_iter().filter(|row| row.attestation.available_at == tick.at));
    tick.self_certifications
        .extend(household.self_certifications.into_iter().filter(|row| row.arrives_at == tick.at));
    tick.officer_decisions.extend(household.officer.filter(|decision| decision.decided_at == now));
    tick.drafts.extend(household.draft.filter(|draft| draft.arrives_at == now));
    tick.changes.extend(household.change.filter(|change| change.arrives_at == now));
    if let Some(observation) = household.observation {
        if observation.answer.answered_at == now {
            tick.answers.push(observation.answer.clone());
        }
        if observation.arrives_at == now {
            tick.observations.push(observation);
        }
    }
    Ok(())
}
