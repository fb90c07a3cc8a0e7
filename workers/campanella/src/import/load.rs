// SPDX-License-Identifier: EUPL-1.2
//! What every kind of file has to say about its lines.

use std::collections::{HashMap, HashSet};

use campanella_domain::identity_key::IdentityKey;
use campanella_formats::{Fault, Record};
use campanella_runtime::UnitOfWork;
use campanella_store::StoreError;
use uuid::Uuid;

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was not there.
    New,
    /// It was there and says something else now.
    Changed,
    /// It was there as it is.
    Known,
    /// It is not taken.
    Refused(Fault),
    /// It refers to what is not there, and may be further down in the file: it is tried once more at its end.
    Waits(Fault),
}

/// What came of the lines of one transaction.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// One for each line, in their order.
    pub(super) verdicts: Vec<Verdict>,
    /// Lines that somebody should look at if they were taken: which of them, and why.
    pub(super) notices: Vec<(usize, Notice)>,
}

/// Something about a line that was taken all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// It names a school that is not in the list of schools.
    UnknownSchool,
    /// It names a municipality that is not in the list of municipalities.
    UnknownMunicipality,
    /// It gives a student of the register another name or birth date.
    OtherIdentity,
}

impl From<Vec<Verdict>> for Loaded {
    fn from(verdicts: Vec<Verdict>) -> Self {
        Self { verdicts, notices: Vec::new() }
    }
}

/// Whom lines are about, by the ids this installation gives people.
pub(super) type People = IdentityKey;

/// A kind of line, and how it comes into the database.
pub(super) trait Load: Record + Clone + PartialEq {
    /// Of what is brought up to date by its key: the key. Two lines of one file with one key must say the same, as nobody
    /// could tell which is meant.
    fn key(&self) -> Option<String> {
        None
    }

    /// Writes lines and the messages that follow from what is new or changed.
    async fn load(lines: &[&Self], people: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError>;
}

/// Which of the lines with these ids were written just now: of several with one id the first. The others were there before,
/// or repeat a line of their own batch.
pub(super) fn written(ids: &[Uuid], inserted: &HashSet<Uuid>) -> Vec<bool> {
    let mut seen = HashSet::new();
    ids.iter().map(|id| seen.insert(*id) && inserted.contains(id)).collect()
}

/// The ids of the lines that were not written.
pub(super) fn others(ids: &[Uuid], written: &[bool]) -> Vec<Uuid> {
    let others: HashSet<Uuid> =
        ids.iter().zip(written).filter(|(_, written)| !**written).map(|(id, _)| *id).collect();
    others.into_iter().collect()
}

/// The verdicts on facts that are added and never changed: new, known, or refused because another content is known.
pub(super) fn verdicts<R: Record + PartialEq>(
    lines: &[&R],
    ids: &[Uuid],
    written: &[bool],
    known: &HashMap<Uuid, R>,
    refusal: impl Fn(&R) -> &'static Contradiction<'static>,
) -> Vec<Verdict> {
    lines
        .iter()
        .zip(ids)
        .zip(written)
        .map(|((line, id), written)| match known.get(id) {
            None => Verdict::New,
            Some(_) if *written => Verdict::New,
            Some(known) => refusal(line).verdict(known, line),
        })
        .collect()
}

/// How a line is refused that contradicts what is known.
pub(super) struct Contradiction<'a> {
    /// What is known, with its article: «la domanda».
    pub(super) what: &'a str,
    /// What to do.
    pub(super) remedy: &'a str,
    /// Columns that may differ.
    pub(super) ignored: &'a [&'a str],
}

impl Contradiction<'_> {
    /// Known if the line says the same, else refused, naming the columns that differ.
    pub(super) fn verdict<R: Record + PartialEq>(&self, known: &R, line: &R) -> Verdict {
        if known == line {
            return Verdict::Known;
        }
        let (known, line) = (known.write(), line.write());
        let columns = R::COLUMNS.iter().zip(known.iter().zip(&line));
        let differing: Vec<&'static str> = columns
            .filter(|(column, (known, line))| known != line && !self.ignored.contains(&column.name))
            .map(|(column, _)| column.name)
            .collect();
        let Some(first) = differing.first() else { return Verdict::Known };
        let where_else = match &differing[1..] {
            [] => String::new(),
            [other] => format!(" (e nella colonna {other})"),
            others => format!(" (e nelle colonne {})", others.join(", ")),
        };
        Verdict::Refused(Fault {
            column: Some(first),
            problem: format!(
                "{} è già registrata con un altro contenuto in questa colonna{where_else}",
                self.what
            ),
            remedy: self.remedy.to_owned(),
        })
    }
}

/// A line refused for what stands in a column.
pub(super) fn refused(column: &'static str, problem: &str, remedy: &str) -> Verdict {
    Verdict::Refused(Fault { column: Some(column), problem: problem.to_owned(), remedy: remedy.to_owned() })
}

/// The verdict on what is brought up to date: new, changed or known.
pub(super) fn compared<R: PartialEq>(known: Option<&R>, line: &R) -> Verdict {
    match known {
        None => Verdict::New,
        Some(known) if known == line => Verdict::Known,
        Some(_) => Verdict::Changed,
    }
}

impl Verdict {
    /// Whether it has to be written, and told.
    pub(super) fn is_news(&self) -> bool {
        matches!(self, Self::New | Self::Changed)
    }
}
