// SPDX-License-Identifier: EUPL-1.2
//! The contributions of those admitted (ARD-028 to ARD-032): worked out over all of them, as the funds are.

use campanella_domain::{
    ardis::{contribution, reduce},
    identity::{InstanceNumber, Money},
    procedure::ArdisProcedure,
};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    StoreError, Tx,
    ardis::{application, published_list},
};
use uuid::Uuid;

use crate::{PAGE, standing};

/// What admitted applications may receive before any reduction.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// Each with its contribution.
    pub(crate) contributions: Vec<(Uuid, Money)>,
    /// Those for a level the call knows no maximum for: nobody can say what they are to receive.
    pub(crate) without_maximum: Vec<InstanceNumber>,
}

/// What all of these admitted applications may receive before any reduction.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn of(
    admitted: &[(InstanceNumber, Uuid)],
    procedure: &ArdisProcedure,
    tx: &mut Tx,
) -> Result<Due, StoreError> {
    let mut due = Due::default();
    for page in admitted.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        let ids: Vec<Uuid> = page.iter().map(|(_, id)| *id).collect();
        let known = application::known(tx, &ids).await?;
        for (number, id) in page {
            let Some(application) = known.get(id) else { continue };
            let (level, expenses) = (application.school_level, application.declared_expenses);
            match contribution(level, expenses, procedure) {
                Some(amount) => due.contributions.push((*id, amount)),
                None => due.without_maximum.push(*number),
            }
        }
    }
    Ok(due)
}

/// The contributions over all admitted applications (ARD-028 to ARD-032).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Applications that receive one.
    pub beneficiaries: usize,
    /// What they would receive without any reduction (*fabbisogno complessivo*).
    pub need: Money,
    /// What there is.
    pub funds: Money,
    /// What is spent after the reduction, never more than the funds.
    pub spent: Money,
}

impl Amounts {
    /// What is spent where `funds` are there for `due`.
    pub(crate) fn of(due: &Due, funds: Money, procedure: &ArdisProcedure) -> Self {
        let whole: Vec<Money> = due.contributions.iter().map(|(_, amount)| *amount).collect();
        let sum = |amounts: &[Money]| Money::from_cents(amounts.iter().map(|amount| amount.cents()).sum());
        let spent = reduce(&whole, funds, procedure.decisions.rounding);
        Self { beneficiaries: whole.len(), need: sum(&whole), funds, spent: sum(&spent) }
    }
}

/// Writes the amounts into a list just published: reduced in equal measure where the funds do not suffice.
pub(crate) async fn write(
    list: Uuid,
    due: &Due,
    funds: Money,
    work: &mut UnitOfWork<'_>,
) -> Result<(), Failure> {
    let (ids, whole): (Vec<Uuid>, Vec<Money>) = due.contributions.iter().copied().unzip();
    let reduced = reduce(&whole, funds, work.ardis().decisions.rounding);
    let amounts: Vec<(Uuid, Money)> = ids.into_iter().zip(reduced).collect();
    for page in amounts.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        published_list::set_amounts(work.tx(), list, page).await?;
    }
    Ok(())
}

/// What the contributions of the admitted come to if `funds` are there: what a final list with them, just published, spends.
///
/// # Errors
/// Any [`StoreError`].
pub async fn spending(funds: Money, procedure: &ArdisProcedure, tx: &mut Tx) -> Result<Amounts, StoreError> {
    let standing = standing::stored(tx).await?;
    Ok(Amounts::of(&of(&standing.admitted, procedure, tx).await?, funds, procedure))
}
