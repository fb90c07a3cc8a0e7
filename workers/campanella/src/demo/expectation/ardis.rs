// SPDX-License-Identifier: EUPL-1.2
//! What must come of a family that applies.

use campanella_domain::{
    ardis::{Annotation, Channel, Declaration, Derogation, IdentityDocument},
    mail::MailTemplate,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::population::Household;
use super::super::population::calendar::{
    DSU_TERM, MORNING_SECOND, PUBLICATION, REGULARISATION_TERM, REMINDER_SECOND, at,
};
use super::{Expectation, Stage, key};

/// Days before 20 November at which those without a DSU are reminded.
pub(super) const DSU_REMINDERS: [i64; 2] = [7, 2];
/// Days before 18 December at which those with something to regularise are reminded.
pub(super) const REGULARISATION_REMINDERS: [i64; 3] = [14, 7, 2];

pub(super) fn add(expectation: &mut Expectation, household: &Household) {
    let instance = household.application.instance_number;
    let expected = &household.expected;
    let stages = [
        (Stage::AfterDsuTerm, expected.after_dsu_term),
        (Stage::AfterRegularisationTerm, Some(expected.after_regularisation_term)),
        (Stage::InApril, Some(expected.in_april)),
        (Stage::Published, Some(expected.published)),
        (Stage::Concluded, Some(expected.concluded)),
    ];
    for (stage, verdict) in stages {
        if let Some(verdict) = verdict {
            expectation.outcomes.entry(stage).or_default().add(instance, verdict);
        }
    }
    // Whatever the outcome, everybody is told that the list is out (ARD-076).
    let mailbox = household.mailbox_at(at(PUBLICATION, MORNING_SECOND));
    expectation.expect(MailTemplate::ArdisProvisionalList, key::provisional_list(instance), mailbox);
    for day in days_before(DSU_TERM, DSU_REMINDERS) {
        let moment = at(day, REMINDER_SECOND);
        if is_without_dsu(household, moment) {
            let mailbox = household.mailbox_at(moment);
            expectation.expect(MailTemplate::ArdisDsuMissing, key::dsu_missing(instance, day), mailbox);
        }
    }
    for day in days_before(REGULARISATION_TERM, REGULARISATION_REMINDERS) {
        let moment = at(day, REMINDER_SECOND);
        if is_to_regularise(household, moment) {
            let mailbox = household.mailbox_at(moment);
            expectation.expect(
                MailTemplate::ArdisRegularisation,
                key::regularisation(instance, day),
                mailbox,
            );
        }
    }
}

fn days_before<const N: usize>(term: NaiveDate, days: [i64; N]) -> impl Iterator<Item = NaiveDate> {
    days.into_iter().map(move |days| term - TimeDelta::days(days))
}

/// Promised to sign by the term, and nothing has come from INPS.
fn is_without_dsu(household: &Household, moment: DateTime<Utc>) -> bool {
    let application = &household.application;
    household.arrives_at <= moment
        && application.channel == Channel::Online
        && application.declaration == Declaration::DsuByDeadline
        && *application.derogation.expose() == Derogation::None
        && household.isee.iter().all(|row| row.attestation.available_at > moment)
}

/// The newest attestation known is annotated, and no self-certification with a valid document has come (`ARD-019`).
fn is_to_regularise(household: &Household, moment: DateTime<Utc>) -> bool {
    let known = household.isee.iter().map(|row| &row.attestation).filter(|row| row.available_at <= moment);
    let newest = known.filter(|row| row.issued_at.is_some()).max_by_key(|row| row.issued_at);
    household.arrives_at <= moment
        && newest.is_some_and(|row| row.annotation != Annotation::None)
        && household
            .self_certifications
            .iter()
            .all(|row| row.arrives_at > moment || row.form.identity_document != IdentityDocument::Valid)
}
