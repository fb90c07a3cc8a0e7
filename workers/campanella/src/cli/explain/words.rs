// SPDX-License-Identifier: EUPL-1.2
//! Stored words as an officer reads them.

use campanella_domain::ardis::{FactName, FactRead, FactValue};

pub(in crate::cli) fn origin(origin: &str) -> &'static str {
    if origin == "officer" { "funzionario" } else { "proposta del programma" }
}

pub(super) fn term(name: &str) -> &str {
    match name {
        "dsu" => "termine per la DSU",
        "regularisation" => "termine per la regolarizzazione",
        other => other,
    }
}

/// A fact's value; a word no list below knows is told as it was stored.
pub(in crate::cli) fn value(fact: &FactRead) -> String {
    match &fact.value {
        FactValue::Code(code) => word(fact.name, code).unwrap_or(code).to_owned(),
        value => value.to_string(),
    }
}

fn word(name: FactName, code: &str) -> Option<&'static str> {
    let words: &[(&str, &str)] = match name {
        FactName::Channel => &[
            ("online", "online"),
            ("paper", "su carta"),
            ("email", "posta elettronica"),
            ("pec", "posta elettronica certificata"),
        ],
        FactName::ApplicantRole => &[
            ("parent", "genitore"),
            ("guardian", "esercente la responsabilità genitoriale"),
            ("student", "studente"),
        ],
        FactName::SchoolKind => {
            &[("paritaria", "paritaria"), ("state", "statale"), ("foreign", "estera"), ("other", "altra")]
        }
        FactName::SchoolLevel => &[
            ("primary", "primaria"),
            ("lower-secondary", "secondaria di primo grado"),
            ("upper-secondary", "secondaria di secondo grado"),
            ("other", "altro"),
        ],
        FactName::Declaration => &[
            ("has-attestation", "possiede l'attestazione"),
            ("dsu-signed", "ha sottoscritto la DSU"),
            ("dsu-by-deadline", "sottoscriverà la DSU entro il termine"),
        ],
        FactName::AccountHolder => &[
            ("applicant", "richiedente"),
            ("student", "studente"),
            ("joint", "cointestato"),
            ("other", "altri"),
        ],
        FactName::RequiredIseeKind => {
            &[("ordinary", "ordinario"), ("minors", "per prestazioni rivolte a minorenni")]
        }
        FactName::Annotation => {
            &[("none", "nessuna"), ("omission", "omissioni"), ("discrepancy", "difformità")]
        }
        FactName::SelfCertificationOutcome => {
            &[("accepted", "accettata"), ("rejected", "respinta"), ("unchecked", "non ancora verificata")]
        }
        _ => &[],
    };
    words.iter().find(|(stored, _)| *stored == code).map(|(_, told)| *told)
}
