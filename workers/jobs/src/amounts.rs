// SPDX-License-Identifier: EUPL-1.2
//! The contributions of those admitted (ARD-028 to ARD-032): worked out over all of them, as the funds are.

use campanella_domain::{
    ardis::{Outcome, contribution, reduce},
    identity::Money,
    procedure::ArdisProcedure,
};
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    StoreError, Tx,
    ardis::{application, published_list},
};
use uuid::Uuid;

use crate::PAGE;

/// What each of these admitted applications may receive before any reduction; one for a level the call knows no maximum for
/// has none and is left out.
///
/// # Errors
/// Any [`StoreError`].
pub(crate) async fn of(
    admitted: &[Uuid],
    procedure: &ArdisProcedure,
    tx: &mut Tx,
) -> Result<Vec<(Uuid, Money)>, StoreError> {
    let known = application::known(tx, admitted).await?;
    let amount = |id: &Uuid| {
        let application = known.get(id)?;
        Some((*id, contribution(application.school_level, application.declared_expenses, procedure)?))
    };
    Ok(admitted.iter().filter_map(amount).collect())
}

/// Writes the amounts into a list just published: reduced in equal measure where the funds do not suffice.
pub(crate) async fn write(list: Uuid, funds: Money, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    let (procedure, mut after, mut due) = (work.ardis(), None, Vec::new());
    loop {
        let page = published_list::entries(work.tx(), list, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.application);
        let admitted: Vec<Uuid> = page
            .iter()
            .filter(|entry| entry.outcome == Outcome::Admitted)
            .map(|entry| entry.application)
            .collect();
        due.extend(of(&admitted, procedure, work.tx()).await?);
    }
    let (ids, whole): (Vec<Uuid>, Vec<Money>) = due.into_iter().unzip();
    let reduced = reduce(&whole, funds, procedure.decisions.rounding);
    let amounts: Vec<(Uuid, Money)> = ids.into_iter().zip(reduced).collect();
    for page in amounts.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        published_list::set_amounts(work.tx(), list, page).await?;
    }
    Ok(())
}
