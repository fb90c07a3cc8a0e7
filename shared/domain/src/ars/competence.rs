// SPDX-License-Identifier: EUPL-1.2
//! The competent employment centre (ARS-049, OQ-A2).

use serde::Serialize;

use crate::identity::{CpiCode, MunicipalityCode};

/// Which CPI is competent for a student, or why none can be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Competence {
    /// One CPI is competent.
    Assigned {
        /// The CPI.
        cpi: CpiCode,
        /// Which of the student's two municipalities decided.
        by: Criterion,
    },
    /// None is named: operations decide, nothing is guessed.
    Unassigned(Unassigned),
}

/// The municipality that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The municipality of residence (*residenza*).
    Residence,
    /// The municipality of domicile (*domicilio*), the residence being outside the region.
    Domicile,
}

/// Why no CPI is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unassigned {
    /// The residence is not known.
    ResidenceUnknown,
    /// Neither residence nor domicile is in the region.
    OutsideRegion,
    /// The deciding municipality is in no CPI's catchment.
    NoCatchment(Criterion),
}

/// Finds the competent CPI: that of the residence; that of the domicile where the residence is outside the
/// region and the domicile inside.
///
/// `catchment` is the table an office supplies (municipality to CPI); `in_region` tells whether a
/// municipality belongs to the region whose CPIs these are.
pub fn competent_cpi(
    residence: Option<&MunicipalityCode>,
    domicile: Option<&MunicipalityCode>,
    catchment: impl Fn(&MunicipalityCode) -> Option<CpiCode>,
    in_region: impl Fn(&MunicipalityCode) -> bool,
) -> Competence {
    let Some(residence) = residence else {
        return Competence::Unassigned(Unassigned::ResidenceUnknown);
    };
    let deciding = if in_region(residence) {
        Some((residence, Criterion::Residence))
    } else {
        domicile.filter(|domicile| in_region(domicile)).map(|domicile| (domicile, Criterion::Domicile))
    };
    match deciding {
        None => Competence::Unassigned(Unassigned::OutsideRegion),
        Some((municipality, by)) => match catchment(municipality) {
            Some(cpi) => Competence::Assigned { cpi, by },
            None => Competence::Unassigned(Unassigned::NoCatchment(by)),
        },
    }
}

impl Competence {
    /// The stable code of the reason, for a column: why this CPI, or why none.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Assigned { by: Criterion::Residence, .. } => "residence",
            Self::Assigned { by: Criterion::Domicile, .. } => "domicile",
            Self::Unassigned(Unassigned::ResidenceUnknown) => "residence-unknown",
            Self::Unassigned(Unassigned::OutsideRegion) => "outside-region",
            Self::Unassigned(Unassigned::NoCatchment(Criterion::Residence)) => "no-catchment-of-residence",
            Self::Unassigned(Unassigned::NoCatchment(Criterion::Domicile)) => "no-catchment-of-domicile",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENICE: &str = "027042";
    const PADUA: &str = "028060";
    const VERONA: &str = "023091";
    const MILAN: &str = "015146";

    /// Venice and Padua have a CPI, Verona is in the region without one, Milan is outside.
    fn competence(residence: &str, domicile: Option<&str>) -> Competence {
        let municipality = |code: &str| code.parse::<MunicipalityCode>().unwrap();
        let catchment = |code: &MunicipalityCode| match code.as_str() {
            VENICE => "VE".parse().ok(),
            PADUA => "PD".parse().ok(),
            // A table may hold more than the region: it must not decide for outside.
            MILAN => "MI".parse().ok(),
            _ => None,
        };
        let in_region = |code: &MunicipalityCode| code.as_str() != MILAN;
        let residence = (!residence.is_empty()).then(|| municipality(residence));
        competent_cpi(residence.as_ref(), domicile.map(municipality).as_ref(), catchment, in_region)
    }

    fn assigned(cpi: &str, by: Criterion) -> Competence {
        Competence::Assigned { cpi: cpi.parse().unwrap(), by }
    }

    #[test]
    fn ars_049_residence_in_the_region_decides_whatever_the_domicile() {
        assert_eq!(competence(VENICE, None), assigned("VE", Criterion::Residence));
        assert_eq!(competence(VENICE, Some(PADUA)), assigned("VE", Criterion::Residence));
    }

    #[test]
    fn ars_049_domicile_decides_for_residence_outside_the_region() {
        assert_eq!(competence(MILAN, Some(PADUA)), assigned("PD", Criterion::Domicile));
    }

    #[test]
    fn ars_049_without_a_row_nothing_is_guessed() {
        let unassigned = Competence::Unassigned;
        assert_eq!(
            competence(VERONA, Some(PADUA)),
            unassigned(Unassigned::NoCatchment(Criterion::Residence))
        );
        assert_eq!(competence(MILAN, Some(VERONA)), unassigned(Unassigned::NoCatchment(Criterion::Domicile)));
        assert_eq!(competence(MILAN, Some(MILAN)), unassigned(Unassigned::OutsideRegion));
        assert_eq!(competence(MILAN, None), unassigned(Unassigned::OutsideRegion));
        assert_eq!(competence("", Some(PADUA)), unassigned(Unassigned::ResidenceUnknown));
    }
}
