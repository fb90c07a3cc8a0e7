// SPDX-License-Identifier: EUPL-1.2
//! Students as the register has them.

use anyhow::{Context, Result};
use campanella_domain::identity::{MunicipalityCode, Redacted, TaxCode};
use chrono::NaiveDate;
use uuid::Uuid;

use super::super::dice::Dice;
use super::super::geography::Geography;
use super::super::person::Person;
use super::DropOutStory;
use campanella_domain::identity_key::IdentityKey;

/// A student of the register. Debug output holds nothing personal but the municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// Follows from the tax code (`campanella_domain::ids`).
    pub id: Uuid,
    /// Tax code as issued.
    pub tax_code: TaxCode,
    /// First name.
    pub first_name: Redacted<String>,
    /// Surname.
    pub last_name: Redacted<String>,
    /// Date of birth.
    pub birth_date: Redacted<NaiveDate>,
    /// Municipality of residence.
    pub residence: MunicipalityCode,
    /// Municipality of domicile, if another.
    pub domicile: Option<MunicipalityCode>,
    /// Street and number (`ARS-012`).
    pub address: Redacted<String>,
    /// Telephone number (`ARS-012`).
    pub phone: Redacted<String>,
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

impl Student {
    pub(super) fn new(person: Person, home: Home, key: &IdentityKey) -> Self {
        Self {
            id: key.student(&person.tax_code),
            tax_code: person.tax_code,
            first_name: person.first_name,
            last_name: person.last_name,
            birth_date: person.birth_date,
            residence: home.residence,
            domicile: home.domicile,
            address: person.address,
            phone: person.phone,
        }
    }
}
