// SPDX-License-Identifier: EUPL-1.2
//! Surname, name, birth and birthplace as a tax code writes them (DM 23/12/1976).

use chrono::{Datelike, NaiveDate};

use super::person::{DAY_OFFSET_OF_WOMEN, MONTHS, Sex};
use crate::identity::CadastralCode;

/// The letters taken from a surname and from a name.
const LETTERS: usize = 3;

/// All but the control letter.
pub(super) fn first_fifteen(
    surname: &str,
    name: &str,
    birth: NaiveDate,
    sex: Sex,
    birthplace: &CadastralCode,
) -> String {
    let offset = if sex == Sex::Female { DAY_OFFSET_OF_WOMEN } else { 0 };
    format!(
        "{}{}{:02}{}{:02}{birthplace}",
        of_surname(surname),
        of_name(name),
        birth.year().rem_euclid(100),
        MONTHS.get(birth.month0() as usize).map_or('A', |letter| char::from(*letter)),
        birth.day() + offset,
    )
}

/// The first three consonants, then vowels, then X.
fn of_surname(surname: &str) -> String {
    let (consonants, vowels) = consonants_and_vowels(surname);
    consonants.chain(vowels)
}

/// As a surname, but with four consonants or more the first, the third and the fourth.
fn of_name(name: &str) -> String {
    let (Letters(mut consonants), vowels) = consonants_and_vowels(name);
    if consonants.len() > LETTERS {
        consonants.remove(1);
    }
    Letters(consonants).chain(vowels)
}

struct Letters(Vec<char>);

impl Letters {
    fn chain(self, others: Self) -> String {
        self.0.into_iter().chain(others.0).chain(std::iter::repeat('X')).take(LETTERS).collect()
    }
}

fn consonants_and_vowels(text: &str) -> (Letters, Letters) {
    let letters = text.chars().flat_map(char::to_uppercase).filter_map(without_accent);
    let (vowels, consonants) = letters.partition(|letter| "AEIOU".contains(*letter));
    (Letters(consonants), Letters(vowels))
}

/// The letter under its accent; `None` for what is no Latin letter (spaces, apostrophes, other scripts).
fn without_accent(letter: char) -> Option<char> {
    let plain = match letter {
        'A'..='Z' => letter,
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Æ' => 'A',
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => 'C',
        'Ð' | 'Ď' | 'Đ' => 'D',
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => 'E',
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => 'G',
        'Ĥ' | 'Ħ' => 'H',
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => 'I',
        'Ĵ' => 'J',
        'Ķ' => 'K',
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ł' => 'L',
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => 'N',
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' | 'Œ' => 'O',
        'Ŕ' | 'Ŗ' | 'Ř' => 'R',
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => 'S',
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Þ' => 'T',
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => 'U',
        'Ŵ' => 'W',
        'Ý' | 'Ŷ' | 'Ÿ' => 'Y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        _ => return None,
    };
    Some(plain)
}
