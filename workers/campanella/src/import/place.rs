// SPDX-License-Identifier: EUPL-1.2
//! Municipalities and employment centres (CPI): brought up to date by their codes.

use std::collections::BTreeSet;

use campanella_domain::{
    ars::{Cpi, Municipality},
    identity::MunicipalityCode,
};
use campanella_messages::{ArsStudentAtRisk, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{cpi, municipality, period},
};

use super::load::{Load, Loaded, People, Verdict, compared};

impl Load for Municipality {
    fn key(&self) -> Option<String> {
        Some(self.code.to_string())
    }

    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let codes: Vec<&MunicipalityCode> = lines.iter().map(|line| &line.code).collect();
        let known = municipality::known(work.tx(), &codes).await?;
        let verdicts: Vec<Verdict> = lines.iter().map(|line| compared(known.get(&line.code), line)).collect();
        let news: Vec<Self> = news(lines, &verdicts);
        municipality::upsert(work.tx(), &news).await?;
        // Whether a home lies in the region decides who is competent.
        look_again(news.iter().map(|line| &line.code), work).await?;
        Ok(first_counts(lines, verdicts).into())
    }
}

impl Load for Cpi {
    fn key(&self) -> Option<String> {
        Some(self.code.to_string())
    }

    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let codes: Vec<_> = lines.iter().map(|line| &line.code).collect();
        let known = cpi::known(work.tx(), &codes).await?;
        let verdicts: Vec<Verdict> = lines.iter().map(|line| compared(known.get(&line.code), line)).collect();
        cpi::upsert(work.tx(), &news(lines, &verdicts)).await?;
        Ok(first_counts(lines, verdicts).into())
    }
}

/// The lines that have to be written.
pub(super) fn news<R: Load>(lines: &[&R], verdicts: &[Verdict]) -> Vec<R> {
    let news = lines.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_news());
    news.map(|(line, _)| (*line).clone()).collect()
}

/// Of several lines that say the same, the first alone is news.
pub(super) fn first_counts<R: Load>(lines: &[&R], verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let mut seen = BTreeSet::new();
    let again = |line: &R, verdict: &Verdict| verdict.is_news() && !seen.insert(line.key());
    let mut again = again;
    lines
        .iter()
        .zip(verdicts)
        .map(|(line, verdict)| if again(line, &verdict) { Verdict::Known } else { verdict })
        .collect()
}

/// Has the open cases without a CPI looked at again whose students live in one of these municipalities (ARS-049).
pub(super) async fn look_again(
    municipalities: impl Iterator<Item = &MunicipalityCode>,
    work: &mut UnitOfWork<'_>,
) -> Result<(), StoreError> {
    let municipalities: Vec<&MunicipalityCode> = municipalities.collect();
    if municipalities.is_empty() {
        return Ok(());
    }
    for period in period::without_cpi_in(work.tx(), &municipalities).await? {
        work.emit(&ArsStudentAtRisk { period }, Cause::First);
    }
    Ok(())
}
