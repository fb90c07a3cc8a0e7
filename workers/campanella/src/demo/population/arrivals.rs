// SPDX-License-Identifier: EUPL-1.2
//! The index of what arrives when: a few bytes for each fact, from which the fact is invented again.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::ardis::{APPLICATIONS, NEVER_TRANSMITTED, household, never_transmitted};
use super::ars::{self, Regime, drop_out};
use super::school::WITH_CLASS_LIST;
use super::world::World;

/// Something about one subject arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrival {
    pub(super) at: DateTime<Utc>,
    pub(super) subject: Subject,
}

/// Whom it is about, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// The class list of a school.
    ClassList(u32),
    /// A student who drops out.
    DropOut(Regime, u32),
    /// A family that applies.
    Household(u32),
    /// A form begun and never transmitted.
    Draft(u32),
}

/// How many families apply.
pub(super) fn applications(scale: u32) -> u32 {
    APPLICATIONS * scale
}

/// Every student who drops out, by number.
pub(super) fn subjects(scale: u32) -> impl Iterator<Item = (Regime, u32)> {
    [Regime::Ordinary, Regime::Iefp]
        .into_iter()
        .flat_map(move |regime| (0..regime.subjects() * scale).map(move |number| (regime, number)))
}

/// Everything that arrives, in order.
pub(super) fn index(world: &World, scale: u32) -> Result<Vec<Arrival>> {
    let mut arrivals = Vec::new();
    let mut add = |subject: Subject, instants: Vec<DateTime<Utc>>| {
        arrivals.extend(instants.into_iter().map(|at| Arrival { at, subject }));
    };
    for school in 0..WITH_CLASS_LIST * scale {
        add(Subject::ClassList(school), ars::arrivals(world.seed, school).to_vec());
    }
    for (regime, number) in subjects(scale) {
        let drop_out = drop_out(world, regime, u64::from(number))?;
        add(Subject::DropOut(regime, number), drop_out.arrivals().collect());
    }
    for number in 0..applications(scale) {
        let household = household(world, u64::from(number))?;
        let instants = std::iter::once(household.arrives_at)
            .chain(household.isee.iter().map(|row| row.attestation.available_at))
            .chain(household.self_certifications.iter().map(|row| row.arrives_at))
            .chain(household.officer.iter().map(|decision| decision.decided_at))
            .chain(household.draft.iter().map(|draft| draft.arrives_at))
            .chain(household.change.iter().map(|change| change.arrives_at))
            .chain(household.observation.iter().flat_map(|row| [row.arrives_at, row.answer.answered_at]));
        add(Subject::Household(number), instants.collect());
    }
    for number in 0..NEVER_TRANSMITTED * scale {
        add(Subject::Draft(number), vec![never_transmitted(world, scale, number)?.arrives_at]);
    }
    arrivals.sort_unstable();
    arrivals.dedup();
    arrivals.shrink_to_fit();
    Ok(arrivals)
}
