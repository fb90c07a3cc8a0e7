// SPDX-License-Identifier: EUPL-1.2
//! Columns read back as the domain's types. An error names table and column, never the value.

use std::str::FromStr;

use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer as _, value::Error},
};

use crate::StoreError;

/// Reads a column that must hold a `T`.
pub(crate) fn read<T: FromStr>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { table, column })
}

/// Reads a column that must hold one word of a closed list, as serde writes it.
pub(crate) fn read_word<T: DeserializeOwned>(
    word: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    T::deserialize(word.into_deserializer()).map_err(|_: Error| StoreError::Corrupt { table, column })
}

/// Reads a column that must hold JSON.
pub(crate) fn read_json<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { table, column })
}

/// The JSON a column holds.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    // What is stored as JSON has names for keys: writing it cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}
