// SPDX-License-Identifier: EUPL-1.2
//! Applications begun and not transmitted (*bozze*, ARD-043): brought up to date by their number. Nothing follows from one
//! at once: who forgot the last step is reminded when the time comes.

use campanella_domain::ids;
use campanella_formats::Draft;
use campanella_runtime::UnitOfWork;
use campanella_store::{StoreError, ardis::draft};
use uuid::Uuid;

use super::{
    load::{Load, Loaded, People, Verdict, compared},
    place::{first_counts, news},
};

impl Load for Draft {
    fn key(&self) -> Option<String> {
        Some(self.instance_number.to_string())
    }

    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let id = |line: &Self| ids::application(line.instance_number);
        let ids: Vec<Uuid> = lines.iter().map(|line| id(line)).collect();
        let known = draft::known(work.tx(), &ids).await?;
        let row = |known: &draft::Draft| Self {
            instance_number: known.instance_number,
            applicant_email: known.mailbox.clone(),
            started_at: known.started_at,
        };
        let verdicts: Vec<Verdict> =
            lines.iter().map(|line| compared(known.get(&id(line)).map(row).as_ref(), *line)).collect();
        let drafts: Vec<draft::Draft> = news(lines, &verdicts)
            .into_iter()
            .map(|line| draft::Draft {
                id: id(&line),
                instance_number: line.instance_number,
                mailbox: line.applicant_email,
                started_at: line.started_at,
            })
            .collect();
        draft::upsert(work.tx(), &drafts).await?;
        Ok(first_counts(lines, verdicts).into())
    }
}
