// SPDX-License-Identifier: EUPL-1.2
//! Veneto: class lists of IeFP schools, and students who drop out and sometimes return.

mod class_list;
mod communications;
mod drop_out;
mod enrolled;
mod story;
mod student;
mod timeline;

pub use drop_out::{DropOut, ExpectedPeriod, ExpectedState};
pub use story::{DropOutStory, Regime};
pub use student::Pupil;

pub(super) use class_list::{CLASS_LIST_ROWS, arrivals, first_arrival, rows_arriving};
pub(super) use drop_out::drop_out;
