// SPDX-License-Identifier: EUPL-1.2
//! The contributions the final list must tell (`ARD-028` to `ARD-034`).

use std::collections::BTreeMap;

use campanella_domain::{
    ardis::{Outcome, SchoolLevel},
    identity::{InstanceNumber, Money},
};

use super::super::population::Household;
use super::super::publication::FUNDS;
use super::Expectation;

/// What whoever is admitted in the end would receive if the funds sufficed: what the family spends, up to a maximum.
pub(super) fn add(expectation: &mut Expectation, household: &Household) {
    let application = &household.application;
    let maximum = match application.school_level {
        SchoolLevel::Primary => 109_500,
        SchoolLevel::LowerSecondary => 154_500,
        SchoolLevel::UpperSecondary => 214_500,
        SchoolLevel::Other => return,
    };
    if household.expected.concluded.outcome == Outcome::Admitted {
        let amount = Money::from_cents(application.declared_expenses.cents().min(maximum));
        expectation.contributions.insert(application.instance_number, amount);
    }
}

/// The funds are divided in the measure of what each would receive, and fractions of a cent are kept back (`ARD-032`).
pub(super) fn reduce(contributions: &mut BTreeMap<InstanceNumber, Money>) {
    let need: i128 = contributions.values().map(|amount| i128::from(amount.cents())).sum();
    let funds = i128::from(FUNDS.cents());
    if need > funds {
        for amount in contributions.values_mut() {
            let share = i128::from(amount.cents()) * funds / need;
            *amount = Money::from_cents(i64::try_from(share).unwrap_or_default());
        }
    }
}
