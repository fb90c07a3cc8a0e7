// SPDX-License-Identifier: EUPL-1.2
//! What the contributions of a list come to (ARD-028 to ARD-032): what is needed, what there is, what is spent.

use anyhow::Result;
use campanella_domain::identity::Money;
use campanella_jobs::Amounts;
use serde::Serialize;

use crate::{cli::Output, wording};

/// What the contributions come to.
#[derive(Debug, Serialize)]
pub(super) struct Spending {
    beneficiaries: usize,
    need: Money,
    funds: Money,
    spent: Money,
    /// Whether the funds do not suffice (ARD-032).
    reduced: bool,
    /// Funds over need, to six digits; 1 where they suffice. The amounts are worked out in whole cents, not with it.
    coefficient: String,
}

impl From<Amounts> for Spending {
    fn from(amounts: Amounts) -> Self {
        let Amounts { beneficiaries, need, funds, spent } = amounts;
        let reduced = funds < need;
        let millionths = i128::from(funds.cents()) * 1_000_000 / i128::from(need.cents().max(1));
        let coefficient = if reduced { format!("0.{millionths:06}") } else { "1".to_owned() };
        Self { beneficiaries, need, funds, spent, reduced, coefficient }
    }
}

impl Spending {
    pub(super) fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let beneficiaries = wording::count(self.beneficiaries, "domanda", "domande");
        out.line(&format!("Fabbisogno: {} per {beneficiaries}; fondi: {}", self.need, self.funds))?;
        if self.reduced {
            out.line(&format!(
                "Riduzione in misura uguale: coefficiente {}, spesa {}",
                self.coefficient.replace('.', ","),
                self.spent
            ))?;
        } else {
            out.line("I fondi bastano: nessuna riduzione.")?;
        }
        Ok(())
    }
}
