// SPDX-License-Identifier: EUPL-1.2
//! Identifiers that follow from what a thing is (UUID version 5, RFC 9562): loaded twice, it is the same row.
//!
//! | of | namespace | name |
//! | --- | --- | --- |
//! | school | `school` | school code |
//! | drop-out period | `period` | student id and ordinal |
//! | communication | `communication` | student id and all it says, its date and notes included; not when it was received |
//! | home of a student, as told | `told-home` | student id and all it says; when it was received only if the file says so |
//! | application | `application` | instance number |
//! | self-certification | `self-certification` | application id and the instant it was received |
//! | change of data | `data-change` | application id and the instant it was received |
//! | published list | `published-list` | kind and place among the lists of its kind |
//! | observation | `observation` | application id, the instant stated for its receipt, channel and reference |
//!
//! Ids made of a tax code, those of a student, an attestation and a bare DSU, are no version 5 but keyed: see
//! [`IdentityKey`](crate::identity_key::IdentityKey).
//!
//! A namespace is itself the version 5 identifier of `campanella:` and its name under `NAMESPACE_OID`.

use crate::ardis::Channel;
use crate::ars::{Communication, Student};
use crate::identity::{InstanceNumber, SchoolCode};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// The id of a school.
pub fn school(code: &SchoolCode) -> Uuid {
    named("school", code.as_str())
}

/// The id of a communication about a student: of what it says, so that one loaded twice is one, and one sent again with
/// what it had lacked (ARS-012, ARS-026, ARS-027) is another, which the rules can read.
///
/// Its own `id` and when it was received do not count; `notes` are the free text behind `notes_given`.
pub fn communication(student: Uuid, communication: &Communication, notes: Option<&str>) -> Uuid {
    let Communication { kind, school, course, event_date, class, section, .. } = communication;
    let flag = |given: bool| given.then(|| "given".to_owned());
    let said = [
        Some(student.to_string()),
        Some(kind.to_string()),
        Some(school.to_string()),
        Some(course.code().to_owned()),
        Some(event_date.to_string()),
        class.clone(),
        section.clone(),
        flag(communication.address_given),
        flag(communication.phone_given),
        communication.receiving_school.as_ref().map(ToString::to_string),
        communication.cpi.as_ref().map(ToString::to_string),
        flag(communication.agreement),
        notes.map(str::to_owned),
    ];
    named("communication", &joined(&said))
}

/// The id of what a line tells of a student's home: of residence, domicile, address, telephone, the event it is about and,
/// if the line gives it, when it was received.
pub fn told_home(
    student: Uuid,
    event_date: NaiveDate,
    received_at: Option<DateTime<Utc>>,
    home: &Student,
) -> Uuid {
    let said = [
        Some(student.to_string()),
        Some(event_date.to_string()),
        received_at.map(|instant| instant.timestamp_micros().to_string()),
        Some(home.residence.to_string()),
        home.domicile.as_ref().map(ToString::to_string),
        home.address.as_ref().map(|address| address.expose().clone()),
        home.phone.as_ref().map(|phone| phone.expose().clone()),
    ];
    named("told-home", &joined(&said))
}

/// Fields as one text, the length before each, so that no text can pass for the end of one and the beginning of the next.
fn joined(said: &[Option<String>]) -> String {
    said.iter()
        .map(|field| field.as_ref().map_or_else(|| "-".to_owned(), |text| format!("{}:{text}", text.len())))
        .collect()
}

/// The id of a student's drop-out period (*periodo di dispersione*).
pub fn period(student: Uuid, ordinal: u32) -> Uuid {
    named("period", &format!("{student} {ordinal}"))
}

/// The number people call a case by, `ARS-7K3M-Q2XD`: forty bits of the period's id in Crockford's base 32, so that it is
/// the same wherever it is computed. The period's id is of the student's, which tells nobody who it is.
pub fn case_number(period: Uuid) -> String {
    readable("ARS", period)
}

/// The number people call a communication by, `COM-7K3M-Q2XD`, made as [`case_number`]: what a mail can name a
/// communication by without naming the student.
pub fn communication_number(communication: Uuid) -> String {
    readable("COM", communication)
}

fn readable(prefix: &str, id: Uuid) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = id.as_u64_pair().1;
    let digits: String = (0..8)
        .map(|place| char::from(DIGITS[usize::try_from(bits >> (place * 5) & 31).unwrap_or_default()]))
        .collect();
    format!("{prefix}-{}-{}", &digits[..4], &digits[4..])
}

/// The id of an application.
pub fn application(number: InstanceNumber) -> Uuid {
    named("application", &number.to_string())
}

/// The id of an observation (*osservazione*), of the instant as it was stated: typed again it is the same. Several of one day
/// differ by channel or reference.
pub fn observation(
    application: Uuid,
    stated_at: DateTime<Utc>,
    channel: Channel,
    reference: Option<&str>,
) -> Uuid {
    let (stated_at, channel) = (stated_at.timestamp_micros(), channel.as_str());
    named("observation", &format!("{application} {stated_at} {channel} {}", reference.unwrap_or_default()))
}

/// The id of the n-th published list (*elenco*) of a kind, `provisional` or `final`: published again after a restore it is the
/// same list, whose mails are the same.
pub fn published_list(kind: &str, place: usize) -> Uuid {
    named("published-list", &format!("{kind} {place}"))
}

/// The id of a self-certification.
pub fn self_certification(application: Uuid, received_at: DateTime<Utc>) -> Uuid {
    named("self-certification", &format!("{application} {}", received_at.timestamp()))
}

/// The id of a change of an application's data.
pub fn data_change(application: Uuid, received_at: DateTime<Utc>) -> Uuid {
    named("data-change", &format!("{application} {}", received_at.timestamp()))
}

fn named(namespace: &str, name: &str) -> Uuid {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("campanella:{namespace}").as_bytes());
    Uuid::new_v5(&namespace, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ars::{CommunicationKind, CourseRegime};

    #[test]
    fn what_is_the_same_has_the_same_id_and_what_differs_another() {
        let code: SchoolCode = "VIIS00100A".parse().unwrap();
        assert_eq!(school(&code), school(&code));
        let student = Uuid::from_u128(1);
        assert_ne!(period(student, 1), period(student, 2));
        assert_ne!(period(student, 1), period(Uuid::from_u128(2), 1));
    }

    fn an_entry() -> Communication {
        Communication {
            id: Uuid::nil(),
            kind: CommunicationKind::EnrolmentConfirmation,
            school: "VIIS00100A".parse().unwrap(),
            course: CourseRegime::UpperSecondary,
            event_date: "2025-09-10".parse().unwrap(),
            received_at: "2025-09-10T07:00:00Z".parse().unwrap(),
            receipts: BTreeSet::new(),
            class: Some("2".to_owned()),
            section: None,
            address_given: true,
            phone_given: false,
            notes_given: false,
            receiving_school: None,
            cpi: None,
            agreement: false,
        }
    }

    #[test]
    fn ars_012_a_communication_sent_again_is_the_same_and_one_that_says_more_is_another() {
        let student = Uuid::from_u128(1);
        let of = |entry: &Communication| communication(student, entry, None);
        let first = an_entry();
        let again = Communication {
            id: Uuid::from_u128(9),
            received_at: "2025-11-03T09:00:00Z".parse().unwrap(),
            receipts: ["2025-11-03T09:00:00Z".parse().unwrap()].into(),
            ..an_entry()
        };
        assert_eq!(of(&first), of(&again));
        let more = [
            Communication { phone_given: true, ..an_entry() },
            Communication { address_given: false, ..an_entry() },
            Communication { section: Some("B".to_owned()), ..an_entry() },
            Communication { class: None, section: Some("2".to_owned()), ..an_entry() },
            Communication { course: CourseRegime::ThreeYearIefp, ..an_entry() },
            Communication { receiving_school: "PDTF02000A".parse().ok(), ..an_entry() },
            Communication { cpi: "VE-MESTRE".parse().ok(), ..an_entry() },
            Communication { agreement: true, ..an_entry() },
        ];
        let mut ids: BTreeSet<Uuid> = more.iter().map(of).collect();
        ids.extend([of(&first), communication(student, &first, Some("frequenta a Padova"))]);
        ids.insert(communication(Uuid::from_u128(2), &first, None));
        assert_eq!(ids.len(), more.len() + 3);
    }

    #[test]
    fn a_case_number_can_be_read_over_the_telephone() {
        let number = case_number(period(Uuid::from_u128(1), 1));
        assert_eq!(number.len(), 13);
        assert!(number.strip_prefix("ARS-").unwrap().chars().all(|c| c == '-' || c.is_ascii_alphanumeric()));
        assert!(!number[4..].contains(['I', 'L', 'O', 'U']), "{number}");
        assert!(communication_number(Uuid::from_u128(1)).starts_with("COM-"));
    }
}
