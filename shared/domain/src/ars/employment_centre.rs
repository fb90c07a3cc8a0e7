// SPDX-License-Identifier: EUPL-1.2
//! Employment centres (*centri per l'impiego*, CPI) and their catchments.

use serde::Serialize;

use crate::identity::{CpiCode, EmailAddress, MunicipalityCode};

/// An employment centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpi {
    /// Its code.
    pub code: CpiCode,
    /// Its name, `CPI di Feltre`.
    pub name: String,
    /// Province, two letters.
    pub province: String,
    /// The mailbox of its drop-out prevention service.
    pub mailbox: EmailAddress,
}

/// Which CPI is competent for a municipality (ARS-049).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Catchment {
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// The competent CPI.
    pub cpi: CpiCode,
    /// Who says so: `office`, or `invented` in a demo.
    pub source: String,
}
