// SPDX-License-Identifier: EUPL-1.2
//! Applications (*domande*): what was transmitted is never changed by a file.
//!
//! The file holds no time at which we learned of one: an application was in the portal's hands since it was submitted, and
//! counts as known since then (OQ-B19 looks at it where there are two for one student).

use campanella_domain::{ardis::Application, ids};
use campanella_messages::{ArdisApplicationRecorded, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ardis::application::{self, NewApplication},
};
use uuid::Uuid;

use super::load::{Contradiction, Load, Loaded, People, others, verdicts, written};

const CONTRADICTION: Contradiction<'static> = Contradiction {
    what: "la domanda",
    remedy: "controllare il numero di istanza: una domanda trasmessa non si cambia con un'importazione",
    ignored: &[],
};

impl Load for Application {
    async fn load(lines: &[&Self], _: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let ids: Vec<Uuid> = lines.iter().map(|line| ids::application(line.instance_number)).collect();
        let new: Vec<NewApplication> = lines
            .iter()
            .zip(&ids)
            .map(|(line, id)| NewApplication {
                id: *id,
                application: (*line).clone(),
                recorded_at: line.submitted_at,
            })
            .collect();
        let inserted = application::insert(work.tx(), &new).await?;
        let written = written(&ids, &inserted);
        for (application, _) in ids.iter().zip(&written).filter(|(_, written)| **written) {
            work.emit(&ArdisApplicationRecorded { application: *application }, Cause::First);
        }
        let known = application::known(work.tx(), &others(&ids, &written)).await?;
        Ok(verdicts(lines, &ids, &written, &known, |_| &CONTRADICTION).into())
    }
}
