// SPDX-License-Identifier: EUPL-1.2
//! `class_lists.csv`: the students of a class, each a confirmation of enrolment (ARS-007, ARS-008, ARS-011).
//!
//! A line without address, telephone or class is good: the rules find it incomplete (ARS-012, ARS-013).

use campanella_domain::{
    ars::{CommunicationKind, CourseRegime, Student},
    identity::SchoolCode,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::{CommunicationRow, student};
use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, date, instant_or_day, of_instant, one_of, or_empty, text},
};

/// A student of a class. Debug output holds nothing personal but the municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassListRow {
    /// Who.
    pub student: Student,
    /// The school that confirms.
    pub school: SchoolCode,
    /// The regime of the course (ARS-009).
    pub course: CourseRegime,
    /// First day of attendance: the first of the year, or that of a later enrolment.
    pub event_date: NaiveDate,
    /// When the register received it; nothing if the file does not say: then, when it is imported.
    pub received_at: Option<DateTime<Utc>>,
    /// Class attended (ARS-013).
    pub class: Option<String>,
    /// Section of the class.
    pub section: Option<String>,
}

impl From<ClassListRow> for CommunicationRow {
    fn from(row: ClassListRow) -> Self {
        Self {
            tax_code: row.student.tax_code.clone(),
            student: Some(row.student),
            kind: CommunicationKind::EnrolmentConfirmation,
            school: row.school,
            course: row.course,
            event_date: row.event_date,
            received_at: row.received_at,
            class: row.class,
            section: row.section,
            receiving_school: None,
            cpi: None,
            agreement: false,
            notes: None,
        }
    }
}

impl Record for ClassListRow {
    const KIND: Kind = Kind::ClassLists;
    const COLUMNS: &'static [Column] = &[
        Column::required("student_tax_code", Values::Code),
        Column::required("first_name", Values::Text),
        Column::required("last_name", Values::Text),
        Column::required("birth_date", Values::Date),
        Column::required("residence", Values::Code),
        Column::may_be_empty("domicile", Values::Code),
        Column::may_be_empty("address", Values::Text),
        Column::may_be_empty("phone", Values::Text),
        Column::required("school_code", Values::Code),
        Column::required("course", Values::one_of::<CourseRegime>()),
        Column::required("event_date", Values::Date),
        Column::may_be_absent("received_at", Values::InstantOrDay),
        Column::may_be_empty("class", Values::Text),
        Column::may_be_empty("section", Values::Text),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let student = student::student(&mut line);
        let school = line.required("school_code", code);
        let course = line.required("course", one_of);
        let event_date = line.required("event_date", date);
        let received_at = line.optional("received_at", instant_or_day);
        let class = line.optional("class", text);
        let section = line.optional("section", text);
        line.done((|| {
            Some(Self {
                student: student?,
                school: school?,
                course: course?,
                event_date: event_date?,
                received_at: received_at?,
                class: class?,
                section: section?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let mut cells = vec![self.student.tax_code.expose().to_owned()];
        cells.extend(student::details(&self.student));
        cells.extend([
            self.school.to_string(),
            self.course.code().to_owned(),
            self.event_date.to_string(),
            or_empty(self.received_at.as_ref(), |instant| of_instant(*instant)),
            or_empty(self.class.as_ref(), Clone::clone),
            or_empty(self.section.as_ref(), Clone::clone),
        ]);
        cells
    }
}
