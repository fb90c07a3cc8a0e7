// SPDX-License-Identifier: EUPL-1.2
//! Invented persons, no two with the same tax code.
//!
//! Two people of one cohort never share date of birth, birthplace and surname at once: those three are the digits of the
//! person's number, shuffled. So their tax codes differ without anybody remembering the codes given out, up to
//! [`MAXIMUM_SCALE`](super::MAXIMUM_SCALE). Cohorts whose dates of birth overlap take every second day each.

use anyhow::{Context, Result};
use campanella_domain::identity::{CadastralCode, EmailAddress, Redacted, Sex, TaxCode};
use chrono::{NaiveDate, TimeDelta};

use super::calendar::date;
use super::dice::{Dice, Purpose};
use super::geography::Geography;
use super::names::{FEMALE_NAMES, MALE_NAMES, STATES, STREETS, SURNAMES};

/// One in so many people was born abroad.
const FOREIGN_BORN: u64 = 20;
/// So many tax codes in a thousand are an omocodia form.
const OMOCODIA: u32 = 8;
/// Shuffles numbers: a prime that divides no number of combinations used here.
const SHUFFLE: u128 = 1_000_000_007;
/// Domains nobody can own (RFC 2606).
const MAIL_DOMAINS: [&str; 3] = ["posta.example", "famiglia.example", "corrispondenza.example"];

/// People born in one range of days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cohort {
    first: NaiveDate,
    days: u64,
    step: u8,
}

/// Children in a *scuola primaria*.
pub(super) const PRIMARY: Cohort = Cohort::between(date(2015, 1, 1), date(2019, 12, 31), 1);
/// Pupils of a *secondaria di primo grado*.
pub(super) const LOWER_SECONDARY: Cohort = Cohort::between(date(2012, 1, 1), date(2014, 12, 31), 1);
/// Pupils of a *secondaria di secondo grado*, minors until the last application.
pub(super) const UPPER_SECONDARY: Cohort = Cohort::between(date(2008, 1, 1), date(2011, 12, 31), 1);
/// Pupils of age before the window opens.
pub(super) const ADULT_STUDENTS: Cohort = Cohort::between(date(2006, 1, 1), date(2007, 6, 30), 1);
/// Applicants.
pub(super) const PARENTS: Cohort = Cohort::between(date(1966, 1, 1), date(1994, 12, 31), 1);
/// Students of three-year IeFP courses, minors throughout the year.
pub(super) const IEFP_STUDENTS: Cohort = Cohort::between(date(2008, 7, 2), date(2011, 12, 30), 2);
/// Minors who drop out of ordinary schools.
pub(super) const DROP_OUTS: Cohort = Cohort::between(date(2008, 7, 3), date(2014, 8, 31), 2);
/// Students of age who drop out.
pub(super) const DROP_OUTS_OF_AGE: Cohort = Cohort::between(date(2007, 1, 1), date(2007, 8, 31), 1);
/// Students who turn eighteen in autumn.
pub(super) const TURNING_EIGHTEEN: Cohort = Cohort::between(date(2007, 10, 1), date(2007, 11, 30), 1);
/// Students who turn eighteen in spring, one day of whom is 29 February.
pub(super) const OF_AGE_IN_SPRING: Cohort = Cohort::between(date(2008, 2, 15), date(2008, 4, 30), 1);

impl Cohort {
    const fn between(first: NaiveDate, last: NaiveDate, step: u8) -> Self {
        let days = last.signed_duration_since(first).num_days() / step as i64 + 1;
        Self { first, days: days.unsigned_abs(), step }
    }
}

/// An invented person. Debug output holds nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Tax code as issued; a few are omocodia forms.
    pub tax_code: TaxCode,
    /// First name.
    pub first_name: Redacted<String>,
    /// Surname.
    pub last_name: Redacted<String>,
    /// Date of birth.
    pub birth_date: Redacted<NaiveDate>,
    /// Street and number.
    pub address: Redacted<String>,
    /// A telephone number that belongs to nobody: no Italian prefix begins with 000.
    pub phone: Redacted<String>,
}

/// Invents the person of a number: 0, 1, … within the cohort.
pub(super) fn person(seed: u64, cohort: Cohort, number: u64, geography: &Geography) -> Result<Person> {
    let first_day = u64::try_from(cohort.first.to_epoch_days()).unwrap_or_default();
    let mut dice = Dice::of(seed, Purpose::Person, number.wrapping_mul(1 << 20).wrapping_add(first_day));
    let sex = if dice.below(2) == 0 { Sex::Female } else { Sex::Male };
    let origin = origin(seed, cohort, number, sex, geography, &mut dice)?;
    let issued =
        TaxCode::compose(origin.last_name, origin.first_name, origin.birth_date, sex, &origin.birthplace);
    let tax_code = if dice.per_mille(OMOCODIA) { issued.omocodia_form(1 << dice.below(7)) } else { issued };
    Ok(Person {
        tax_code,
        first_name: origin.first_name.to_owned().into(),
        last_name: origin.last_name.to_owned().into(),
        birth_date: origin.birth_date.into(),
        address: format!("{} {}", dice.pick(&STREETS), dice.between(1, 140)).into(),
        phone: format!("000 {:07}", dice.below(10_000_000)).into(),
    })
}

struct Origin {
    first_name: &'static str,
    last_name: &'static str,
    birth_date: NaiveDate,
    birthplace: CadastralCode,
}

fn origin(
    seed: u64,
    cohort: Cohort,
    number: u64,
    sex: Sex,
    geography: &Geography,
    dice: &mut Dice,
) -> Result<Origin> {
    let (group, place) = (number / FOREIGN_BORN, number % FOREIGN_BORN);
    if place == 0 {
        let [day, state, surname] = digits(seed, group, [cohort.days, STATES.len() as u64, 6]);
        let state = STATES.get(state as usize).context("a state of birth")?;
        let names = if sex == Sex::Female { &state.female_names } else { &state.male_names };
        return Ok(Origin {
            first_name: dice.pick(names),
            last_name: state.surnames.get(surname as usize).copied().unwrap_or_default(),
            birth_date: birth_date(cohort, day),
            birthplace: state.code.parse()?,
        });
    }
    let born_here = group * (FOREIGN_BORN - 1) + place - 1;
    let radices = [cohort.days, geography.birthplaces.len() as u64, SURNAMES.len() as u64];
    let [day, birthplace, surname] = digits(seed, born_here, radices);
    let names = if sex == Sex::Female { &FEMALE_NAMES } else { &MALE_NAMES };
    Ok(Origin {
        first_name: dice.pick(names),
        last_name: SURNAMES.get(surname as usize).copied().unwrap_or_default(),
        birth_date: birth_date(cohort, day),
        birthplace: geography.birthplaces.get(birthplace as usize).context("a birthplace")?.clone(),
    })
}

fn birth_date(cohort: Cohort, day: u64) -> NaiveDate {
    cohort.first + TimeDelta::days(i64::from(cohort.step) * i64::try_from(day).unwrap_or_default())
}

/// The digits of a number after a shuffle that gives no two numbers the same digits.
fn digits(seed: u64, number: u64, radices: [u64; 3]) -> [u64; 3] {
    let all: u128 = radices.iter().map(|radix| u128::from(*radix)).product();
    let shuffled = (u128::from(number) * SHUFFLE + u128::from(seed) * 7_919) % all.max(1);
    let mut rest = u64::try_from(shuffled).unwrap_or_default();
    radices.map(|radix| {
        let digit = rest % radix.max(1);
        rest /= radix.max(1);
        digit
    })
}

/// An invented address at a domain nobody can own.
pub(super) fn mail_address(person: &Person, number: u64) -> Result<EmailAddress> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let (first, last) = (plain(person.first_name.expose()), plain(person.last_name.expose()));
    let domain = MAIL_DOMAINS[(number % 3) as usize];
    Ok(format!("{first}.{last}.{number}@{domain}").parse()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_people_of_overlapping_cohorts_share_a_tax_code() {
        let geography = Geography::load().unwrap();
        let mut codes = BTreeSet::new();
        for (cohort, count) in
            [(IEFP_STUDENTS, 20_000), (DROP_OUTS, 4_000), (DROP_OUTS_OF_AGE, 400), (TURNING_EIGHTEEN, 100)]
        {
            for number in 0..count {
                let person = person(7, cohort, number, &geography).unwrap();
                assert!(person.tax_code.expose().parse::<TaxCode>().is_ok());
                let hint = person.tax_code.birth_date_hint(date(2025, 9, 1)).unwrap();
                assert_eq!(hint, *person.birth_date.expose());
                assert!(codes.insert(person.tax_code.canonical()), "two people have one tax code");
            }
        }
    }

    #[test]
    fn some_are_born_abroad_and_some_have_an_omocodia_form() {
        let geography = Geography::load().unwrap();
        let people: Vec<Person> = (0..2000).map(|n| person(1, PARENTS, n, &geography).unwrap()).collect();
        let abroad =
            people.iter().filter_map(|p| p.tax_code.cadastral_code()).filter(CadastralCode::is_foreign_state);
        assert_eq!(abroad.count(), 100);
        let omocodia = people.iter().filter(|person| person.tax_code != person.tax_code.canonical()).count();
        assert!((4..40).contains(&omocodia), "{omocodia}");
    }

    #[test]
    fn surnames_of_one_birthplace_differ_in_the_letters_a_tax_code_takes() {
        let letters = |surname: &str| {
            let code =
                TaxCode::compose(surname, "Anna", date(1990, 1, 1), Sex::Female, &"H501".parse().unwrap());
            code.expose()[..3].to_owned()
        };
        let distinct = |surnames: &[&'static str]| {
            let all: BTreeSet<String> = surnames.iter().map(|surname| letters(surname)).collect();
            let doubled = surnames
                .iter()
                .filter(|one| surnames.iter().filter(|s| letters(s) == letters(one)).count() > 1);
            assert_eq!(all.len(), surnames.len(), "{:?}", doubled.collect::<Vec<_>>());
        };
        distinct(&SURNAMES);
        for state in &STATES {
            distinct(&state.surnames);
        }
    }

    #[test]
    fn addresses_are_at_domains_nobody_can_own() {
        let geography = Geography::load().unwrap();
        for number in 0..200 {
            let person = person(3, PARENTS, number, &geography).unwrap();
            assert!(mail_address(&person, number).unwrap().domain().ends_with(".example"));
            assert_eq!(format!("{person:?}").matches("[redacted]").count(), 6);
        }
    }
}
