// SPDX-License-Identifier: EUPL-1.2
//! The mails of the demo.

use std::fmt;

/// A kind of mail, by the name of its template; the code is that of the rules' catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// M-ARD-02: the provisional list is out.
    ArdisProvisionalList,
    /// M-ARD-04: the DSU is still missing.
    ArdisDsuMissing,
    /// M-ARD-06: there is still something to regularise.
    ArdisRegularisation,
    /// M-ARS-01: a new case, to the CPI.
    ArsNewCase,
    /// M-ARS-04: 27 October is near, to the school.
    ArsIefpDeadline,
    /// M-ARS-05: the case is closed, to the CPI.
    ArsCaseClosed,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ArdisProvisionalList,
        Self::ArdisDsuMissing,
        Self::ArdisRegularisation,
        Self::ArsNewCase,
        Self::ArsIefpDeadline,
        Self::ArsCaseClosed,
    ];

    /// The name of the template.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ArdisProvisionalList => "ardis-provisional-list",
            Self::ArdisDsuMissing => "ardis-dsu-missing",
            Self::ArdisRegularisation => "ardis-regularisation",
            Self::ArsNewCase => "ars-new-case",
            Self::ArsIefpDeadline => "ars-iefp-deadline",
            Self::ArsCaseClosed => "ars-case-closed",
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
