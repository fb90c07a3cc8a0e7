// SPDX-License-Identifier: EUPL-1.2
//! What is told about a school, before it is put into words.

use anyhow::Result;
use campanella_domain::{
    ars::Action,
    identity::{CpiCode, MunicipalityCode, SchoolCode},
    ids,
    procedure::ArsProcedure,
};
use campanella_store::{
    Tx,
    ars::{
        class_list::{self, ClassList},
        finding::Filter,
        municipality, ownership,
        school::{self, SchoolType},
        synoptic_table::{self, ReturnByCpi},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::{
    mask,
    register::{self, FindingLine, PAGE},
};

/// Everything `school show` tells; the JSON form is this.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) code: SchoolCode,
    pub(super) name: String,
    pub(super) kind: SchoolType,
    pub(super) municipality: MunicipalityCode,
    /// Name and province.
    pub(super) place: Option<String>,
    pub(super) mailbox: String,
    pub(super) delivers_iefp: bool,
    pub(super) owned_students: i64,
    /// Of schools with three-year IeFP courses (`ARS-034`); the others owe none (`ARS-037`).
    pub(super) class_list: Option<ClassListAccount>,
    /// Returns a CPI entered in the school's default (`ARS-029`).
    pub(super) synoptic_table: Vec<Return>,
    /// Rejected and flagged communications, without those that were sent again rightly.
    pub(super) to_do: Vec<FindingLine>,
    /// Communications that wait for another one (`ARS-036`).
    pub(super) parked: Vec<FindingLine>,
}

#[derive(Debug, Serialize)]
pub(super) struct ClassListAccount {
    pub(super) state: ClassListState,
    #[serde(flatten)]
    pub(super) list: ClassList,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClassListState {
    /// Somebody is entered.
    Entered,
    /// Nobody is, and the term has not passed.
    Expected,
    /// Nobody is, and the term has passed.
    Late,
}

#[derive(Debug, Serialize)]
pub(super) struct Return {
    pub(super) communication_number: String,
    /// Masked tax code.
    pub(super) student: String,
    pub(super) event_date: NaiveDate,
    pub(super) received_at: DateTime<Utc>,
    pub(super) cpi: Option<CpiCode>,
    pub(super) class: Option<String>,
    pub(super) section: Option<String>,
    pub(super) entered_by_school: bool,
}

/// The school of a code as it stands at `now`.
pub(super) async fn of(
    tx: &mut Tx,
    code: &SchoolCode,
    procedure: &ArsProcedure,
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let Some(school) = school::known(tx, &[code]).await?.remove(code) else { return Ok(None) };
    let place = municipality::known(tx, &[&school.municipality]).await?.remove(&school.municipality);
    let acting = Filter { school: Some(code), actions: &[Action::Rejected, Action::Flagged], code: None };
    let mut to_do = register::all(tx, acting, &procedure.rules).await?;
    to_do.retain(|line| !line.superseded);
    let waiting = Filter { actions: &[Action::Parked], ..acting };
    Ok(Some(Account {
        owned_students: ownership::count_of(tx, code).await?,
        class_list: if school.delivers_iefp {
            Some(class_list_of(tx, code, procedure, now).await?)
        } else {
            None
        },
        synoptic_table: synoptic_table_of(tx, code).await?,
        to_do,
        parked: register::all(tx, waiting, &procedure.rules).await?,
        place: place.map(|place| format!("{} ({})", place.name, place.province)),
        mailbox: school.mailbox.expose().to_owned(),
        code: school.code,
        name: school.name,
        kind: school.kind,
        municipality: school.municipality,
        delivers_iefp: school.delivers_iefp,
    }))
}

async fn class_list_of(
    tx: &mut Tx,
    code: &SchoolCode,
    procedure: &ArsProcedure,
    now: DateTime<Utc>,
) -> Result<ClassListAccount> {
    let rules = &procedure.rules;
    let since = rules.school_year_of(rules.first_day_of_lessons);
    let list = class_list::of_school(tx, code, since).await?;
    let state = if list.entered > 0 {
        ClassListState::Entered
    } else if procedure.terms.iefp_confirmation.has_passed(now) {
        ClassListState::Late
    } else {
        ClassListState::Expected
    };
    Ok(ClassListAccount { state, list })
}

async fn synoptic_table_of(tx: &mut Tx, code: &SchoolCode) -> Result<Vec<Return>> {
    let mut rows: Vec<Return> = Vec::new();
    let mut after = None;
    loop {
        let page = synoptic_table::to_school(tx, code, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.communication);
        rows.extend(page.into_iter().map(Return::from));
    }
    rows.sort_by_key(|row| row.received_at);
    Ok(rows)
}

impl From<ReturnByCpi> for Return {
    fn from(row: ReturnByCpi) -> Self {
        Self {
            communication_number: ids::communication_number(row.communication),
            student: mask::tax_code(&row.tax_code),
            event_date: row.event_date,
            received_at: row.received_at,
            cpi: row.cpi,
            class: row.class,
            section: row.section,
            entered_by_school: row.entered_by_school,
        }
    }
}
