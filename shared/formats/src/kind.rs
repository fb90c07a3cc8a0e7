// SPDX-License-Identifier: EUPL-1.2
//! The kinds of file.

use std::{fmt, str::FromStr};

use campanella_domain::{
    ardis::Application,
    ars::{Catchment, Cpi, Municipality, School},
};

use crate::{
    AttestationRow, ClassListRow, Column, CommunicationRow, Draft, Record as _, SelfCertificationRow,
};

/// A kind of file: what `campanella import KIND FILE` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Italian municipalities.
    Municipalities,
    /// Employment centres (CPI).
    Cpi,
    /// Which CPI is competent for a municipality (ARS-049).
    Catchments,
    /// Schools and vocational training schools.
    Schools,
    /// Students of a class: enrolment confirmations (ARS-011).
    ClassLists,
    /// Communications of any other type (ARS-014 and following).
    Communications,
    /// Applications (*domande*) as transmitted.
    Applications,
    /// Applications begun and not transmitted (ARD-043, ARD-045).
    Drafts,
    /// DSU and attestations of INPS.
    Attestations,
    /// Self-certifications received (ARD-017).
    SelfCertifications,
}

/// The text names no kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "i tipi di file sono: municipalities, cpi, catchments, schools, class-lists, communications, applications, \
    drafts, attestations, self-certifications"
)]
pub struct UnknownKind;

impl Kind {
    /// All of them, each after those it refers to: the order to import them in.
    pub const ALL: [Self; 10] = [
        Self::Municipalities,
        Self::Cpi,
        Self::Catchments,
        Self::Schools,
        Self::ClassLists,
        Self::Communications,
        Self::Applications,
        Self::Drafts,
        Self::Attestations,
        Self::SelfCertifications,
    ];

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Municipalities => "municipalities",
            Self::Cpi => "cpi",
            Self::Catchments => "catchments",
            Self::Schools => "schools",
            Self::ClassLists => "class-lists",
            Self::Communications => "communications",
            Self::Applications => "applications",
            Self::Drafts => "drafts",
            Self::Attestations => "attestations",
            Self::SelfCertifications => "self-certifications",
        }
    }

    /// The usual name of such a file, as the demo writes it: `self_certifications.csv`.
    #[must_use]
    pub fn file_name(self) -> String {
        format!("{}.csv", self.as_str().replace('-', "_"))
    }

    /// Its columns.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Municipalities => Municipality::COLUMNS,
            Self::Cpi => Cpi::COLUMNS,
            Self::Catchments => Catchment::COLUMNS,
            Self::Schools => School::COLUMNS,
            Self::ClassLists => ClassListRow::COLUMNS,
            Self::Communications => CommunicationRow::COLUMNS,
            Self::Applications => Application::COLUMNS,
            Self::Drafts => Draft::COLUMNS,
            Self::Attestations => AttestationRow::COLUMNS,
            Self::SelfCertifications => SelfCertificationRow::COLUMNS,
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_and_named_in_the_error() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(UnknownKind.to_string().contains(kind.as_str()));
        }
        assert_eq!("domande".parse::<Kind>(), Err(UnknownKind));
        assert_eq!(Kind::SelfCertifications.file_name(), "self_certifications.csv");
    }
}
