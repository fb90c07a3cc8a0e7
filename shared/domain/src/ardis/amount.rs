// SPDX-License-Identifier: EUPL-1.2
//! The contribution of an admitted application (`ARD-028` to `ARD-034`).

use super::SchoolLevel;
use crate::identity::Money;
use crate::procedure::{AmountRule, ArdisProcedure, Rounding};

/// What an admitted application may receive, before any reduction: the lower of the maximum of its level and the
/// expenses declared (OQ-B13). None for a level the call knows no maximum for; never below zero.
#[must_use]
pub fn contribution(
    level: SchoolLevel,
    declared_expenses: Money,
    procedure: &ArdisProcedure,
) -> Option<Money> {
    let maximum = procedure.maxima.of(level)?;
    Some(match procedure.decisions.amount_rule {
        AmountRule::LowerOfMaximumAndExpenses => maximum.min(declared_expenses).max(Money::ZERO),
        AmountRule::Maximum => maximum,
    })
}

/// Reduces `contributions` in equal measure where `funds` do not suffice (`ARD-032`): one coefficient, funds over
/// need, each amount rounded down to the cent, the remainder unspent (OQ-B14). The order is kept.
///
/// No contribution may be below zero; negative funds count as none.
#[must_use]
pub fn reduce(contributions: &[Money], funds: Money, rounding: Rounding) -> Vec<Money> {
    let need: i128 = contributions.iter().map(|amount| i128::from(amount.cents())).sum();
    let funds = i128::from(funds.cents().max(0));
    if need <= funds {
        return contributions.to_vec();
    }
    let Rounding::DownToTheCent = rounding;
    let reduced = |amount: &Money| {
        let cents = i128::from(amount.cents()) * funds / need;
        // Below the amount itself, which fits.
        Money::from_cents(i64::try_from(cents).unwrap_or(amount.cents()))
    };
    contributions.iter().map(reduced).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn procedure() -> ArdisProcedure {
        ArdisProcedure::embedded().unwrap()
    }

    fn euro(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn ard_028_ard_029_ard_030_the_maximum_of_the_level_caps_the_contribution() {
        let levels = [
            (SchoolLevel::Primary, "1095.00"),
            (SchoolLevel::LowerSecondary, "1545.00"),
            (SchoolLevel::UpperSecondary, "2145.00"),
        ];
        for (level, maximum) in levels {
            assert_eq!(contribution(level, euro("9999.00"), &procedure()), Some(euro(maximum)));
            assert_eq!(contribution(level, euro(maximum), &procedure()), Some(euro(maximum)));
        }
        assert_eq!(contribution(SchoolLevel::Other, euro("9999.00"), &procedure()), None);
    }

    #[test]
    fn ard_033_ard_034_expenses_below_the_maximum_are_the_contribution() {
        assert_eq!(contribution(SchoolLevel::Primary, euro("1094.99"), &procedure()), Some(euro("1094.99")));
        assert_eq!(contribution(SchoolLevel::Primary, euro("-1.00"), &procedure()), Some(Money::ZERO));
    }

    #[test]
    fn ard_031_a_flat_contribution_is_a_parameter_of_the_procedure() {
        let mut flat = procedure();
        flat.decisions.amount_rule = AmountRule::Maximum;
        assert_eq!(contribution(SchoolLevel::Primary, euro("10.00"), &flat), Some(euro("1095.00")));
    }

    #[test]
    fn ard_032_enough_funds_reduce_nothing() {
        let need = [euro("1095.00"), euro("2145.00")];
        assert_eq!(reduce(&need, euro("3240.00"), Rounding::DownToTheCent), need);
    }

    #[test]
    fn ard_032_one_coefficient_reduces_all_and_rounds_down_to_the_cent() {
        let reduced = reduce(
            &[euro("1095.00"), euro("1545.00"), euro("2145.00")],
            euro("1000.00"),
            Rounding::DownToTheCent,
        );
        // k = 1000 / 4785
        assert_eq!(reduced, [euro("228.84"), euro("322.88"), euro("448.27")]);
    }

    proptest! {
        #[test]
        fn ard_032_a_reduction_never_spends_more_than_the_funds_and_keeps_the_order(
            cents in proptest::collection::vec(0_i64..=214_500, 0..40),
            funds in 0_i64..=5_000_000,
        ) {
            let amounts: Vec<Money> = cents.iter().copied().map(Money::from_cents).collect();
            let reduced = reduce(&amounts, Money::from_cents(funds), Rounding::DownToTheCent);
            let spent: i64 = reduced.iter().map(|amount| amount.cents()).sum();
            prop_assert!(spent <= funds.max(0) || reduced == amounts);
            // At most a cent is lost on each.
            let need: i64 = cents.iter().sum();
            prop_assert!(need.min(funds) - spent <= i64::try_from(cents.len()).unwrap());
            prop_assert!(reduced.iter().zip(&amounts).all(|(less, full)| less <= full));
        }
    }
}
