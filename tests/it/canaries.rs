// SPDX-License-Identifier: EUPL-1.2
//! What must not be found: everything personal of an invented population, and how it is looked for in bytes.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    sync::OnceLock,
};

use anyhow::{Context as _, Result, anyhow};
use campanella::demo::population::Population;
use campanella_domain::identity::TaxCode;

/// Characters of a tax code and of an Italian IBAN.
const LENGTHS: [usize; 2] = [16, 27];
/// The letters of a name that is looked for. The ids in a database file are random bytes: a word of three letters stands
/// among those of a year by chance.
const SHORTEST_NAME: usize = 5;
/// No Italian telephone number begins like this.
const PREFIX: &str = "000 ";

/// Everything personal of a population.
#[derive(Debug, Default)]
pub(crate) struct Canaries {
    /// Tax codes and IBAN.
    codes: HashSet<String>,
    mailboxes: HashSet<String>,
    phones: HashSet<String>,
    /// First and last names: the capitalised words in them.
    names: HashSet<String>,
    streets: BTreeSet<String>,
}

impl Canaries {
    /// Those of the year the `year` process simulates; invented once.
    pub(crate) fn of_the_year() -> Result<&'static Self> {
        static CANARIES: OnceLock<Result<Canaries, String>> = OnceLock::new();
        let found = CANARIES.get_or_init(|| {
            let population = Population::generate(2025, 1).map_err(|error| error.to_string())?;
            Self::of(&population).map_err(|error| error.to_string())
        });
        found.as_ref().map_err(|error| anyhow!("{error}"))
    }

    fn of(population: &Population) -> Result<Self> {
        let mut canaries = Self::default();
        for tick in population.ticks() {
            let tick = tick?;
            for (_, application) in &tick.applications {
                let codes = [&application.applicant, &application.student].map(TaxCode::expose);
                canaries.codes.extend(codes.map(str::to_owned));
                canaries.codes.insert(application.iban.expose().to_owned());
                canaries.mailboxes.insert(application.applicant_email.expose().to_owned());
            }
            for student in tick.students.iter().map(|pupil| &pupil.student) {
                canaries.codes.insert(student.tax_code.expose().to_owned());
                canaries.phones.extend(student.phone.as_ref().map(|phone| phone.expose().clone()));
                for name in [&student.first_name, &student.last_name] {
                    let words = capitalised(name.expose()).filter(|word| word.len() >= SHORTEST_NAME);
                    canaries.names.extend(words.map(str::to_owned));
                }
                if let Some(address) = &student.address {
                    let street =
                        address.expose().rsplit_once(' ').context("an address ends with a number")?.0;
                    canaries.streets.insert(street.to_owned());
                }
            }
        }
        Ok(canaries)
    }

    /// What of it stands in a text, by kind; a few examples of each.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> BTreeMap<&'static str, BTreeSet<String>> {
        // The region is in the texts of the procedure; elsewhere Giulia is somebody.
        let text = String::from_utf8_lossy(bytes).replace("Venezia Giulia", "the region");
        let mut found: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        let mut note = |kind: &'static str, what: &str| {
            let examples = found.entry(kind).or_default();
            if examples.len() < 5 {
                examples.insert(what.to_owned());
            }
        };
        let runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        for run in runs.filter(|run| run.len() >= LENGTHS[0]) {
            let windows = LENGTHS.iter().flat_map(|length| {
                (0..=run.len().saturating_sub(*length))
                    .filter_map(move |start| run.get(start..start + length))
            });
            windows.filter(|window| self.codes.contains(*window)).for_each(|code| note("code", code));
        }
        self.mailboxes_in(&text).for_each(|mailbox| note("mailbox", mailbox));
        for (start, _) in text.match_indices(PREFIX) {
            let phone = text.get(start..start + PREFIX.len() + 7);
            phone.filter(|phone| self.phones.contains(*phone)).into_iter().for_each(|it| note("phone", it));
        }
        capitalised(&text).filter(|word| self.names.contains(*word)).for_each(|name| note("name", name));
        self.streets_in(&text).for_each(|street| note("street", street));
        found
    }

    /// Looked for by their first words (Via, Piazza, …), which are few.
    fn streets_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let first_words: BTreeSet<&str> =
            self.streets.iter().filter_map(|street| street.split_inclusive(' ').next()).collect();
        first_words.into_iter().flat_map(|word| text.match_indices(word)).filter_map(|(start, _)| {
            let rest = text.get(start..)?;
            self.streets.iter().map(String::as_str).find(|street| rest.starts_with(street))
        })
    }

    /// In a database file a column follows the other without anything between them: every tail of what stands before
    /// an `@` may be an address.
    fn mailboxes_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        text.match_indices('@').flat_map(move |(at, _)| {
            let part_of = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
            let before = text.get(..at).unwrap_or_default();
            let first = before.trim_end_matches(part_of).len();
            let rest = text.get(at + 1..).unwrap_or_default();
            let domain = rest.find(|letter| !part_of(letter)).and_then(|end| rest.get(..end)).unwrap_or(rest);
            // A domain of a year's mailboxes ends like this, whatever column comes after it.
            let end = domain.find(".example").map_or(at, |dot| at + 1 + dot + ".example".len());
            (first..at)
                .filter_map(move |start| text.get(start..end))
                .filter(|it| self.mailboxes.contains(*it))
        })
    }

    /// Fails if a file holds anything of it.
    #[track_caller]
    pub(crate) fn assert_none_in(&self, what: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_empty(), "{what}: {found:?}");
    }

    /// Fails if the queue file in a folder holds anything of it, in its write-ahead log or in what it has deleted.
    pub(crate) fn assert_none_on_the_queue(&self, data: &Path) -> Result<()> {
        for name in ["queue.db", "queue.db-wal"] {
            let file = data.join(name);
            if file.exists() {
                self.assert_none_in(name, &std::fs::read(file)?);
            }
        }
        Ok(())
    }
}

/// The words that begin with a capital and go on in small letters.
fn capitalised(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().filter(|(_, letter)| letter.is_uppercase()).filter_map(|(start, letter)| {
        let rest = text.get(start + letter.len_utf8()..)?;
        let small = rest.find(|letter: char| !letter.is_lowercase()).unwrap_or(rest.len());
        if small > 1 { text.get(start..start + letter.len_utf8() + small) } else { None }
    })
}
