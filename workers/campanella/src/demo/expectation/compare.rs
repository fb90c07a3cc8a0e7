// SPDX-License-Identifier: EUPL-1.2
//! What was lost and what was doubled.

use std::collections::BTreeMap;

use campanella_domain::ardis::{Cause, Outcome};
use campanella_domain::identity::{EmailAddress, InstanceNumber, Money};
use campanella_domain::mail::MailTemplate;
use uuid::Uuid;

use super::{Expectation, Stage};

/// The difference between what is there and what must be: empty if all went well. It names business keys, nothing
/// personal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What must be there and is not, or is otherwise.
    pub lost: Vec<String>,
    /// What is there twice, or should not be there.
    pub duplicates: Vec<String>,
}

impl Comparison {
    /// Whether nothing was lost or doubled.
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.duplicates.is_empty()
    }

    /// Adds another one.
    pub fn extend(&mut self, other: Self) {
        self.lost.extend(other.lost);
        self.duplicates.extend(other.duplicates);
    }
}

impl Expectation {
    /// Compares the mails of one template that are there: business key, recipient, state. One that never left is lost, and so
    /// is one to somebody else; the difference names the key, never an address.
    pub fn compare_notifications(
        &self,
        template: MailTemplate,
        found: impl IntoIterator<Item = (String, EmailAddress, String)>,
    ) -> Comparison {
        let expected = self.notifications.get(&template).into_iter().flatten();
        let expected =
            expected.map(|(key, mail)| (key.clone(), (mail.recipient.clone(), mail.end.as_str().to_owned())));
        let found = found.into_iter().map(|(key, recipient, state)| (key, (recipient, state)));
        compare(expected.collect(), found, String::clone)
    }

    /// Compares the newest decisions: instance number, outcome, causes in the order of their codes.
    pub fn compare_outcomes(
        &self,
        stage: Stage,
        found: impl IntoIterator<Item = (InstanceNumber, Outcome, Vec<Cause>)>,
    ) -> Comparison {
        let expected = self.outcomes.get(&stage).into_iter().flat_map(|outcomes| &outcomes.verdicts);
        let expected =
            expected.map(|(instance, verdict)| (*instance, (verdict.outcome, verdict.causes.to_vec())));
        let found = found.into_iter().map(|(instance, outcome, causes)| (instance, (outcome, causes)));
        compare(expected.collect(), found, |instance| format!("ardis:decision:{instance}"))
    }

    /// Compares the drop-out periods: student, ordinal, state as the store writes it.
    pub fn compare_periods(&self, found: impl IntoIterator<Item = (Uuid, u32, String)>) -> Comparison {
        let expected = self.periods.iter().map(|(period, state)| (*period, state.as_str().to_owned()));
        let found = found.into_iter().map(|(student, ordinal, state)| ((student, ordinal), state));
        compare(expected.collect(), found, |(student, ordinal)| format!("ars:period:{student}:{ordinal}"))
    }

    /// Compares the findings: communication and code.
    pub fn compare_findings(&self, found: impl IntoIterator<Item = (Uuid, String)>) -> Comparison {
        let expected = self.findings.iter().map(|finding| (finding.clone(), ()));
        let found = found.into_iter().map(|finding| (finding, ()));
        compare(expected.collect(), found, |(communication, code)| {
            format!("ars:finding:{communication}:{code}")
        })
    }

    /// Compares the occurrences of the calendar: schedule, civil time, state as the store writes it. None was missed in a year
    /// in which the clock goes from one to the next.
    pub fn compare_occurrences(
        &self,
        found: impl IntoIterator<Item = (String, String, String)>,
    ) -> Comparison {
        let expected = self.occurrences.iter().map(|occurrence| (occurrence.clone(), "fired".to_owned()));
        let found = found.into_iter().map(|(schedule, civil, state)| ((schedule, civil), state));
        compare(expected.collect(), found, |(schedule, civil)| format!("schedule:{schedule}:{civil}"))
    }

    /// Compares the contributions of the final list.
    pub fn compare_contributions(
        &self,
        found: impl IntoIterator<Item = (InstanceNumber, Money)>,
    ) -> Comparison {
        compare(self.contributions.clone(), found, |instance| format!("ardis:contribution:{instance}"))
    }
}

/// What is expected and not found as it should be is lost; what is found again, or unexpectedly, is doubled.
fn compare<Key: Ord, Value: PartialEq>(
    mut expected: BTreeMap<Key, Value>,
    found: impl IntoIterator<Item = (Key, Value)>,
    name: impl Fn(&Key) -> String,
) -> Comparison {
    let mut comparison = Comparison::default();
    for (key, value) in found {
        match expected.remove(&key) {
            Some(expected) if expected == value => {}
            Some(_) => comparison.lost.push(name(&key)),
            None => comparison.duplicates.push(name(&key)),
        }
    }
    comparison.lost.extend(expected.keys().map(name));
    comparison
}
