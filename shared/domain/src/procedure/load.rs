// SPDX-License-Identifier: EUPL-1.2
//! From text to a typed file, with the path of the key in every error.

use serde::de::DeserializeOwned;

use super::{ProcedureError, reader_words::in_italian};

/// Reads `text` as the file of `procedure` (`ardis`, `ars`), which is also the root of the paths in errors.
pub(super) fn parse<T: DeserializeOwned>(procedure: &'static str, text: &str) -> Result<T, ProcedureError> {
    let syntax = |error: toml::de::Error| ProcedureError::Syntax {
        procedure,
        detail: in_italian(error.to_string().trim()),
    };
    let document = toml::Deserializer::parse(text).map_err(syntax)?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let said = error.inner().message();
        let key = path(procedure, &error.path().to_string(), said);
        ProcedureError::Key { key, detail: in_italian(said) }
    })
}

/// The path of the table, and the missing key itself, which only the message names.
fn path(procedure: &str, table: &str, said: &str) -> String {
    let mut path = procedure.to_owned();
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    for part in [(table != ".").then_some(table), missing].into_iter().flatten() {
        path.push('.');
        path.push_str(part);
    }
    path
}

/// Refuses values nothing acts on: each key with whether it has the one value this version works with, and that value.
pub(super) fn only_the_default<const N: usize>(
    procedure: &str,
    keys: [(&str, bool, &str); N],
) -> Result<(), ProcedureError> {
    match keys.into_iter().find(|(_, is_default, _)| !is_default) {
        None => Ok(()),
        Some((key, _, value)) => Err(ProcedureError::value(
            format!("{procedure}.{key}"),
            "non ha effetto in questa versione: un altro valore non cambierebbe nulla",
            format!("scrivere {value}, che è come si comporta il programma"),
        )),
    }
}
