// SPDX-License-Identifier: EUPL-1.2
//! Schools and vocational training schools: brought up to date by their codes.

use campanella_domain::ars::School;
use campanella_runtime::UnitOfWork;
use campanella_store::{StoreError, ars::school};

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
        Ok(first_counts(lines, verdicts).into())
    }
}
