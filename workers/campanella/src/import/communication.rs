// SPDX-License-Identifier: EUPL-1.2
//! Communications of schools and CPI, class lists among them: added, never changed.
//!
//! A communication is what it says, so that none can contradict another one here; whether they make sense together is for
//! the rules (ARS-036), whatever their order. An unknown type is kept for a person (ARS-019). A school that is not in the
//! list is no reason to lose sight of a minor: the line is taken, and the office is told.
//!
//! Where a student lives is what the newest event says that was told of the student, so that an old file imported again
//! moves nobody back.

use std::collections::{BTreeSet, HashMap, HashSet};

use campanella_domain::{
    ars::Student,
    identity::{MunicipalityCode, Redacted, SchoolCode},
};
use campanella_formats::{ClassListRow, CommunicationRow};
use campanella_messages::{ArsCommunicationRecorded, ArsStudentAtRisk, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{
        communication::{self, NewCommunication},
        municipality, period, school,
        student::{self, NewStudent},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::load::{Load, Loaded, Notice, People, Verdict, refused, written};

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
        let inserted = communication::insert(work.tx(), &taken).await?;
        let written = written(&ids, &inserted);
        let verdicts = (0..lines.len())
            .map(|place| match () {
                () if !is_taken(&students[place]) => no_student(),
                () if written[place] => Verdict::New,
                () if homes.told_by.contains(&place) => Verdict::Changed,
                () => Verdict::Known,
            })
            .collect();
        let told =
            students.iter().zip(&written).filter(|(_, written)| **written).map(|(student, _)| *student);
        for student in told.collect::<BTreeSet<Uuid>>() {
            work.emit(&ArsCommunicationRecorded { student }, Cause::First);
        }
        // Somebody whose case found no CPI may have one where they live now (ARS-049).
        for period in period::without_cpi_of(work.tx(), &homes.moved).await? {
            work.emit(&ArsStudentAtRisk { period }, Cause::First);
        }
        let mut notices = notices(lines, work).await?;
        notices.extend(vec![Notice::OtherIdentity; homes.other_identities]);
        Ok(Loaded { verdicts, notices })
    }
}

/// What the lines say of where students live.
#[derive(Default)]
struct Homes {
    /// Students to write: new ones, and those of whom something changed.
    changed: Vec<NewStudent>,
    /// Known students who live elsewhere now.
    moved: Vec<Uuid>,
    /// Students who are in the register once `changed` is written.
    known: HashSet<Uuid>,
    /// The lines that changed something about a known student.
    told_by: HashSet<usize>,
    /// How many lines give a known student another name or birth date.
    other_identities: usize,
}

/// The order of events: time of the event, time received.
type Told = (NaiveDate, DateTime<Utc>);

impl Homes {
    async fn of(
        lines: &[&CommunicationRow],
        students: &[Uuid],
        work: &mut UnitOfWork<'_>,
    ) -> Result<Self, StoreError> {
        let now = work.now();
        let registered = student::known(work.tx(), students).await?;
        let newest = communication::newest_of_students(work.tx(), students).await?;
        let mut latest: HashMap<Uuid, (Told, usize)> = HashMap::new();
        for (place, (line, student)) in lines.iter().zip(students).enumerate() {
            let told: Told = (line.event_date, line.received_at.unwrap_or(now));
            let is_latest = latest.get(student).is_none_or(|(other, _)| *other <= told);
            if line.student.is_some() && is_latest {
                latest.insert(*student, (told, place));
            }
        }
        let is_other = |(line, student): &(&&CommunicationRow, &Uuid)| {
            let said = line.student.as_ref();
            said.zip(registered.get(*student)).is_some_and(|(said, known)| is_other_identity(said, known))
        };
        let mut homes = Self {
            known: registered.keys().copied().collect(),
            other_identities: lines.iter().zip(students).filter(is_other).count(),
            ..Self::default()
        };
        for (id, (told, place)) in latest {
            let Some(said) = lines.get(place).and_then(|line| line.student.as_ref()) else { continue };
            let said = NewStudent { id, student: said.clone(), recorded_at: now };
            match registered.get(&id) {
                None => {
                    homes.known.insert(id);
                    homes.changed.push(said);
                }
                Some(known)
                    if newest.get(&id).is_none_or(|newest| *newest <= told)
                        && differs(&said.student, known) =>
                {
                    if said.student.residence != known.residence || said.student.domicile != known.domicile {
                        homes.moved.push(id);
                    }
                    homes.told_by.insert(place);
                    homes.changed.push(said);
                }
                Some(_) => {}
            }
        }
        Ok(homes)
    }
}

/// Whether writing `said` changes what is known: an address or a telephone number that is not given takes none away.
fn differs(said: &Student, known: &Student) -> bool {
    let is_other =
        |said: &Option<Redacted<String>>, known: &Option<Redacted<String>>| said.is_some() && said != known;
    said.residence != known.residence
        || said.domicile != known.domicile
        || is_other(&said.address, &known.address)
        || is_other(&said.phone, &known.phone)
}

/// Whether two entries of one tax code seem to be about two people, but for capitals.
fn is_other_identity(said: &Student, known: &Student) -> bool {
    let plain = |name: &Redacted<String>| name.expose().to_lowercase();
    plain(&said.first_name) != plain(&known.first_name)
        || plain(&said.last_name) != plain(&known.last_name)
        || said.birth_date != known.birth_date
}

fn no_student() -> Verdict {
    refused(
        "student_tax_code",
        "lo studente non è nell'anagrafe e la riga non ne dà i dati",
        "completare la riga con nome, cognome, data di nascita e comune di residenza, o importare prima l'elenco della classe",
    )
}

/// What the office should look at: places and schools that are in no list.
async fn notices(lines: &[&CommunicationRow], work: &mut UnitOfWork<'_>) -> Result<Vec<Notice>, StoreError> {
    let codes: Vec<&SchoolCode> = lines.iter().map(|line| &line.school).collect();
    let schools = school::known(work.tx(), &codes).await?;
    let residence = |line: &&CommunicationRow| line.student.as_ref().map(|student| student.residence.clone());
    let residences: Vec<MunicipalityCode> = lines.iter().filter_map(residence).collect();
    let places = municipality::known(work.tx(), &residences.iter().collect::<Vec<_>>()).await?;
    let unknown_schools =
        codes.iter().filter(|code| !schools.contains_key(**code)).map(|_| Notice::UnknownSchool);
    let unknown_places =
        residences.iter().filter(|code| !places.contains_key(*code)).map(|_| Notice::UnknownMunicipality);
    Ok(unknown_schools.chain(unknown_places).collect())
}
