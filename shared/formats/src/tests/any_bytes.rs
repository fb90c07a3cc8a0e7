// SPDX-License-Identifier: EUPL-1.2
//! Whatever stands in a file: reading ends, says what is wrong, and repeats none of it.

use campanella_domain::{
    ardis::Application,
    ars::{Catchment, Cpi, Municipality, School},
};
use proptest::prelude::*;

use super::generated;
use crate::{
    AttestationRow, ClassListRow, CommunicationRow, Draft, Line, Reader, Record, Rejected,
    SelfCertificationRow, writer,
};

/// Somebody's name, and a number: none of it may come back.
const CANARIES: [&str; 3] = ["Zqwxkanarienvogel", "90909090909090909", "zq@wx@kanarien"];

fn heading<R: Record>() -> String {
    R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

/// Reads to the end; each line is told once, in order.
fn reads_to_the_end<R: Record>(file: &[u8]) {
    let Ok(reader) = Reader::<R, _>::new(file) else { return };
    let lines = file.len() as u64 + 1;
    let mut last = 1;
    for line in reader {
        let number = match line {
            Ok(Line { number, .. }) => number,
            Err(Rejected { line, faults, .. }) => {
                assert!(!faults.is_empty());
                assert!(faults.iter().all(|fault| !fault.problem.is_empty() && !fault.remedy.is_empty()));
                line
            }
        };
        assert!(last < number && number <= lines, "{last} {number}");
        last = number;
    }
}

macro_rules! of_every_kind {
    ($function:ident($($argument:expr)?)) => {
        $function::<Municipality>($($argument)?);
        $function::<Cpi>($($argument)?);
        $function::<Catchment>($($argument)?);
        $function::<School>($($argument)?);
        $function::<ClassListRow>($($argument)?);
        $function::<CommunicationRow>($($argument)?);
        $function::<Application>($($argument)?);
        $function::<Draft>($($argument)?);
        $function::<AttestationRow>($($argument)?);
        $function::<SelfCertificationRow>($($argument)?);
    };
}

fn never_told<R: Record>() {
    for canary in CANARIES {
        let everywhere = vec![canary; R::COLUMNS.len()].join(",");
        let one_by_one = (0..R::COLUMNS.len()).map(|place| {
            let cells = (0..R::COLUMNS.len()).map(|other| if other == place { canary } else { "" });
            cells.collect::<Vec<_>>().join(",")
        });
        let damaged = [
            format!("{everywhere},{canary}"),
            canary.to_owned(),
            format!("\"{everywhere}"),
            format!("\"{canary}\"{everywhere}"),
            format!("{canary}\u{0}{everywhere}"),
        ];
        for line in one_by_one.chain(damaged).chain([everywhere]) {
            let file = format!("{}\n{line}\n", heading::<R>());
            for rejected in Reader::<R, _>::new(file.as_bytes()).unwrap().filter_map(Result::err) {
                let told: String = rejected.faults.iter().map(ToString::to_string).collect();
                assert!(!told.contains(canary) && !format!("{rejected:?}").contains(canary), "{told}");
                assert!(
                    rejected.cells.expose().iter().any(|cell| cell.contains(canary)),
                    "the office gets it back"
                );
            }
        }
        for file in [canary.to_owned(), format!("{canary},{}", R::COLUMNS[0].name)] {
            let error = Reader::<R, _>::new(file.as_bytes()).err().unwrap();
            assert!(!format!("{error} {error:?}").contains(canary));
        }
    }
}

#[test]
fn a_rejection_never_holds_a_value() {
    of_every_kind!(never_told());
}

proptest! {
    #[test]
    fn no_bytes_are_read_without_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        of_every_kind!(reads_to_the_end(&bytes));
    }

    #[test]
    fn no_bytes_under_a_good_heading_are_read_without_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let under = |heading: String| [heading.as_bytes(), b"\n", &bytes].concat();
        reads_to_the_end::<Application>(&under(heading::<Application>()));
        reads_to_the_end::<CommunicationRow>(&under(heading::<CommunicationRow>()));
        reads_to_the_end::<Draft>(&under(heading::<Draft>()));
    }

    /// A slip costs the line it is in: one changed byte leaves at least all but the two lines it may have joined.
    #[test]
    fn a_changed_byte_costs_no_other_line(
        records in prop::collection::vec(generated::draft(), 5),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut output = writer(Vec::new());
        for record in &records {
            output.write(record).unwrap();
        }
        let mut file = output.finish().unwrap();
        let first = heading::<Draft>().len() + 1;
        let place = first + place.index(file.len() - first);
        file[place] = byte;
        let good = Reader::<Draft, _>::new(file.as_slice()).unwrap().filter(Result::is_ok).count();
        prop_assert!(good >= 3, "{good}");
        reads_to_the_end::<Draft>(&file);
    }
}
