// SPDX-License-Identifier: EUPL-1.2
//! The invented population: who applies, who drops out, what arrives and when.
//!
//! The same seed and scale give the same population on every machine. Each application, school and drop-out is drawn
//! from a stream of its own, so that a [`Tick`] is invented when it is asked for: in memory there is only the index of
//! what arrives when.
//!
//! | unit of scale | count |
//! | --- | --- |
//! | applications, each the [`Story`] of a family with its expected end | 2,000 |
//! | rows of IeFP class lists | 20,000 |
//! | drop-out reports, each in the [`DropOutStory`] of a student | 3,400 |
//! | students with another story: transfers, home education, class 0, unknown types | 135 |
//!
//! Places and employment centres are real, everything else is invented (`data/README.md`).

mod account;
mod ardis;
mod arrivals;
mod ars;
pub mod calendar;
mod dice;
mod geography;
mod names;
mod person;
mod quota;
mod school;
mod tick;
mod world;

#[cfg(test)]
mod tests;

use anyhow::{Result, ensure};
use campanella_domain::ars::{Catchment, Municipality, School};
use campanella_domain::identity::{CpiCode, EmailAddress};
use campanella_domain::identity_key::IdentityKey;
use chrono::{DateTime, Utc};

pub use ardis::{
    AnswerRow, ChangeRow, DraftRow, Expected, Household, IseeRow, ObservationRow, OfficerDecision,
    SelfCertificationRow, Story, Verdict,
};
pub use ars::{
    DropOut, DropOutStory, ExpectedNotice, ExpectedPeriod, ExpectedState, Pupil, Regime, days_of, notes,
};
pub use geography::EmploymentCentre;
pub use tick::{StudentCommunication, Tick};

use arrivals::Arrival;
use dice::{Dice, Purpose};
use geography::Geography;
use school::{Schools, WITH_CLASS_LIST};
use world::World;

/// Beyond this scale two people might share a tax code.
pub const MAXIMUM_SCALE: u32 = 50;

/// An invented population.
#[derive(Debug, Clone)]
pub struct Population {
    world: World,
    scale: u32,
    /// In the order of arrival.
    arrivals: Vec<Arrival>,
}

impl Population {
    /// Invents the population of a seed, `scale` times the counts above.
    ///
    /// # Errors
    /// The scale is 0 or above [`MAXIMUM_SCALE`], or the embedded data cannot be read.
    pub fn generate(seed: u64, scale: u32) -> Result<Self> {
        ensure!(
            (1..=MAXIMUM_SCALE).contains(&scale),
            "the scale goes from 1 to {MAXIMUM_SCALE}, not {scale}"
        );
        let geography = Geography::load()?;
        let schools = Schools::invent(scale, &geography)?;
        let key = Dice::of(seed, Purpose::IdentityKey, 0).identity_key();
        let world = World { seed, key, geography, schools };
        let arrivals = arrivals::index(&world, scale)?;
        Ok(Self { world, scale, arrivals })
    }

    /// The seed it was invented from.
    pub fn seed(&self) -> u64 {
        self.world.seed
    }

    /// The key its people's ids are made with.
    pub fn identity_key(&self) -> &IdentityKey {
        &self.world.key
    }

    /// How many times the counts above.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// The Italian municipalities.
    pub fn municipalities(&self) -> &[Municipality] {
        &self.world.geography.municipalities
    }

    /// The employment centres of Veneto.
    pub fn centres(&self) -> &[EmploymentCentre] {
        &self.world.geography.centres
    }

    /// Where an employment centre reads mail.
    pub fn mailbox_of(&self, centre: &CpiCode) -> Option<&EmailAddress> {
        self.world.geography.mailbox_of(centre)
    }

    /// Which centre is competent for which municipality: invented, with a few municipalities left out.
    pub fn catchments(&self) -> &[Catchment] {
        &self.world.geography.catchments
    }

    /// All schools.
    pub fn schools(&self) -> &[School] {
        &self.world.schools.all
    }

    /// The IeFP schools bound by 27 October, each with the instant its class list arrives, if it ever does.
    pub fn class_list_deadlines(&self) -> impl Iterator<Item = (&School, Option<DateTime<Utc>>)> {
        let seed = self.world.seed;
        let loading = self.world.schools.with_class_list().iter().zip(0..);
        loading
            .map(move |(school, number)| (school, Some(ars::first_arrival(seed, number))))
            .chain(self.world.schools.without_class_list().iter().map(|school| (school, None)))
    }

    /// How many rows of class lists arrive.
    pub fn class_list_rows(&self) -> u64 {
        u64::from(self.scale) * u64::from(WITH_CLASS_LIST) * u64::from(ars::CLASS_LIST_ROWS)
    }

    /// Every family that applies, in the order of the instance numbers.
    pub fn households(&self) -> impl Iterator<Item = Result<Household>> {
        (0..arrivals::applications(self.scale)).map(|number| ardis::household(&self.world, u64::from(number)))
    }

    /// Every form somebody began and never transmitted.
    pub fn never_transmitted(&self) -> impl Iterator<Item = Result<DraftRow>> {
        let count = ardis::NEVER_TRANSMITTED * self.scale;
        (0..count).map(|number| ardis::never_transmitted(&self.world, self.scale, number))
    }

    /// Every student who drops out.
    pub fn drop_outs(&self) -> impl Iterator<Item = Result<DropOut>> {
        arrivals::subjects(self.scale)
            .map(|(regime, number)| ars::drop_out(&self.world, regime, u64::from(number)))
    }

    /// What arrives, moment by moment. A year has about six hundred moments.
    pub fn ticks(&self) -> impl Iterator<Item = Result<Tick>> {
        self.arrivals
            .chunk_by(|one, other| one.at == other.at)
            .map(|arrivals| tick::invent(&self.world, self.scale, arrivals))
    }

    /// What arrives after an instant: where an interrupted year goes on.
    pub fn ticks_after(&self, instant: DateTime<Utc>) -> impl Iterator<Item = Result<Tick>> {
        let first = self.arrivals.partition_point(|arrival| arrival.at <= instant);
        let rest = self.arrivals.get(first..).unwrap_or_default();
        rest.chunk_by(|one, other| one.at == other.at)
            .map(|arrivals| tick::invent(&self.world, self.scale, arrivals))
    }

    /// The moments at which something arrives, in order.
    pub fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.arrivals
            .chunk_by(|one, other| one.at == other.at)
            .filter_map(|chunk| chunk.first())
            .map(|first| first.at)
    }
}
