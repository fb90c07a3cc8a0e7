// SPDX-License-Identifier: EUPL-1.2
//! What a demo has to tell: totals, and the checks it made on itself.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Outcome},
    identity::Money,
};
use campanella_store::{
    Store,
    ardis::{
        application,
        decision::{self, Counts, Voice},
        published_list::Entry,
    },
    ars::period,
    dead_letter, notification,
};
use serde::Serialize;

use super::{checks::Check, publication, record::Record};

/// Counts by some name.
pub type ByName = BTreeMap<String, usize>;

/// The object `demo --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Applications received.
    pub applications: usize,
    /// Admitted by the rules.
    pub admitted: usize,
    /// Excluded by the rules, by cause; one with two causes counts under both.
    pub excluded: BTreeMap<Cause, usize>,
    /// Left by the rules to an officer.
    pub pending: usize,
    /// The provisional list, officers having decided what was pending.
    pub published: Published,
    /// The final list, officers having answered the observations.
    #[serde(rename = "final")]
    pub concluded: Published,
    /// What the final list says the admitted receive (ARD-032).
    pub contributions: Contributions,
    /// Decisions on record, whoever took them: an application has one for each time something else was to be said of it.
    pub revisions: usize,
    /// By template and state.
    pub notifications: BTreeMap<String, ByName>,
    /// Drop-out periods by state of the case.
    pub cases: ByName,
    /// By state.
    pub occurrences: ByName,
    /// Waiting for an operator.
    pub dead_letters: usize,
    /// Effects that are there twice or should not be there.
    pub duplicates: usize,
    /// Effects that should be there and are not.
    pub lost: usize,
    /// How long the year took.
    pub seconds: f64,
    /// What was checked, with the outcome of each check.
    #[serde(skip)]
    pub checks: Vec<Check>,
}

/// A list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Admitted.
    pub admitted: usize,
    /// Excluded.
    pub excluded: usize,
}

impl Published {
    /// What a list says.
    fn of(entries: &[Entry]) -> Self {
        let admitted = entries.iter().filter(|entry| entry.outcome == Outcome::Admitted).count();
        Self { admitted, excluded: entries.len() - admitted }
    }
}

/// Contributions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Contributions {
    /// How many receive one.
    pub count: usize,
    /// What they receive together, in euro.
    pub sum: Money,
}

impl Contributions {
    /// What a list says.
    fn of(entries: &[Entry]) -> Self {
        let amounts = || entries.iter().filter_map(|entry| entry.amount);
        let cents = amounts().map(Money::cents).sum();
        Self { count: amounts().count(), sum: Money::from_cents(cents) }
    }
}

impl Report {
    /// Whether every check holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }

    /// The totals as the database has them; nothing is checked yet.
    ///
    /// # Errors
    /// Any store error.
    pub(super) async fn totals(store: &Store, record: &Record) -> Result<Self> {
        let mut tx = store.read().await?;
        let mut proposed = Counts::default();
        for verdict in decision::verdicts(&mut tx, Voice::Workers).await? {
            proposed.add(verdict.outcome, &verdict.causes, 1);
        }
        let mut notifications: BTreeMap<String, ByName> = BTreeMap::new();
        for count in notification::counts(&mut tx).await? {
            notifications.entry(count.template).or_default().insert(count.state, size(count.count));
        }
        let published = publication::entries(&mut tx, publication::LIST).await?;
        let cases = period::counts(&mut tx).await?;
        let mut occurrences = ByName::new();
        for row in &record.occurrences {
            *occurrences.entry(row.state.clone()).or_default() += 1;
        }
        Ok(Self {
            applications: size(application::count(&mut tx).await?),
            admitted: size(proposed.admitted),
            excluded: proposed.by_cause.into_iter().map(|(cause, count)| (cause, size(count))).collect(),
            pending: size(proposed.pending),
            published: Published::of(&published),
            concluded: Published::of(&record.concluded),
            contributions: Contributions::of(&record.concluded),
            revisions: record.revisions.count,
            notifications,
            cases: cases.into_iter().map(|(state, count)| (state.code().to_owned(), size(count))).collect(),
            occurrences,
            dead_letters: dead_letter::list(&mut tx, false).await?.len(),
            duplicates: 0,
            lost: 0,
            seconds: 0.0,
            checks: Vec::new(),
        })
    }
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}
