// SPDX-License-Identifier: EUPL-1.2
//! Euro.

use campanella_domain::identity::{Money, MoneyError};

use super::Trouble;

/// An amount that is not negative: `1.545,00`, `1545,00`, `1545.00`, `1545`.
pub(crate) fn amount(text: &str) -> Result<Money, Trouble> {
    const AS: &str = "scriverlo come 1.545,00 oppure 1545.00";
    let amount = text.parse::<Money>().map_err(|error| match error {
        MoneyError::Shape => Trouble::new("non è un importo in euro con al più due decimali", AS),
        MoneyError::Ambiguous => Trouble::new(
            "l'importo si può leggere in due modi: il punto può separare le migliaia o i decimali",
            "scriverlo con i decimali: 1.545,00 oppure 1545.00",
        ),
        MoneyError::TooLarge => Trouble::new("l'importo è troppo grande", AS),
    })?;
    if amount < Money::ZERO {
        return Err(Trouble::new("l'importo è negativo", "togliere il segno, o controllare il dato"));
    }
    Ok(amount)
}
