// SPDX-License-Identifier: EUPL-1.2
//! Invented schools of Veneto.

use anyhow::{Context, Result};
use campanella_domain::ars::CourseRegime;
use campanella_domain::identity::{EmailAddress, MunicipalityCode, SchoolCode};
use uuid::Uuid;

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

/// Kind of institute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchoolKind {
    /// *Secondaria di primo grado*.
    LowerSecondary,
    /// *Secondaria di secondo grado*.
    UpperSecondary,
    /// *Scuola di formazione professionale*.
    Sfp,
    /// *Istituto professionale di Stato*.
    Ips,
}

/// An institute that communicates with the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Follows from the code.
    pub id: Uuid,
    /// Invented: the type `ZZ` in it is no school's.
    pub code: SchoolCode,
    /// Invented name.
    pub name: String,
    /// Where it is.
    pub municipality: MunicipalityCode,
    /// Kind of institute.
    pub kind: SchoolKind,
    /// Whether it holds three-year IeFP courses and is bound by 27 October (`ARS-034`).
    pub delivers_iefp: bool,
    /// Where reminders go.
    pub mailbox: EmailAddress,
}

impl SchoolKind {
    /// As stored: `lower-secondary`, `upper-secondary`, `sfp`, `ips`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LowerSecondary => "lower-secondary",
            Self::UpperSecondary => "upper-secondary",
            Self::Sfp => "sfp",
            Self::Ips => "ips",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::LowerSecondary => "Scuola secondaria di primo grado",
            Self::UpperSecondary => "Istituto di istruzione superiore",
            Self::Sfp => "Scuola di formazione professionale",
            Self::Ips => "Istituto professionale",
        }
    }
}

impl School {
    /// The regime of the course a drop-out of this school attended.
    pub(super) fn course(&self) -> CourseRegime {
        match self.kind {
            _ if self.delivers_iefp => CourseRegime::ThreeYearIefp,
            SchoolKind::LowerSecondary => CourseRegime::LowerSecondary,
            _ => CourseRegime::UpperSecondary,
        }
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
            .map(|number| (if number % 3 == 2 { SchoolKind::Ips } else { SchoolKind::Sfp }, true))
            .chain((0..ORDINARY * scale).map(|number| {
                let is_lower = number % ORDINARY < LOWER_SECONDARY;
                (if is_lower { SchoolKind::LowerSecondary } else { SchoolKind::UpperSecondary }, false)
            }))
            .chain((0..WITHOUT_IEFP * scale).map(|_| (SchoolKind::Ips, false)));
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

fn school(kind: SchoolKind, delivers_iefp: bool, number: usize, geography: &Geography) -> Result<School> {
    let centre =
        geography.centres.get(number % geography.centres.len().max(1)).context("an employment centre")?;
    let code: SchoolCode = format!("{}ZZ{number:06}", centre.province).parse()?;
    let town = centre.name.trim_start_matches("CPI di ");
    Ok(School {
        id: ids::school(&code),
        name: format!("{} di {town} n. {number}", kind.title()),
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
        let iefp = |school: &School| school.course() == CourseRegime::ThreeYearIefp;
        assert!(schools.with_class_list().iter().chain(schools.without_class_list()).all(iefp));
        assert!(!schools.ordinary().iter().any(iefp));
        assert!(schools.ordinary().iter().all(|school| school.kind != SchoolKind::Ips));
        let codes: std::collections::BTreeSet<&SchoolCode> =
            schools.all.iter().map(|school| &school.code).collect();
        assert_eq!(codes.len(), schools.all.len());
        assert!(schools.all.iter().all(|school| school.mailbox.domain().ends_with(".example")));
    }
}
