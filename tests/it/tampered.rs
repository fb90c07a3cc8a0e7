// SPDX-License-Identifier: EUPL-1.2
//! A year that is tampered with tells so: «lost» and «duplicates» count what is there, not what somebody counted.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use campanella_domain::identity::Money;
use campanella_store::{
    Store, StoreSettings, Tx,
    ardis::{
        application,
        decision::{self, Decision, NewDecision},
        published_list::{self, ListKind},
    },
    occurrence::{self, OccurrenceRow},
};
use serde_json::Value;
use uuid::Uuid;

use crate::year::{Year, undisturbed, without_seconds};

/// The folder of a finished year, once more. The year is at rest: SQLite's side files are those of readers, and come and go.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if ["-wal", "-shm"].iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes())) {
            continue;
        }
        let to = to.join(name);
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Says the newest decision about an application once more, as a message that comes again must not.
async fn decide_again(tx: &mut Tx) -> Result<()> {
    let first = application::page(tx, None, 1).await?.pop().context("no application")?;
    let newest = decision::newest(tx, &[first]).await?.remove(&first).context("no decision")?;
    let Decision { application, term, origin, outcome, causes, evaluation, decided_at, .. } = newest;
    let id = Uuid::from_u128(1);
    let again = NewDecision { id, application, term, origin, outcome, causes, evaluation, decided_at };
    ensure!(decision::append(tx, &[again]).await?.len() == 1);
    Ok(())
}

/// An occurrence the calendar does not know.
async fn happen_again(tx: &mut Tx) -> Result<()> {
    let row = occurrence::list(tx).await?.into_iter().next().context("no occurrence")?;
    let more = OccurrenceRow { civil: "2025-09-01T12:00:00".to_owned(), ..row };
    ensure!(occurrence::record(tx, &[more]).await?.len() == 1);
    Ok(())
}

/// A cent less for somebody.
async fn pay_less(tx: &mut Tx) -> Result<()> {
    let lists = published_list::all(tx).await?;
    let last = lists.iter().find(|list| list.kind == ListKind::Final).context("no final list")?;
    let entries = published_list::entries(tx, last.id, None, 1_000).await?;
    let paid = entries.iter().find_map(|entry| Some((entry.application, entry.amount?)));
    let (application, amount) = paid.context("nobody receives anything")?;
    let less = Money::from_cents(amount.cents() - 1);
    Ok(published_list::set_amounts(tx, last.id, &[(application, less)]).await?)
}

/// Euro of a report, in cents.
fn cents(report: &Value) -> Result<i64> {
    let sum: Money = report["contributions"]["sum"].as_str().context("no sum")?.parse()?;
    Ok(sum.cents())
}

#[tokio::test]
async fn a_decision_an_occurrence_or_a_cent_too_many_or_too_few_is_told() -> Result<()> {
    let undisturbed = undisturbed()?;
    let year = Year::named("tampered")?;
    copy(&undisturbed.year.data(), &year.data())?;
    let store = Store::open_file(&year.data().join("campanella.db"), StoreSettings::default()).await?;
    let mut tx = store.begin().await?;
    decide_again(&mut tx).await?;
    happen_again(&mut tx).await?;
    pay_less(&mut tx).await?;
    tx.commit().await?;
    store.close().await;

    let report = without_seconds(year.resume()?.complains()?);
    assert_eq!((&report["lost"], &report["duplicates"]), (&1.into(), &2.into()));
    // What a killed year is compared by tells it as well.
    let told = |report: &Value| report["revisions"].as_i64();
    assert_eq!(told(&report), told(&undisturbed.report).map(|revisions| revisions + 1));
    assert_eq!(cents(&report)?, cents(&undisturbed.report)? - 1);
    year.remove()
}
