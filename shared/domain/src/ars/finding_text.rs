// SPDX-License-Identifier: EUPL-1.2
//! Findings as the people who receive them read them: what is wrong, and what to do about it.

use super::{FindingKind, NotADropOut};

impl FindingKind {
    /// One Italian sentence for the school, the CPI or the office; without personal data.
    pub fn explanation(&self) -> String {
        let sentence = match self {
            Self::NotOwner { owner } => {
                return format!(
                    "L'allievo risulta in ARS di proprietà dell'istituto {owner}: prima di comunicare l'abbandono \
                     occorre acquisirne la proprietà con la comunicazione «conferme inizio anno e iscrizioni in \
                     corso d'anno nuovi soggetti», poi inviarla di nuovo."
                );
            }
            Self::OwnedByAnother { owner } => {
                return format!(
                    "L'allievo resta in ARS di proprietà dell'istituto {owner}: occorre accordarsi con esso."
                );
            }
            Self::IncompleteEntry { missing } | Self::IncompleteReturn { missing } => {
                let labels: Vec<&str> = missing.iter().map(|field| field.label()).collect();
                return format!(
                    "Mancano dei dati: {}. La comunicazione va completata e inviata di nuovo.",
                    labels.join(", ")
                );
            }
            Self::OwnershipMoved { from } => {
                return format!(
                    "La proprietà dell'allievo è passata dall'istituto {from} all'istituto che lo ha inserito."
                );
            }
            Self::EnteredElsewhere { owner } => {
                return format!(
                    "A quella data l'allievo risultava inserito dall'istituto {owner}: verificare se lo frequenta."
                );
            }
            Self::NotADropOut { because } => because.explanation(),
            other => other.fixed_explanation(),
        };
        sentence.to_owned()
    }

    fn fixed_explanation(&self) -> &'static str {
        match self {
            Self::WaitsForEntry => {
                "La comunicazione è in attesa: inserire prima l'allievo nella classe e sezione corretta; non occorre inviarla di nuovo."
            }
            Self::ReturnByCpiWithoutSchool => "Nel rientro vanno indicati il CPI e la scuola ricevente.",
            Self::AgreementRequired => {
                "Il rientro va inserito in accordo con il CPI che ha in carico l'allievo."
            }
            Self::NotTheTransferReporter => "Questo trasferimento deve essere inserito dall'altro istituto.",
            Self::PossibleReturn => {
                "L'allievo risulta in dispersione: se è rientrato, va comunicato il rientro."
            }
            Self::AgreementNotRecorded => {
                "L'accordo sul rientro non è registrato: si chiede al CPI di confermarlo."
            }
            Self::ReturnWithoutPeriod => {
                "È stato comunicato il rientro di un allievo che non risulta in dispersione."
            }
            Self::PeriodEndedWithoutReturn => {
                "Il periodo di dispersione si è chiuso senza rientro: si chiede al CPI di verificare."
            }
            Self::WithdrawalOn15March => {
                "Il ritiro porta la data del 15 marzo: verificare il tipo di comunicazione."
            }
            Self::WithdrawalOnTheOtherSide => {
                "La data del ritiro non corrisponde al tipo indicato: vale la data."
            }
            Self::LateNoShow => {
                "La mancata presenza ad inizio anno porta una data successiva ai primi due mesi."
            }
            Self::LateReport => {
                "La segnalazione è arrivata molto tempo dopo l'abbandono: va fatta ogni volta che accade, tempestivamente."
            }
            Self::ClassZeroWithoutNotes => {
                "Indicare nelle note quanto può aiutare a individuare l'eventuale istituto ricevente."
            }
            Self::TransferWithoutReceivingSchool => {
                "Nel trasferimento non è indicato l'istituto ricevente: la proprietà non cambia."
            }
            Self::UnknownKind => "Il tipo di comunicazione non è riconosciuto: un operatore la esaminerà.",
            Self::HomeEducated => {
                "Per quest'anno scolastico risulta comunicata l'istruzione parentale, che non è un abbandono: un operatore verificherà la segnalazione con l'istituto."
            }
            Self::OfAge => "L'allievo è maggiorenne: la comunicazione non apre un periodo di dispersione.",
            Self::TransferNotNeeded => {
                "Questo trasferimento non deve essere comunicato; non occorre fare nulla."
            }
            Self::Repeated => "La comunicazione era già stata inserita; non occorre fare nulla.",
            Self::NotOwner { .. }
            | Self::OwnedByAnother { .. }
            | Self::IncompleteEntry { .. }
            | Self::IncompleteReturn { .. }
            | Self::OwnershipMoved { .. }
            | Self::EnteredElsewhere { .. }
            | Self::NotADropOut { .. } => "",
        }
    }
}

impl NotADropOut {
    fn explanation(self) -> &'static str {
        match self {
            Self::Transfer => "Un trasferimento non è un abbandono.",
            Self::HomeEducation => "L'istruzione parentale assolve al diritto-dovere: non è un abbandono.",
            Self::GoesOnStudying => "L'allievo prosegue gli studi: non è un abbandono.",
        }
    }
}
