// SPDX-License-Identifier: EUPL-1.2
//! What a line says of where its student attends, and of when.

use campanella_domain::{
    ars::{Communication, CourseRegime},
    identity::SchoolCode,
};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    cells::Reading,
    value::{code, date, instant_or_day, of_instant, one_of, or_empty, text},
};

/// The school that communicates, the course and the class it is about, and the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// The school that communicates.
    pub school: SchoolCode,
    /// The regime of the course it is about (ARS-009).
    pub course: CourseRegime,
    /// Civil date of what happened; of a class list, the first day of attendance.
    pub event_date: NaiveDate,
    /// When the register received it; nothing if the file does not say: then, when it is imported.
    pub received_at: Option<DateTime<Utc>>,
    /// Class attended (ARS-013).
    pub class: Option<String>,
    /// Section of the class.
    pub section: Option<String>,
}

impl Attendance {
    /// Reads the six cells, noting what is wrong with each.
    pub(super) fn read(line: &mut Reading<'_>) -> Option<Self> {
        let school = line.required("school_code", code);
        let course = line.required("course", one_of);
        let event_date = line.required("event_date", date);
        let received_at = line.optional("received_at", instant_or_day);
        let class = line.optional("class", text);
        let section = line.optional("section", text);
        Some(Self {
            school: school?,
            course: course?,
            event_date: event_date?,
            received_at: received_at?,
            class: class?,
            section: section?,
        })
    }

    /// The six cells, in the order in which they are read.
    pub(super) fn cells(&self) -> [String; 6] {
        [
            self.school.to_string(),
            self.course.code().to_owned(),
            self.event_date.to_string(),
            or_empty(self.received_at.as_ref(), |instant| of_instant(*instant)),
            or_empty(self.class.as_ref(), Clone::clone),
            or_empty(self.section.as_ref(), Clone::clone),
        ]
    }
}

impl From<&Communication> for Attendance {
    fn from(communication: &Communication) -> Self {
        Self {
            school: communication.school.clone(),
            course: communication.course,
            event_date: communication.event_date,
            received_at: Some(communication.received_at),
            class: communication.class.clone(),
            section: communication.section.clone(),
        }
    }
}
