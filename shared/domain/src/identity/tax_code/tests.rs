// SPDX-License-Identifier: EUPL-1.2
//! The decree's rules on examples anybody can check by hand.

use std::collections::HashSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::identity::CadastralCode;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn place(code: &str) -> CadastralCode {
    code.parse().unwrap()
}

fn code(text: &str) -> TaxCode {
    text.parse().unwrap()
}

#[test]
fn spaces_and_case_do_not_matter_and_nothing_is_printed() {
    let parsed = code(" mrt mtt 25d09 f205z\u{a0}");
    assert_eq!(parsed.expose(), "MRTMTT25D09F205Z");
    assert_eq!(format!("{parsed:?}"), "[redacted]");
}

#[test]
fn composes_surname_name_and_birth_by_the_decree() {
    let cases = [
        // Three consonants; a name of three; a man.
        ("Mario", "Rossi", date(1985, 12, 10), Sex::Male, "A562", "RSSMRA85T10A562S"),
        ("Matteo", "Moretti", date(1925, 4, 9), Sex::Male, "F205", "MRTMTT25D09F205Z"),
        // A woman's day has 40 added.
        ("Samantha", "Miller", date(1953, 4, 26), Sex::Female, "Z404", "MLLSNT53D66Z404"),
        // Four consonants in the name: the second is skipped; accents and apostrophes do not count.
        ("Niccolò", "D'Este", date(2009, 1, 1), Sex::Male, "L736", "DSTNCL09A01L736"),
        // Too few letters: vowels, then X.
        ("Al", "Fo", date(2010, 8, 31), Sex::Male, "L736", "FOXLAX10M31L736"),
        ("Aia", "Aiello", date(2011, 9, 3), Sex::Female, "L736", "LLAAIA11P43L736"),
        ("", "Ó Súil", date(2011, 9, 3), Sex::Female, "L736", "SLOXXX11P43L736"),
    ];
    for (name, surname, birth, sex, birthplace, expected) in cases {
        let composed = TaxCode::compose(surname, name, birth, sex, &place(birthplace));
        assert!(composed.expose().starts_with(expected), "{} is not {expected}", composed.expose());
        assert_eq!(composed.expose().parse(), Ok(composed));
    }
}

#[test]
fn all_128_omocodia_forms_are_accepted_and_have_one_canonical_form() {
    let canonical = code("RSSMRA85T10A562S");
    let forms: HashSet<TaxCode> = (0..128).map(|mask| canonical.omocodia_form(mask)).collect();
    assert_eq!(forms.len(), 128);
    for form in forms {
        let parsed = code(form.expose());
        assert_eq!(parsed.canonical(), canonical);
        assert_eq!(parsed.birth_date_hint(date(2025, 9, 1)), Some(date(1985, 12, 10)));
        assert_eq!(parsed.sex(), Some(Sex::Male));
        assert_eq!(parsed.cadastral_code(), Some(place("A562")));
    }
}

#[test]
fn the_tax_office_begins_omocodia_at_the_last_digit() {
    // The decree's own order: the last digit first.
    assert!(code("RSSMRA85T10A562S").omocodia_form(1).expose().starts_with("RSSMRA85T10A56N"));
    assert!(code("RSSMRA85T10A562S").omocodia_form(64).expose().starts_with("RSSMRAU5T10A562"));
}

#[test]
fn two_people_told_apart_by_omocodia_are_not_equal() {
    let first = code("RSSMRA85T10A562S");
    assert_ne!(first, first.omocodia_form(1));
    assert_eq!(first.canonical(), first.omocodia_form(1).canonical());
}

#[test]
fn any_single_wrong_digit_is_found() {
    let right = "RSSMRA85T10A562S";
    for place in [6, 7, 12, 13, 14] {
        for digit in '0'..='9' {
            let mut wrong: Vec<char> = right.chars().collect();
            if wrong[place] == digit {
                continue;
            }
            wrong[place] = digit;
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(wrong.parse::<TaxCode>(), Err(TaxCodeError::Control), "{wrong}");
        }
    }
}

#[test]
fn each_fault_is_told_apart() {
    for (text, fault) in [
        ("", TaxCodeError::Length),
        ("RSSMRA85T10A562", TaxCodeError::Length),
        ("RSSMRA85T10A562SS", TaxCodeError::Length),
        ("R5SMRA85T10A562S", TaxCodeError::Shape),
        ("RSSMRA8OT10A562S", TaxCodeError::Shape),
        ("RSSMRA85T10A5625", TaxCodeError::Shape),
        ("RSSMRA85T10A56ÀS", TaxCodeError::Length),
        ("RSSMRA85F10A562S", TaxCodeError::BirthDate),
        ("RSSMRA85T00A562S", TaxCodeError::BirthDate),
        ("RSSMRA85T32A562S", TaxCodeError::BirthDate),
        ("RSSMRA85T40A562S", TaxCodeError::BirthDate),
        ("RSSMRA85T72A562S", TaxCodeError::BirthDate),
        ("RSSMRA85T10A562T", TaxCodeError::Control),
    ] {
        assert_eq!(text.parse::<TaxCode>(), Err(fault), "{text}");
    }
}

#[test]
fn temporary_codes_of_eleven_digits_are_accepted_and_tell_nothing() {
    let temporary = code("12345678903");
    assert!(temporary.is_temporary());
    assert_eq!(temporary.canonical(), temporary);
    assert_eq!(temporary.omocodia_form(5), temporary);
    assert_eq!(temporary.birth_date_hint(date(2025, 9, 1)), None);
    assert_eq!((temporary.sex(), temporary.cadastral_code()), (None, None));
    assert_eq!(temporary.birthplace(|_| true), Birthplace::Unknown);
    assert_eq!("12345678904".parse::<TaxCode>(), Err(TaxCodeError::Control));
    assert_eq!("1234567890A".parse::<TaxCode>(), Err(TaxCodeError::Shape));
}

#[test]
fn the_century_is_the_latest_that_fits() {
    let born = |birth, on| {
        TaxCode::compose("Rossi", "Mario", birth, Sex::Female, &place("L736")).birth_date_hint(on)
    };
    assert_eq!(born(date(2009, 5, 1), date(2025, 9, 1)), Some(date(2009, 5, 1)));
    assert_eq!(born(date(1926, 5, 1), date(2025, 9, 1)), Some(date(1926, 5, 1)));
    assert_eq!(born(date(2025, 9, 1), date(2025, 9, 1)), Some(date(2025, 9, 1)));
    assert_eq!(born(date(2008, 2, 29), date(2025, 9, 1)), Some(date(2008, 2, 29)));
}

#[test]
fn suppressed_municipalities_and_foreign_states_are_no_errors() {
    let birthplace = |code| TaxCode::compose("Rossi", "Mario", date(2009, 5, 1), Sex::Male, &place(code));
    let listed = place("L736");
    assert_eq!(birthplace("L736").birthplace(|code| *code == listed), Birthplace::Listed);
    assert_eq!(birthplace("A001").birthplace(|code| *code == listed), Birthplace::Unlisted);
    assert_eq!(birthplace("Z330").birthplace(|code| *code == listed), Birthplace::Abroad);
}

proptest! {
    #[test]
    fn whatever_is_composed_is_valid_and_tells_the_birth(
        surname in "\\PC{0,20}", name in "\\PC{0,20}", days in 0..40_000_u64, female: bool, place in "[A-Z][0-9]{3}",
    ) {
        let birth = date(1926, 1, 1) + chrono::Days::new(days);
        let sex = if female { Sex::Female } else { Sex::Male };
        let composed = TaxCode::compose(&surname, &name, birth, sex, &place.parse().unwrap());
        prop_assert_eq!(composed.expose().parse::<TaxCode>(), Ok(composed.clone()));
        prop_assert_eq!(composed.birth_date_hint(birth), Some(birth));
        prop_assert_eq!(composed.sex(), Some(sex));
        prop_assert_eq!(composed.cadastral_code(), place.parse().ok());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = text.parse::<TaxCode>();
    }
}
