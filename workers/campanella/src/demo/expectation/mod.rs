// SPDX-License-Identifier: EUPL-1.2
//! What the workers must have done at the end of the year.
//!
//! Computed from the population's stories and the calendar alone: no rule of the domain and no worker is called, so that
//! a mistake in one of them is seen as a difference. [`Expectation::compare`] finds what was lost and what was doubled.

mod ardis;
mod ardis_told;
mod ars;
mod compare;
mod contributions;
mod key;
mod mail;
mod occurrences;
mod outcomes;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use campanella_domain::{
    identity::{EmailAddress, InstanceNumber, Money},
    mail::MailTemplate,
};
use uuid::Uuid;

use super::population::{ExpectedState, Population};

pub use compare::Comparison;
pub use mail::{ExpectedMail, MailEnd};
pub use outcomes::{ExpectedOutcomes, Stage};

/// What must be there at the end of the year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// Applications by outcome and cause, at each stage.
    pub outcomes: BTreeMap<Stage, ExpectedOutcomes>,
    /// The mails that must have been written, by template and business key.
    pub notifications: BTreeMap<MailTemplate, BTreeMap<String, ExpectedMail>>,
    /// The drop-out periods that must exist, by student and ordinal.
    pub periods: BTreeMap<(Uuid, u32), ExpectedState>,
    /// What must be found about communications, by communication and code.
    pub findings: BTreeSet<(Uuid, String)>,
    /// What must have come of the calendar in time, by schedule and civil time.
    pub occurrences: BTreeSet<(String, String)>,
    /// The contributions the final list must tell.
    pub contributions: BTreeMap<InstanceNumber, Money>,
}

impl Expectation {
    /// What follows from a population.
    ///
    /// # Errors
    /// Those of inventing its families and students.
    pub fn of(population: &Population) -> Result<Self> {
        let mut expectation = Self::default();
        for household in population.households() {
            let household = household?;
            ardis::add(&mut expectation, &household);
            ardis_told::add(&mut expectation, &household);
            contributions::add(&mut expectation, &household);
        }
        contributions::reduce(&mut expectation.contributions);
        for draft in population.never_transmitted() {
            ardis_told::add_draft(&mut expectation, &draft?, None);
        }
        for drop_out in population.drop_outs() {
            ars::add_drop_out(&mut expectation, &drop_out?, population);
        }
        ars::add_late_schools(&mut expectation, population);
        ars::add_calendar(&mut expectation, population);
        occurrences::add(&mut expectation);
        Ok(expectation)
    }

    /// How many notifications of a template must have been written.
    pub fn count(&self, template: MailTemplate) -> usize {
        self.notifications.get(&template).map_or(0, BTreeMap::len)
    }

    /// How many periods must be in each state.
    pub fn periods_by_state(&self) -> BTreeMap<ExpectedState, usize> {
        let mut states = BTreeMap::new();
        for state in self.periods.values() {
            *states.entry(*state).or_default() += 1;
        }
        states
    }

    /// Adds a mail that must have left, by its business key.
    fn expect(&mut self, template: MailTemplate, key: String, recipient: &EmailAddress) {
        self.expect_to_end(template, key, recipient, MailEnd::Accepted);
    }

    /// Adds a mail that must have ended so.
    fn expect_to_end(&mut self, template: MailTemplate, key: String, recipient: &EmailAddress, end: MailEnd) {
        let mail = ExpectedMail { recipient: recipient.clone(), end };
        self.notifications.entry(template).or_default().insert(key, mail);
    }
}
