// SPDX-License-Identifier: EUPL-1.2
//! Schools and vocational training schools.

published_code!(
    /// The code of a school (*codice meccanografico*) or, in the same shape, of a vocational training
    /// school (*Scuola di Formazione Professionale*, SFP): ten letters or digits.
    ///
    /// The regime is not in the code: it belongs to the course (ARS-009).
    SchoolCode,
    /// The text is not a school's code.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    #[error("a school's code has ten letters or digits, without spaces, as in VEPS01000X")]
    SchoolCodeError,
    |code| code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_letters_or_digits_in_any_case() {
        assert_eq!("veps01000x".parse::<SchoolCode>().unwrap().as_str(), "VEPS01000X");
        for wrong in ["", "VEPS01000", "VEPS01000XY", "VEPS 1000X", "VEPS-1000X"] {
            assert_eq!(wrong.parse::<SchoolCode>(), Err(SchoolCodeError), "{wrong:?}");
        }
    }
}
