// SPDX-License-Identifier: EUPL-1.2
//! Codes and addresses: the domain's types, their errors said in Italian.

use std::str::FromStr;

use campanella_domain::identity::{
    CadastralCodeError, CpiCodeError, EmailAddressError, IbanError, InstanceNumberError,
    MunicipalityCodeError, SchoolCodeError, TaxCodeError,
};

use super::Trouble;

/// A code or an address.
pub(crate) fn code<T: FromStr<Err: Told>>(text: &str) -> Result<T, Trouble> {
    text.parse::<T>().map_err(|error| {
        let (problem, remedy) = error.told();
        Trouble::new(problem, remedy)
    })
}

/// The two letters of a province.
pub(crate) fn province(text: &str) -> Result<String, Trouble> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(Trouble::new("la sigla della provincia ha due lettere", "scrivere la sigla, come VE"))
}

/// An error of the domain, as problem and remedy in Italian.
pub(crate) trait Told {
    fn told(&self) -> (&'static str, &'static str);
}

impl Told for TaxCodeError {
    fn told(&self) -> (&'static str, &'static str) {
        const COPY: &str = "ricopiarlo dalla tessera sanitaria";
        match self {
            Self::Length => ("il codice fiscale ha 16 caratteri, 11 cifre se provvisorio", COPY),
            Self::Shape => (
                "nel codice fiscale lettere e cifre non sono al loro posto",
                "controllare O e 0, I e 1, o ricopiarlo dalla tessera sanitaria",
            ),
            Self::BirthDate => ("nel codice fiscale il mese o il giorno di nascita non esiste", COPY),
            Self::Control => ("il carattere di controllo del codice fiscale non torna", COPY),
        }
    }
}

impl Told for IbanError {
    fn told(&self) -> (&'static str, &'static str) {
        const COMPARE: &str = "confrontarlo, carattere per carattere, con il documento della banca";
        match self {
            Self::Shape => ("un IBAN comincia con due lettere e due cifre", COMPARE),
            Self::Country => {
                ("la lunghezza dell'IBAN non è quella del suo Paese (27 caratteri in Italia)", COMPARE)
            }
            Self::CheckDigits => ("le cifre di controllo dell'IBAN non tornano", COMPARE),
            Self::ControlLetter => ("la lettera di controllo (CIN) dell'IBAN non torna", COMPARE),
            Self::OutsideSepa => {
                ("il conto è fuori dall'area SEPA", "indicare un conto in un Paese dell'area SEPA")
            }
        }
    }
}

impl Told for EmailAddressError {
    fn told(&self) -> (&'static str, &'static str) {
        const BARE: &str = "scrivere il solo indirizzo, come nome@esempio.it";
        match self {
            Self::ControlCharacter => ("nell'indirizzo c'è un a capo o un segno invisibile", BARE),
            Self::At => ("l'indirizzo non ha una chiocciola, e una sola", BARE),
            Self::LocalPart => ("la parte dell'indirizzo prima della chiocciola non è valida", BARE),
            Self::Domain => ("la parte dell'indirizzo dopo la chiocciola non è valida", BARE),
            Self::TooLong => ("l'indirizzo è troppo lungo", BARE),
        }
    }
}

macro_rules! told {
    ($($error:ident => $problem:literal, $remedy:literal;)+) => {$(
        impl Told for $error {
            fn told(&self) -> (&'static str, &'static str) {
                ($problem, $remedy)
            }
        }
    )+};
}

told! {
    CadastralCodeError => "il codice catastale è una lettera seguita da tre cifre", "scriverlo come L736";
    CpiCodeError => "il codice del CPI ha da 1 a 32 lettere, cifre o trattini",
        "usare il codice con cui il CPI è stato importato";
    InstanceNumberError => "il numero dell'istanza è formato da anno, trattino e almeno sei cifre",
        "scriverlo come 2025-004217, con gli zeri";
    MunicipalityCodeError => "il codice ISTAT del comune ha sei cifre, zeri iniziali compresi",
        "formattare la colonna come testo e rimettere gli zeri";
    SchoolCodeError => "il codice della scuola ha dieci lettere o cifre, senza spazi", "scriverlo come VEPS01000X";
}
