// SPDX-License-Identifier: EUPL-1.2
//! What a job would write for each template of ARS, and when it would be sent.

use campanella_domain::mail::MailTemplate;
use chrono::{DateTime, Utc};

use crate::support::at;

const ARS: &str = "https://www.cliclavoroveneto.it/ars";

type Sample = (serde_json::Value, DateTime<Utc>);

pub(crate) fn sample(template: MailTemplate) -> Sample {
    match template {
        MailTemplate::ArsCaseClosed => (
            serde_json::json!({
                "case_number": "ARS-2025-000123",
                "link": "https://www.cliclavoroveneto.it/ars/casi/ARS-2025-000123",
                "returned": true,
                "confirm": true,
            }),
            at("2025-11-10T06:00:00Z"),
        ),
        MailTemplate::ArsNewCase | MailTemplate::ArsCaseReopened | MailTemplate::ArsStudentOfAge => (
            serde_json::json!({
                "case_number": "ARS-2025-000123",
                "link": "https://www.cliclavoroveneto.it/ars/casi/ARS-2025-000123",
            }),
            at("2025-10-10T06:00:00Z"),
        ),
        MailTemplate::ArsCaseDigest => (
            serde_json::json!({
                "case_numbers": ["ARS-7K3M-Q2XD", "ARS-0V9T-84ZP"], "others": 3, "link": ARS,
            }),
            at("2025-11-10T07:00:00Z"),
        ),
        MailTemplate::ArsIefpDeadline | MailTemplate::ArsIefpOverdue => (
            serde_json::json!({
                "deadline": "2025-10-27",
                "manual": "A39 – Guida alle Comunicazioni in ARS – iscrizioni",
                "link": "https://www.cliclavoroveneto.it/ars",
            }),
            at("2025-10-20T07:00:00Z"),
        ),
        MailTemplate::ArsFirstMonths | MailTemplate::ArsMarch15 | MailTemplate::ArsOutcomes => {
            calendar(template)
        }
        other => communication(other),
    }
}

fn calendar(template: MailTemplate) -> Sample {
    match template {
        MailTemplate::ArsFirstMonths => (
            serde_json::json!({ "deadline": "2025-11-10", "class_zero": 3, "link": ARS }),
            at("2025-11-03T08:00:00Z"),
        ),
        MailTemplate::ArsMarch15 => (
            serde_json::json!({ "deadline": "2026-03-14", "centre": false, "link": ARS }),
            at("2026-03-04T08:00:00Z"),
        ),
        _ => (
            serde_json::json!({ "deadline": "2026-06-20", "iefp": true, "ordinary": true, "link": ARS }),
            at("2026-06-06T07:00:00Z"),
        ),
    }
}

/// About one communication of a school.
fn communication(template: MailTemplate) -> Sample {
    match template {
        MailTemplate::ArsCommunicationRejected => (
            serde_json::json!({
                "communication_number": "COM-7K3M-Q2XD",
                "kind": "conferme inizio anno e iscrizioni in corso d'anno nuovi soggetti",
                "event_date": "2025-10-20",
                "received_on": "2025-10-22",
                "reason": "Mancano dei dati: indirizzo, numero telefonico di contatto. La comunicazione va completata e inviata di nuovo.",
                "link": ARS,
            }),
            at("2025-10-22T16:00:00Z"),
        ),
        MailTemplate::ArsCommunicationParked => (
            serde_json::json!({
                "communication_number": "COM-7K3M-Q2XD",
                "kind": "abbandono non formale",
                "event_date": "2025-10-20",
                "received_on": "2025-10-22",
                "link": ARS,
            }),
            at("2025-10-22T16:00:00Z"),
        ),
        MailTemplate::ArsOwnershipMoved => (
            serde_json::json!({
                "communication_number": "COM-7K3M-Q2XD", "event_date": "2025-10-20", "acquired": false, "link": ARS,
            }),
            at("2025-10-22T16:00:00Z"),
        ),
        _ => (
            serde_json::json!({
                "communication_number": "COM-7K3M-Q2XD", "event_date": "2025-11-20", "link": ARS,
            }),
            at("2025-11-22T16:00:00Z"),
        ),
    }
}
