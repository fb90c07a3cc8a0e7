// SPDX-License-Identifier: EUPL-1.2
//! What stands before the year begins: places, employment centres, schools.

use anyhow::Result;
use campanella_store::{
    Store,
    ars::{cpi, municipality, school},
};

use super::population::{Population, SchoolKind};

/// Writes the base data in one transaction; writing it again changes nothing.
///
/// # Errors
/// Any store error.
pub(super) async fn base_data(store: &Store, population: &Population) -> Result<()> {
    let mut tx = store.begin().await?;
    let municipalities: Vec<_> = population.municipalities().iter().map(stored_municipality).collect();
    municipality::upsert(&mut tx, &municipalities).await?;
    let centres: Vec<_> = population
        .centres()
        .iter()
        .map(|centre| cpi::Cpi {
            code: centre.code.clone(),
            name: centre.name.clone(),
            province: centre.province.clone(),
            mailbox: centre.mailbox.clone(),
        })
        .collect();
    cpi::upsert(&mut tx, &centres).await?;
    let catchments: Vec<_> = population
        .catchments()
        .iter()
        .map(|catchment| cpi::Catchment {
            municipality: catchment.municipality.clone(),
            cpi: catchment.centre.clone(),
            source: catchment.source.to_owned(),
        })
        .collect();
    cpi::upsert_catchments(&mut tx, &catchments).await?;
    let schools: Vec<_> = population.schools().iter().map(stored_school).collect();
    school::upsert(&mut tx, &schools).await?;
    tx.commit().await?;
    Ok(())
}

fn stored_municipality(municipality: &super::population::Municipality) -> municipality::Municipality {
    municipality::Municipality {
        code: municipality.code.clone(),
        name: municipality.name.clone(),
        province: municipality.province.clone(),
        region: municipality.region.clone(),
        cadastral_code: municipality.cadastral_code.to_string(),
    }
}

fn stored_school(school: &super::population::School) -> school::School {
    school::School {
        id: school.id,
        code: school.code.clone(),
        name: school.name.clone(),
        municipality: school.municipality.clone(),
        kind: match school.kind {
            SchoolKind::LowerSecondary => school::SchoolType::LowerSecondary,
            SchoolKind::UpperSecondary => school::SchoolType::UpperSecondary,
            SchoolKind::Sfp => school::SchoolType::Sfp,
            SchoolKind::Ips => school::SchoolType::Ips,
        },
        delivers_iefp: school.delivers_iefp,
        mailbox: school.mailbox.clone(),
    }
}
