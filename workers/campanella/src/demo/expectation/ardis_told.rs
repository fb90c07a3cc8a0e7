// SPDX-License-Identifier: EUPL-1.2
//! What applicants must have been told besides reminders of the ISEE and the provisional list: confirmations, courtesies,
//! receipts, the last days of a term.

use campanella_domain::{
    ardis::{Annotation, Channel, IdentityDocument, Outcome},
    identity::InstanceNumber,
    mail::MailTemplate,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::population::calendar::{
    CLOSING_SECOND, DSU_TERM, FINAL_PUBLICATION, MORNING_SECOND, OBSERVATION_REMINDER_SECOND,
    OBSERVATION_TERM, REGULARISATION_TERM, REMINDER_SECOND, at,
};
use super::super::population::{DraftRow, Household};
use super::{Expectation, key};

/// Days before 20 November at which whoever has not transmitted is reminded; the window closes that day at 16:00.
pub(super) const DRAFT_REMINDERS: [i64; 4] = [7, 2, 1, 0];
/// Days before the last one for observations at which the silent are reminded.
const OBSERVATION_REMINDER: i64 = 3;

pub(super) fn add(expectation: &mut Expectation, household: &Household) {
    submission(expectation, household);
    annotations(expectation, household);
    receipts(expectation, household);
    lists(expectation, household);
    if let Some(draft) = &household.draft {
        add_draft(expectation, draft, Some(household.arrives_at));
    }
}

/// A reminder at each of the moments at which the form lies there untransmitted (`ARD-043`).
pub(super) fn add_draft(
    expectation: &mut Expectation,
    draft: &DraftRow,
    transmitted_at: Option<DateTime<Utc>>,
) {
    for days in DRAFT_REMINDERS {
        let day: NaiveDate = DSU_TERM - TimeDelta::days(days);
        let moment = at(day, REMINDER_SECOND);
        if draft.arrives_at <= moment && transmitted_at.is_none_or(|transmitted_at| transmitted_at > moment) {
            let key = key::draft(draft.instance_number, day);
            expectation.expect(MailTemplate::ArdisDraft, key, &draft.mailbox);
        }
    }
}

/// What came through the portal is confirmed (`ARD-044`); of the rest, what can still be transmitted (`ARD-038`).
fn submission(expectation: &mut Expectation, household: &Household) {
    let instance = household.application.instance_number;
    let mailbox = &household.application.applicant_email;
    if household.application.channel == Channel::Online {
        expectation.expect(
            MailTemplate::ArdisConfirmation,
            format!("ardis:confirmation:{instance}"),
            mailbox,
        );
    } else if household.arrives_at <= at(DSU_TERM, CLOSING_SECOND) {
        expectation.expect(MailTemplate::ArdisNotOnline, format!("ardis:not-online:{instance}"), mailbox);
    }
}

/// Every annotated attestation that is learned while there is time: in no story one follows another.
fn annotations(expectation: &mut Expectation, household: &Household) {
    let instance = household.application.instance_number;
    let midnight = at(REGULARISATION_TERM + TimeDelta::days(1), 0);
    for row in household.isee.iter().map(|row| &row.attestation) {
        if row.annotation != Annotation::None && row.available_at < midnight {
            let key = format!("ardis:annotation:{}:{instance}", row.id);
            expectation.expect(MailTemplate::ArdisAnnotation, key, household.mailbox_at(row.available_at));
        }
    }
}

/// One for each thing that came: all reach us within a few days.
fn receipts(expectation: &mut Expectation, household: &Household) {
    for row in &household.self_certifications {
        let (template, state) = if row.form.identity_document == IdentityDocument::Valid {
            (MailTemplate::ArdisSelfCertificationReceived, "complete")
        } else {
            (MailTemplate::ArdisIdentityDocumentMissing, "incomplete")
        };
        let key = format!("ardis:self-certification:{}:{state}", row.id);
        expectation.expect(template, key, household.mailbox_at(row.arrives_at));
    }
    if let Some(change) = &household.change {
        // The receipt goes to the new address, the farewell to the one that was in force.
        let (before, after) =
            (&household.application.applicant_email, household.mailbox_at(change.arrives_at));
        expectation.expect(
            MailTemplate::ArdisDataChanged,
            format!("ardis:data-changed:{}", change.id),
            after,
        );
        if change.email.is_some() {
            let replaced = format!("ardis:address-replaced:{}", change.id);
            expectation.expect(MailTemplate::ArdisAddressReplaced, replaced, before);
        }
    }
    if let Some(row) = &household.observation {
        let mailbox = household.mailbox_at(row.arrives_at);
        let key = format!("ardis:observation:{}", row.id);
        expectation.expect(MailTemplate::ArdisObservationReceived, key, mailbox);
    }
}

/// The end of the term for observations, to the excluded who are silent (`ARD-082`); the final list, to all (OQ-B23).
fn lists(expectation: &mut Expectation, household: &Household) {
    let instance: InstanceNumber = household.application.instance_number;
    let day = OBSERVATION_TERM - TimeDelta::days(OBSERVATION_REMINDER);
    let moment = at(day, OBSERVATION_REMINDER_SECOND);
    let is_silent = household.observation.as_ref().is_none_or(|row| row.arrives_at > moment);
    if household.expected.published.outcome == Outcome::Excluded && is_silent {
        let key = key::observations_ending(instance);
        expectation.expect(MailTemplate::ArdisObservationsEnding, key, household.mailbox_at(moment));
    }
    let mailbox = household.mailbox_at(at(FINAL_PUBLICATION, MORNING_SECOND));
    expectation.expect(MailTemplate::ArdisFinalList, key::final_list(instance), mailbox);
}
