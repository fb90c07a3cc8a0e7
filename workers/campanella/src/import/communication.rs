// SPDX-License-Identifier: EUPL-1.2
//! Communications of schools and CPI, class lists among them: added, never changed but for when they were received.
//!
//! A communication is what it says, so that none can contradict another one here; whether they make sense together is for
//! the rules (ARS-036), whatever their order. An unknown type is kept for a person (ARS-019). A school that is not in the
//! list is no reason to lose sight of a minor: the line is taken, and the office is told.
//!
//! A line that does not describe its student waits for the end of the file, where another one may have.

use std::collections::BTreeSet;

use campanella_domain::identity::{MunicipalityCode, SchoolCode};
use campanella_formats::{ClassListRow, CommunicationRow, Fault};
use campanella_messages::{ArsCommunicationRecorded, ArsStudentAtRisk, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{
        communication::{self, NewCommunication},
        municipality, period, school, student, told_home,
    },
};
use uuid::Uuid;

use super::{
    home::Homes,
    load::{Load, Loaded, Notice, People, Verdict, written},
};

impl Load for ClassListRow {
    async fn load(lines: &[&Self], people: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let rows: Vec<CommunicationRow> = lines.iter().map(|line| (*line).clone().into()).collect();
        let rows: Vec<&CommunicationRow> = rows.iter().collect();
        CommunicationRow::load(&rows, people, work).await
    }
}

impl Load for CommunicationRow {
    async fn load(lines: &[&Self], people: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let students: Vec<Uuid> = lines.iter().map(|line| people.student(&line.tax_code)).collect();
        let homes = Homes::of(lines, &students, work).await?;
        student::upsert(work.tx(), &homes.changed).await?;
        told_home::insert(work.tx(), &homes.told).await?;
        let is_taken = |student: &Uuid| homes.known.contains(student);
        let now = work.now();
        let new: Vec<NewCommunication> = lines
            .iter()
            .zip(&students)
            .map(|(line, student)| NewCommunication {
                student: *student,
                communication: line.communication(*student, now),
                notes: line.notes.clone(),
            })
            .collect();
        let ids: Vec<Uuid> = new.iter().map(|new| new.communication.id).collect();
        let taken: Vec<NewCommunication> = new.into_iter().filter(|new| is_taken(&new.student)).collect();
        let known = communication::known(work.tx(), &ids).await?;
        let inserted = communication::insert(work.tx(), &taken).await?;
        let written = written(&ids, &inserted);
        let verdicts = (0..lines.len())
            .map(|place| match () {
                () if !is_taken(&students[place]) => no_student(),
                () if written[place] && !known.contains(&ids[place]) => Verdict::New,
                // A report sent again, or anything received earlier than we knew: the rules look at both (ARS-010, ARS-036).
                () if written[place] || homes.told_by.contains(&place) => Verdict::Changed,
                () => Verdict::Known,
            })
            .collect();
        let told =
            students.iter().zip(&written).filter(|(_, written)| **written).map(|(student, _)| *student);
        // Whether somebody was a minor hangs on the birth date.
        for student in told.chain(homes.born_elsewhen).collect::<BTreeSet<Uuid>>() {
            work.emit(&ArsCommunicationRecorded { student }, Cause::First);
        }
        // Somebody whose case found no CPI may have one where they live now (ARS-049).
        for period in period::without_cpi_of(work.tx(), &homes.moved).await? {
            work.emit(&ArsStudentAtRisk { period }, Cause::First);
        }
        let mut notices = notices(lines, work).await?;
        notices.extend(homes.other_identities.into_iter().map(|place| (place, Notice::OtherIdentity)));
        Ok(Loaded { verdicts, notices })
    }
}

fn no_student() -> Verdict {
    Verdict::Waits(Fault {
        column: Some("student_tax_code"),
        problem: "lo studente non è nell'anagrafe e nessuna riga del file ne dà i dati".to_owned(),
        remedy:
            "completare la riga con nome, cognome, data di nascita e comune di residenza, o importare prima \
            l'elenco della classe"
                .to_owned(),
    })
}

/// What the office should look at: places and schools that are in no list.
async fn notices(
    lines: &[&CommunicationRow],
    work: &mut UnitOfWork<'_>,
) -> Result<Vec<(usize, Notice)>, StoreError> {
    let codes: Vec<&SchoolCode> = lines.iter().map(|line| &line.attendance.school).collect();
    let schools = school::known(work.tx(), &codes).await?;
    let residence = |line: &CommunicationRow| line.student.as_ref().map(|student| student.residence.clone());
    let residences: Vec<Option<MunicipalityCode>> = lines.iter().map(|line| residence(line)).collect();
    let places = municipality::known(work.tx(), &residences.iter().flatten().collect::<Vec<_>>()).await?;
    let mut notices = Vec::new();
    for (place, (school, residence)) in codes.iter().zip(&residences).enumerate() {
        if !schools.contains_key(*school) {
            notices.push((place, Notice::UnknownSchool));
        }
        if residence.as_ref().is_some_and(|code| !places.contains_key(code)) {
            notices.push((place, Notice::UnknownMunicipality));
        }
    }
    Ok(notices)
}
