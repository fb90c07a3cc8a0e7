// SPDX-License-Identifier: EUPL-1.2
//! What a line says of the student it is about.

use campanella_domain::ars::Student;

use crate::{
    cells::Reading,
    value::{code, date, kept, or_empty},
};

/// The columns that make a student besides the tax code, the four indispensable ones first.
pub(super) const DETAILS: [&str; 7] =
    ["first_name", "last_name", "birth_date", "residence", "domicile", "address", "phone"];

/// The student of a line that must have all that makes one.
pub(super) fn student(line: &mut Reading<'_>) -> Option<Student> {
    let tax_code = line.required("student_tax_code", code);
    let first_name = line.required("first_name", kept);
    let last_name = line.required("last_name", kept);
    let birth_date = line.required("birth_date", date);
    let residence = line.required("residence", code);
    let domicile = line.optional("domicile", code);
    let address = line.optional("address", kept);
    let phone = line.optional("phone", kept);
    Some(Student {
        tax_code: tax_code?,
        first_name: first_name?,
        last_name: last_name?,
        birth_date: birth_date?.into(),
        residence: residence?,
        domicile: domicile?,
        address: address?,
        phone: phone?,
    })
}

/// The cells of [`DETAILS`].
pub(super) fn details(student: &Student) -> [String; 7] {
    [
        student.first_name.expose().clone(),
        student.last_name.expose().clone(),
        student.birth_date.expose().to_string(),
        student.residence.to_string(),
        or_empty(student.domicile.as_ref(), ToString::to_string),
        or_empty(student.address.as_ref(), |address| address.expose().clone()),
        or_empty(student.phone.as_ref(), |phone| phone.expose().clone()),
    ]
}
