// SPDX-License-Identifier: EUPL-1.2
//! What is written is read back, in canonical form and as an office would have saved it.

use campanella_domain::{
    ardis::Application,
    ars::{Catchment, Cpi, Municipality, School},
};
use proptest::prelude::*;

use super::generated as any;
use crate::{
    Attendance, AttestationRow, ClassListRow, CommunicationRow, Draft, Reader, Record, SelfCertificationRow,
    writer,
};

fn written<R: Record>(records: &[R]) -> Vec<u8> {
    let mut output = writer(Vec::new());
    for record in records {
        output.write(record).unwrap();
    }
    output.finish().unwrap()
}

fn read_back<R: Record>(file: &[u8]) -> Vec<R> {
    Reader::new(file).unwrap().map(|line| line.unwrap().record).collect()
}

/// The file with semicolons, its columns turned round, another one among them, and the heading in capital letters.
fn saved_by_an_office(file: &[u8]) -> Vec<u8> {
    let rows = csv::ReaderBuilder::new().has_headers(false).from_reader(file).into_records();
    let mut output =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for (number, row) in rows.enumerate() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        cells.push(if number == 0 { "Protocollo interno".to_owned() } else { number.to_string() });
        cells.reverse();
        if number == 0 {
            cells.iter_mut().for_each(|cell| *cell = cell.to_uppercase());
        }
        output.write_record(cells).unwrap();
    }
    output.into_inner().unwrap()
}

/// In UTF-16, as some programs save «Unicode text».
fn in_utf16(file: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(file).unwrap();
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn survives<R: Record + PartialEq + std::fmt::Debug>(records: &[R]) -> Result<(), TestCaseError> {
    let file = written(records);
    for saved in [file.clone(), saved_by_an_office(&file), in_utf16(&file)] {
        let read: Vec<R> = read_back(&saved);
        prop_assert_eq!(read.as_slice(), records);
        prop_assert_eq!(written(&read), file.as_slice());
    }
    Ok(())
}

macro_rules! every_record_survives {
    ($($name:ident: $record:ty = $records:expr;)+) => {
        proptest! {$(
            #[test]
            fn $name(records in prop::collection::vec($records, 0..4)) {
                survives::<$record>(&records)?;
            }
        )+}
    };
}

every_record_survives! {
    a_municipality_survives: Municipality = any::municipality();
    a_cpi_survives: Cpi = any::cpi();
    a_catchment_survives: Catchment = any::catchment();
    a_school_survives: School = any::school();
    a_row_of_a_class_list_survives: ClassListRow = any::class_list_row();
    a_communication_survives: CommunicationRow = any::communication_row();
    an_application_survives: Application = any::application();
    a_draft_survives: Draft = any::draft();
    an_attestation_survives: AttestationRow = any::attestation_row();
    a_self_certification_survives: SelfCertificationRow = any::self_certification_row();
}

proptest! {
    #[test]
    fn a_row_of_a_class_list_is_a_communication_and_back(row in any::class_list_row()) {
        prop_assert_eq!(CommunicationRow::from(row.clone()).class_list(), Some(row));
    }

    #[test]
    fn ars_012_a_communication_carries_the_address_and_the_telephone_of_its_line(row in any::communication_row()) {
        let said = row.communication(uuid::Uuid::nil(), "2025-10-01T08:00:00Z".parse().unwrap());
        let student = row.student.as_ref();
        prop_assert_eq!(said.address_given, student.is_some_and(|student| student.address.is_some()));
        if let Some(student) = student {
            let again = CommunicationRow::of(student, &said, row.notes.clone());
            let attendance = Attendance { received_at: Some(said.received_at), ..row.attendance.clone() };
            prop_assert_eq!(again, CommunicationRow { attendance, ..row });
        }
    }
}
