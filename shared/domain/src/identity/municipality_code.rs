// SPDX-License-Identifier: EUPL-1.2
//! Municipalities, by their ISTAT code.

published_code!(
    /// The ISTAT code of an Italian municipality (*codice ISTAT del comune*): six digits, the first
    /// three of which are the province's.
    MunicipalityCode,
    /// The text is not an ISTAT code.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    #[error("an ISTAT municipality code has six digits, leading zeros included (a spreadsheet drops them)")]
    MunicipalityCodeError,
    |code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_belong_to_the_code() {
        assert_eq!(" 001001 ".parse::<MunicipalityCode>().unwrap().to_string(), "001001");
        for wrong in ["", "1001", "0010011", "00100A", "٠٠١٠٠١"] {
            assert_eq!(wrong.parse::<MunicipalityCode>(), Err(MunicipalityCodeError), "{wrong:?}");
        }
    }

    #[test]
    fn it_is_stored_as_a_string_and_checked_when_read() {
        let code: MunicipalityCode = serde_json::from_str("\"027042\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"027042\"");
        let error = serde_json::from_str::<MunicipalityCode>("\"27042\"").unwrap_err();
        assert!(error.to_string().starts_with("an ISTAT municipality code has six digits"), "{error}");
    }
}
