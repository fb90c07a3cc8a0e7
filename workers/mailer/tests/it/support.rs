// SPDX-License-Identifier: EUPL-1.2
//! Letterheads, parameters and mails for tests.

use campanella_domain::{
    identity::EmailAddress,
    mail::{MailTemplate, Office},
    procedure::{ArdisProcedure, ArsProcedure},
};
use campanella_mailer::{Letterheads, OutgoingMail, Renderer, Sender, compose};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ars_samples;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

pub(crate) fn letterheads() -> Letterheads {
    Letterheads::of(&ArdisProcedure::embedded().unwrap(), &ArsProcedure::embedded().unwrap())
}

/// What a job would write for each template, and when it would be sent.
pub(crate) fn sample(template: MailTemplate) -> (serde_json::Value, DateTime<Utc>) {
    match template {
        MailTemplate::ArdisProvisionalList => (
            serde_json::json!({
                "instance_number": "2025-004217",
                "link": "https://www.ardis.fvg.it/paritarie/elenchi",
                // As a list stores it: published on 15 April 2026, ten days, then Liberation Day and a Sunday (ARD-082).
                "observations": {
                    "kind": "end-of-day",
                    "civil": "2026-04-28T00:00:00",
                    "zone": "Europe/Rome",
                    "instant": "2026-04-27T22:00:00Z",
                },
                "observations_over": false,
            }),
            at("2026-04-15T10:00:00Z"),
        ),
        MailTemplate::ArdisDsuMissing => (
            serde_json::json!({ "instance_number": "2025-004217", "deadline": "2025-11-20" }),
            at("2025-11-13T08:00:00Z"),
        ),
        MailTemplate::ArdisRegularisation | MailTemplate::ArdisAnnotation => (
            serde_json::json!({ "instance_number": "2025-004217", "deadline": "2025-12-18" }),
            at("2025-12-04T08:00:00Z"),
        ),
        _ if template.office() == Office::Ardis => to_applicant(template),
        ars => ars_samples::sample(ars),
    }
}

/// The mails about one thing an applicant did or can still do: number, what happened, and what each needs besides.
fn to_applicant(template: MailTemplate) -> (serde_json::Value, DateTime<Utc>) {
    const LISTS: &str = "https://www.ardis.fvg.it/paritarie/elenchi";
    let (mut parameters, date) = match template {
        MailTemplate::ArdisConfirmation => {
            (serde_json::json!({ "submitted_at": "2025-11-20T15:00:00.25Z" }), "2025-11-20T15:00:03Z")
        }
        MailTemplate::ArdisNotOnline | MailTemplate::ArdisDraft => (
            serde_json::json!({ "deadline": "2025-11-20T16:00:00", "link": "https://www.ardis.fvg.it" }),
            "2025-11-13T08:00:00Z",
        ),
        MailTemplate::ArdisSelfCertificationReceived => {
            (serde_json::json!({ "received_at": "2025-12-18T22:59:59Z" }), "2025-12-19T07:00:00Z")
        }
        MailTemplate::ArdisIdentityDocumentMissing => (
            serde_json::json!({ "received_at": "2025-12-09T09:30:00Z", "deadline": "2025-12-18" }),
            "2025-12-09T09:31:00Z",
        ),
        MailTemplate::ArdisObservationReceived => (
            serde_json::json!({
                "received_at": "2026-04-20T09:30:00Z",
                "to_repeat_online": true,
                "final_is_out": false,
                "observations": "2026-04-27",
            }),
            "2026-04-20T09:31:00Z",
        ),
        MailTemplate::ArdisDataChanged => (
            serde_json::json!({
                "received_at": "2026-01-20T09:30:00Z",
                "email_changed": true,
                "account_changed": true,
            }),
            "2026-01-20T09:31:00Z",
        ),
        MailTemplate::ArdisAddressReplaced => {
            (serde_json::json!({ "received_at": "2026-01-20T09:30:00Z" }), "2026-01-20T09:31:00Z")
        }
        MailTemplate::ArdisObservationsEnding => {
            (serde_json::json!({ "link": LISTS, "observations": "2026-04-27" }), "2026-04-24T07:30:00Z")
        }
        MailTemplate::ArdisFinalList => (serde_json::json!({ "link": LISTS }), "2026-05-28T08:00:00Z"),
        other => panic!("{other} has no sample"),
    };
    parameters["instance_number"] = "2025-004217".into();
    (parameters, at(date))
}

pub(crate) fn sender() -> Sender {
    Sender {
        name: "ARDIS – Servizio interventi per il diritto allo studio".into(),
        address: address("avvisi@campanella.example"),
        reply_to: address("dirittostudioscolastico@ardis.fvg.it"),
    }
}

/// A provisional-list mail; its bytes depend on the id alone.
pub(crate) fn mail(id: Uuid) -> OutgoingMail {
    let (parameters, date) = sample(MailTemplate::ArdisProvisionalList);
    let letterhead = letterheads().at(MailTemplate::ArdisProvisionalList.office(), date);
    let rendered = Renderer::new()
        .unwrap()
        .render(MailTemplate::ArdisProvisionalList, &parameters.to_string(), &letterhead)
        .unwrap();
    let recipient = address(&format!("famiglia.{}@posta.example", id.simple()));
    OutgoingMail::new(id, &compose(id, &recipient, &rendered, &sender(), date).unwrap())
}

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}
