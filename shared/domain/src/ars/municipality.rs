// SPDX-License-Identifier: EUPL-1.2
//! Italian municipalities.

use serde::{Deserialize, Serialize};

use crate::identity::{CadastralCode, MunicipalityCode};

/// A municipality (*comune*), as ISTAT lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// ISTAT code.
    #[serde(alias = "istat_code")]
    pub code: MunicipalityCode,
    /// Official name.
    pub name: String,
    /// Province, two letters.
    pub province: String,
    /// Name of the region, as ISTAT writes it.
    pub region: String,
    /// Cadastral code (*codice catastale*), as in tax codes.
    pub cadastral_code: CadastralCode,
}
