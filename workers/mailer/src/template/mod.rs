// SPDX-License-Identifier: EUPL-1.2
//! The mails this product writes: one folder of `templates/` each, embedded.

mod environment;
mod render;
mod sources;
mod wrap;

pub use render::{RenderError, Rendered, Renderer};

/// A mail this product writes. The name is what `notification.template` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// M-ARD-02, `ARD-076`, `ARD-077`: the provisional lists are out. A courtesy without the value of a notification; says
    /// nothing of the outcome.
    ArdisProvisionalList,
    /// M-ARD-04, `ARD-009`, `ARD-010`: neither an attestation of the year and type required nor a DSU for it is known yet.
    ArdisDsuMissing,
    /// M-ARD-06, `ARD-016` to `ARD-020`: omissions or discrepancies to regularise. The burden stays on the applicant
    /// (`ARD-015`).
    ArdisRegularisation,
    /// M-ARS-01, `ARS-049`: a new case for a CPI: its number and a link, nothing else.
    ArsNewCase,
    /// `ARS-050`: a case that had been closed is open again.
    ArsCaseReopened,
    /// M-ARS-05: a case is closed; says so where it was by a return (M-ARS-03), no other reason.
    ArsCaseClosed,
    /// M-ARS-04, `ARS-034`, `ARS-044`: IeFP class lists are due.
    ArsIefpDeadline,
}

/// Whose mail it is: decides head and foot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Office {
    /// Friuli Venezia Giulia.
    Ardis,
    /// Veneto.
    Ars,
}

/// The name is no template's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no mail template is called {0:?}")]
pub struct UnknownTemplate(pub String);

impl Template {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ArdisProvisionalList,
        Self::ArdisDsuMissing,
        Self::ArdisRegularisation,
        Self::ArsNewCase,
        Self::ArsCaseReopened,
        Self::ArsCaseClosed,
        Self::ArsIefpDeadline,
    ];

    /// The stored name, and the folder below `templates/`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ArdisProvisionalList => "ardis-provisional-list",
            Self::ArdisDsuMissing => "ardis-dsu-missing",
            Self::ArdisRegularisation => "ardis-regularisation",
            Self::ArsNewCase => "ars-new-case",
            Self::ArsCaseReopened => "ars-case-reopened",
            Self::ArsCaseClosed => "ars-case-closed",
            Self::ArsIefpDeadline => "ars-iefp-deadline",
        }
    }

    /// The office it is sent for.
    #[must_use]
    pub const fn office(self) -> Office {
        match self {
            Self::ArdisProvisionalList | Self::ArdisDsuMissing | Self::ArdisRegularisation => Office::Ardis,
            Self::ArsNewCase | Self::ArsCaseReopened | Self::ArsCaseClosed | Self::ArsIefpDeadline => {
                Office::Ars
            }
        }
    }

    /// The keys `notification.parameters` must hold, neither fewer nor more: what a mail is not given it cannot tell.
    ///
    /// `instance_number` and `case_number` are numbers that name no person; `link` is an `https` address; `deadline` and
    /// `observations` are a term as `campanella_domain::civil::Term` is written, in either of its forms; `manual` is the
    /// title of a guide (`ARS-044`); `returned` is whether a return closed the case, true or false.
    #[must_use]
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::ArdisProvisionalList => &["instance_number", "link", "observations"],
            Self::ArdisDsuMissing | Self::ArdisRegularisation => &["instance_number", "deadline"],
            Self::ArsNewCase | Self::ArsCaseReopened => &["case_number", "link"],
            Self::ArsCaseClosed => &["case_number", "link", "returned"],
            Self::ArsIefpDeadline => &["deadline", "manual", "link"],
        }
    }
}

impl std::str::FromStr for Template {
    type Err = UnknownTemplate;

    fn from_str(name: &str) -> Result<Self, UnknownTemplate> {
        Self::ALL
            .into_iter()
            .find(|template| template.name() == name)
            .ok_or_else(|| UnknownTemplate(name.to_owned()))
    }
}
