// SPDX-License-Identifier: EUPL-1.2
//! The heading of a file: which separator, which column stands where.

use std::io;

use crate::{
    Column, FileError, Kind, REJECT_COLUMNS,
    decode::text_of,
    lines::{Lines, Physical},
    split::Split,
};

/// What spreadsheets separate cells with; of two that fit equally well, the first.
const SEPARATORS: [char; 3] = [';', ',', '\t'];

/// The heading of a file.
#[derive(Debug)]
pub(crate) struct Heading {
    /// What separates cells.
    pub(crate) separator: char,
    /// The names as they stood.
    pub(crate) names: Vec<String>,
    /// For each column of the kind where it stands, if it does.
    pub(crate) places: Vec<Option<usize>>,
    /// Names of no column of the kind. As all columns that must be there were found beside them, they are names and nobody's
    /// data; shortened, and without what a terminal would obey.
    pub(crate) unknown: Vec<String>,
    /// Columns of the kind that are not there and need not be.
    pub(crate) absent: Vec<&'static str>,
}

impl Heading {
    /// Reads the first line that is not blank.
    pub(crate) fn read<I: io::Read>(lines: &mut Lines<I>, kind: Kind) -> Result<Self, FileError> {
        let mut line = first(lines)?;
        let told = separator_told(&line);
        if told.is_some() {
            line = first(lines)?;
        }
        let split = |separator| Split::new(&line, separator).unwrap_or_default();
        let known = |separator: &char| {
            let names: Vec<String> = split(*separator).iter().map(plain).collect();
            kind.columns().iter().filter(|column| names.iter().any(|name| name == column.name)).count()
        };
        // The last of several maxima is taken: hence from the least likely to the likeliest.
        let separator = told.or_else(|| SEPARATORS.into_iter().rev().max_by_key(known)).unwrap_or(';');
        let names = split(separator).to_vec();
        Self::of(separator, names, kind)
    }

    fn of(separator: char, names: Vec<String>, kind: Kind) -> Result<Self, FileError> {
        let columns = kind.columns();
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let places: Vec<Option<usize>> =
            columns.iter().map(|column| plain.iter().position(|name| name == column.name)).collect();
        let missing: Vec<&'static str> = columns
            .iter()
            .zip(&places)
            .filter(|(column, place)| column.must_be_there() && place.is_none())
            .map(|(column, _)| column.name)
            .collect();
        if !missing.is_empty() {
            return Err(incomplete(&plain, kind, missing));
        }
        if let Some(found) = better(&plain, kind) {
            return Err(FileError::AnotherKind { kind, found });
        }
        let is_repeated = |column: &&Column| plain.iter().filter(|name| *name == column.name).count() > 1;
        let repeated: Vec<&'static str> =
            columns.iter().filter(is_repeated).map(|column| column.name).collect();
        if !repeated.is_empty() {
            return Err(FileError::DuplicateColumns { columns: repeated });
        }
        let is_known = |name: &str| {
            name.is_empty()
                || REJECT_COLUMNS.contains(&name)
                || columns.iter().any(|column| column.name == name)
        };
        let unknown = names
            .iter()
            .zip(&plain)
            .filter(|(_, plain)| !is_known(plain))
            .map(|(name, _)| shown(name))
            .collect();
        let absent = columns
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none())
            .map(|(column, _)| column.name)
            .collect();
        Ok(Self { separator, names, places, unknown, absent })
    }
}

/// The first line that is not blank.
fn first<I: io::Read>(lines: &mut Lines<I>) -> Result<String, FileError> {
    while let Some(line) = lines.take() {
        match line {
            Physical::Broken(error) => return Err(FileError::Unreadable(error)),
            Physical::TooLong => return Err(FileError::NotText),
            Physical::Line(bytes) => {
                // Zero bytes: a binary file, or UTF-16 without its mark. `PK`: what a spreadsheet is packed in.
                if bytes.contains(&0) || bytes.starts_with(b"PK\x03\x04") {
                    return Err(FileError::NotText);
                }
                let text = text_of(&bytes).map_err(|_| FileError::NotText)?;
                if !text.trim().is_empty() {
                    return Ok(text.into_owned());
                }
            }
        }
    }
    Err(FileError::Empty)
}

/// The separator of a line `sep=;`, by which spreadsheets tell each other.
fn separator_told(line: &str) -> Option<char> {
    let told = line.trim_start_matches('\u{feff}').trim_end().to_ascii_lowercase();
    let mut rest = told.trim_matches('"').strip_prefix("sep=")?.chars();
    rest.next().filter(|separator| SEPARATORS.contains(separator) && rest.next().is_none())
}

/// An unknown name as it is told.
fn shown(name: &str) -> String {
    const LONGEST: usize = 40;
    let visible = name.trim().chars().filter(|letter| !letter.is_control());
    let (mut shown, rest) = (visible.clone().take(LONGEST).collect::<String>(), visible.count() > LONGEST);
    if rest {
        shown.push('…');
    }
    shown
}

/// A name as it is compared.
fn plain(name: &str) -> String {
    let is_around = |letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | '\'' | '"');
    name.trim_matches(is_around).to_lowercase().replace([' ', '-'], "_")
}

/// How many columns of a kind are there; none unless all that must be there are.
fn fit(names: &[String], kind: Kind) -> Option<usize> {
    let is_there = |column: &&Column| names.iter().any(|name| name == column.name);
    let columns = kind.columns();
    let is_whole = columns.iter().filter(|column| column.must_be_there()).all(|column| is_there(&column));
    is_whole.then(|| columns.iter().filter(is_there).count())
}

/// Another kind that knows more of the columns: communications have all that a class list needs, and taken for one every
/// report of a drop-out would become a confirmation of enrolment.
fn better(names: &[String], kind: Kind) -> Option<Kind> {
    let own = fit(names, kind);
    let others = Kind::ALL.into_iter().filter(|other| *other != kind);
    let fitting = others.filter_map(|other| Some((fit(names, other)?, other)));
    fitting.filter(|(known, _)| Some(*known) > own).max_by_key(|(known, _)| *known).map(|(_, other)| other)
}

/// Why columns are missing: no heading, another kind's, or just incomplete.
fn incomplete(names: &[String], kind: Kind, missing: Vec<&'static str>) -> FileError {
    let is_there = |column: &&Column| names.iter().any(|name| name == column.name);
    if let Some(found) = better(names, kind) {
        return FileError::AnotherKind { kind, found };
    }
    if !kind.columns().iter().any(|column| is_there(&column)) {
        return FileError::NoHeading { kind };
    }
    FileError::MissingColumns { kind, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ars_014_no_kind_s_heading_is_taken_for_another_kind() {
        for of in Kind::ALL {
            let names: Vec<String> = of.columns().iter().map(|column| column.name.to_owned()).collect();
            for kind in Kind::ALL {
                let read = Heading::of(';', names.clone(), kind);
                assert_eq!(read.is_ok(), kind == of, "{of} as {kind}");
            }
        }
        let whole = |kind: Kind| kind.columns().iter().map(|column| column.name.to_owned()).collect();
        let told = Heading::of(';', whole(Kind::Communications), Kind::ClassLists).unwrap_err();
        assert!(matches!(told, FileError::AnotherKind { found: Kind::Communications, .. }), "{told}");
    }

    #[test]
    fn a_list_with_columns_of_the_office_s_own_stays_what_it_is() {
        let columns = Kind::ClassLists.columns().iter().map(|column| column.name.to_owned());
        let names: Vec<String> = columns.chain(["notes".to_owned(), "tutor".to_owned()]).collect();
        assert!(Heading::of(';', names, Kind::ClassLists).is_ok());
    }
}
