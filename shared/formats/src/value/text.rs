// SPDX-License-Identifier: EUPL-1.2
//! Free text.

use campanella_domain::identity::Redacted;

use super::Trouble;

/// Free text as it stands; a number a spreadsheet has shortened (`3,9347E+11`) is refused.
pub(crate) fn text(text: &str) -> Result<String, Trouble> {
    if is_shortened(text) {
        return Err(Trouble::new(
            "il numero è stato abbreviato dal foglio di calcolo e ha perso cifre",
            "formattare la colonna come testo e riscrivere il numero per intero",
        ));
    }
    Ok(text.to_owned())
}

/// Free text about a person.
pub(crate) fn kept(personal: &str) -> Result<Redacted<String>, Trouble> {
    text(personal).map(Redacted::new)
}

fn is_shortened(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once("E+") else { return false };
    let is_number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    !digits.is_empty() && !exponent.is_empty() && is_number(digits) && is_number(exponent)
}
