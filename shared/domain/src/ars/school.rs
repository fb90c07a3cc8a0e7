// SPDX-License-Identifier: EUPL-1.2
//! Schools and vocational training schools (SFP).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::identity::{EmailAddress, MunicipalityCode, SchoolCode};

/// An institute that communicates with the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its id: follows from its code ([`crate::ids::school`]).
    pub id: Uuid,
    /// *Codice meccanografico*.
    pub code: SchoolCode,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub municipality: MunicipalityCode,
    /// What it is.
    pub kind: SchoolType,
    /// Delivers three-year IeFP courses: bound by 27 October (ARS-034).
    pub delivers_iefp: bool,
    /// Its mailbox.
    pub mailbox: EmailAddress,
}

/// The kinds of institute the register knows. The regime belongs to the course, not to them (ARS-009).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchoolType {
    /// *Istituto di I grado*.
    LowerSecondary,
    /// *Istituto di II grado*.
    UpperSecondary,
    /// *Scuola di formazione professionale*.
    Sfp,
    /// *Istituto professionale di Stato*.
    Ips,
}

impl SchoolType {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::LowerSecondary, Self::UpperSecondary, Self::Sfp, Self::Ips];

    /// As stored and as written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LowerSecondary => "lower-secondary",
            Self::UpperSecondary => "upper-secondary",
            Self::Sfp => "sfp",
            Self::Ips => "ips",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_stored_as_it_is_written_in_files() {
        for kind in SchoolType::ALL {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
    }
}
