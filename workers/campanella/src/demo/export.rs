// SPDX-License-Identifier: EUPL-1.2
//! The population as an office would have it: the files `campanella import` takes.
//!
//! What officers decide is in no file, and neither are changes of data and observations: an import brings facts of the kinds
//! it knows.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context as _, Result};
use campanella_domain::{ardis::Application, ars::Student, identity::InstanceNumber};
use campanella_formats::{
    AttestationRow, ClassListRow, CommunicationRow, Draft, Record, SelfCertificationRow, Writer, writer,
};
use uuid::Uuid;

use super::population::{IseeRow, Population, StudentCommunication, Tick, notes};

type Output<R> = Writer<R, BufWriter<File>>;

/// Writes one file a kind into `folder`, over those of an earlier year.
///
/// # Errors
/// A file cannot be written.
pub fn export(population: &Population, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    all(folder, population.municipalities())?;
    all(folder, population.centres().iter().map(|centre| &centre.cpi))?;
    all(folder, population.catchments())?;
    all(folder, population.schools())?;
    let mut year = Year::begin(folder)?;
    for tick in population.ticks() {
        year.take(&tick?)?;
    }
    year.end(folder)
}

/// The file of a kind, empty.
fn file<R: Record>(folder: &Path) -> Result<Output<R>> {
    let path = folder.join(R::KIND.file_name());
    let file = File::create(&path).with_context(|| format!("il file {} non si scrive", path.display()))?;
    Ok(writer(BufWriter::new(file)))
}

/// The file of a kind, with all its records.
fn all<'a, R: Record + 'a>(folder: &Path, records: impl IntoIterator<Item = &'a R>) -> Result<()> {
    let mut output = file(folder)?;
    for record in records {
        output.write(record)?;
    }
    flushed(output)
}

fn flushed<R: Record>(output: Output<R>) -> Result<()> {
    output.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    Ok(())
}

/// What arrives during the year.
struct Year {
    class_lists: Output<ClassListRow>,
    communications: Output<CommunicationRow>,
    applications: Output<Application>,
    attestations: Output<AttestationRow>,
    drafts: Output<Draft>,
    /// Who was entered, for the communications that follow: some hundred bytes a student, 22,000 a unit of scale.
    students: HashMap<Uuid, Student>,
    numbers: HashMap<Uuid, InstanceNumber>,
    /// Each form once, as the last check left it: when that was is in it, so that nothing is known too early.
    forms: BTreeMap<Uuid, SelfCertificationRow>,
}

impl Year {
    fn begin(folder: &Path) -> Result<Self> {
        Ok(Self {
            class_lists: file(folder)?,
            communications: file(folder)?,
            applications: file(folder)?,
            attestations: file(folder)?,
            drafts: file(folder)?,
            students: HashMap::new(),
            numbers: HashMap::new(),
            forms: BTreeMap::new(),
        })
    }

    fn take(&mut self, tick: &Tick) -> Result<()> {
        self.students.extend(tick.students.iter().map(|pupil| (pupil.id, pupil.student.clone())));
        for sent in &tick.communications {
            self.communication(sent)?;
        }
        for (id, application) in &tick.applications {
            self.numbers.insert(*id, application.instance_number);
            self.applications.write(application)?;
        }
        for row in &tick.drafts {
            self.drafts.write(&Draft {
                instance_number: row.instance_number,
                applicant_email: row.mailbox.clone(),
                started_at: row.started_at,
            })?;
        }
        for row in &tick.isee {
            self.attestations.write(&attestation(row))?;
        }
        for row in &tick.self_certifications {
            let instance_number =
                *self.numbers.get(&row.application).context("a form without application")?;
            self.forms.insert(row.id, SelfCertificationRow { instance_number, form: row.form.clone() });
        }
        Ok(())
    }

    fn communication(&mut self, sent: &StudentCommunication) -> Result<()> {
        let student = self.students.get(&sent.student).context("a communication about nobody")?;
        let notes = notes(&sent.communication).map(|notes| notes.to_owned().into());
        let row = CommunicationRow::of(student, &sent.communication, notes);
        match row.class_list() {
            Some(row) => self.class_lists.write(&row)?,
            None => self.communications.write(&row)?,
        }
        Ok(())
    }

    fn end(self, folder: &Path) -> Result<()> {
        flushed(self.class_lists)?;
        flushed(self.communications)?;
        flushed(self.applications)?;
        flushed(self.attestations)?;
        flushed(self.drafts)?;
        all(folder, self.forms.values())
    }
}

fn attestation(row: &IseeRow) -> AttestationRow {
    let said = &row.attestation;
    AttestationRow {
        protocol: row.protocol.clone().map(Into::into),
        student: row.student.clone(),
        kind: said.kind,
        dsu_signed_at: said.dsu_signed_at,
        issued_at: said.issued_at,
        valid_year: said.valid_year,
        isee: said.isee,
        annotation: said.annotation,
        available_at: Some(said.available_at),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use campanella_domain::ars::{Catchment, Municipality, School};
    use campanella_formats::{Kind, Reader};

    use super::*;

    /// The records of a file, none of which may be rejected.
    fn read<R: Record>(folder: &Path) -> Vec<R> {
        let file = File::open(folder.join(R::KIND.file_name())).unwrap();
        Reader::new(file).unwrap().map(|line| line.unwrap().record).collect()
    }

    #[test]
    fn every_fact_of_the_population_is_in_a_file_and_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let population = Population::generate(3, 1).unwrap();
        export(&population, folder.path()).unwrap();
        let folder = folder.path();
        for kind in Kind::ALL {
            assert!(folder.join(kind.file_name()).is_file(), "{kind}");
        }
        assert_eq!(read::<Municipality>(folder), population.municipalities());
        assert_eq!(read::<Catchment>(folder), population.catchments());
        assert_eq!(read::<School>(folder), population.schools());
        let mut applications: Vec<Application> =
            population.households().map(|household| household.unwrap().application).collect();
        let mut read_back: Vec<Application> = read(folder);
        applications.sort_by_key(|application| application.instance_number);
        read_back.sort_by_key(|application| application.instance_number);
        assert_eq!(read_back, applications);
        let ticks: Vec<Tick> = population.ticks().map(Result::unwrap).collect();
        let communications: usize = ticks.iter().map(|tick| tick.communications.len()).sum();
        let (class_lists, others) = (read::<ClassListRow>(folder), read::<CommunicationRow>(folder));
        assert_eq!(class_lists.len() + others.len(), communications);
        assert!(class_lists.len() >= 20_000 && others.len() >= 3_400);
        let drafts: usize = ticks.iter().map(|tick| tick.drafts.len()).sum();
        assert!(drafts > 40, "{drafts}");
        assert_eq!(read::<Draft>(folder).len(), drafts);
        let isee: usize = ticks.iter().map(|tick| tick.isee.len()).sum();
        assert_eq!(read::<AttestationRow>(folder).len(), isee);
        let forms: BTreeSet<Uuid> =
            ticks.iter().flat_map(|tick| &tick.self_certifications).map(|row| row.id).collect();
        assert_eq!(read::<SelfCertificationRow>(folder).len(), forms.len());
    }
}
