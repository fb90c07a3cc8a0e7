// SPDX-License-Identifier: EUPL-1.2
//! Digits turned into letters, and back (DM 23/12/1976).

/// The letters that stand for 0 to 9.
const LETTERS: [u8; 10] = *b"LMNPQRSTUV";
/// The places of the seven digits, the last first: the order in which the tax office uses them.
const PLACES: [usize; 7] = [14, 13, 12, 10, 9, 7, 6];

/// The digit a letter stands for.
pub(super) fn digit_of(letter: u8) -> Option<u8> {
    LETTERS.iter().zip(b'0'..).find(|(candidate, _)| **candidate == letter).map(|(_, digit)| digit)
}

/// The code with digits in all seven places. Its control letter no longer fits.
pub(super) fn undone(code: &str) -> String {
    replaced(code, |_, byte| digit_of(byte))
}

/// The code with letters in the places that `mask` names. Its control letter no longer fits.
pub(super) fn applied(code: &str, mask: u8) -> String {
    replaced(code, |order, byte| {
        let chosen = mask & (1 << order) != 0 && byte.is_ascii_digit();
        chosen.then(|| LETTERS[usize::from(byte - b'0')])
    })
}

/// Replaces what stands in the seven places, given their order and their character.
fn replaced(code: &str, replacement: impl Fn(usize, u8) -> Option<u8>) -> String {
    let replace = |(place, character): (usize, char)| {
        let order = PLACES.iter().position(|candidate| *candidate == place)?;
        replacement(order, u8::try_from(character).ok()?).map(char::from)
    };
    code.chars().enumerate().map(|pair| replace(pair).unwrap_or(pair.1)).collect()
}
