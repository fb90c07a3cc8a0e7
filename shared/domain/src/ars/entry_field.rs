// SPDX-License-Identifier: EUPL-1.2
//! The data an entry must carry.

use serde::{Deserialize, Serialize};

/// A field of the "complete data of the minor" (ARS-012, ARS-013, OQ-A7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryField {
    /// First and last name.
    Name,
    /// Tax code.
    TaxCode,
    /// Date of birth.
    BirthDate,
    /// Place of birth.
    BirthPlace,
    /// Municipality of residence.
    Residence,
    /// Address (*indirizzo*).
    Address,
    /// Contact telephone number (*numero telefonico di contatto*).
    Telephone,
    /// Course.
    Course,
    /// Class attended.
    Class,
    /// Section of the class.
    Section,
}

impl EntryField {
    /// The name people read, in the language of the schools.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "nome e cognome",
            Self::TaxCode => "codice fiscale",
            Self::BirthDate => "data di nascita",
            Self::BirthPlace => "luogo di nascita",
            Self::Residence => "comune di residenza",
            Self::Address => "indirizzo",
            Self::Telephone => "numero telefonico di contatto",
            Self::Course => "percorso",
            Self::Class => "classe",
            Self::Section => "sezione",
        }
    }
}
