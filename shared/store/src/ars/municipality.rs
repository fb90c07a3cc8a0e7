// SPDX-License-Identifier: EUPL-1.2
//! Italian municipalities (ISTAT).

use std::collections::{HashMap, HashSet};

use campanella_domain::identity::{CpiCode, MunicipalityCode};
use sqlx::FromRow;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

pub use campanella_domain::ars::Municipality;

/// Adds municipalities; those that are there are brought up to date.
///
/// # Errors
/// Any [`StoreError`].
pub async fn upsert(tx: &mut Tx, municipalities: &[Municipality]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO municipality (code, name, province, region, cadastral_code)
        SELECT r.code, r.name, r.province, r.region, r.cadastral_code FROM ",
        rows(code text, name text, province text, region text, cadastral_code text),
        " WHERE true
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, province = excluded.province,
            region = excluded.region, cadastral_code = excluded.cadastral_code"
    );
    execute!(tx, SQL.of(tx), sql::rows(&sql::last_of_each(municipalities, |row| &row.code)))?;
    Ok(())
}

/// Those of `codes` that lie in `region`.
///
/// # Errors
/// Any [`StoreError`].
pub async fn in_region(
    tx: &mut Tx,
    region: &str,
    codes: &[&MunicipalityCode],
) -> Result<HashSet<MunicipalityCode>, StoreError> {
    const SQL: Sql = sql!("SELECT code FROM municipality WHERE region = $2 AND code IN (", texts, ")");
    let found = fetch_all!(tx, (String,), SQL.of(tx), sql::rows(codes), region)?;
    found.iter().map(|(code,)| read(code, "municipality", "code")).collect()
}

#[derive(FromRow)]
struct Row {
    code: String,
    name: String,
    province: String,
    region: String,
    cadastral_code: String,
}

/// Those of `codes` that are there.
///
/// # Errors
/// Any [`StoreError`].
pub async fn known(
    tx: &mut Tx,
    codes: &[&MunicipalityCode],
) -> Result<HashMap<MunicipalityCode, Municipality>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT code, name, province, region, cadastral_code FROM municipality WHERE code IN (",
        texts,
        ")"
    );
    let found = fetch_all!(tx, Row, SQL.of(tx), sql::rows(codes))?;
    found
        .into_iter()
        .map(|row| {
            let municipality = municipality(row)?;
            Ok((municipality.code.clone(), municipality))
        })
        .collect()
}

fn municipality(row: Row) -> Result<Municipality, StoreError> {
    const TABLE: &str = "municipality";
    Ok(Municipality {
        code: read(&row.code, TABLE, "code")?,
        name: row.name,
        province: row.province,
        region: row.region,
        cadastral_code: read(&row.cadastral_code, TABLE, "cadastral_code")?,
    })
}

#[derive(FromRow)]
struct Covered {
    #[sqlx(flatten)]
    municipality: Row,
    source: String,
}

/// The municipalities of a CPI's catchment (ARS-049), each with the source of that assignment, by name.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_catchment(tx: &mut Tx, cpi: &CpiCode) -> Result<Vec<(Municipality, String)>, StoreError> {
    const SQL: &str =
        "SELECT municipality.code, name, province, region, cadastral_code, source FROM catchment
        JOIN municipality ON municipality.code = catchment.municipality WHERE catchment.cpi = $1";
    let mut found = fetch_all!(tx, Covered, SQL, cpi.as_str())?
        .into_iter()
        .map(|covered| Ok((municipality(covered.municipality)?, covered.source)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    // The two databases sort text differently.
    found.sort_by(|one, other| one.0.name.cmp(&other.0.name));
    Ok(found)
}
