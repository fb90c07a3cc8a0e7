// SPDX-License-Identifier: EUPL-1.2
//! `campanella lists list`: the lists that are out.

use anyhow::Result;
use campanella_domain::{
    civil::term::Term,
    identity::{Money, Redacted},
};
use campanella_store::ardis::published_list::{self, ListKind};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    cli::{Exit, Output, Table},
    installation::Installation,
    wording,
};

/// Elenca quelli pubblicati
#[derive(Debug, Args)]
pub(in crate::cli) struct List {}

#[derive(Debug, Serialize)]
struct Row {
    id: Uuid,
    kind: ListKind,
    published_at: DateTime<Utc>,
    published_by: String,
    admitted: i64,
    excluded: i64,
    observations: Option<Term>,
    /// Who set another term than that of the call (ARD-083).
    observations_set_by: Option<String>,
    funds: Option<Money>,
    procedure_version: String,
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let mut rows = Vec::new();
        for list in published_list::all(&mut tx).await? {
            let counts = published_list::counts(&mut tx, list.id).await?;
            rows.push(Row {
                id: list.id,
                kind: list.kind,
                published_at: list.published_at,
                published_by: list.published_by.into_exposed(),
                admitted: counts.admitted,
                excluded: counts.excluded,
                observations: list.observations,
                observations_set_by: list.observations_set_by.map(Redacted::into_exposed),
                funds: list.funds,
                procedure_version: list.procedure_version,
            });
        }
        tx.rollback().await?;
        if out.is_json() {
            out.json(&rows)?;
        } else if rows.is_empty() {
            out.line("Nessun elenco è pubblicato. «campanella lists draft» mostra che cosa conterrebbe quello provvisorio.")?;
        } else {
            show(&rows, out)?;
        }
        Ok(Exit::Done)
    }
}

fn show(rows: &[Row], out: &mut Output<'_>) -> Result<()> {
    let mut table =
        Table::new(["id", "elenco", "pubblicato", "da", "ammesse", "escluse", "osservazioni"]).right(&[4, 5]);
    let size = |count: i64| wording::number(usize::try_from(count).unwrap_or_default());
    for row in rows {
        let term = row.observations.map_or_else(|| "—".to_owned(), |term| term.to_string());
        let different =
            row.observations_set_by.as_ref().map(|officer| format!(" (termine fissato da {officer})"));
        table.row([
            row.id.to_string(),
            wording::list(row.kind).to_owned(),
            wording::short_moment(row.published_at),
            row.published_by.clone(),
            size(row.admitted),
            size(row.excluded),
            format!("{term}{}", different.unwrap_or_default()),
        ]);
    }
    Ok(out.table(&table)?)
}
