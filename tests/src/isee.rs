// SPDX-License-Identifier: EUPL-1.2
//! What INPS has of a family.

use anyhow::Result;
use campanella_domain::{
    ardis::{Annotation, Attestation, IseeKind},
    identity::TaxCode,
};
use chrono::{DateTime, Utc};

use crate::{KEY, rome};

/// A DSU, and the attestation issued on it if there is one.
#[derive(Debug, Clone)]
pub struct Isee {
    /// The student whose household it is.
    pub student: TaxCode,
    /// What it says; when it is learned of, the world decides.
    pub attestation: Attestation,
}

impl Isee {
    /// A DSU signed at a civil time and not attested.
    ///
    /// # Errors
    /// When it is not one.
    pub fn signed_at(student: &TaxCode, civil: &str) -> Result<Self> {
        let signed_at = rome(civil)?;
        let attestation = Attestation {
            id: KEY.bare_dsu(student, IseeKind::Ordinary, signed_at),
            kind: IseeKind::Ordinary,
            dsu_signed_at: signed_at,
            issued_at: None,
            valid_year: 2025,
            isee: None,
            annotation: Annotation::None,
            available_at: DateTime::<Utc>::MIN_UTC,
        };
        Ok(Self { student: student.clone(), attestation })
    }

    /// Attested at a civil time, with an indicator in euro: `35.000,01`.
    ///
    /// # Errors
    /// When they are not a time and an amount.
    pub fn issued_at(mut self, civil: &str, isee: &str) -> Result<Self> {
        let protocol = format!("INPS {} {civil}", self.attestation.id);
        self.attestation.id = KEY.attestation(&self.student, self.attestation.kind, &protocol);
        self.attestation.issued_at = Some(rome(civil)?);
        self.attestation.isee = Some(isee.parse()?);
        Ok(self)
    }

    /// With the annotation of an omission (`ARD-015`).
    #[must_use]
    pub fn with_an_omission(mut self) -> Self {
        self.attestation.annotation = Annotation::Omission;
        self
    }
}
