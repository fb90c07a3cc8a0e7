// SPDX-License-Identifier: EUPL-1.2
//! Requests to an officer to look again: the rules say something else than when the officer decided. The decision stands;
//! that it may rest on facts which are no longer all the facts is on record, and no list is published over it.

use std::collections::{HashMap, HashSet};

use campanella_domain::ardis::Evaluation;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    column::{json, read_json},
    sql::{self, Sql},
};

/// A request to look again at an officer's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRequest {
    /// The officer's decision.
    pub decision: Uuid,
    /// The application.
    pub application: Uuid,
    /// What the rules said when the newest difference was found.
    pub evaluation: Evaluation,
    /// Business time.
    pub found_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct NewRow {
    decision_id: Uuid,
    application_id: Uuid,
    evaluation: String,
    #[serde(serialize_with = "sql::instant")]
    found_at: DateTime<Utc>,
}

/// Adds requests, one a decision: of a decision for which there was one, the newer evaluation and its time take its place.
///
/// # Errors
/// [`StoreError::Refused`] when a decision is not there.
pub async fn request(tx: &mut Tx, requests: &[ReviewRequest]) -> Result<(), StoreError> {
    const SQL: Sql = sql!(
        "INSERT INTO review_request (decision_id, application_id, evaluation, found_at)
        SELECT decision_id, application_id, evaluation, found_at FROM ",
        rows(decision_id uuid, application_id uuid, evaluation text, found_at timestamptz),
        " WHERE true ON CONFLICT (decision_id) DO UPDATE SET evaluation = excluded.evaluation, found_at = excluded.found_at",
    );
    if requests.is_empty() {
        return Ok(());
    }
    let rows: Vec<NewRow> = requests
        .iter()
        .map(|request| NewRow {
            decision_id: request.decision,
            application_id: request.application,
            evaluation: json(&request.evaluation),
            found_at: request.found_at,
        })
        .collect();
    execute!(tx, SQL.of(tx), sql::rows(&rows))?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    decision_id: Uuid,
    application_id: Uuid,
    evaluation: String,
    found_at: DateTime<Utc>,
}

/// The requests to look again at these decisions, by decision; of most there is none.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_decisions(
    tx: &mut Tx,
    decisions: &[Uuid],
) -> Result<HashMap<Uuid, ReviewRequest>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT decision_id, application_id, evaluation, found_at FROM review_request WHERE decision_id IN (",
        ids,
        ")",
    );
    if decisions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = fetch_all!(tx, Row, SQL.of(tx), sql::rows(decisions))?;
    rows.into_iter()
        .map(|row| {
            let (decision, application) = (row.decision_id, row.application_id);
            let evaluation = read_json(&row.evaluation, "review_request", "evaluation")?;
            Ok((decision, ReviewRequest { decision, application, evaluation, found_at: row.found_at }))
        })
        .collect()
}

/// The request to look again at a decision, if there is one.
///
/// # Errors
/// Any [`StoreError`].
pub async fn of_decision(tx: &mut Tx, decision: Uuid) -> Result<Option<ReviewRequest>, StoreError> {
    Ok(of_decisions(tx, &[decision]).await?.remove(&decision))
}

/// The applications an officer has to look at again: the decision a request is about is still the newest.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open_applications(tx: &mut Tx) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: &str = "SELECT review_request.application_id FROM review_request
        JOIN decision ON decision.id = review_request.decision_id
        WHERE decision.revision = (SELECT MAX(revision) FROM decision AS other
            WHERE other.application_id = review_request.application_id)";
    Ok(fetch_all!(tx, (Uuid,), SQL)?.into_iter().map(|(id,)| id).collect())
}

/// How many requests are open: the decision is still the newest of its application.
///
/// # Errors
/// Any [`StoreError`].
pub async fn open(tx: &mut Tx) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) AS count FROM review_request
        JOIN decision ON decision.id = review_request.decision_id
        WHERE decision.revision = (SELECT MAX(revision) FROM decision AS other
            WHERE other.application_id = review_request.application_id)";
    Ok(fetch_optional!(tx, (i64,), SQL)?.map_or(0, |(count,)| count))
}
