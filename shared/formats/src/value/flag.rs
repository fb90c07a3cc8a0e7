// SPDX-License-Identifier: EUPL-1.2
//! Yes and no.

use super::Trouble;

/// Yes or no, in any case: `true`, `vero`, `sì`, `s`, `yes`, `y`, `1`, `x`; `false`, `falso`, `no`, `n`, `0`.
pub(crate) fn flag(text: &str) -> Result<bool, Trouble> {
    match text.to_lowercase().as_str() {
        // With the accent on the letter, of the wrong kind, as an apostrophe, and as a letter of its own.
        "true" | "vero" | "si" | "sì" | "sí" | "si'" | "si’" | "si\u{300}" | "s" | "yes" | "y" | "1"
        | "x" => Ok(true),
        "false" | "falso" | "no" | "n" | "0" => Ok(false),
        _ => Err(Trouble::new("non si capisce se è sì o no", "scrivere sì o no")),
    }
}

/// As it is written.
pub(crate) fn of_flag(flag: bool) -> String {
    flag.to_string()
}
