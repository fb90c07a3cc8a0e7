// SPDX-License-Identifier: EUPL-1.2
//! Birthplaces as the tax code names them.

published_code!(
    /// The cadastral code (*codice catastale*, *codice Belfiore*) of a municipality, or of a foreign state
    /// when it begins with `Z`: a letter and three digits.
    CadastralCode,
    /// The text is not a cadastral code.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    #[error("a cadastral code is a letter followed by three digits")]
    CadastralCodeError,
    |code| match code.as_bytes() {
        [letter, digits @ ..] => {
            letter.is_ascii_uppercase() && digits.len() == 3 && digits.iter().all(u8::is_ascii_digit)
        }
        [] => false,
    }
);

impl CadastralCode {
    /// Whether it stands for a foreign state.
    pub fn is_foreign_state(&self) -> bool {
        self.as_str().starts_with('Z')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_and_three_digits() {
        let code: CadastralCode = "l736".parse().unwrap();
        assert_eq!(code.as_str(), "L736");
        assert!(!code.is_foreign_state());
        assert!("Z112".parse::<CadastralCode>().unwrap().is_foreign_state());
        for wrong in ["", "L", "L73", "L7360", "7361", "L73A"] {
            assert_eq!(wrong.parse::<CadastralCode>(), Err(CadastralCodeError), "{wrong:?}");
        }
    }
}
