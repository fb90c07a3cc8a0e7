// SPDX-License-Identifier: EUPL-1.2
//! Identifiers that follow from what a thing is (UUID version 5, RFC 9562): loaded twice, it is the same row.
//!
//! | of | namespace | name |
//! | --- | --- | --- |
//! | student | `student` | tax code as issued |
//! | school | `school` | school code |
//! | drop-out period | `period` | student id and ordinal |
//! | communication | `communication` | student id, kind, school, date of the event |
//! | application | `application` | instance number |
//! | attestation | `attestation` | protocol; of a bare DSU, student and the instant of its signature |
//! | self-certification | `self-certification` | application id and the instant it was received |
//!
//! A namespace is itself the version 5 identifier of `campanella:` and its name under `NAMESPACE_OID`.

use crate::ars::CommunicationKind;
use crate::identity::{InstanceNumber, SchoolCode, TaxCode};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// The id of a student.
pub fn student(tax_code: &TaxCode) -> Uuid {
    named("student", tax_code.expose())
}

/// The id of a school.
pub fn school(code: &SchoolCode) -> Uuid {
    named("school", code.as_str())
}

/// The id of a communication about a student.
pub fn communication(
    student: Uuid,
    kind: &CommunicationKind,
    school: &SchoolCode,
    event_date: NaiveDate,
) -> Uuid {
    named("communication", &format!("{student} {kind} {school} {event_date}"))
}

/// The id of a student's drop-out period (*periodo di dispersione*).
pub fn period(student: Uuid, ordinal: u32) -> Uuid {
    named("period", &format!("{student} {ordinal}"))
}

/// The number people call a case by, `ARS-7K3M-Q2XD`: forty bits of the period's id in Crockford's base 32, so that it is
/// the same wherever it is computed and says nothing about the student.
pub fn case_number(period: Uuid) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = period.as_u64_pair().1;
    let digits: String = (0..8)
        .map(|place| char::from(DIGITS[usize::try_from(bits >> (place * 5) & 31).unwrap_or_default()]))
        .collect();
    format!("ARS-{}-{}", &digits[..4], &digits[4..])
}

/// The id of an application.
pub fn application(number: InstanceNumber) -> Uuid {
    named("application", &number.to_string())
}

/// The id of an attestation that has a protocol.
pub fn attestation(protocol: &str) -> Uuid {
    named("attestation", protocol)
}

/// The id of a DSU that has not been attested.
pub fn bare_dsu(student: &TaxCode, signed_at: DateTime<Utc>) -> Uuid {
    named("attestation", &format!("{} {}", student.expose(), signed_at.timestamp()))
}

/// The id of a self-certification.
pub fn self_certification(application: Uuid, received_at: DateTime<Utc>) -> Uuid {
    named("self-certification", &format!("{application} {}", received_at.timestamp()))
}

fn named(namespace: &str, name: &str) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("campanella:{namespace}").as_bytes());
    Uuid::new_v5(&namespace, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_has_the_same_id_and_what_differs_another() {
        let code: SchoolCode = "VIIS00100A".parse().unwrap();
        assert_eq!(school(&code), school(&code));
        let student = Uuid::from_u128(1);
        assert_ne!(period(student, 1), period(student, 2));
        assert_ne!(period(student, 1), period(Uuid::from_u128(2), 1));
    }

    #[test]
    fn a_case_number_can_be_read_over_the_telephone() {
        let number = case_number(period(Uuid::from_u128(1), 1));
        assert_eq!(number.len(), 13);
        assert!(number.strip_prefix("ARS-").unwrap().chars().all(|c| c == '-' || c.is_ascii_alphanumeric()));
        assert!(!number[4..].contains(['I', 'L', 'O', 'U']), "{number}");
    }
}
