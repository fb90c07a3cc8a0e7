// SPDX-License-Identifier: EUPL-1.2
//! What offices were promised of single kinds.

use campanella_domain::{
    ardis::{Annotation, ApplicantRole, Application, Derogation},
    ars::{CommunicationKind, DropOutKind, Municipality},
};

use super::read;
use crate::{AttestationRow, ClassListRow, CommunicationRow, Fault, Record, SelfCertificationRow};

const APPLICATION: [(&str, &str); 24] = [
    ("instance_number", "2025-004217"),
    ("submitted_at", "20/11/2025 16:00:00"),
    ("channel", "online"),
    ("applicant_tax_code", "RSSGNN80A01L736N"),
    ("applicant_role", "guardian"),
    ("applicant_email", "gianni@posta.example"),
    ("resident_in_region", "sì"),
    ("resident_with_student", "VERO"),
    ("in_household", "no"),
    ("student_tax_code", "rssmra10a01l736b"),
    ("student_birth_date", "01/01/2010"),
    ("school_kind", "paritaria"),
    ("school_level", "lower-secondary"),
    ("enrolled", "1"),
    ("attending", "x"),
    ("foreign_school_eligible", ""),
    ("foreign_need_documented", ""),
    ("declaration", "dsu-by-deadline"),
    ("derogation", "none"),
    ("widowed_since", ""),
    ("minors_isee_case", "0"),
    ("declared_expenses", "1.545,00"),
    ("iban", "it60 x054 2811 1010 0000 0123 456"),
    ("account_holder", "applicant"),
];

/// The application with some cells changed, and others left out altogether.
fn application(changed: &[(&str, &str)], absent: &[&str]) -> Result<Application, Vec<Fault>> {
    let kept = APPLICATION.iter().filter(|(name, _)| !absent.contains(name));
    let cells = kept.map(|(name, value)| {
        let change = changed.iter().find(|(other, _)| other == name);
        (*name, change.map_or(*value, |(_, value)| *value))
    });
    let (names, values): (Vec<&str>, Vec<&str>) = cells.unzip();
    let file = format!("{}\r\n{}\r\n", names.join(";"), values.join(";"));
    let line = read::<Application>(file).remove(0);
    line.map(|line| line.record).map_err(|rejected| rejected.faults)
}

fn columns<R: Record>() -> String {
    R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_columns_are_those_agreed_with_the_offices() {
    assert_eq!(columns::<Application>(), APPLICATION.map(|(name, _)| name).join(", "));
    assert_eq!(
        columns::<AttestationRow>(),
        "protocol, student_tax_code, kind, dsu_signed_at, issued_at, valid_year, isee, annotation, available_at"
    );
    assert_eq!(
        columns::<SelfCertificationRow>(),
        "instance_number, received_at, identity_document, outcome, checked_at"
    );
    assert_eq!(
        columns::<Municipality>(),
        "istat_code, name, province, region, cadastral_code",
        "as ISTAT's list"
    );
}

#[test]
fn an_application_is_read_as_a_spreadsheet_saves_it() {
    let read = application(&[], &[]).unwrap();
    assert_eq!(read.submitted_at.to_rfc3339(), "2025-11-20T15:00:00+00:00");
    assert_eq!(read.applicant_role, ApplicantRole::Guardian);
    assert!(read.resident_in_region && read.resident_with_student && read.enrolled && read.attending);
    assert!(!read.in_household && !read.minors_isee_case && !read.foreign_school_eligible);
    assert_eq!(read.student.expose(), "RSSMRA10A01L736B");
    assert_eq!(read.declared_expenses.cents(), 154_500);
    assert_eq!(read.iban.expose(), "IT60X0542811101000000123456");
}

#[test]
fn ard_035_ard_036_a_role_that_is_not_given_follows_from_the_tax_codes() {
    let absent = ["applicant_role", "in_household"];
    let parent = application(&[], &absent).unwrap();
    assert_eq!((parent.applicant_role, parent.in_household), (ApplicantRole::Parent, true));
    // Another form of the same code is the same person.
    let own = application(&[("applicant_tax_code", "RSSMRA10A01L73SY")], &absent).unwrap();
    assert_eq!(own.applicant_role, ApplicantRole::Student);
    let empty = application(&[("applicant_role", ""), ("in_household", "")], &[]).unwrap();
    assert_eq!((empty.applicant_role, empty.in_household), (ApplicantRole::Parent, true));
}

#[test]
fn ard_004_ard_006_what_concerns_foreign_schools_is_asked_of_them_alone() {
    let faults =
        application(&[("school_kind", "foreign"), ("foreign_need_documented", "no")], &[]).unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| fault.column).collect::<Vec<_>>(),
        [Some("foreign_school_eligible")]
    );
}

#[test]
fn ard_022_a_widowhood_without_a_date_is_a_good_line_and_a_date_without_one_means_nothing() {
    let derogation = |word, date| {
        *application(&[("derogation", word), ("widowed_since", date)], &[]).unwrap().derogation.expose()
    };
    assert!(derogation("widowed", "") == Derogation::Widowed { since: None });
    assert!(derogation("widowed", "1/2/2023") == Derogation::Widowed { since: "2023-02-01".parse().ok() });
    assert!(derogation("none", "1/2/2023") == Derogation::None);
    assert!(derogation("protected-path", "") == Derogation::ProtectedPath);
}

#[test]
fn a_doubt_about_the_data_is_for_the_rules_and_not_for_the_file() {
    for cell in [
        ("student_birth_date", "02/02/2011"),
        ("channel", "paper"),
        ("submitted_at", "21/11/2025 00:00:01"),
        ("account_holder", "other"),
        ("school_level", "other"),
        ("declared_expenses", "0"),
    ] {
        assert!(application(&[cell], &[]).is_ok(), "{cell:?}");
    }
    let faults = application(&[("student_birth_date", "02/02/2026")], &[]).unwrap_err();
    assert_eq!(faults[0].problem, "lo studente nasce dopo la domanda");
}

#[test]
fn ard_015_a_dsu_needs_no_annotation_and_an_attestation_does() {
    let heading = "protocol;student_tax_code;kind;dsu_signed_at;issued_at;valid_year;isee;annotation\n";
    let row = |cells: &str| read::<AttestationRow>(format!("{heading}{cells}\n")).remove(0);
    let bare = row(";RSSMRA10A01L736B;ordinary;20/11/2025;;2025;;").unwrap().record;
    assert!(bare.protocol.is_none() && bare.issued_at.is_none() && bare.isee.is_none());
    assert_eq!((bare.annotation, bare.available_at), (Annotation::None, None));
    let attested = |annotation| {
        row(&format!("INPS-1;RSSMRA10A01L736B;minors;3/3/2025;10/03/2025;2025;35000,01;{annotation}"))
    };
    assert_eq!(attested("omission").unwrap().record.annotation, Annotation::Omission);
    assert_eq!(attested("").unwrap_err().faults[0].column, Some("annotation"));
}

const COMMUNICATIONS: &str = "student_tax_code;first_name;last_name;birth_date;residence;address;phone;kind;school_code;course;\
    event_date;class;section\n";

fn communication(cells: &str) -> Result<CommunicationRow, Vec<Fault>> {
    let line = read::<CommunicationRow>(format!("{COMMUNICATIONS}{cells}\n")).remove(0);
    line.map(|line| line.record).map_err(|rejected| rejected.faults)
}

#[test]
fn ars_019_a_type_nobody_knows_is_a_good_line() {
    let of_type = |kind| {
        communication(&format!("RSSMRA10A01L736B;;;;;;;{kind};VEPS01000X;upper-secondary;7/1/2026;3;B"))
    };
    assert_eq!(of_type("Sospensione").unwrap().kind, CommunicationKind::Other("sospensione".to_owned()));
    let report = CommunicationKind::DropOut(DropOutKind::InformalAbandonment);
    assert_eq!(of_type("Abbandono non formale").unwrap().kind, report, "by the label of the note");
    assert_eq!(of_type("informal-abandonment").unwrap().kind, report);
    assert!(of_type("").is_err());
}

#[test]
fn ars_012_ars_013_what_an_entry_lacks_is_for_the_rules() {
    let heading = "student_tax_code;first_name;last_name;birth_date;residence;domicile;address;phone;school_code;course;\
        event_date;class;section\n";
    let line = "RSSMRA10A01L736B;Maria;Rossi;1/1/2010;027042;;;;VEPS01000X;three-year-iefp;10/09/2025;;\n";
    let row = read::<ClassListRow>(format!("{heading}{line}")).remove(0).unwrap().record;
    let said =
        CommunicationRow::from(row).communication(uuid::Uuid::nil(), "2025-10-01T08:00:00Z".parse().unwrap());
    assert!(!said.address_given && !said.phone_given && said.class.is_none() && said.section.is_none());
    assert_eq!(said.received_at.to_rfc3339(), "2025-10-01T08:00:00+00:00", "received when it is imported");
}

#[test]
fn a_student_is_described_altogether_or_not_at_all() {
    assert!(
        communication("RSSMRA10A01L736B;;;;;;;rientro;VEPS01000X;upper-secondary;7/1/2026;;")
            .unwrap()
            .student
            .is_none()
    );
    let faults = communication("RSSMRA10A01L736B;;;;;via Roma 1;;x;VEPS01000X;upper-secondary;7/1/2026;;")
        .unwrap_err();
    let columns: Vec<_> = faults.iter().filter_map(|fault| fault.column).collect();
    assert_eq!(columns, ["first_name", "last_name", "birth_date", "residence"]);
}
