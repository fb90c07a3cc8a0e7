// SPDX-License-Identifier: EUPL-1.2
//! Self-certifications received (ARD-017), and the check of one that was unchecked (OQ-B10).
//!
//! What an officer accepted or rejected is not changed by a file. A line that calls a checked form unchecked is older than
//! the check, and says nothing new. Of two unchecked lines on one form the better identity document counts (ARD-019).

use std::collections::{BTreeSet, HashMap, HashSet};

use campanella_domain::{
    ardis::{CheckOutcome, SelfCertification},
    ids,
};
use campanella_formats::SelfCertificationRow;
use campanella_messages::{ArdisIseeRecorded, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ardis::{
        application,
        self_certification::{self, NewSelfCertification},
    },
};
use uuid::Uuid;

use super::load::{Contradiction, Load, Loaded, People, Verdict, refused};

const CONTRADICTION: Contradiction<'static> = Contradiction {
    what: "la verifica dell'autocertificazione",
    remedy: "controllare la riga: l'esito di una verifica non si cambia con un'importazione",
    ignored: &[],
};

impl Load for SelfCertificationRow {
    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let applications: Vec<Uuid> =
            lines.iter().map(|line| ids::application(line.instance_number)).collect();
        let present = application::present(work.tx(), &applications).await?;
        let forms: Vec<NewSelfCertification> = lines
            .iter()
            .zip(&applications)
            .map(|(line, application)| NewSelfCertification {
                id: ids::self_certification(*application, line.form.received_at),
                application: *application,
                self_certification: line.form.clone(),
            })
            .collect();
        let ids: Vec<Uuid> = forms.iter().map(|form| form.id).collect();
        let mut known: HashMap<Uuid, SelfCertification> = self_certification::known(work.tx(), &ids)
            .await?
            .into_iter()
            .map(|(id, form)| (id, form.self_certification))
            .collect();
        let mut verdicts = Vec::with_capacity(lines.len());
        let mut news: HashMap<Uuid, NewSelfCertification> = HashMap::new();
        for (line, form) in lines.iter().zip(forms) {
            let verdict = verdict(line, known.get(&form.id), present.contains(&form.application));
            if verdict.is_news() {
                known.insert(form.id, form.self_certification.clone());
                news.insert(form.id, form);
            }
            verdicts.push(verdict);
        }
        let news: Vec<NewSelfCertification> = news.into_values().collect();
        let changed: HashSet<Uuid> = self_certification::insert(work.tx(), &news).await?;
        let concerned = news.iter().filter(|form| changed.contains(&form.id)).map(|form| form.application);
        for application in concerned.collect::<BTreeSet<Uuid>>() {
            work.emit(&ArdisIseeRecorded { application }, Cause::First);
        }
        Ok(verdicts.into())
    }
}

fn verdict(line: &SelfCertificationRow, known: Option<&SelfCertification>, is_present: bool) -> Verdict {
    if !is_present {
        return refused(
            "instance_number",
            "la domanda non è registrata",
            "importare prima la domanda («applications»), poi di nuovo questa riga",
        );
    }
    let Some(known) = known else { return Verdict::New };
    let unchecked = CheckOutcome::Unchecked;
    match (known.outcome == unchecked, line.form.outcome == unchecked) {
        (true, _) if *known == line.form => Verdict::Known,
        (true, true) if !line.form.identity_document.is_better_than(known.identity_document) => {
            Verdict::Known
        }
        (true, _) => Verdict::Changed,
        (false, true) => Verdict::Known,
        (false, false) => {
            let known = SelfCertificationRow { instance_number: line.instance_number, form: known.clone() };
            CONTRADICTION.verdict(&known, line)
        }
    }
}
