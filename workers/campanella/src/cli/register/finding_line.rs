// SPDX-License-Identifier: EUPL-1.2
//! A finding as the people who act on it read it: which communication, about whom, what to do.
//!
//! A row holds the code of what was found; which fields are missing or who owns the student is folded anew from the
//! communications, by the function the register itself uses.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use campanella_domain::{
    ars::{Action, ArsRules, Communication, CommunicationKind, Finding, fold},
    civil::italian::date,
    identity::SchoolCode,
    ids,
};
use campanella_store::{
    Tx,
    ars::{
        communication,
        finding::{self, Filter, FindingRow},
        student,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{PAGE, action};
use crate::cli::{Output, mask};

/// Told where the register has not caught up with the newest communications yet.
const CATCHING_UP: &str =
    "Sono arrivate altre comunicazioni sull'allievo: il registro aggiornerà la segnalazione fra poco.";

/// A finding, told.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct FindingLine {
    /// What mails name the communication by.
    pub(in crate::cli) communication_number: String,
    communication: Uuid,
    /// Masked tax code.
    student: String,
    school: SchoolCode,
    kind: String,
    event_date: NaiveDate,
    received_at: DateTime<Utc>,
    pub(in crate::cli) action: Action,
    code: String,
    rules: Vec<String>,
    found_at: DateTime<Utc>,
    /// What is wrong and what to do.
    explanation: String,
    /// Whether the same school has sent another one since that took effect.
    #[serde(skip)]
    pub(in crate::cli) superseded: bool,
}

/// All findings a filter lets through, in the order the communications were received.
pub(in crate::cli) async fn all(
    tx: &mut Tx,
    filter: Filter<'_>,
    rules: &ArsRules,
) -> Result<Vec<FindingLine>> {
    let mut lines = Vec::new();
    let mut after: Option<(Uuid, String)> = None;
    loop {
        let from = after.as_ref().map(|(id, code)| (*id, code.as_str()));
        let page = finding::page(tx, filter, from, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.communication, last.code.clone()));
        lines.extend(explained(tx, page, rules).await?);
    }
    lines.sort_by_key(|line| (line.received_at, line.communication));
    Ok(lines)
}

/// Findings put into words.
pub(in crate::cli) async fn explained(
    tx: &mut Tx,
    rows: Vec<FindingRow>,
    rules: &ArsRules,
) -> Result<Vec<FindingLine>> {
    let students: HashSet<Uuid> = rows.iter().map(|row| row.student).collect();
    let students: Vec<Uuid> = students.into_iter().collect();
    let facts = student::facts(tx, &students).await?;
    let communications = communication::of_students(tx, &students).await?;
    let mut found: HashMap<Uuid, Vec<Finding>> = HashMap::new();
    for (student, facts) in &facts {
        let about = communications.get(student).map(Vec::as_slice).unwrap_or_default();
        found.insert(*student, fold(facts, about, rules).findings);
    }
    let line = |row: FindingRow| {
        let findings = found.get(&row.student).map(Vec::as_slice).unwrap_or_default();
        let about = communications.get(&row.student).map(Vec::as_slice).unwrap_or_default();
        told(row, findings, about)
    };
    Ok(rows.into_iter().map(line).collect())
}

fn told(row: FindingRow, findings: &[Finding], communications: &[Communication]) -> FindingLine {
    let own = |finding: &&Finding| {
        finding.communication == row.communication && finding.kind.code() == row.code.as_str()
    };
    let explanation = findings
        .iter()
        .find(own)
        .map_or_else(|| CATCHING_UP.to_owned(), |finding| finding.kind.explanation());
    let superseded = row.action == Action::Rejected && is_superseded(&row, findings, communications);
    FindingLine {
        communication_number: ids::communication_number(row.communication),
        communication: row.communication,
        student: mask::tax_code(&row.tax_code),
        school: row.school,
        kind: match row.kind {
            // What was received may be anything, a name too.
            CommunicationKind::Other(_) => "other".to_owned(),
            known => known.code().to_owned(),
        },
        event_date: row.event_date,
        received_at: row.received_at,
        action: row.action,
        code: row.code,
        rules: row.rules,
        found_at: row.found_at,
        explanation,
        superseded,
    }
}

/// Whether the same school sent a communication of that type later which was neither rejected nor parked.
fn is_superseded(row: &FindingRow, findings: &[Finding], communications: &[Communication]) -> bool {
    let stopped = |id: Uuid| {
        findings.iter().any(|finding| {
            finding.communication == id && matches!(finding.kind.action(), Action::Rejected | Action::Parked)
        })
    };
    communications.iter().any(|later| {
        later.school == row.school
            && later.kind == row.kind
            && later.received_at >= row.received_at
            && later.id != row.communication
            && !stopped(later.id)
    })
}

/// Writes findings, two lines each.
pub(in crate::cli) fn write(lines: &[FindingLine], out: &mut Output<'_>) -> Result<()> {
    for line in lines {
        out.line(&format!(
            "  {}  {}  {}  allievo {}  {}  «{}»",
            line.communication_number,
            action(line.action),
            line.school,
            line.student,
            date(line.event_date),
            CommunicationKind::from(line.kind.as_str()).label(),
        ))?;
        out.line(&format!("      {}", line.explanation))?;
    }
    Ok(())
}
