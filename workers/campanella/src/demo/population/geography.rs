// SPDX-License-Identifier: EUPL-1.2
//! Municipalities and employment centres as published, catchments invented (`data/README.md`).

use anyhow::{Context, Result};
use campanella_domain::ars::{Catchment, Cpi, Municipality};
use campanella_domain::identity::{CadastralCode, CpiCode, EmailAddress, MunicipalityCode};
use serde::Deserialize;

const MUNICIPALITIES: &str = include_str!("../../../data/municipalities.csv");
const SEATS: &str = include_str!("../../../data/veneto_cpi_seats.csv");

/// The region whose employment centres are competent.
const VENETO: &str = "Veneto";
/// The region of the contribution.
const FRIULI: &str = "Friuli-Venezia Giulia";
/// One in so many municipalities of Veneto has no catchment, unless a centre sits there.
const WITHOUT_CATCHMENT: usize = 90;

/// An employment centre (*Centro per l'Impiego*, CPI) and where it sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmploymentCentre {
    /// Its code is the demo's own: `CPI-` and the ISTAT code of the seat. Its mailbox is invented.
    pub cpi: Cpi,
    /// The municipality it sits in.
    pub seat: MunicipalityCode,
}

/// The places of the demo.
#[derive(Debug, Clone)]
pub(super) struct Geography {
    pub(super) municipalities: Vec<Municipality>,
    pub(super) centres: Vec<EmploymentCentre>,
    /// In the order of the municipalities.
    pub(super) catchments: Vec<Catchment>,
    /// Municipalities of Veneto without a catchment.
    pub(super) uncovered: Vec<MunicipalityCode>,
    /// Municipalities of Friuli Venezia Giulia.
    pub(super) friuli: Vec<MunicipalityCode>,
    /// Cadastral codes of both regions: where people are born.
    pub(super) birthplaces: Vec<CadastralCode>,
}

#[derive(Deserialize)]
struct Seat {
    seat_istat_code: MunicipalityCode,
    name: String,
    province: String,
}

impl Geography {
    /// Reads the embedded files and invents the catchments.
    pub(super) fn load() -> Result<Self> {
        let municipalities: Vec<Municipality> = csv::Reader::from_reader(MUNICIPALITIES.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .context("data/municipalities.csv")?;
        let centres = csv::Reader::from_reader(SEATS.as_bytes())
            .deserialize()
            .map(|row| centre(row?))
            .collect::<Result<Vec<_>>>()
            .context("data/veneto_cpi_seats.csv")?;
        let (mut catchments, mut uncovered) = (Vec::new(), Vec::new());
        for (place, municipality) in municipalities.iter().filter(|row| row.region == VENETO).enumerate() {
            let is_seat = centres.iter().any(|centre| centre.seat == municipality.code);
            match nearest(municipality, &centres) {
                Some(centre) if is_seat || place % WITHOUT_CATCHMENT != WITHOUT_CATCHMENT / 2 => {
                    catchments.push(Catchment {
                        municipality: municipality.code.clone(),
                        cpi: centre.cpi.code.clone(),
                        source: "invented".to_owned(),
                    });
                }
                _ => uncovered.push(municipality.code.clone()),
            }
        }
        let friuli =
            municipalities.iter().filter(|row| row.region == FRIULI).map(|row| row.code.clone()).collect();
        let birthplaces = municipalities
            .iter()
            .filter(|row| row.region == VENETO || row.region == FRIULI)
            .map(|row| row.cadastral_code.clone())
            .collect();
        Ok(Self { municipalities, centres, catchments, uncovered, friuli, birthplaces })
    }

    /// Where a centre reads mail.
    pub(super) fn mailbox_of(&self, centre: &CpiCode) -> Option<&EmailAddress> {
        self.centres.iter().map(|one| &one.cpi).find(|cpi| cpi.code == *centre).map(|cpi| &cpi.mailbox)
    }

    /// The centre competent for a municipality.
    pub(super) fn centre_of(&self, municipality: &MunicipalityCode) -> Option<&CpiCode> {
        let place = self.catchments.binary_search_by(|row| row.municipality.cmp(municipality)).ok()?;
        self.catchments.get(place).map(|row| &row.cpi)
    }
}

fn centre(seat: Seat) -> Result<EmploymentCentre> {
    let code = &seat.seat_istat_code;
    let cpi = Cpi {
        code: format!("CPI-{code}").parse()?,
        mailbox: format!("dispersione.{code}@cpi-veneto.example").parse()?,
        name: seat.name,
        province: seat.province,
    };
    Ok(EmploymentCentre { cpi, seat: seat.seat_istat_code })
}

/// The centre of the same province whose seat has the nearest ISTAT code, the lower of two.
fn nearest<'a>(municipality: &Municipality, centres: &'a [EmploymentCentre]) -> Option<&'a EmploymentCentre> {
    let number = |code: &MunicipalityCode| code.as_str().parse::<i64>().unwrap_or_default();
    centres
        .iter()
        .filter(|centre| centre.cpi.province == municipality.province)
        .min_by_key(|centre| ((number(&centre.seat) - number(&municipality.code)).abs(), centre.seat.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_centre_covers_its_seat_and_a_handful_of_municipalities_has_none() {
        let geography = Geography::load().unwrap();
        assert_eq!(geography.municipalities.len(), 7_894);
        assert_eq!(geography.centres.len(), 39);
        assert_eq!(geography.friuli.len(), 215);
        for centre in &geography.centres {
            assert_eq!(geography.centre_of(&centre.seat), Some(&centre.cpi.code));
            assert!(centre.cpi.mailbox.domain().ends_with(".example"));
        }
        assert!((3..=8).contains(&geography.uncovered.len()), "{}", geography.uncovered.len());
        assert_eq!(geography.catchments.len() + geography.uncovered.len(), 559);
        assert!(geography.catchments.is_sorted_by(|one, other| one.municipality < other.municipality));
        assert!(geography.uncovered.iter().all(|code| geography.centre_of(code).is_none()));
    }
}
