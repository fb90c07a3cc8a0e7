// SPDX-License-Identifier: EUPL-1.2
//! A record's text, split into cells (RFC 4180).

/// The cells of a record in one buffer: a file has millions of them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    text: String,
    ends: Vec<usize>,
}

/// Why a text is not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitError {
    /// A quotation mark is opened and not closed: the record may go on in the next line.
    Open,
    /// Something other than a separator follows a closing quotation mark.
    Malformed,
}

impl Split {
    /// Splits a record. A quotation mark is special only at the beginning of a cell, so that `Istituto "Marconi"` is a
    /// name.
    pub(crate) fn new(record: &str, separator: char) -> Result<Self, SplitError> {
        let mut split = Self { text: String::with_capacity(record.len()), ends: Vec::with_capacity(32) };
        let mut rest = record;
        loop {
            rest = match rest.strip_prefix('"') {
                Some(quoted) => split.quoted(quoted)?,
                None => split.bare(rest, separator),
            };
            split.ends.push(split.text.len());
            match rest.strip_prefix(separator) {
                Some(next) => rest = next,
                None if rest.is_empty() => return Ok(split),
                None => return Err(SplitError::Malformed),
            }
        }
    }

    /// Takes a cell without quotation marks; gives the rest, from the separator on.
    fn bare<'a>(&mut self, rest: &'a str, separator: char) -> &'a str {
        let (cell, rest) = rest.split_at(rest.find(separator).unwrap_or(rest.len()));
        self.text.push_str(cell);
        rest
    }

    /// Takes a cell up to its closing quotation mark; a doubled one stands for itself.
    fn quoted<'a>(&mut self, mut rest: &'a str) -> Result<&'a str, SplitError> {
        loop {
            let (part, after) = rest.split_once('"').ok_or(SplitError::Open)?;
            self.text.push_str(part);
            match after.strip_prefix('"') {
                Some(next) => {
                    self.text.push('"');
                    rest = next;
                }
                None => return Ok(after),
            }
        }
    }

    /// How many cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell; empty beyond the last.
    pub(crate) fn get(&self, place: usize) -> &str {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(place).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// The cells.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// The cells, each a string of its own.
    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }

    /// Whether nothing but blanks stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(record: &str) -> Result<Vec<String>, SplitError> {
        Split::new(record, ';').map(|split| split.to_vec())
    }

    #[test]
    fn quotation_marks_hide_separators_and_stand_for_themselves_when_doubled() {
        assert_eq!(cells("a;;\"b;\"\"c\"\"\n\";d").unwrap(), ["a", "", "b;\"c\"\n", "d"]);
        assert_eq!(cells("").unwrap(), [""]);
        assert_eq!(cells(";").unwrap(), ["", ""]);
        assert_eq!(cells("Istituto \"Marconi\";x").unwrap(), ["Istituto \"Marconi\"", "x"]);
    }

    #[test]
    fn an_open_mark_is_told_apart_from_a_broken_one() {
        assert_eq!(cells("a;\"b"), Err(SplitError::Open));
        assert_eq!(cells("a;\"b\"c;d"), Err(SplitError::Malformed));
    }
}
