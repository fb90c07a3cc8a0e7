// SPDX-License-Identifier: EUPL-1.2
//! A small Veneto: two municipalities, one CPI, two schools.

use anyhow::Result;
use campanella_domain::ids;
use campanella_store::{
    Tx,
    ars::{
        cpi::{self, Catchment, Cpi},
        municipality::{self, Municipality},
        school::{self, School, SchoolType},
    },
};

/// A municipality in the catchment of [`CPI`].
pub(crate) const COVERED: &str = "027042";
/// A municipality in no catchment.
pub(crate) const UNCOVERED: &str = "024001";
/// The employment centre.
pub(crate) const CPI: &str = "VE-MESTRE";
/// An upper secondary school.
pub(crate) const SCHOOL: &str = "VEPS01000X";
/// A school of three-year IeFP courses.
pub(crate) const IEFP_SCHOOL: &str = "VESF000001";

/// Writes places, centre and schools; writing them again changes nothing.
pub(crate) async fn settle(tx: &mut Tx) -> Result<()> {
    let municipality = |code: &str, name: &str, cadastral_code: &str| -> Result<Municipality> {
        Ok(Municipality {
            code: code.parse()?,
            name: name.to_owned(),
            province: "VE".to_owned(),
            region: "Veneto".to_owned(),
            cadastral_code: cadastral_code.parse()?,
        })
    };
    let places = [municipality(COVERED, "Venezia", "L736")?, municipality(UNCOVERED, "Agugliaro", "A093")?];
    municipality::upsert(tx, &places).await?;
    let centre = Cpi {
        code: CPI.parse()?,
        name: "CPI di Mestre".to_owned(),
        province: "VE".to_owned(),
        mailbox: "mestre@cpi.example".parse()?,
    };
    cpi::upsert(tx, &[centre]).await?;
    let catchment =
        Catchment { municipality: COVERED.parse()?, cpi: CPI.parse()?, source: "office".to_owned() };
    cpi::upsert_catchments(tx, &[catchment]).await?;
    let school = |code: &str, kind, delivers_iefp| -> Result<School> {
        let code = code.parse()?;
        Ok(School {
            id: ids::school(&code),
            mailbox: format!("{code}@scuola.example").to_lowercase().parse()?,
            code,
            name: "Istituto inventato".to_owned(),
            municipality: COVERED.parse()?,
            kind,
            delivers_iefp,
        })
    };
    let schools =
        [school(SCHOOL, SchoolType::UpperSecondary, false)?, school(IEFP_SCHOOL, SchoolType::Sfp, true)?];
    school::upsert(tx, &schools).await?;
    Ok(())
}
