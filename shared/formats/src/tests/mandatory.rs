// SPDX-License-Identifier: EUPL-1.2
//! What an application cannot do without.

use campanella_domain::ardis::Application;

use super::read;
use crate::Record as _;

/// A good line, by column.
const GOOD: [(&str, &str); 24] = [
    ("instance_number", "2025-004217"),
    ("submitted_at", "2025-10-20T11:00:00+02:00"),
    ("channel", "online"),
    ("applicant_tax_code", "RSSMRA80A01H501U"),
    ("applicant_role", "parent"),
    ("applicant_email", "ada@posta.example"),
    ("resident_in_region", "true"),
    ("resident_with_student", "true"),
    ("in_household", "true"),
    ("student_tax_code", "RSSMRA80A01H501U"),
    ("student_birth_date", "1980-01-01"),
    ("school_kind", "paritaria"),
    ("school_level", "primary"),
    ("enrolled", "true"),
    ("attending", "true"),
    ("foreign_school_eligible", ""),
    ("foreign_need_documented", ""),
    ("declaration", "has-attestation"),
    ("derogation", "none"),
    ("widowed_since", ""),
    ("minors_isee_case", "false"),
    ("declared_expenses", "1800.00"),
    ("iban", "IT60X0542811101000000123456"),
    ("account_holder", "applicant"),
];

/// What may be left out: it follows from the rest, or belongs to cases of few.
const OPTIONAL: [&str; 5] =
    ["applicant_role", "in_household", "foreign_school_eligible", "foreign_need_documented", "widowed_since"];

#[test]
fn ard_107_an_application_that_lacks_a_mandatory_datum_is_refused_and_the_datum_named() {
    assert_eq!(Application::COLUMNS.len(), GOOD.len());
    for (left_out, _) in GOOD {
        let heading = GOOD.map(|(column, _)| column).join(",");
        let line = GOOD.map(|(column, value)| if column == left_out { "" } else { value }).join(",");
        let lines = read::<Application>(format!("{heading}\n{line}\n"));
        match &lines[0] {
            Ok(_) => assert!(OPTIONAL.contains(&left_out), "{left_out} was not missed"),
            Err(rejected) => {
                assert!(!OPTIONAL.contains(&left_out), "{left_out}: {}", rejected.faults[0]);
                assert_eq!(rejected.faults[0].column, Some(left_out));
            }
        }
    }
}
