// SPDX-License-Identifier: EUPL-1.2
//! The CSV files an office loads and writes: ten kinds, one line a record.
//!
//! Reading is generous in form and strict in meaning. Separator, encoding, order of the columns, upper case, Italian
//! dates and decimal commas do not matter; what can be read in two ways is never guessed. Every line stands alone: one
//! that cannot be read becomes a [`Rejected`] with what is wrong and the remedy, and never costs the lines after it.
//! What the rules can judge is not judged here: a doubt goes to an officer, nobody loses a right to a CSV.
//!
//! Lines are split here and not by the csv crate, which writes the files: there a quotation mark opened by mistake swallows
//! the rest of the file, and a damaged record cannot be given back as it stood with its physical line.
//!
//! Nothing here reads a clock or a database: whether a school exists or an application is known already is for whoever
//! imports. What the columns mean is in `docs/formats.md`, whose tables are compared with [`Record::COLUMNS`].
//!
//! | module | what it does |
//! | --- | --- |
//! | `decode`, `lines`, `split`, `records` | bytes → text → physical lines → cells |
//! | `heading` | which separator, which column stands where |
//! | [`Reader`], [`Writer`] | a file, read and written |
//! | `value`, `cells` | what a cell says |
//! | `kinds` | one file a kind |

mod cells;
mod column;
mod decode;
mod fault;
mod file_error;
mod heading;
mod kind;
mod kinds;
mod lines;
mod reader;
mod record;
mod records;
mod split;
mod value;
mod word;
mod writer;

#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use column::{Column, Presence, Values};
pub use fault::{Fault, Rejected};
pub use file_error::FileError;
pub use kind::{Kind, UnknownKind};
pub use kinds::{Attendance, AttestationRow, ClassListRow, CommunicationRow, Draft, SelfCertificationRow};
pub use reader::{Line, REJECT_COLUMNS, Reader};
pub use record::Record;
pub use writer::{Writer, writer};
