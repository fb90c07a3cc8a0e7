// SPDX-License-Identifier: EUPL-1.2
//! Employment centres.

published_code!(
    /// The code of an employment centre (*Centro per l'Impiego*, CPI): up to 32 letters, digits, dashes.
    ///
    /// No public list of such codes is known to us: it is whatever the office that supplies the
    /// catchments uses (ARS-049).
    CpiCode,
    /// The text is not the code of an employment centre.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    #[error("the code of an employment centre has 1 to 32 letters, digits or dashes, as in VE-MESTRE")]
    CpiCodeError,
    |code| (1..=32).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_dashes() {
        assert_eq!("ve-mestre".parse::<CpiCode>().unwrap().as_str(), "VE-MESTRE");
        assert_eq!("027042".parse::<CpiCode>().unwrap().as_str(), "027042");
        for wrong in ["", "VE MESTRE", "VE/MESTRE", "A234567890123456789012345678901234"] {
            assert_eq!(wrong.parse::<CpiCode>(), Err(CpiCodeError), "{wrong:?}");
        }
    }
}
