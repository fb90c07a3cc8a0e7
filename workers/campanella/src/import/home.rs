// SPDX-License-Identifier: EUPL-1.2
//! Who students are and where they live, by all the lines that described them.
//!
//! Where a student lives is what the newest event says that was told of the home; a domicile, an address or a telephone
//! number what the newest line that gives one says. All of it is kept, so that neither the order of files nor an old one
//! imported again makes a difference. A line without `received_at` was received when it was imported first.
//!
//! Name and birth date stay as registered, but for a birth date that does not fit the tax code where another line gives one
//! that does: a slip would make a minor an adult (OQ-A5).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use campanella_domain::{
    ars::Student,
    identity::{Redacted, TaxCode},
    ids,
};
use campanella_formats::{Attendance, CommunicationRow};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{
        student::{self, NewStudent},
        told_home::{self, ToldHome},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// What the lines say of students and their homes.
#[derive(Default)]
pub(super) struct Homes {
    /// Students to write: new ones, and those of whom something changed.
    pub(super) changed: Vec<NewStudent>,
    /// What was told of homes and was not known.
    pub(super) told: Vec<ToldHome>,
    /// Known students who live elsewhere now.
    pub(super) moved: Vec<Uuid>,
    /// Known students who were born on another day than was known.
    pub(super) born_elsewhen: BTreeSet<Uuid>,
    /// Students who are in the register once `changed` is written.
    pub(super) known: HashSet<Uuid>,
    /// The lines that changed something about a known student.
    pub(super) told_by: HashSet<usize>,
    /// The lines that give a student another name or birth date than the register has.
    pub(super) other_identities: Vec<usize>,
}

/// The line of a batch that describes a student: which, and what it tells.
type Described<'a> = (usize, &'a Student, ToldHome);

impl Homes {
    pub(super) async fn of(
        lines: &[&CommunicationRow],
        students: &[Uuid],
        work: &mut UnitOfWork<'_>,
    ) -> Result<Self, StoreError> {
        let now = work.now();
        let registered = student::known(work.tx(), students).await?;
        let mut known = told_home::of_students(work.tx(), students).await?;
        let mut described: BTreeMap<Uuid, Vec<Described<'_>>> = BTreeMap::new();
        for (place, (line, id)) in lines.iter().zip(students).enumerate() {
            if let Some(said) = &line.student {
                described.entry(*id).or_default().push((place, said, told(*id, said, line, now)));
            }
        }
        let mut homes = Self { known: registered.keys().copied().collect(), ..Self::default() };
        for (id, said) in described {
            homes.add(id, &said, registered.get(&id), known.remove(&id).unwrap_or_default(), now);
        }
        Ok(homes)
    }

    /// Adds what the lines of a batch say of one student.
    fn add(
        &mut self,
        id: Uuid,
        said: &[Described<'_>],
        registered: Option<&Student>,
        mut all: Vec<ToldHome>,
        now: DateTime<Utc>,
    ) {
        let mut there: HashSet<Uuid> = all.iter().map(|told| told.id).collect();
        for (_, _, told) in said {
            if there.insert(told.id) {
                all.push(told.clone());
                self.told.push(told.clone());
            }
        }
        all.sort_by_key(|told| (told.event_date, told.received_at, told.id));
        let Some((newest, person, _)) =
            said.iter().max_by_key(|(_, _, told)| (told.event_date, told.received_at, told.id))
        else {
            return;
        };
        let before = registered.unwrap_or(person);
        let after = Student { birth_date: birth_date(before, said), ..folded(before, &all) };
        let is_other = |(_, said, _): &&Described<'_>| is_other_identity(said, &after);
        self.other_identities.extend(said.iter().filter(is_other).map(|(place, _, _)| *place));
        let is_changed = registered.is_some_and(|registered| *registered != after);
        if is_changed {
            self.told_by.insert(*newest);
        }
        if registered
            .is_some_and(|known| known.residence != after.residence || known.domicile != after.domicile)
        {
            self.moved.push(id);
        }
        if registered.is_some_and(|known| known.birth_date != after.birth_date) {
            self.born_elsewhen.insert(id);
        }
        if is_changed || registered.is_none() {
            self.known.insert(id);
            self.changed.push(NewStudent { id, student: after, recorded_at: now });
        }
    }
}

/// What a line tells of a student's home.
fn told(id: Uuid, said: &Student, line: &CommunicationRow, now: DateTime<Utc>) -> ToldHome {
    let Attendance { event_date, received_at, .. } = line.attendance;
    ToldHome {
        id: ids::told_home(id, event_date, received_at, said),
        student: id,
        event_date,
        received_at: received_at.unwrap_or(now),
        residence: said.residence.clone(),
        domicile: said.domicile.clone(),
        address: said.address.clone(),
        phone: said.phone.clone(),
    }
}

/// A student with the home of all that was told, oldest first. What nothing gives stays as it was.
fn folded(before: &Student, told: &[ToldHome]) -> Student {
    let newest_first = || told.iter().rev();
    Student {
        residence: newest_first()
            .next()
            .map_or_else(|| before.residence.clone(), |told| told.residence.clone()),
        domicile: newest_first().find_map(|told| told.domicile.clone()).or_else(|| before.domicile.clone()),
        address: newest_first().find_map(|told| told.address.clone()).or_else(|| before.address.clone()),
        phone: newest_first().find_map(|told| told.phone.clone()).or_else(|| before.phone.clone()),
        ..before.clone()
    }
}

/// The registered birth date, unless it does not fit the tax code and a line gives one that does.
fn birth_date(before: &Student, said: &[Described<'_>]) -> Redacted<NaiveDate> {
    let registered = *before.birth_date.expose();
    let fits = |date: &NaiveDate| fits(&before.tax_code, *date);
    let fitting = || said.iter().map(|(_, said, _)| *said.birth_date.expose()).find(fits);
    Redacted::new(if fits(&registered) { registered } else { fitting().unwrap_or(registered) })
}

/// Whether a tax code can be of somebody born on a day.
fn fits(tax_code: &TaxCode, date: NaiveDate) -> bool {
    tax_code.birth_date_hint(date) == Some(date)
}

/// Whether two entries of one tax code seem to be about two people, but for capitals.
fn is_other_identity(said: &Student, known: &Student) -> bool {
    let plain = |name: &Redacted<String>| name.expose().to_lowercase();
    plain(&said.first_name) != plain(&known.first_name)
        || plain(&said.last_name) != plain(&known.last_name)
        || said.birth_date != known.birth_date
}
