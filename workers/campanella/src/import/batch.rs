// SPDX-License-Identifier: EUPL-1.2
//! The lines of one transaction.

use std::{collections::HashMap, io};

use anyhow::Result;
use campanella_formats::{Fault, Kind, Line, Reader, Rejected};
use campanella_runtime::RelayHandle;
use campanella_store::{StoreError, installation};
use chrono::{DateTime, Utc};

use super::{
    BATCH,
    load::{Load, Loaded, Notice, People, Verdict},
};
use crate::installation::Installation;

/// How often a transaction that met another one crosswise is run again.
const RERUNS: usize = 10;

/// The lines of one transaction, and those among them that are refused already.
pub(super) struct Batch<R> {
    lines: Vec<Line<R>>,
    refused: Vec<Rejected>,
}

/// What came of a batch.
pub(super) struct Outcome<R> {
    /// How many lines were not there.
    pub(super) new: u64,
    /// How many say something else now.
    pub(super) changed: u64,
    /// How many were there as they are.
    pub(super) known: u64,
    /// What was refused, in the order of the file.
    pub(super) refused: Vec<Rejected>,
    /// What was taken and should be looked at, and the line it is about.
    pub(super) notices: Vec<(Notice, u64)>,
    /// What refers to something that may be further down in the file, and why it is refused if it is not.
    pub(super) waiting: Vec<(Line<R>, Fault)>,
}

/// The lines of a file that name something by its key: which line, and what it says.
pub(super) type Said<R> = HashMap<String, (u64, R)>;

impl<R: Load> Batch<R> {
    /// Takes the next lines of a file; none when it has ended.
    pub(super) fn take<I: io::Read>(reader: &mut Reader<R, I>) -> Option<Self> {
        let (mut lines, mut refused) = (Vec::with_capacity(BATCH), Vec::new());
        for line in reader.by_ref().take(BATCH) {
            match line {
                Ok(line) => lines.push(line),
                Err(rejected) => refused.push(rejected),
            }
        }
        (!lines.is_empty() || !refused.is_empty()).then_some(Self { lines, refused })
    }

    /// The lines that had to wait for the end of the file.
    pub(super) fn of(lines: Vec<Line<R>>) -> Self {
        Self { lines, refused: Vec::new() }
    }

    /// Refuses what contradicts an earlier line of the file.
    pub(super) fn sift(&mut self, said: &mut Said<R>) {
        let mut kept = Vec::with_capacity(self.lines.len());
        for line in self.lines.drain(..) {
            let Some(key) = line.record.key() else {
                kept.push(line);
                continue;
            };
            match said.get(&key) {
                Some((first, earlier)) if *earlier != line.record => {
                    self.refused.push(line.refused(contradicts(*first)));
                }
                Some(_) => kept.push(line),
                None => {
                    said.insert(key, (line.number, line.record.clone()));
                    kept.push(line);
                }
            }
        }
        self.lines = kept;
    }

    /// Writes the lines and their messages in one transaction.
    pub(super) async fn write(
        self,
        installation: &Installation,
        people: &People,
        now: DateTime<Utc>,
    ) -> Result<Outcome<R>> {
        let loaded = if self.lines.is_empty() {
            Loaded::default()
        } else {
            self.load(installation, people, now).await?
        };
        let mut outcome = Outcome {
            new: 0,
            changed: 0,
            known: 0,
            refused: self.refused,
            notices: Vec::new(),
            waiting: Vec::new(),
        };
        let numbers: Vec<u64> = self.lines.iter().map(|line| line.number).collect();
        let is_taken = |place: usize| {
            !matches!(loaded.verdicts.get(place), None | Some(Verdict::Refused(_) | Verdict::Waits(_)))
        };
        let notices = loaded.notices.iter().filter(|(place, _)| is_taken(*place));
        outcome.notices = notices.map(|(place, notice)| (*notice, numbers[*place])).collect();
        for (line, verdict) in self.lines.into_iter().zip(loaded.verdicts) {
            match verdict {
                Verdict::New => outcome.new += 1,
                Verdict::Changed => outcome.changed += 1,
                Verdict::Known => outcome.known += 1,
                Verdict::Refused(fault) => outcome.refused.push(line.refused(fault)),
                Verdict::Waits(fault) => outcome.waiting.push((line, fault)),
            }
        }
        outcome.refused.sort_by_key(|rejected| rejected.line);
        Ok(outcome)
    }

    async fn load(&self, installation: &Installation, people: &People, now: DateTime<Utc>) -> Result<Loaded> {
        let records: Vec<&R> = self.lines.iter().map(|line| &line.record).collect();
        let mut reruns = 0;
        loop {
            match once(&records, installation, people, now).await {
                Err(error) if reruns < RERUNS && met_crosswise(&error) => reruns += 1,
                done => return done,
            }
        }
    }
}

async fn once<R: Load>(
    records: &[&R],
    installation: &Installation,
    people: &People,
    now: DateTime<Utc>,
) -> Result<Loaded> {
    let mut work = installation.unit_of_work(now).await?;
    installation::lock_imports(work.tx(), subject(R::KIND) as i64).await?;
    let loaded = R::load(records, people, &mut work).await?;
    // Whoever runs the workers publishes the messages at its next poll.
    work.commit(&RelayHandle::detached()).await?;
    Ok(loaded)
}

fn met_crosswise(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Rerun(_)))
}

/// What a kind of file is about: two imports about one thing would each read what the other is about to write.
const fn subject(kind: Kind) -> Kind {
    match kind {
        Kind::ClassLists => Kind::Communications,
        kind => kind,
    }
}

fn contradicts(first: u64) -> Fault {
    Fault {
        column: None,
        problem: format!("contraddice la riga {first}, che riguarda la stessa voce"),
        remedy: "lasciare una sola delle due righe, quella giusta".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use campanella_formats::Draft;
    use campanella_store::transfer::mark::{self, Moved};
    use uuid::Uuid;

    use super::*;
    use crate::{moved::MovedAway, settings::Settings};

    const NOW: &str = "2025-11-10T12:00:00Z";

    /// A file of one draft, imported as far as it goes: how many lines are new, and how many were there.
    async fn import(number: u32, installation: &Installation) -> Result<(u64, u64)> {
        let text = format!(
            "instance_number;applicant_email;started_at\n2025-{number:06};ada@posta.example;2025-11-01\n"
        );
        let mut reader = Reader::<Draft, _>::new(text.as_bytes())?;
        let batch = Batch::take(&mut reader).context("a line")?;
        let outcome = batch.write(installation, &People::new([7; 32]), NOW.parse()?).await?;
        Ok((outcome.new, outcome.known))
    }

    #[tokio::test]
    async fn an_import_that_runs_while_the_installation_is_moved_writes_no_further_line() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let installation =
            Installation::open(&folder.path().join("dati"), Settings::load(None, &[])?).await?;
        assert_eq!(import(1, &installation).await?, (1, 0));
        let mut tx = installation.store.begin().await?;
        let moved = Moved { token: Uuid::from_u128(1), to: "postgres://db/x".to_owned(), at: NOW.parse()? };
        mark::set_moved(&mut tx, &moved).await?;
        tx.commit().await?;
        let error = import(2, &installation).await.expect_err("a line was written into what was left behind");
        assert!(error.downcast_ref::<MovedAway>().is_some(), "{error:#}");
        let mut tx = installation.store.begin().await?;
        mark::forget_moved(&mut tx).await?;
        tx.commit().await?;
        assert_eq!(import(1, &installation).await?, (0, 1));
        assert_eq!(import(2, &installation).await?, (1, 0), "it was not there");
        Ok(())
    }
}
