// SPDX-License-Identifier: EUPL-1.2
//! What stands before the year begins: places, employment centres, schools.

use anyhow::Result;
use campanella_store::{
    Store,
    ars::{cpi, municipality, school},
};

use super::population::Population;

/// Writes the base data in one transaction; writing it again changes nothing.
///
/// # Errors
/// Any store error.
pub(super) async fn base_data(store: &Store, population: &Population) -> Result<()> {
    let mut tx = store.begin().await?;
    municipality::upsert(&mut tx, population.municipalities()).await?;
    let centres: Vec<_> = population.centres().iter().map(|centre| centre.cpi.clone()).collect();
    cpi::upsert(&mut tx, &centres).await?;
    cpi::upsert_catchments(&mut tx, population.catchments()).await?;
    school::upsert(&mut tx, population.schools()).await?;
    tx.commit().await?;
    Ok(())
}
