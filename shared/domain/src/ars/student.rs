// SPDX-License-Identifier: EUPL-1.2
//! Students of the register.

use chrono::NaiveDate;

use crate::identity::{MunicipalityCode, Redacted, TaxCode};

/// A student with what ARS-012 asks for. Debug output holds nothing personal but the municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// *Codice fiscale*, as issued: omocodia exists to tell two people apart.
    pub tax_code: TaxCode,
    /// Given names.
    pub first_name: Redacted<String>,
    /// Family names.
    pub last_name: Redacted<String>,
    /// Date of birth.
    pub birth_date: Redacted<NaiveDate>,
    /// Municipality of residence.
    pub residence: MunicipalityCode,
    /// Municipality of domicile, where it is another one.
    pub domicile: Option<MunicipalityCode>,
    /// Street address.
    pub address: Option<Redacted<String>>,
    /// Telephone number.
    pub phone: Option<Redacted<String>>,
}
