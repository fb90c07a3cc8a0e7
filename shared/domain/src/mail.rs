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
            /// forms; `manual` is the title of a guide (`ARS-044`); `submitted_at` and `received_at` are instants
            /// (RFC 3339); `returned`, `email_changed`, `account_changed`, `to_repeat_online`, `final_is_out` and
            /// `observations_over` are true or false;
            /// `observations` may be null where there is nothing to repeat.
            ///
            /// `communication_number` names a communication as `case_number` does a case, `kind` is its name in the note,
            /// `reason` a sentence of [`FindingKind::explanation`](crate::ars::FindingKind::explanation); `event_date` and
            /// `received_on` are civil dates. `case_numbers` is a list, `others` and `class_zero` are counts; `acquired`,
            /// `confirm`, `centre`, `iefp` and `ordinary` are true or false.
            #[must_use]
            pub const fn parameters(self) -> &'static [&'static str] {
                match self { $(Self::$template => &[$($parameter),*],)* }
            }
        }
    };
}

mails! {
    /// M-ARD-01, `ARD-044` to `ARD-046`: the application was transmitted; its number. The one mail of the call that is no
    /// courtesy.
    ArdisConfirmation = "ardis-confirmation", Ardis, "domanda trasmessa", ["instance_number", "submitted_at"];
    /// `ARD-038`: the application came by another way than the portal, and there is time to transmit it.
    ArdisNotOnline = "ardis-not-online", Ardis, "domanda da trasmettere online",
        ["instance_number", "deadline", "link"];
    /// M-ARD-02, `ARD-076`, `ARD-077`: the provisional lists are out. A courtesy without the value of a notification; says
    /// nothing of the outcome. Written after the term for observations, it says that the term is over.
    ArdisProvisionalList = "ardis-provisional-list", Ardis, "l'elenco provvisorio è pubblicato",
        ["instance_number", "link", "observations", "observations_over"];
    /// M-ARD-03, `ARD-043`: begun and not transmitted.
    ArdisDraft = "ardis-draft", Ardis, "domanda non trasmessa", ["instance_number", "deadline", "link"];
    /// M-ARD-04, `ARD-009`, `ARD-010`: neither an attestation of the year and type required nor a DSU for it is known yet.
    ArdisDsuMissing = "ardis-dsu-missing", Ardis, "manca la DSU", ["instance_number", "deadline"];
    /// M-ARD-05, `ARD-015`: an attestation with omissions or discrepancies was found. The burden stays on the applicant.
    ArdisAnnotation = "ardis-annotation", Ardis, "ISEE con omissioni o difformità", ["instance_number", "deadline"];
    /// M-ARD-06, `ARD-016` to `ARD-020`: omissions or discrepancies to regularise. The burden stays on the applicant
    /// (`ARD-015`).
    ArdisRegularisation = "ardis-regularisation", Ardis, "ISEE da regolarizzare", ["instance_number", "deadline"];
    /// M-ARD-07, `ARD-018`: a self-certification was received.
    ArdisSelfCertificationReceived = "ardis-self-certification-received", Ardis, "autocertificazione ricevuta",
        ["instance_number", "received_at"];
    /// M-ARD-07, `ARD-019`: a self-certification was received without a valid identity document, and there is time.
    ArdisIdentityDocumentMissing = "ardis-identity-document-missing", Ardis, "autocertificazione da completare",
        ["instance_number", "received_at", "deadline"];
    /// M-ARD-07, `ARD-080`, `ARD-081`: observations were received; those of another way than the portal can be repeated,
    /// none changes anything once the final lists are out (`ARD-086`).
    ArdisObservationReceived = "ardis-observation-received", Ardis, "osservazioni ricevute",
        ["instance_number", "received_at", "to_repeat_online", "observations", "final_is_out"];
    /// M-ARD-07, `ARD-090`: a datum was changed; to the address in force.
    ArdisDataChanged = "ardis-data-changed", Ardis, "variazione registrata",
        ["instance_number", "received_at", "email_changed", "account_changed"];
    /// `ARD-078`, `ARD-090`: to the address that was in force before, so that nobody is cut off without knowing.
    ArdisAddressReplaced = "ardis-address-replaced", Ardis, "indirizzo cambiato", ["instance_number", "received_at"];
    /// M-ARD-08, `ARD-082`, `ARD-083`: the term for observations ends; says nothing of the outcome.
    ArdisObservationsEnding = "ardis-observations-ending", Ardis, "il termine per le osservazioni finisce",
        ["instance_number", "link", "observations"];
    /// M-ARD-09, `ARD-086`: the final lists are out. A courtesy the call does not promise (OQ-B23).
    ArdisFinalList = "ardis-final-list", Ardis, "l'elenco definitivo è pubblicato", ["instance_number", "link"];
    /// M-ARS-01, `ARS-049`: a new case for a CPI: its number and a link, nothing else.
    ArsNewCase = "ars-new-case", Ars, "nuovo caso, al CPI", ["case_number", "link"];
    /// `ARS-050`: a case that had been closed is open again.
    ArsCaseReopened = "ars-case-reopened", Ars, "caso di nuovo aperto, al CPI", ["case_number", "link"];
    /// M-ARS-05 and M-ARS-03 in one: a case is closed; says whether by a return, and asks for the CPI's confirmation where the
    /// agreement is not on record (`ARS-027`, OQ-A11); no other reason.
    ArsCaseClosed = "ars-case-closed", Ars, "caso chiuso, al CPI", ["case_number", "link", "returned", "confirm"];
    /// M-ARS-06, `ARS-048`: a student with an open case came of age.
    ArsStudentOfAge = "ars-student-of-age", Ars, "allievo maggiorenne con caso aperto, al CPI", ["case_number", "link"];
    /// OQ-A3: the cases nobody has taken in charge, each morning.
    ArsCaseDigest = "ars-case-digest", Ars, "casi da prendere in carico, al CPI", ["case_numbers", "others", "link"];
    /// M-ARS-02, `ARS-010`, `ARS-012`, `ARS-013`, `ARS-026`: a communication without effect, and what to do about it.
    ArsCommunicationRejected = "ars-communication-rejected", Ars, "comunicazione da correggere, alla scuola",
        ["communication_number", "kind", "event_date", "received_on", "reason", "link"];
    /// M-ARS-02, `ARS-036`: a report waits for the entry of the student.
    ArsCommunicationParked = "ars-communication-parked", Ars, "comunicazione in attesa, alla scuola",
        ["communication_number", "kind", "event_date", "received_on", "link"];
    /// `ARS-011`, OQ-A6: a student's ownership moved, to both schools.
    ArsOwnershipMoved = "ars-ownership-moved", Ars, "allievo passato a un altro istituto, alle scuole",
        ["communication_number", "event_date", "acquired", "link"];
    /// M-ARS-03, `ARS-028`, `ARS-029`: a CPI entered a return to the school.
    ArsReturnByCpi = "ars-return-by-cpi", Ars, "rientro inserito dal CPI, alla scuola",
        ["communication_number", "event_date", "link"];
    /// `ARS-028`, OQ-A12: the school has not entered that return itself.
    ArsReturnNotEntered = "ars-return-not-entered", Ars, "rientro ancora da inserire, alla scuola",
        ["communication_number", "event_date", "link"];
    /// `ARS-034`: IeFP class lists are late.
    ArsIefpOverdue = "ars-iefp-overdue", Ars, "elenchi delle classi IeFP in ritardo, alla scuola", ["deadline", "manual", "link"];
    /// `ARS-035`, `ARS-032`: drop-outs of the first two months, no-shows of class 0.
    ArsFirstMonths = "ars-first-months", Ars, "abbandoni dei primi due mesi, alla scuola", ["deadline", "class_zero", "link"];
    /// `ARS-016`, `ARS-017`: from 15 March withdrawals have the other label.
    ArsMarch15 = "ars-march-15", Ars, "ritiri prima e dopo il 15 marzo, alle scuole e ai CPI", ["deadline", "centre", "link"];
    /// `ARS-040`, `ARS-041`: outcomes of June and September.
    ArsOutcomes = "ars-outcomes", Ars, "esiti finali, alla scuola", ["deadline", "iefp", "ordinary", "link"];
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
