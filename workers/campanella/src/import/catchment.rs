// SPDX-License-Identifier: EUPL-1.2
//! Catchments: which CPI is competent for a municipality (ARS-049), brought up to date by the municipality.
//!
//! A case that has its CPI keeps it; the open ones without are looked at again. A municipality or a CPI that is not there is
//! refused, not invented: a slip in a code would send cases nowhere.

use std::collections::HashSet;

use campanella_domain::{
    ars::Catchment,
    identity::{CpiCode, MunicipalityCode},
};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ars::{cpi, municipality},
};

use super::{
    load::{Load, Loaded, People, Verdict, compared, refused},
    place::{first_counts, look_again, news},
};

impl Load for Catchment {
    fn key(&self) -> Option<String> {
        Some(self.municipality.to_string())
    }

    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let places: Vec<&MunicipalityCode> = lines.iter().map(|line| &line.municipality).collect();
        let centres: Vec<&CpiCode> = lines.iter().map(|line| &line.cpi).collect();
        let there: HashSet<MunicipalityCode> =
            municipality::known(work.tx(), &places).await?.into_keys().collect();
        let centres: HashSet<CpiCode> = cpi::known(work.tx(), &centres).await?.into_keys().collect();
        let known = cpi::known_catchments(work.tx(), &places).await?;
        let verdict = |line: &&Self| {
            if !there.contains(&line.municipality) {
                no_municipality()
            } else if !centres.contains(&line.cpi) {
                no_cpi()
            } else {
                compared(known.get(&line.municipality), *line)
            }
        };
        let verdicts: Vec<Verdict> = lines.iter().map(verdict).collect();
        let news: Vec<Self> = news(lines, &verdicts);
        cpi::upsert_catchments(work.tx(), &news).await?;
        look_again(news.iter().map(|line| &line.municipality), work).await?;
        Ok(first_counts(lines, verdicts).into())
    }
}

fn no_municipality() -> Verdict {
    refused(
        "municipality",
        "il comune non è nell'elenco dei comuni",
        "controllare il codice ISTAT, o importare prima i comuni («municipalities»)",
    )
}

fn no_cpi() -> Verdict {
    refused(
        "cpi_code",
        "il CPI non è nell'elenco dei CPI",
        "controllare il codice, o importare prima i centri per l'impiego («cpi»)",
    )
}
