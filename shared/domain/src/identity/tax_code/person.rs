// SPDX-License-Identifier: EUPL-1.2
//! What a tax code tells about its holder: hints, never proofs.

use chrono::{Datelike, NaiveDate};

use super::TaxCode;
use crate::identity::CadastralCode;

/// The letters of the months, January first.
pub(super) const MONTHS: [u8; 12] = *b"ABCDEHLMPRST";
/// What is added to the day of birth of a woman.
pub(super) const DAY_OFFSET_OF_WOMEN: u32 = 40;

/// The sex a tax code was issued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// The day of birth is written with 40 added.
    Female,
    /// The day of birth is written as it is.
    Male,
}

/// What a list of municipalities makes of the birthplace. None of these is an error: municipalities
/// are suppressed, states too, and people keep their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Birthplace {
    /// In the list.
    Listed,
    /// A foreign state (`Z…`).
    Abroad,
    /// Not in the list: suppressed since, or a slip. Worth a warning to whoever enters the data.
    Unlisted,
    /// The code is temporary and does not tell.
    Unknown,
}

impl TaxCode {
    /// The latest date of birth the code can mean that is not after `on`: its year has two digits.
    ///
    /// `None` for a temporary code, and for a day its month does not have.
    pub fn birth_date_hint(&self, on: NaiveDate) -> Option<NaiveDate> {
        let canonical = self.canonical();
        let year: i32 = canonical.part(6, 8)?.parse().ok()?;
        let letter = *canonical.part(8, 9)?.as_bytes().first()?;
        let (month, _) = (1..).zip(MONTHS).find(|(_, candidate)| *candidate == letter)?;
        let day = self.written_day()?;
        let day = if day > DAY_OFFSET_OF_WOMEN { day - DAY_OFFSET_OF_WOMEN } else { day };
        let century = on.year() - on.year().rem_euclid(100);
        // 29 February may exist in one century only, so each is tried.
        [century, century - 100, century - 200]
            .into_iter()
            .filter_map(|century| NaiveDate::from_ymd_opt(century + year, month, day))
            .find(|birth| *birth <= on)
    }

    /// The sex the code was issued for; `None` for a temporary code.
    pub fn sex(&self) -> Option<Sex> {
        self.written_day().map(|day| if day > DAY_OFFSET_OF_WOMEN { Sex::Female } else { Sex::Male })
    }

    /// The birthplace; `None` for a temporary code.
    pub fn cadastral_code(&self) -> Option<CadastralCode> {
        self.canonical().part(11, 15)?.parse().ok()
    }

    /// Looks the birthplace up in a list of municipalities.
    pub fn birthplace(&self, is_listed: impl Fn(&CadastralCode) -> bool) -> Birthplace {
        match self.cadastral_code() {
            None => Birthplace::Unknown,
            Some(code) if code.is_foreign_state() => Birthplace::Abroad,
            Some(code) if is_listed(&code) => Birthplace::Listed,
            Some(_) => Birthplace::Unlisted,
        }
    }

    /// The day as it is written, 40 added for women.
    fn written_day(&self) -> Option<u32> {
        self.canonical().part(9, 11)?.parse().ok()
    }

    /// Some characters of an ordinary code; `None` for a temporary one.
    fn part(&self, from: usize, to: usize) -> Option<&str> {
        if self.is_temporary() { None } else { self.expose().get(from..to) }
    }
}
