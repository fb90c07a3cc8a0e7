// SPDX-License-Identifier: EUPL-1.2
//! Arguments several commands of the office take, checked as they are typed.

use anyhow::Result;
use campanella_domain::{
    ardis::Cause,
    identity::{InstanceNumber, Money},
};
use campanella_store::{Tx, ardis::application};
use uuid::Uuid;

use super::{Exit, Refusal};

/// `2025-004217`
pub(super) fn instance_number(text: &str) -> Result<InstanceNumber, String> {
    text.parse().map_err(|_| {
        "il numero di una domanda è fatto di anno, trattino e almeno sei cifre, come 2025-004217".to_owned()
    })
}

/// The application with a number, or the refusal that it is not there.
pub(super) async fn application(tx: &mut Tx, number: InstanceNumber) -> Result<Uuid> {
    let found = application::by_instance_number(tx, number).await?;
    Ok(found.ok_or_else(|| {
        Refusal::new(
            Exit::NotFound,
            format!("la domanda {number} non è fra quelle registrate"),
            "controllare il numero e la cartella indicata con --data",
        )
    })?)
}

/// A revision of a decision, as `applications show` prints it.
pub(super) fn revision(text: &str) -> Result<i64, String> {
    let number = text.trim().parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| {
        "una revisione è un numero intero, da 1 in su, come la mostra «campanella applications show»"
            .to_owned()
    })
}

/// A name or a motivation that stays on record: not empty.
pub(super) fn on_record(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("il testo resta agli atti e non può essere vuoto".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// One of the nine causes (ARD-064).
pub(super) fn cause(text: &str) -> Result<Cause, String> {
    let found = text.trim().to_uppercase().parse();
    found.map_err(|_| "le cause di esclusione sono nove, da E01 a E09".to_owned())
}

/// An amount in euro, above zero: a list that told everybody nothing would be a slip.
pub(super) fn funds(text: &str) -> Result<Money, String> {
    let amount = text.parse::<Money>().ok().filter(|amount| *amount > Money::ZERO);
    amount.ok_or_else(|| "un importo si scrive 250000.00 oppure 250.000,00 ed è maggiore di zero".to_owned())
}

/// An id or the beginning of one: hexadecimal digits and dashes.
pub(super) fn id_or_prefix(text: &str) -> Result<String, String> {
    let text = text.trim().to_lowercase();
    let digits = text.chars().filter(|c| *c != '-').count();
    if !(1..=32).contains(&digits) || !text.chars().all(|c| c == '-' || c.is_ascii_hexdigit()) {
        return Err(
            "un identificativo è fatto di cifre, lettere da a ad f e trattini; ne basta l'inizio".to_owned()
        );
    }
    Ok(text)
}

/// The first and the last id that begin as [`id_or_prefix`] took it.
pub(super) fn range(prefix: &str) -> (Uuid, Uuid) {
    let digits: String = prefix.chars().filter(|c| *c != '-').collect();
    let filled = |with: &str| Uuid::try_parse(&format!("{digits}{}", with.repeat(32 - digits.len())));
    (filled("0").unwrap_or_default(), filled("f").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ard_064_only_the_nine_causes_are_taken() {
        assert_eq!(cause("e03"), Ok(Cause::E03));
        for slip in ["E10", "E00", "", "ritardo"] {
            assert!(cause(slip).is_err(), "{slip}");
        }
    }

    #[test]
    fn a_revision_is_a_number_from_one_up_and_the_refusal_is_italian() {
        assert_eq!(revision("3"), Ok(3));
        for slip in ["uono", "0", "-1", "", "9223372036854775808"] {
            assert!(
                revision(slip).is_err_and(|told| told.contains("un numero intero, da 1 in su")),
                "{slip}"
            );
        }
    }

    #[test]
    fn ard_032_funds_are_taken_as_people_write_them_and_are_above_zero() {
        assert_eq!(funds("250.000,50").map(Money::cents), Ok(25_000_050));
        assert_eq!(funds("250000.50").map(Money::cents), Ok(25_000_050));
        for slip in ["-1", "0", "0,00", "tanto"] {
            assert!(funds(slip).is_err(), "{slip}");
        }
    }
}
