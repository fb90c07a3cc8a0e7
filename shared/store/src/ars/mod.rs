// SPDX-License-Identifier: EUPL-1.2
//! The tables of ARS (Veneto): places, schools, students, communications and what follows from them.

pub mod communication;
pub mod cpi;
pub mod finding;
pub mod municipality;
pub mod ownership;
pub mod period;
pub mod school;
pub mod student;

use std::str::FromStr;

use crate::StoreError;

/// Reads a column back as the domain's type; the error names the place, never the value.
pub(crate) fn read<T: FromStr>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { table, column })
}
