// SPDX-License-Identifier: EUPL-1.2
//! Published lists as an office puts them on its site: numbers and reasons, no names (ARD-047, ARD-071, ARD-085).

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use campanella_domain::{
    ardis::{Cause, CauseFinding, Outcome},
    identity::{InstanceNumber, Money},
    procedure::ArdisProcedure,
};
use campanella_store::{
    Tx,
    ardis::{
        decision,
        published_list::{self, Entry, ListKind, PublishedList},
    },
};
use uuid::Uuid;

use crate::wording;

/// Entries read at once.
const PAGE: i64 = 1_000;

/// Writes two CSV files, the admitted and the excluded, for the newest list of each kind (or of `kind` alone) and returns
/// their paths. An earlier list that was corrected is not written: it counts no more.
///
/// # Errors
/// Any store or file error.
pub(crate) async fn export(
    tx: &mut Tx,
    kind: Option<ListKind>,
    procedure: &ArdisProcedure,
    folder: &Path,
) -> Result<Vec<PathBuf>> {
    let lists = published_list::all(tx).await?;
    let newest =
        |wanted| lists.iter().rfind(|list| list.kind == wanted && kind.is_none_or(|kind| kind == wanted));
    let mut written = Vec::new();
    for list in [ListKind::Provisional, ListKind::Final].into_iter().filter_map(newest) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("non si può creare la cartella «{}»", folder.display()))?;
        let mut files = Files::create(list, folder)?;
        let mut entries = all(tx, list.id).await?;
        let findings = findings(tx, list, &entries, procedure).await?;
        // Ordered by number: the order of the ids would tell the order of arrival.
        entries.sort_by_key(|entry| entry.instance_number);
        for entry in &entries {
            files.write(entry, findings.get(&entry.decision), procedure)?;
        }
        written.extend(files.close()?);
    }
    Ok(written)
}

async fn all(tx: &mut Tx, list: Uuid) -> Result<Vec<Entry>> {
    let (mut after, mut entries) = (None, Vec::new());
    loop {
        let page = published_list::entries(tx, list, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(entries) };
        after = Some(last.application);
        entries.extend(page);
    }
}

/// The causes as they were told when the list came out, where the procedure file is another one by now.
async fn findings(
    tx: &mut Tx,
    list: &PublishedList,
    entries: &[Entry],
    procedure: &ArdisProcedure,
) -> Result<HashMap<Uuid, Vec<CauseFinding>>> {
    let mut found = HashMap::new();
    if list.procedure_version == procedure.version() {
        return Ok(found);
    }
    let excluded: Vec<Uuid> = entries
        .iter()
        .filter(|entry| entry.outcome == Outcome::Excluded)
        .map(|entry| entry.decision)
        .collect();
    for page in excluded.chunks(usize::try_from(PAGE)?) {
        found.extend(decision::findings(tx, page).await?);
    }
    Ok(found)
}

/// «Art. 4, comma 1, lettera c): Omissioni …»
fn reason(cause: Cause, findings: Option<&Vec<CauseFinding>>, procedure: &ArdisProcedure) -> String {
    let told = findings.into_iter().flatten().find(|finding| finding.cause == cause);
    let (citation, reason) = told.map_or_else(
        || {
            let text = procedure.causes.of(cause);
            (&text.citation, &text.reason)
        },
        |finding| (&finding.citation, &finding.reason),
    );
    format!("{citation}: {reason}")
}

struct Files {
    admitted: (PathBuf, csv::Writer<File>),
    excluded: (PathBuf, csv::Writer<File>),
    with_amounts: bool,
}

impl Files {
    fn create(list: &PublishedList, folder: &Path) -> Result<Self> {
        let kind = wording::list(list.kind);
        let open = |outcome: &str, header: &[&str]| -> Result<_> {
            let path = folder.join(format!("elenco-{kind}-{outcome}.csv"));
            let writer = csv::WriterBuilder::new().delimiter(b';').from_path(&path);
            let mut writer = writer.with_context(|| format!("non si può scrivere «{}»", path.display()))?;
            writer.write_record(header)?;
            Ok((path, writer))
        };
        let with_amounts = list.funds.is_some();
        let admitted: &[&str] =
            if with_amounts { &["numero_istanza", "contributo"] } else { &["numero_istanza"] };
        Ok(Self {
            admitted: open("ammesse", admitted)?,
            excluded: open("escluse", &["numero_istanza", "motivo_di_esclusione"])?,
            with_amounts,
        })
    }

    fn write(
        &mut self,
        entry: &Entry,
        findings: Option<&Vec<CauseFinding>>,
        procedure: &ArdisProcedure,
    ) -> Result<()> {
        if entry.outcome == Outcome::Admitted {
            return self.write_admitted(entry.instance_number, entry.amount);
        }
        let reasons: Vec<String> =
            entry.causes.iter().map(|cause| reason(*cause, findings, procedure)).collect();
        self.excluded.1.write_record([entry.instance_number.to_string(), reasons.join("; ")])?;
        Ok(())
    }

    /// An amount as a spreadsheet in Italian reads it: `1095,00`.
    fn write_admitted(&mut self, number: InstanceNumber, amount: Option<Money>) -> Result<()> {
        let amount = amount.map(|amount| amount.plain().replace('.', ",")).unwrap_or_default();
        let record = [number.to_string(), amount];
        let columns = if self.with_amounts { 2 } else { 1 };
        self.admitted.1.write_record(record.iter().take(columns))?;
        Ok(())
    }

    fn close(mut self) -> Result<[PathBuf; 2]> {
        self.admitted.1.flush()?;
        self.excluded.1.flush()?;
        Ok([self.admitted.0, self.excluded.0])
    }
}
