// SPDX-License-Identifier: EUPL-1.2
//! Schools and vocational training schools: brought up to date by their codes. One that was in no list while others
//! communicated about its students is told now what it was owed.

use campanella_domain::{ars::School, identity::SchoolCode};
use campanella_messages::{ArsFindingRecorded, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{communication, school},
};

use super::{
    load::{Load, Loaded, People, Verdict, compared},
    place::{first_counts, news},
};

impl Load for School {
    fn key(&self) -> Option<String> {
        Some(self.code.to_string())
    }

    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let codes: Vec<_> = lines.iter().map(|line| &line.code).collect();
        let known = school::known(work.tx(), &codes).await?;
        let verdicts: Vec<Verdict> = lines.iter().map(|line| compared(known.get(&line.code), line)).collect();
        school::upsert(work.tx(), &news(lines, &verdicts)).await?;
        // What it was owed while it was in no list: who was told already is not told again.
        let is_new = |(_, verdict): &(&&Self, &Verdict)| **verdict == Verdict::New;
        let new: Vec<&SchoolCode> =
            lines.iter().zip(&verdicts).filter(is_new).map(|(line, _)| &line.code).collect();
        for student in communication::students_to_tell_of(work.tx(), &new).await? {
            work.emit(&ArsFindingRecorded { student }, Cause::First);
        }
        Ok(first_counts(lines, verdicts).into())
    }
}
