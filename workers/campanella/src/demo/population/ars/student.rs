// SPDX-License-Identifier: EUPL-1.2
//! Students as the register has them.

use anyhow::{Context, Result};
use campanella_domain::ars::Student;
use campanella_domain::identity::MunicipalityCode;
use uuid::Uuid;

use super::super::dice::Dice;
use super::super::geography::Geography;
use super::super::person::Person;
use super::DropOutStory;
use campanella_domain::identity_key::IdentityKey;

/// A student and the id the register has for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// Follows from the tax code (`campanella_domain::ids`).
    pub id: Uuid,
    /// Who it is.
    pub student: Student,
}

/// Where a student lives.
pub(super) struct Home {
    residence: MunicipalityCode,
    domicile: Option<MunicipalityCode>,
}

impl Home {
    /// Chosen by the story; half of the students live where a CPI sits, which is where most people do.
    pub(super) fn of(story: Option<DropOutStory>, geography: &Geography, dice: &mut Dice) -> Result<Self> {
        let covered = if dice.below(2) == 0 {
            geography.centres.get(dice.index(geography.centres.len())).map(|centre| &centre.seat)
        } else {
            geography.catchments.get(dice.index(geography.catchments.len())).map(|row| &row.municipality)
        };
        let covered = covered.context("a municipality with a catchment")?.clone();
        let (residence, domicile) = match story {
            Some(DropOutStory::LivesOutsideEveryCatchment | DropOutStory::ReturnsOutsideEveryCatchment) => {
                (one_of(&geography.uncovered, dice)?, None)
            }
            Some(DropOutStory::IsDomiciledInVeneto) => (one_of(&geography.friuli, dice)?, Some(covered)),
            Some(DropOutStory::LivesOutsideVeneto) => (one_of(&geography.friuli, dice)?, None),
            _ => (covered, None),
        };
        Ok(Self { residence, domicile })
    }

    /// Whose catchment decides: Friuli is outside the region, so a domicile decides where there is one (OQ-A2).
    pub(super) fn deciding(&self) -> &MunicipalityCode {
        self.domicile.as_ref().unwrap_or(&self.residence)
    }
}

fn one_of(municipalities: &[MunicipalityCode], dice: &mut Dice) -> Result<MunicipalityCode> {
    municipalities.get(dice.index(municipalities.len())).context("a municipality to live in").cloned()
}

impl Pupil {
    pub(super) fn new(person: Person, home: Home, key: &IdentityKey) -> Self {
        Self {
            id: key.student(&person.tax_code),
            student: Student {
                tax_code: person.tax_code,
                first_name: person.first_name,
                last_name: person.last_name,
                birth_date: person.birth_date,
                residence: home.residence,
                domicile: home.domicile,
                address: Some(person.address),
                phone: Some(person.phone),
            },
        }
    }
}
