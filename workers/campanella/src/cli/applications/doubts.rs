// SPDX-License-Identifier: EUPL-1.2
//! Doubts as they are typed, and as a column tells them: a few words for the sentence that `explain` tells.

use campanella_domain::ardis::DoubtCode;

/// Every doubt with its label, in the order in which they are told of one application.
const LABELS: [(DoubtCode, &str); 19] = [
    (DoubtCode::NotYetSubmitted, "non ancora presentata"),
    (DoubtCode::WaitsForDsuTerm, "attende il termine per la DSU"),
    (DoubtCode::WaitsForAttestation, "attende l'attestazione"),
    (DoubtCode::WaitsForRegularisation, "attende la regolarizzazione"),
    (DoubtCode::AttestationNotIssued, "attestazione non rilasciata"),
    (DoubtCode::DeclaredDsuNotFound, "DSU dichiarata che non risulta"),
    (DoubtCode::IseeUnderAnotherForm, "ISEE sotto altra forma del codice fiscale"),
    (DoubtCode::BothSidesOfCeiling, "attestazioni entro e oltre il limite"),
    (DoubtCode::ConformingThenAnnotated, "annotazioni dopo un'attestazione conforme"),
    (DoubtCode::RegularisationIssuedLate, "regolarizzazione rilasciata tardi"),
    (DoubtCode::SelfCertificationUnchecked, "autocertificazione da verificare"),
    (DoubtCode::IdentityDocumentNotValid, "documento di identità non valido"),
    (DoubtCode::IseeRequirementToVerify, "requisito ISEE da verificare"),
    (DoubtCode::SubmittedBeforeOpening, "presentata prima dell'apertura"),
    (DoubtCode::ForeignNeedUndocumented, "esigenze all'estero non documentate"),
    (DoubtCode::ApplicantNotInHousehold, "richiedente fuori dal nucleo"),
    (DoubtCode::StudentApplicantNotAdult, "studente richiedente minorenne"),
    (DoubtCode::AccountNotOwn, "conto non proprio"),
    (DoubtCode::DuplicateApplication, "altra domanda per lo studente"),
];

/// A few words.
pub(super) fn label(doubt: DoubtCode) -> String {
    let known = LABELS.iter().find(|(code, _)| *code == doubt);
    known.map_or_else(|| code(doubt), |(_, label)| (*label).to_owned())
}

/// The code as typed and as JSON tells it.
fn code(doubt: DoubtCode) -> String {
    serde_json::to_value(doubt).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A code as typed; the refusal lists them all.
pub(super) fn typed(text: &str) -> Result<DoubtCode, String> {
    serde_json::from_value(text.trim().into()).map_err(|_| {
        let known: Vec<String> =
            LABELS.iter().map(|(doubt, label)| format!("{} ({label})", code(*doubt))).collect();
        format!("non è uno dei dubbi: {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_doubt_has_a_label_and_is_listed_in_the_refusal() {
        let told = serde_json::from_value::<DoubtCode>("boh".into()).unwrap_err().to_string();
        let mut codes: Vec<&str> = told.split('`').skip(3).step_by(2).collect();
        let mut labelled: Vec<String> = LABELS.iter().map(|(doubt, _)| code(*doubt)).collect();
        codes.sort_unstable();
        labelled.sort_unstable();
        assert_eq!(labelled, codes);
        let refused = typed("boh").unwrap_err();
        assert!(codes.iter().all(|code| refused.contains(code)), "{refused}");
        assert_eq!(typed(" account-not-own"), Ok(DoubtCode::AccountNotOwn));
    }
}
