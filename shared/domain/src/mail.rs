// SPDX-License-Identifier: EUPL-1.2
//! The mails this product sends: which there are, whose they are, what they are told.
//!
//! One entry of the table below is one mail. Workers queue it, the mailer has a folder of templates with its name, lists
//! call it by its label: all of them read it here.

use std::{fmt, str::FromStr};

/// Whose mail it is: decides head and foot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Office {
    /// Friuli Venezia Giulia.
    Ardis,
    /// Veneto.
    Ars,
}

/// The name is no mail's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no mail template is called {0:?}")]
pub struct UnknownTemplate(pub String);

macro_rules! mails {
    ($($(#[$doc:meta])* $template:ident = $name:literal, $office:ident, $label:literal, [$($parameter:literal),*];)*) => {
        /// A mail this product writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum MailTemplate {
            $($(#[$doc])* $template,)*
        }

        impl MailTemplate {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$template,)*];

            /// The stored name, and that of the folder its templates are in.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$template => $name,)* }
            }

            /// The office it is sent for.
            #[must_use]
            pub const fn office(self) -> Office {
                match self { $(Self::$template => Office::$office,)* }
            }

            /// What it is about, in a few Italian words: for lists.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$template => $label,)* }
            }

            /// The keys its parameters (a JSON object) must hold, neither fewer nor more: what a mail is not given it
            /// cannot tell.
            ///
            /// `instance_number` and `case_number` are numbers that name no person; `link` is an `https` address;
            /// `deadline` and `observations` are a term as [`Term`](crate::civil::term::Term) is written, in either of its
            /// forms; `manual` is the title of a guide (`ARS-044`); `returned` is whether a return closed the case, true
            /// or false.
            #[must_use]
            pub const fn parameters(self) -> &'static [&'static str] {
                match self { $(Self::$template => &[$($parameter),*],)* }
            }
        }
    };
}

mails! {
    /// M-ARD-02, `ARD-076`, `ARD-077`: the provisional lists are out. A courtesy without the value of a notification; says
    /// nothing of the outcome.
    ArdisProvisionalList = "ardis-provisional-list", Ardis, "l'elenco provvisorio è pubblicato",
        ["instance_number", "link", "observations"];
    /// M-ARD-04, `ARD-009`, `ARD-010`: neither an attestation of the year and type required nor a DSU for it is known yet.
    ArdisDsuMissing = "ardis-dsu-missing", Ardis, "manca la DSU", ["instance_number", "deadline"];
    /// M-ARD-06, `ARD-016` to `ARD-020`: omissions or discrepancies to regularise. The burden stays on the applicant
    /// (`ARD-015`).
    ArdisRegularisation = "ardis-regularisation", Ardis, "ISEE da regolarizzare", ["instance_number", "deadline"];
    /// M-ARS-01, `ARS-049`: a new case for a CPI: its number and a link, nothing else.
    ArsNewCase = "ars-new-case", Ars, "nuovo caso, al CPI", ["case_number", "link"];
    /// `ARS-050`: a case that had been closed is open again.
    ArsCaseReopened = "ars-case-reopened", Ars, "caso di nuovo aperto, al CPI", ["case_number", "link"];
    /// M-ARS-05: a case is closed; says so where it was by a return (M-ARS-03), no other reason.
    ArsCaseClosed = "ars-case-closed", Ars, "caso chiuso, al CPI", ["case_number", "link", "returned"];
    /// M-ARS-04, `ARS-034`, `ARS-044`: IeFP class lists are due.
    ArsIefpDeadline = "ars-iefp-deadline", Ars, "elenchi delle classi IeFP, alla scuola", ["deadline", "manual", "link"];
}

impl FromStr for MailTemplate {
    type Err = UnknownTemplate;

    fn from_str(name: &str) -> Result<Self, UnknownTemplate> {
        let found = Self::ALL.iter().find(|template| template.name() == name);
        found.copied().ok_or_else(|| UnknownTemplate(name.to_owned()))
    }
}

impl fmt::Display for MailTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_begins_with_its_office() {
        for template in MailTemplate::ALL {
            assert_eq!(template.name().parse(), Ok(*template));
            let office = match template.office() {
                Office::Ardis => "ardis-",
                Office::Ars => "ars-",
            };
            assert!(template.name().starts_with(office), "{template}");
        }
        assert_eq!("nessuna".parse::<MailTemplate>(), Err(UnknownTemplate("nessuna".to_owned())));
    }
}
