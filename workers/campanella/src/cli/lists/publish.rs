// SPDX-License-Identifier: EUPL-1.2
//! `campanella lists publish`: an officer's act, on every fact at hand at that moment.

use anyhow::Result;
use campanella_domain::{
    civil::zone::date_of,
    identity::{Money, Redacted},
    ids,
};
use campanella_jobs::{ListOrder, Publishing, publish_list, spending};
use campanella_runtime::{
    RelayHandle, UnitOfWork,
    clock::{Clock as _, SystemClock},
};
use campanella_store::ardis::{
    decision::Counts,
    published_list::{self, ListKind, Publication},
};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{Kind, find, refusals, spending::Spending, term::Readings};
use crate::{
    cli::{Exit, Output, Refusal, given, moment::day},
    installation::Installation,
    wording,
};

/// Pubblica un elenco sui fatti noti in questo momento; non chiede conferma
#[derive(Debug, Args)]
pub(in crate::cli) struct Publish {
    /// Provvisorio (provisional) o definitivo (final) [se manca: provisional]
    #[arg(long, value_name = "TIPO", hide_possible_values = true)]
    kind: Option<Kind>,
    /// Chi pubblica; resta agli atti
    #[arg(long, value_name = "FUNZIONARIO", value_parser = given::on_record)]
    officer: String,
    /// Ultimo giorno per le osservazioni, se diverso da quello dell'avviso; resta agli atti chi lo ha fissato
    #[arg(long, value_name = "DATA", value_parser = day)]
    observations_until: Option<NaiveDate>,
    /// Fondi disponibili in euro: l'elenco definitivo riporta allora i contributi, ridotti in misura uguale se non bastano
    #[arg(long, value_name = "EURO", value_parser = given::funds)]
    funds: Option<Money>,
    /// L'elenco provvisorio da rettificare con uno nuovo: il suo identificativo, o l'inizio, come in «lists list»
    #[arg(long, value_name = "ELENCO", value_parser = given::id_or_prefix)]
    again: Option<String>,
}

#[derive(Debug, Serialize)]
struct Report {
    id: Uuid,
    kind: ListKind,
    published_at: DateTime<Utc>,
    counts: Counts,
    /// Of a provisional list.
    term: Option<Readings>,
    /// Of a final list that tells contributions.
    amounts: Option<Spending>,
}

impl Publish {
    /// The order, but for its id and the list it corrects.
    fn order(&self) -> Result<ListOrder, Refusal> {
        let kind = self.kind.map_or(ListKind::Provisional, Into::into);
        let misplaced = match kind {
            ListKind::Provisional if self.funds.is_some() => Some("--funds vale per l'elenco definitivo"),
            ListKind::Final if self.observations_until.is_some() => {
                Some("--observations-until vale per l'elenco provvisorio")
            }
            ListKind::Final if self.again.is_some() => Some("--again vale per l'elenco provvisorio"),
            _ => None,
        };
        if let Some(problem) = misplaced {
            return Err(Refusal::new(Exit::Usage, problem, "togliere l'opzione, oppure correggere --kind"));
        }
        let officer = Redacted::new(self.officer.clone());
        let Self { observations_until, funds, .. } = *self;
        Ok(ListOrder { id: Uuid::nil(), kind, officer, observations_until, again: None, funds })
    }

    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let (mut order, procedure) = (self.order()?, &installation.procedures.ardis);
        let mut tx = installation.begin().await?;
        // Whoever decided meanwhile is waited for, and a list is not older than what it publishes.
        published_list::hold_still(&mut tx).await?;
        let now = SystemClock.now();
        let lists = published_list::all(&mut tx).await?;
        let place = lists.iter().filter(|list| list.kind == order.kind).count() + 1;
        order.id = ids::published_list(order.kind.as_str(), place);
        let mut work = UnitOfWork::within(tx, now, &installation.procedures);
        if let Some(prefix) = &self.again {
            order.again = Some(find::provisional(work.tx(), prefix).await?);
        }
        let publishing = publish_list(&order, &mut work).await?;
        let counts = published_list::counts(work.tx(), order.id).await?;
        let list = published_list::find(work.tx(), order.id).await?;
        let funds = list.as_ref().and_then(|list| list.funds);
        let amounts = match funds {
            Some(funds) => Some(spending(funds, procedure, work.tx()).await?),
            None => None,
        };
        // Where something is pending, the proposals made on the way show the officer what.
        work.commit(&RelayHandle::detached()).await?;
        match publishing {
            Publishing::Done(Publication::Published { .. } | Publication::AlreadyPublished) => {}
            Publishing::Done(Publication::NotYet { pending, undecided, to_review }) => {
                return Err(refusals::not_yet(pending, undecided, to_review).into());
            }
            Publishing::TooEarly { term } => return Err(refusals::refused(refusals::too_early(term)).into()),
            Publishing::Refused(obstacle) => {
                return Err(refusals::refused(refusals::of_obstacle(obstacle)).into());
            }
        }
        let term =
            list.and_then(|list| list.observations).map(|term| Readings::of(date_of(now), term, procedure));
        let report = Report {
            id: order.id,
            kind: order.kind,
            published_at: now,
            counts,
            term,
            amounts: amounts.map(Spending::from),
        };
        if out.is_json() {
            out.json(&report)?;
        } else {
            let mailed = order.kind == ListKind::Provisional || procedure.decisions.final_list_courtesy;
            report.tell(mailed, out)?;
        }
        Ok(Exit::Done)
    }
}

impl Report {
    /// `mailed`: the workers tell everybody who applied.
    fn tell(&self, mailed: bool, out: &mut Output<'_>) -> Result<()> {
        let kind = wording::list(self.kind);
        out.line(&format!("Pubblicato l'elenco {kind}, {}.", wording::moment(self.published_at)))?;
        for line in wording::totals(&self.counts) {
            out.line(&line)?;
        }
        if let Some(term) = &self.term {
            term.tell(out)?;
        }
        if let Some(amounts) = &self.amounts {
            amounts.tell(out)?;
        }
        out.line("I file per il sito si scrivono con «campanella lists export CARTELLA».")?;
        if mailed {
            out.line("I richiedenti sono avvisati da «campanella run»: comincia entro un minuto, o appena viene avviato.")?;
        }
        Ok(())
    }
}
