// SPDX-License-Identifier: EUPL-1.2
//! The nine causes of exclusion (*cause di esclusione*, art. 4, comma 1): a closed list (`ARD-064`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A cause of exclusion, by its stable code; the letter is display data of the procedure file (OQ-B18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// ISEE above the ceiling (`ARD-055`).
    E01,
    /// Neither attestation nor DSU at the DSU term (`ARD-056`).
    E02,
    /// Omissions or discrepancies not regularised (`ARD-057`).
    E03,
    /// Student not enrolled at a school of art. 1 (`ARD-058`).
    E04,
    /// Student not enrolled and attending at the date (`ARD-059`).
    E05,
    /// Submitted after the window (`ARD-060`).
    E06,
    /// Submitted in another way than online (`ARD-061`).
    E07,
    /// Applicant not resident with the student (`ARD-062`).
    E08,
    /// Not resident in the Region (`ARD-063`).
    E09,
}

/// The text is not the code of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("le cause di esclusione vanno da E01 a E09")]
pub struct CauseError;

impl Cause {
    /// All nine, in order.
    pub const ALL: [Self; 9] =
        [Self::E01, Self::E02, Self::E03, Self::E04, Self::E05, Self::E06, Self::E07, Self::E08, Self::E09];

    /// `E01` … `E09`.
    #[must_use]
    pub fn code(self) -> &'static str {
        ["E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09"][self as usize]
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl FromStr for Cause {
    type Err = CauseError;

    fn from_str(text: &str) -> Result<Self, CauseError> {
        Self::ALL.into_iter().find(|cause| cause.code() == text).ok_or(CauseError)
    }
}
