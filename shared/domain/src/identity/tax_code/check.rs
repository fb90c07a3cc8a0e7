// SPDX-License-Identifier: EUPL-1.2
//! The shape and the control character of a tax code.

use crate::identity::control_letter::control_letter;

use super::TaxCodeError;
use super::omocodia;
use super::person::{DAY_OFFSET_OF_WOMEN, MONTHS};

/// The characters of an ordinary code.
const LENGTH: usize = 16;
/// The digits of a temporary code.
pub(super) const TEMPORARY_LENGTH: usize = 11;
/// The letters that come from surname and name.
const NAME_LETTERS: usize = 6;
/// Where the letter of the month stands, counted from zero.
const MONTH: usize = 8;
/// Where the letter of the birthplace stands, counted from zero.
const BIRTHPLACE_LETTER: usize = 11;

/// Checks a text in capital letters and without spaces.
pub(super) fn verify(text: &str) -> Result<(), TaxCodeError> {
    match text.as_bytes() {
        temporary if temporary.len() == TEMPORARY_LENGTH => verify_temporary(temporary),
        ordinary if ordinary.len() == LENGTH => verify_ordinary(ordinary, text),
        _ => Err(TaxCodeError::Length),
    }
}

fn verify_ordinary(code: &[u8], text: &str) -> Result<(), TaxCodeError> {
    let fits = |(place, byte): (usize, &u8)| match place {
        MONTH | BIRTHPLACE_LETTER => byte.is_ascii_uppercase(),
        place if place < NAME_LETTERS || place == LENGTH - 1 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit() || omocodia::digit_of(*byte).is_some(),
    };
    if !code.iter().enumerate().all(fits) {
        return Err(TaxCodeError::Shape);
    }
    let plain = omocodia::undone(text);
    let day = plain.get(9..11).and_then(|digits| digits.parse::<u32>().ok()).ok_or(TaxCodeError::Shape)?;
    let day = if day > DAY_OFFSET_OF_WOMEN { day - DAY_OFFSET_OF_WOMEN } else { day };
    if !MONTHS.contains(&code[MONTH]) || !(1..=31).contains(&day) {
        return Err(TaxCodeError::BirthDate);
    }
    let (control, rest) = code.split_last().ok_or(TaxCodeError::Length)?;
    if control_letter(rest) == Some(*control) { Ok(()) } else { Err(TaxCodeError::Control) }
}

/// Eleven digits, the last of which is computed as for a VAT number (DM 23/12/1976).
fn verify_temporary(code: &[u8]) -> Result<(), TaxCodeError> {
    let mut sum = 0;
    for (place, byte) in code.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return Err(TaxCodeError::Shape);
        }
        let digit = u32::from(byte - b'0');
        sum += match (place % 2, digit) {
            (0, _) => digit,
            (_, 0..=4) => 2 * digit,
            _ => 2 * digit - 9,
        };
    }
    if sum % 10 == 0 { Ok(()) } else { Err(TaxCodeError::Control) }
}

/// The first fifteen characters of `code` followed by their control letter.
pub(super) fn with_control(code: &str) -> String {
    let mut complete: String = code.chars().take(LENGTH - 1).collect();
    if let Some(letter) = control_letter(complete.as_bytes()) {
        complete.push(char::from(letter));
    }
    complete
}
