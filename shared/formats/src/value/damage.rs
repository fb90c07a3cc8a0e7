// SPDX-License-Identifier: EUPL-1.2
//! What spreadsheets and copying leave in cells.

use super::Trouble;
use crate::Values;

/// The longest free text, in characters.
const LONGEST_TEXT: usize = 4_000;
/// The longest of everything else: an e-mail address has 254.
const LONGEST: usize = 300;

/// What spreadsheets write where a formula failed, in Italian and in English.
const FAILED_FORMULAS: [&str; 12] = [
    "#N/D", "#N/A", "#RIF!", "#REF!", "#VALORE!", "#VALUE!", "#NOME?", "#NAME?", "#DIV/0!", "#NUM!",
    "#NULLO!", "#NULL!",
];

/// Checks that a cell holds nothing that is not meant.
pub(crate) fn undamaged(text: &str, values: Values) -> Result<(), Trouble> {
    let is_text = matches!(values, Values::Text);
    let bound = if is_text { LONGEST_TEXT } else { LONGEST };
    if text.len() > bound && text.chars().count() > bound {
        return Err(Trouble::new(
            format!("il testo supera i {bound} caratteri"),
            "accorciarlo; controllare che le virgolette delle celle vicine siano chiuse",
        ));
    }
    if text.starts_with('#') && (FAILED_FORMULAS.contains(&text) || text.bytes().all(|byte| byte == b'#')) {
        return Err(Trouble::new(
            "al posto del valore c'è un errore del foglio di calcolo",
            "correggere la formula, o allargare la colonna, e salvare di nuovo",
        ));
    }
    // Before a name an apostrophe may belong there; before a number it told the spreadsheet to leave it alone.
    let after_apostrophe = text.strip_prefix('\'');
    if after_apostrophe.is_some_and(|rest| !is_text || rest.starts_with(|sign: char| sign.is_ascii_digit())) {
        return Err(Trouble::new("il valore comincia con un apostrofo", "togliere l'apostrofo"));
    }
    if text.starts_with("=\"") {
        return Err(Trouble::new(
            "il valore è scritto come formula",
            "togliere il segno di uguale e le virgolette, dando alla colonna il formato testo",
        ));
    }
    if !text.is_ascii() || text.bytes().any(|byte| byte.is_ascii_control()) {
        return text.chars().try_for_each(meant);
    }
    Ok(())
}

fn meant(letter: char) -> Result<(), Trouble> {
    match letter {
        '\n' | '\t' => Ok(()),
        '\u{fffd}' => Err(Trouble::new(
            "una lettera è andata persa in un salvataggio precedente",
            "riscrivere la parola e salvare il file come CSV UTF-8",
        )),
        '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => Err(invisible()),
        letter if letter.is_control() => Err(invisible()),
        _ => Ok(()),
    }
}

fn invisible() -> Trouble {
    Trouble::new(
        "nel testo c'è un segno invisibile",
        "cancellare il contenuto della cella e riscriverlo a mano",
    )
}
