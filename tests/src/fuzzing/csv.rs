// SPDX-License-Identifier: EUPL-1.2
//! The CSV files an office loads.

use std::io::{self, Read};

use campanella_domain::ardis::Application;
use campanella_domain::ars::{Catchment, Cpi, Municipality, School};
use campanella_formats::{
    AttestationRow, ClassListRow, CommunicationRow, Draft, Kind, Reader, Record, SelfCertificationRow, writer,
};

use super::assert_quotes_nothing;

/// A file, read as each of the ten kinds; most stop at the heading. `=` and a letter that chooses a kind and a column
/// begin the text of a single cell in an otherwise good line.
pub fn csv(input: &[u8]) {
    if let Some(cell) = super::text(input).and_then(Cell::of) {
        return one_cell(cell);
    }
    file::<Municipality>(input);
    file::<Cpi>(input);
    file::<Catchment>(input);
    file::<School>(input);
    file::<ClassListRow>(input);
    file::<CommunicationRow>(input);
    file::<Application>(input);
    file::<Draft>(input);
    file::<AttestationRow>(input);
    file::<SelfCertificationRow>(input);
}

/// The text of one cell.
#[derive(Clone, Copy)]
struct Cell<'a> {
    kind: usize,
    column: usize,
    text: &'a str,
}

impl<'a> Cell<'a> {
    fn of(input: &'a str) -> Option<Self> {
        let mut letters = input.strip_prefix('=')?.chars();
        let choice = letters.next()? as usize;
        Some(Self {
            kind: choice % Kind::ALL.len(),
            column: choice / Kind::ALL.len(),
            text: letters.as_str(),
        })
    }

    /// The good line of a seed with this cell in it, as a file.
    fn inside<R: Record>(self, seed: &[u8]) -> Vec<u8> {
        let mut lines = Reader::<R, _>::new(seed).into_iter().flatten().flatten();
        let mut cells = lines.next().map(|line| line.record.write()).unwrap_or_default();
        assert!(!cells.is_empty(), "the seed has no good line");
        let column = self.column % cells.len();
        cells[column] = self.text.to_owned();
        let heading = R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(",");
        let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        format!("{heading}\n{}\n", quoted.collect::<Vec<_>>().join(",")).into_bytes()
    }
}

fn one_cell(cell: Cell<'_>) {
    macro_rules! seed {
        ($record:ty, $name:literal) => {
            file::<$record>(&cell.inside::<$record>(include_bytes!(concat!("../../fuzz/seeds/csv/", $name))))
        };
    }
    match Kind::ALL[cell.kind] {
        Kind::Municipalities => seed!(Municipality, "municipalities"),
        Kind::Cpi => seed!(Cpi, "cpi"),
        Kind::Catchments => seed!(Catchment, "catchments"),
        Kind::Schools => seed!(School, "schools"),
        Kind::ClassLists => seed!(ClassListRow, "class_lists"),
        Kind::Communications => seed!(CommunicationRow, "communications"),
        Kind::Applications => seed!(Application, "applications"),
        Kind::Drafts => seed!(Draft, "drafts"),
        Kind::Attestations => seed!(AttestationRow, "attestations"),
        Kind::SelfCertifications => seed!(SelfCertificationRow, "self_certifications"),
    }
}

/// Reading ends, numbers its lines forwards, repeats no value in a refusal, and does not depend on how the bytes come.
fn file<R: Record + PartialEq>(input: &[u8]) {
    let mut reader = match Reader::<R, _>::new(input) {
        Ok(reader) => reader,
        Err(error) => return assert_quotes_nothing(&error.to_string()),
    };
    // A mark of encoding or a NUL apart, a line ends at one of these bytes.
    let most = 1 + input.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    let mut read = Vec::new();
    let mut last = 0;
    for item in reader.by_ref() {
        assert!(read.len() < most, "more items than the file has lines");
        let number = item.as_ref().map_or_else(|rejected| rejected.line, |line| line.number);
        assert!(number > last, "line {number} after line {last}");
        last = number;
        read.push(match item {
            Ok(line) => Ok(written_and_read_again(line.record)),
            Err(rejected) => {
                assert!(!rejected.faults.is_empty());
                assert_quotes_nothing(&format!("{rejected:?}"));
                let told: Vec<String> = rejected.faults.iter().map(ToString::to_string).collect();
                assert_quotes_nothing(&told.join(" "));
                Err((number, told, rejected.cells.into_exposed()))
            }
        });
    }
    assert!(reader.failure().is_none());
    dripping::<R>(input, &read);
    in_utf_16::<R>(input, &read);
}

/// The canonical form of a record says the same record, and is its own canonical form.
fn written_and_read_again<R: Record + PartialEq>(record: R) -> Vec<String> {
    let mut output = writer::<R, _>(Vec::new());
    let file = output.write(&record).and_then(|()| output.finish()).unwrap_or_default();
    let mut again = Reader::<R, _>::new(file.as_slice()).into_iter().flatten();
    let line = again.next();
    assert!(again.next().is_none());
    match line {
        Some(Ok(line)) => {
            assert!(
                line.record == record,
                "a record changed on its way through a file: {:?}",
                record.write()
            );
            assert_eq!(line.record.write(), record.write());
        }
        Some(Err(rejected)) => {
            panic!("what we wrote is refused: {:?}, {:?}", rejected.faults, record.write())
        }
        None => panic!("what we wrote is not there: {:?}", record.write()),
    }
    record.write()
}

/// What became of a line: the cells of its canonical form, or its number, what was told and what stood there.
type Outcome = Result<Vec<String>, (u64, Vec<String>, Vec<String>)>;

/// The same bytes, a few at a time, read as the same lines.
fn dripping<R: Record>(input: &[u8], expected: &[Outcome]) {
    let Ok(reader) = Reader::<R, _>::new(Drip(input)) else {
        panic!("the heading is read by whole bytes only")
    };
    assert!(outcomes(reader).eq(expected.iter().cloned()), "the lines depend on how the bytes come");
}

fn outcomes<R: Record, I: Read>(reader: Reader<R, I>) -> impl Iterator<Item = Outcome> {
    reader.map(|item| match item {
        Ok(line) => Ok(line.record.write()),
        Err(rejected) => {
            let told = rejected.faults.iter().map(ToString::to_string).collect();
            Err((rejected.line, told, rejected.cells.into_exposed()))
        }
    })
}

/// The same text as a spreadsheet's «Unicode text» says the same.
fn in_utf_16<R: Record>(input: &[u8], expected: &[Outcome]) {
    let Some(text) = super::text(input).filter(|text| !text.contains(['\u{feff}', '\0'])) else { return };
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let Ok(reader) = Reader::<R, _>::new(bytes.as_slice()) else {
        panic!("the heading is read in UTF-8 only")
    };
    assert!(outcomes(reader).eq(expected.iter().cloned()), "the lines depend on the encoding");
}

/// Gives three bytes at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (most, rest) = (buffer.len().min(3).min(self.0.len()), self.0);
        let (now, later) = rest.split_at(most);
        buffer[..most].copy_from_slice(now);
        self.0 = later;
        Ok(most)
    }
}
