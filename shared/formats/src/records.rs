// SPDX-License-Identifier: EUPL-1.2
//! Records, each of bounded length, made of physical lines.
//!
//! A cell between quotation marks may hold line breaks. A mark that is opened by mistake would swallow the file up to the
//! next one, so a record goes over a line's end only if all of this holds: it ends within [`MOST_LINES`], what follows
//! every closing mark is a separator, and it has as many cells as the heading. Otherwise the first line alone is
//! rejected, and reading goes on with the second.

use std::io;

use crate::{
    Fault,
    decode::text_of,
    lines::{LONGEST, Lines, Physical},
    split::{Split, SplitError},
};

/// The most physical lines a record may stand in.
pub(crate) const MOST_LINES: usize = 20;

/// What comes next in a file.
pub(crate) enum Next {
    /// A record with as many cells as the heading.
    Record(Split),
    /// A line that is no record, with its cells as they stood.
    Broken(Fault, Vec<String>),
    /// Nothing more can be read.
    Failed(io::Error),
}

/// Takes the next record that is not blank, of `width` cells. Its line is [`Lines::number`] before the call and one, blank
/// lines apart: given beside it.
pub(crate) fn next<I: io::Read>(lines: &mut Lines<I>, separator: char, width: usize) -> Option<(u64, Next)> {
    loop {
        let physical = lines.take()?;
        let number = lines.number();
        let bytes = match physical {
            Physical::Broken(error) => return Some((number, Next::Failed(error))),
            Physical::TooLong => return Some((number, Next::Broken(too_long(), Vec::new()))),
            Physical::Line(bytes) => bytes,
        };
        let text = match text_of(&bytes) {
            Ok(text) => text,
            Err(text) => return Some((number, Next::Broken(mixed(), cells_or_line(&text, separator)))),
        };
        let next = match Split::new(&text, separator) {
            Ok(split) if split.is_blank() => continue,
            Ok(split) => counted(split, width),
            Err(SplitError::Open) => match over_several_lines(lines, &text, separator, width) {
                Some(split) => Next::Record(split),
                None => Next::Broken(unbalanced(), vec![text.into_owned()]),
            },
            Err(SplitError::Malformed) => Next::Broken(unbalanced(), vec![text.into_owned()]),
        };
        return Some((number, next));
    }
}

/// A record that begins with `first` and ends in one of the lines after it, which are then taken.
fn over_several_lines<I: io::Read>(
    lines: &mut Lines<I>,
    first: &str,
    separator: char,
    width: usize,
) -> Option<Split> {
    let mut record = first.to_owned();
    for ahead in 0..MOST_LINES - 1 {
        let Physical::Line(bytes) = lines.look(ahead)? else { return None };
        record.push('\n');
        record.push_str(&text_of(bytes).ok()?);
        if record.len() > LONGEST {
            return None;
        }
        match Split::new(&record, separator) {
            Ok(split) if split.len() == width => {
                for _ in 0..=ahead {
                    lines.take();
                }
                return Some(split);
            }
            Err(SplitError::Open) => {}
            Ok(_) | Err(SplitError::Malformed) => return None,
        }
    }
    None
}

/// A record if it has the right number of cells; a spreadsheet may add empty ones at the end.
fn counted(split: Split, width: usize) -> Next {
    if split.len() == width
        || (split.len() > width && split.iter().skip(width).all(|cell| cell.trim().is_empty()))
    {
        return Next::Record(split);
    }
    let (found, what) = (split.len(), if split.len() > width { "troppe" } else { "troppo poche" });
    let fault = Fault::of_line(
        format!("le celle sono {what}: {found} invece di {width}"),
        "controllare che ogni cella sia al suo posto; una cella che contiene il separatore va tra virgolette",
    );
    Next::Broken(fault, split.to_vec())
}

fn cells_or_line(text: &str, separator: char) -> Vec<String> {
    Split::new(text, separator).map_or_else(|_| vec![text.to_owned()], |split| split.to_vec())
}

fn too_long() -> Fault {
    Fault::of_input(format!("la riga è più lunga di {LONGEST} byte"), "manca forse un a capo")
}

fn mixed() -> Fault {
    Fault::of_line(
        "nella riga ci sono caratteri di due codifiche diverse",
        "salvare di nuovo il file come CSV UTF-8 e controllare le lettere accentate",
    )
}

fn unbalanced() -> Fault {
    Fault::of_input(
        "le virgolette aperte e quelle chiuse non corrispondono",
        "chiudere le virgolette alla fine della cella, e raddoppiare quelle che ne fanno parte",
    )
}
