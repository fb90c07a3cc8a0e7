// SPDX-License-Identifier: EUPL-1.2
//! Veneto: class lists of IeFP schools, and students who drop out and sometimes return, each in a story.

mod class_list;
mod communications;
mod drop_out;
mod enrolled;
mod expected;
mod plots;
mod script;
mod side_plots;
mod story;
mod student;
mod timeline;

pub use communications::notes;
pub use drop_out::DropOut;
pub use expected::{ExpectedNotice, ExpectedPeriod, ExpectedState, days_of};
pub use story::{DropOutStory, Regime};
pub use student::Pupil;

pub(super) use class_list::{CLASS_LIST_ROWS, arrivals, first_arrival, rows_arriving};
pub(super) use drop_out::drop_out;
