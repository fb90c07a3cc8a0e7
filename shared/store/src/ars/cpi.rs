// SPDX-License-Identifier: EUPL-1.2
//! Employment centres (*centri per l'impiego*, CPI) and their catchments.

use std::collections::{BTreeMap, HashMap};

pub use campanella_domain::ars::{Catchment, Cpi};
use campanella_domain::identity::{CpiCode, EmailAddress, MunicipalityCode};
use serde::Serialize;
use sqlx::FromRow;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

#[derive(Serialize)]
struct Row<'a> {
    code: &'a CpiCode,
    name: &'a str,
    province: &'a str,
    mailbox: &'a str,
}

/// Adds employment centres; those that are there are brought up to date.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, centres: &[Cpi]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO cpi (code, name, province, mailbox) SELECT r.code, r.name, r.province, r.mailbox FROM ",
        rows(code text, name text, province text, mailbox text),
        " WHERE true
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, province = excluded.province, mailbox = excluded.mailbox"
    );
    let rows: Vec<Row<'_>> = sql::last_of_each(centres, |cpi| &cpi.code)
        .into_iter()
        .map(|cpi| Row {
            code: &cpi.code,
            name: &cpi.name,
            province: &cpi.province,
            mailbox: cpi.mailbox.expose(),
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

/// Sets the competent CPI of municipalities.
///
/// # Errors
/// [`StoreError::Refused`] when a municipality or a CPI is not there.
pub async fn upsert_catchments(tx: &mut Tx, catchments: &[Catchment]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO catchment (municipality, cpi, source) SELECT r.municipality, r.cpi, r.source FROM ",
        rows(municipality text, cpi text, source text),
        " WHERE true
        ON CONFLICT (municipality) DO UPDATE SET cpi = excluded.cpi, source = excluded.source"
    );
    execute!(tx, SQL.of(tx), sql::rows(&sql::last_of_each(catchments, |row| &row.municipality)))?;
    Ok(())
}

/// The competent CPI of each of `municipalities` that has one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn catchments_of(
    tx: &mut Tx,
    municipalities: &[&MunicipalityCode],
) -> Result<HashMap<MunicipalityCode, CpiCode>, StoreError> {
    const SQL: Sql = sql!("SELECT municipality, cpi FROM catchment WHERE municipality IN (", texts, ")");
    let found = fetch_all!(tx, (String, String), SQL.of(tx), sql::rows(municipalities))?;
    found
        .iter()
        .map(|(municipality, cpi)| {
            Ok((read(municipality, "catchment", "municipality")?, read(cpi, "catchment", "cpi")?))
        })
        .collect()
}

/// The mailboxes of employment centres.
///
/// # Errors
/// Any [`StoreError`].
pub async fn mailboxes(
    tx: &mut Tx,
    codes: &[&CpiCode],
) -> Result<HashMap<CpiCode, EmailAddress>, StoreError> {
    const SQL: Sql = sql!("SELECT code, mailbox FROM cpi WHERE code IN (", texts, ")");
    let found = fetch_all!(tx, (String, String), SQL.of(tx), sql::rows(codes))?;
    found
        .iter()
        .map(|(code, mailbox)| Ok((read(code, "cpi", "code")?, read(mailbox, "cpi", "mailbox")?)))
        .collect()
}

#[derive(FromRow)]
struct CpiRow {
    code: String,
    name: String,
    province: String,
    mailbox: String,
}

/// Those of `codes` that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(tx: &mut Tx, codes: &[&CpiCode]) -> Result<HashMap<CpiCode, Cpi>, StoreError> {
    const SQL: Sql = sql!("SELECT code, name, province, mailbox FROM cpi WHERE code IN (", texts, ")");
    let found = fetch_all!(tx, CpiRow, SQL.of(tx), sql::rows(codes))?;
    found
        .into_iter()
        .map(|row| {
            let code: CpiCode = read(&row.code, "cpi", "code")?;
            let mailbox = read(&row.mailbox, "cpi", "mailbox")?;
            Ok((code.clone(), Cpi { code, name: row.name, province: row.province, mailbox }))
        })
        .collect()
}

#[derive(FromRow)]
struct CatchmentRow {
    municipality: String,
    cpi: String,
    source: String,
}

/// The catchment rows of those of `municipalities` that have one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known_catchments(
    tx: &mut Tx,
    municipalities: &[&MunicipalityCode],
) -> Result<HashMap<MunicipalityCode, Catchment>, StoreError> {
    const SQL: Sql =
        sql!("SELECT municipality, cpi, source FROM catchment WHERE municipality IN (", texts, ")");
    let found = fetch_all!(tx, CatchmentRow, SQL.of(tx), sql::rows(municipalities))?;
    found
        .into_iter()
        .map(|row| {
            let municipality: MunicipalityCode = read(&row.municipality, "catchment", "municipality")?;
            let cpi = read(&row.cpi, "catchment", "cpi")?;
            Ok((municipality.clone(), Catchment { municipality, cpi, source: row.source }))
        })
        .collect()
}

/// Every employment centre with its mailbox, by code.
///
/// # Errors
/// Any [`StoreError`].
pub async fn all_mailboxes(tx: &mut Tx) -> Result<BTreeMap<CpiCode, EmailAddress>, StoreError> {
    const SQL: &str = "SELECT code, mailbox FROM cpi";
    let found = fetch_all!(tx, (String, String), SQL)?;
    found
        .iter()
        .map(|(code, mailbox)| Ok((read(code, "cpi", "code")?, read(mailbox, "cpi", "mailbox")?)))
        .collect()
}
