// SPDX-License-Identifier: EUPL-1.2
//! Generated records of every kind.

use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Application, Channel, CheckOutcome, Declaration,
        Derogation, IdentityDocument, IseeKind, SchoolKind, SchoolLevel, SelfCertification,
    },
    ars::{
        Catchment, CommunicationKind, CourseRegime, Cpi, DropOutKind, Municipality, School, SchoolType,
        Student,
    },
    identity::{EmailAddress, Iban, InstanceNumber, Money, Redacted, Sex, TaxCode},
    ids,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::{option, prelude::*, sample::select};

use crate::{Attendance, AttestationRow, ClassListRow, CommunicationRow, Draft, SelfCertificationRow};

/// Text with everything that means something in a file.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-zà-ù][A-Za-zà-ù0-9'\",; =\n]{0,30}[a-z]"
}

fn kept() -> impl Strategy<Value = Option<Redacted<String>>> {
    option::of(text().prop_map(Redacted::new))
}

fn code<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>(
    pattern: &'static str,
) -> impl Strategy<Value = T> {
    pattern.prop_map(|text| text.parse().unwrap())
}

fn date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..60_000).prop_map(|days| NaiveDate::from_ymd_opt(1930, 1, 1).unwrap() + Days::new(days))
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-2_000_000_000_000_000_i64..4_000_000_000_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

fn tax_code() -> impl Strategy<Value = TaxCode> {
    let female = any::<bool>();
    ("[A-Z]{3,8}", "[A-Z]{3,8}", date(), female, 0_u8..128).prop_map(
        |(surname, name, birth, female, mask)| {
            let sex = if female { Sex::Female } else { Sex::Male };
            TaxCode::compose(&surname, &name, birth, sex, &"L736".parse().unwrap()).omocodia_form(mask)
        },
    )
}

fn iban() -> impl Strategy<Value = Iban> {
    select(&["IT60X0542811101000000123456", "DE89370400440532013000", "FR1420041010050500013M02606"][..])
        .prop_map(|text| text.parse().unwrap())
}

fn email() -> impl Strategy<Value = EmailAddress> {
    code("[a-z][a-z=]{0,8}(\\.[a-z]{1,3})?@[a-z]{1,9}\\.example")
}

fn number() -> impl Strategy<Value = InstanceNumber> {
    (2000_u16..2100, 0_u64..10_000_000)
        .prop_map(|(year, counter)| InstanceNumber::new(year, counter).unwrap())
}

fn money() -> impl Strategy<Value = Money> {
    (0_i64..1_000_000_000_000).prop_map(Money::from_cents)
}

pub(super) fn municipality() -> impl Strategy<Value = Municipality> {
    (code("[0-9]{6}"), text(), "[A-Z]{2}", text(), code("[A-Z][0-9]{3}")).prop_map(
        |(code, name, province, region, cadastral_code)| Municipality {
            code,
            name,
            province,
            region,
            cadastral_code,
        },
    )
}

pub(super) fn cpi() -> impl Strategy<Value = Cpi> {
    (code("[A-Z0-9][A-Z0-9-]{0,31}"), text(), "[A-Z]{2}", email())
        .prop_map(|(code, name, province, mailbox)| Cpi { code, name, province, mailbox })
}

pub(super) fn catchment() -> impl Strategy<Value = Catchment> {
    (code("[0-9]{6}"), code("[A-Z0-9-]{1,32}"), text()).prop_map(|(municipality, cpi, source)| Catchment {
        municipality,
        cpi,
        source,
    })
}

pub(super) fn school() -> impl Strategy<Value = School> {
    let parts =
        (code("[A-Z0-9]{10}"), text(), code("[0-9]{6}"), select(SchoolType::ALL), any::<bool>(), email());
    parts.prop_map(|(code, name, municipality, kind, delivers_iefp, mailbox)| School {
        id: ids::school(&code),
        code,
        name,
        municipality,
        kind,
        delivers_iefp,
        mailbox,
    })
}

fn student() -> impl Strategy<Value = Student> {
    let home = (code("[0-9]{6}"), option::of(code("[0-9]{6}")), kept(), kept());
    (tax_code(), text(), text(), date(), home).prop_map(
        |(tax_code, first_name, last_name, birth_date, home)| Student {
            tax_code,
            first_name: first_name.into(),
            last_name: last_name.into(),
            birth_date: birth_date.into(),
            residence: home.0,
            domicile: home.1,
            address: home.2,
            phone: home.3,
        },
    )
}

pub(super) fn class_list_row() -> impl Strategy<Value = ClassListRow> {
    let class = (option::of("[1-5]"), option::of("[A-H]"));
    (student(), code("[A-Z0-9]{10}"), select(CourseRegime::ALL), date(), option::of(instant()), class)
        .prop_map(|(student, school, course, event_date, received_at, (class, section))| ClassListRow {
            student,
            attendance: Attendance { school, course, event_date, received_at, class, section },
        })
}

fn kind() -> impl Strategy<Value = CommunicationKind> {
    prop_oneof![
        Just(CommunicationKind::EnrolmentConfirmation),
        Just(CommunicationKind::DropOut(DropOutKind::WithdrawalAfter15March)),
        Just(CommunicationKind::ReturnByCpi),
        Just(CommunicationKind::HomeEducation),
        "sospensione [a-z]{1,9}".prop_map(CommunicationKind::Other),
    ]
}

pub(super) fn communication_row() -> impl Strategy<Value = CommunicationRow> {
    let more = (option::of(code("[A-Z0-9]{10}")), option::of(code("[A-Z0-9-]{1,32}")), any::<bool>(), kept());
    (class_list_row(), any::<bool>(), kind(), more).prop_map(
        |(row, has_details, kind, (receiving_school, cpi, agreement, notes))| {
            let row = CommunicationRow::from(row);
            let student = row.student.filter(|_| has_details);
            CommunicationRow { student, kind, receiving_school, cpi, agreement, notes, ..row }
        },
    )
}

fn derogation() -> impl Strategy<Value = Derogation> {
    prop_oneof![
        Just(Derogation::None),
        Just(Derogation::ProtectedPath),
        option::of(date()).prop_map(|since| Derogation::Widowed { since }),
    ]
}

pub(super) fn application() -> impl Strategy<Value = Application> {
    let who = (tax_code(), select(ApplicantRole::ALL), email(), tax_code(), 0_u64..9_000);
    let what =
        (select(Channel::ALL), select(SchoolKind::ALL), select(SchoolLevel::ALL), select(Declaration::ALL));
    let money = (derogation(), money(), iban(), select(AccountHolder::ALL));
    (number(), instant(), who, what, money, any::<[bool; 8]>()).prop_map(
        |(instance_number, submitted_at, who, what, money, flags)| Application {
            instance_number,
            submitted_at,
            channel: what.0,
            applicant: who.0,
            applicant_role: who.1,
            applicant_email: who.2,
            resident_in_region: flags[0],
            resident_with_student: flags[1],
            in_household: flags[2],
            student: who.3,
            student_birth_date: (submitted_at.date_naive() - Days::new(who.4)).max(EARLIEST).into(),
            school_kind: what.1,
            school_level: what.2,
            enrolled: flags[3],
            attending: flags[4],
            foreign_school_eligible: flags[5],
            foreign_need_documented: flags[6],
            declaration: what.3,
            derogation: money.0.into(),
            minors_isee_case: flags[7],
            declared_expenses: money.1,
            iban: money.2,
            account_holder: money.3,
        },
    )
}

const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

pub(super) fn draft() -> impl Strategy<Value = Draft> {
    (number(), email(), instant()).prop_map(|(instance_number, applicant_email, started_at)| Draft {
        instance_number,
        applicant_email,
        started_at,
    })
}

pub(super) fn attestation_row() -> impl Strategy<Value = AttestationRow> {
    let times = (instant(), option::of(instant()), option::of(instant()));
    let figures = (2000_i32..2100, option::of(money()));
    (kept(), tax_code(), select(IseeKind::ALL), times, figures, select(Annotation::ALL)).prop_map(
        |(
            protocol,
            student,
            kind,
            (dsu_signed_at, issued_at, available_at),
            (valid_year, isee),
            annotation,
        )| {
            AttestationRow {
                protocol,
                student,
                kind,
                dsu_signed_at,
                issued_at,
                valid_year,
                isee,
                annotation,
                available_at,
            }
        },
    )
}

pub(super) fn self_certification_row() -> impl Strategy<Value = SelfCertificationRow> {
    let form = (instant(), select(IdentityDocument::ALL), select(CheckOutcome::ALL), option::of(instant()));
    (number(), form).prop_map(|(instance_number, (received_at, identity_document, outcome, checked_at))| {
        SelfCertificationRow {
            instance_number,
            form: SelfCertification { received_at, identity_document, outcome, checked_at },
        }
    })
}
