// SPDX-License-Identifier: EUPL-1.2
//! Invented accounts.

use anyhow::{Context, Result};
use campanella_domain::identity::Iban;

use super::dice::Dice;

/// A bank code no Italian bank has.
const BANK: &str = "99999";

/// An Italian IBAN with the right control letter and check digits, at a bank that does not exist.
pub(super) fn account(dice: &mut Dice) -> Result<Iban> {
    let coordinates =
        format!("{BANK}{:05}{:06}{:06}", dice.below(100_000), dice.below(1_000_000), dice.below(1_000_000));
    // The parser knows which of the 26 control letters (CIN) is right.
    ('A'..='Z')
        .find_map(|letter| with_check_digits(&format!("{letter}{coordinates}")).parse().ok())
        .context("no control letter fits invented bank coordinates")
}

/// The check digits ISO 7064 asks for before Italian coordinates.
fn with_check_digits(coordinates: &str) -> String {
    let remainder = format!("{coordinates}IT00").bytes().fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    });
    format!("IT{:02}{coordinates}", 98 - remainder)
}

#[cfg(test)]
mod tests {
    use super::super::dice::Purpose;
    use super::*;

    #[test]
    fn accounts_are_italian_and_at_no_bank() {
        let mut dice = Dice::of(1, Purpose::Application, 1);
        for _ in 0..50 {
            let account = account(&mut dice).unwrap();
            assert_eq!(account.country(), "IT");
            assert_eq!(&account.expose()[5..10], BANK);
        }
    }
}
