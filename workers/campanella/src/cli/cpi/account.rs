// SPDX-License-Identifier: EUPL-1.2
//! What is told about an employment centre, before it is put into words.

use anyhow::Result;
use campanella_domain::{
    civil::zone::date_of,
    identity::{CpiCode, MunicipalityCode, SchoolCode},
    ids,
};
use campanella_store::{
    Tx,
    ars::{cpi, municipality, period::PeriodState, work_list},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::register::PAGE;

/// Everything `cpi show` tells; the JSON form is this.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) code: CpiCode,
    pub(super) name: String,
    pub(super) province: String,
    pub(super) mailbox: String,
    /// The municipalities it is competent for, by name (`ARS-049`).
    pub(super) catchment: Vec<Place>,
    /// Open cases by age, youngest first.
    pub(super) open_cases: Vec<Aged>,
    /// What schools wrote about where a student may be (`ARS-033`): here and nowhere else.
    pub(super) notes: Vec<Note>,
}

#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) municipality: MunicipalityCode,
    pub(super) name: String,
    pub(super) province: String,
    /// `office`, or `invented` in a demo.
    pub(super) source: String,
}

/// The open cases of a state and a range of ages, in days since the report's event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Aged {
    pub(super) state: PeriodState,
    pub(super) from_days: i64,
    /// The last day of the range; none: without end.
    pub(super) to_days: Option<i64>,
    pub(super) cases: i64,
    /// Civil date of the oldest.
    pub(super) oldest: NaiveDate,
}

#[derive(Debug, Serialize)]
pub(super) struct Note {
    pub(super) case_number: String,
    pub(super) communication_number: String,
    pub(super) school: SchoolCode,
    pub(super) event_date: NaiveDate,
    /// As the school wrote it; it may name people.
    pub(super) text: String,
}

/// The centre of a code as it stands at `now`.
pub(super) async fn of(tx: &mut Tx, code: &CpiCode, now: DateTime<Utc>) -> Result<Option<Account>> {
    let Some(centre) = cpi::known(tx, &[code]).await?.remove(code) else { return Ok(None) };
    let catchment = municipality::of_catchment(tx, code).await?;
    let open = work_list::open_since(tx, code).await?;
    Ok(Some(Account {
        catchment: catchment
            .into_iter()
            .map(|(place, source)| Place {
                municipality: place.code,
                name: place.name,
                province: place.province,
                source,
            })
            .collect(),
        open_cases: by_age(&open, date_of(now)),
        notes: notes(tx, code).await?,
        code: centre.code,
        name: centre.name,
        province: centre.province,
        mailbox: centre.mailbox.expose().to_owned(),
    }))
}

/// First and last day of the ranges a CPI thinks in: this week, this month, this quarter, older.
const AGES: [(i64, Option<i64>); 4] = [(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, None)];

fn by_age(open: &[(PeriodState, NaiveDate, i64)], today: NaiveDate) -> Vec<Aged> {
    let mut aged: Vec<Aged> = Vec::new();
    for (from_days, to_days) in AGES {
        for (state, since, cases) in open {
            // A report may carry the date of tomorrow; it is new all the same.
            let days = (today - *since).num_days().max(0);
            if days < from_days || to_days.is_some_and(|last| days > last) {
                continue;
            }
            match aged.iter_mut().find(|row| row.state == *state && row.from_days == from_days) {
                Some(row) => {
                    row.cases += cases;
                    row.oldest = row.oldest.min(*since);
                }
                None => {
                    aged.push(Aged { state: *state, from_days, to_days, cases: *cases, oldest: *since });
                }
            }
        }
    }
    aged
}

async fn notes(tx: &mut Tx, code: &CpiCode) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    let mut after = None;
    loop {
        let page = work_list::notes(tx, code, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.communication);
        notes.extend(page.into_iter().map(|note| Note {
            case_number: note.case_number,
            communication_number: ids::communication_number(note.communication),
            school: note.school,
            event_date: note.event_date,
            text: note.text.into_exposed(),
        }));
    }
    notes.sort_by(|one, other| {
        (one.event_date, &one.case_number).cmp(&(other.event_date, &other.case_number))
    });
    Ok(notes)
}
