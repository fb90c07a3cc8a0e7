// SPDX-License-Identifier: EUPL-1.2
//! Invented schools of Veneto: the type `ZZ` in their codes is no school's.

use anyhow::{Context, Result};
use campanella_domain::ars::{CourseRegime, School, SchoolType};
use campanella_domain::identity::SchoolCode;

use super::geography::Geography;
use campanella_domain::ids;

/// IeFP schools that load class lists, for each unit of scale.
pub(super) const WITH_CLASS_LIST: u32 = 100;
/// IeFP schools that never do.
pub(super) const WITHOUT_CLASS_LIST: u32 = 2;
/// Lower secondary schools.
const LOWER_SECONDARY: u32 = 120;
/// Upper secondary schools.
const UPPER_SECONDARY: u32 = 160;
/// State vocational institutes without three-year IeFP courses: bound by nothing before a drop-out (`ARS-009`).
const WITHOUT_IEFP: u32 = 8;
/// Ordinary schools that report drop-outs, for each unit of scale.
pub(super) const ORDINARY: u32 = LOWER_SECONDARY + UPPER_SECONDARY;

/// What such an institute is called.
fn title(kind: SchoolType) -> &'static str {
    match kind {
        SchoolType::LowerSecondary => "Scuola secondaria di primo grado",
        SchoolType::UpperSecondary => "Istituto di istruzione superiore",
        SchoolType::Sfp => "Scuola di formazione professionale",
        SchoolType::Ips => "Istituto professionale",
    }
}

/// The regime of the course a drop-out of a school attended.
pub(super) fn course(school: &School) -> CourseRegime {
    match school.kind {
        _ if school.delivers_iefp => CourseRegime::ThreeYearIefp,
        SchoolType::LowerSecondary => CourseRegime::LowerSecondary,
        _ => CourseRegime::UpperSecondary,
    }
}

/// All schools of a population, in three ranges.
#[derive(Debug, Clone)]
pub(super) struct Schools {
    pub(super) all: Vec<School>,
    with_class_list: usize,
    iefp: usize,
}

impl Schools {
    /// IeFP schools with class lists, then those without, then ordinary ones.
    pub(super) fn invent(scale: u32, geography: &Geography) -> Result<Self> {
        let kinds = (0..(WITH_CLASS_LIST + WITHOUT_CLASS_LIST) * scale)
            .map(|number| (if number % 3 == 2 { SchoolType::Ips } else { SchoolType::Sfp }, true))
            .chain((0..ORDINARY * scale).map(|number| {
                let is_lower = number % ORDINARY < LOWER_SECONDARY;
                (if is_lower { SchoolType::LowerSecondary } else { SchoolType::UpperSecondary }, false)
            }))
            .chain((0..WITHOUT_IEFP * scale).map(|_| (SchoolType::Ips, false)));
        let all = kinds
            .zip(0..)
            .map(|((kind, delivers_iefp), number)| school(kind, delivers_iefp, number, geography))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            all,
            with_class_list: (WITH_CLASS_LIST * scale) as usize,
            iefp: ((WITH_CLASS_LIST + WITHOUT_CLASS_LIST) * scale) as usize,
        })
    }

    /// Those that load class lists, in the order of their numbers.
    pub(super) fn with_class_list(&self) -> &[School] {
        self.all.get(..self.with_class_list).unwrap_or_default()
    }

    /// Those bound by 27 October that never load one.
    pub(super) fn without_class_list(&self) -> &[School] {
        self.all.get(self.with_class_list..self.iefp).unwrap_or_default()
    }

    /// Those that report nothing but drop-outs (`ARS-006`).
    pub(super) fn ordinary(&self) -> &[School] {
        let reporting = self.iefp + self.with_class_list / WITH_CLASS_LIST as usize * ORDINARY as usize;
        self.all.get(self.iefp..reporting).unwrap_or_default()
    }
}

fn school(kind: SchoolType, delivers_iefp: bool, number: usize, geography: &Geography) -> Result<School> {
    let centre =
        geography.centres.get(number % geography.centres.len().max(1)).context("an employment centre")?;
    let code: SchoolCode = format!("{}ZZ{number:06}", centre.cpi.province).parse()?;
    let town = centre.cpi.name.trim_start_matches("CPI di ");
    Ok(School {
        id: ids::school(&code),
        name: format!("{} di {town} n. {number}", title(kind)),
        municipality: centre.seat.clone(),
        kind,
        delivers_iefp,
        mailbox: format!("segreteria@{}.scuola.example", code.as_str().to_ascii_lowercase()).parse()?,
        code,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_ranges_are_what_they_say() {
        let schools = Schools::invent(2, &Geography::load().unwrap()).unwrap();
        assert_eq!(schools.with_class_list().len(), 200);
        assert_eq!(schools.without_class_list().len(), 4);
        assert_eq!(schools.ordinary().len(), 560);
        let iefp = |school: &School| course(school) == CourseRegime::ThreeYearIefp;
        assert!(schools.with_class_list().iter().chain(schools.without_class_list()).all(iefp));
        assert!(!schools.ordinary().iter().any(iefp));
        assert!(schools.ordinary().iter().all(|school| school.kind != SchoolType::Ips));
        let codes: std::collections::BTreeSet<&SchoolCode> =
            schools.all.iter().map(|school| &school.code).collect();
        assert_eq!(codes.len(), schools.all.len());
        assert!(schools.all.iter().all(|school| school.mailbox.domain().ends_with(".example")));
    }
}
