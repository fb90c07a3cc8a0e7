// SPDX-License-Identifier: EUPL-1.2
//! The year as a person can follow it, in Italian.

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_domain::{
    civil::{italian, term::Term, zone::date_of},
    mail::MailTemplate,
};
use campanella_store::{Store, Tx, ars::period, notification, occurrence::OccurrenceRow};
use chrono::{DateTime, Datelike as _, Months, NaiveDate, TimeDelta, Utc};

use super::{
    expectation::Stage,
    population::calendar::{
        self, CLOSING_SECOND, DSU_TERM, END_OF_JANUARY, LAST_DAY, LAST_SECOND, OBSERVATION_REMINDER_SECOND,
        OBSERVATION_TERM, REGULARISATION_TERM,
    },
    publication,
    stages::Reached,
};
use crate::wording::number;

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When, in business time.
    pub at: DateTime<Utc>,
    /// What happened, in Italian.
    pub says: String,
}

impl Moment {
    /// The civil date, «giovedì 20 novembre 2025».
    #[must_use]
    pub fn date(&self) -> String {
        italian::long_date(date_of(self.at))
    }
}

/// The moments of a year, in order.
///
/// # Errors
/// Any store error.
pub(super) async fn moments(
    store: &Store,
    occurrences: &[OccurrenceRow],
    stages: &BTreeMap<Stage, Reached>,
) -> Result<Vec<Moment>> {
    let mut tx = store.read().await?;
    let mut moments = Vec::new();
    let mut reminders: BTreeMap<String, usize> = BTreeMap::new();
    for template in REMINDERS.map(|(_, template, ..)| template) {
        for (_, key, _) in notification::keys(&mut tx, template).await? {
            // The key ends with the civil time of the occurrence.
            let civil = key.get(key.len().saturating_sub(CIVIL_LENGTH)..).unwrap_or_default();
            *reminders.entry(format!("{template} {civil}")).or_default() += 1;
        }
    }
    moments.extend(occurrences.iter().filter_map(|row| reminder(row, &reminders)));
    for (stage, reached) in stages {
        moments.push(Moment { at: reached.at, says: reading(*stage, reached) });
    }
    for (at, template, [before, after]) in told() {
        let count = notification::keys(&mut tx, template).await?.len();
        moments.push(Moment { at, says: format!("{before}{}{after}", number(count)) });
    }
    moments.extend(months(&period::dates(&mut tx).await?));
    moments.push(told_of_cases(&mut tx).await?);
    // Stable: what shares an instant stays in the order in which it happened.
    moments.sort_by_key(|moment| moment.at);
    Ok(moments)
}

/// What is told besides reminders: in all, on the day on which most of it was.
fn told() -> [(DateTime<Utc>, MailTemplate, [&'static str; 2]); 8] {
    let evening = |day| calendar::at(day, calendar::LAST_SECOND);
    [
        (
            calendar::at(DSU_TERM, CLOSING_SECOND),
            MailTemplate::ArdisConfirmation,
            ["chiuse le domande; confermate per e-mail, con le poche arrivate dopo: ", ""],
        ),
        (
            evening(REGULARISATION_TERM),
            MailTemplate::ArdisAnnotation,
            [
                "avvisate per cortesia, dall'apertura a oggi, ",
                " famiglie: l'ISEE riporta omissioni o difformità",
            ],
        ),
        (
            evening(REGULARISATION_TERM),
            MailTemplate::ArdisSelfCertificationReceived,
            ["ricevute date, anche nei giorni seguenti, di ", " autocertificazioni"],
        ),
        (
            evening(END_OF_JANUARY),
            MailTemplate::ArdisDataChanged,
            ["ricevute date nel mese di ", " variazioni di indirizzo o di conto"],
        ),
        (
            publication::moment(),
            MailTemplate::ArdisProvisionalList,
            ["avvisati per e-mail ", " richiedenti: l'elenco provvisorio è pubblicato"],
        ),
        (
            calendar::at(OBSERVATION_TERM - TimeDelta::days(3), OBSERVATION_REMINDER_SECOND),
            MailTemplate::ArdisObservationsEnding,
            ["promemoria a ", " famiglie: il termine per le osservazioni finisce"],
        ),
        (
            evening(OBSERVATION_TERM + TimeDelta::days(3)),
            MailTemplate::ArdisObservationReceived,
            ["ricevute date, nel termine e dopo, di ", " osservazioni"],
        ),
        (
            publication::final_moment(),
            MailTemplate::ArdisFinalList,
            ["avvisati per e-mail ", " richiedenti: l'elenco definitivo è pubblicato"],
        ),
    ]
}

/// At the end of each month, how many drop-outs it saw and how many periods ended, by a return or otherwise.
fn months(periods: &[(NaiveDate, Option<NaiveDate>)]) -> Vec<Moment> {
    let mut months: BTreeMap<(i32, u32), (usize, usize)> = BTreeMap::new();
    for (opened, closed) in periods {
        months.entry((opened.year(), opened.month())).or_default().0 += 1;
        if let Some(closed) = closed {
            months.entry((closed.year(), closed.month())).or_default().1 += 1;
        }
    }
    months
        .into_iter()
        .filter_map(|((year, month), (opened, closed))| {
            let last =
                NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()?;
            let says =
                format!("nel mese abbandoni segnalati: {}; casi chiusi: {}", number(opened), number(closed));
            Some(Moment { at: Term::end_of_day(last).instant() - TimeDelta::seconds(1), says })
        })
        .collect()
}

/// Length of `2025-11-13T09:00:00`.
const CIVIL_LENGTH: usize = 19;

/// Schedules whose reminders are told: what leaves, to so many of whom.
const REMINDERS: [(&str, MailTemplate, &str, &str); 7] = [
    (
        "ars-iefp-class-lists-reminder",
        MailTemplate::ArsIefpDeadline,
        "promemoria a",
        "scuole con percorsi IeFP: mancano gli elenchi di classe",
    ),
    (
        "ars-iefp-class-lists-overdue",
        MailTemplate::ArsIefpOverdue,
        "avviso a",
        "scuole con percorsi IeFP: elenchi di classe in ritardo",
    ),
    (
        "ars-first-months-reminder",
        MailTemplate::ArsFirstMonths,
        "promemoria a",
        "scuole: abbandoni dei primi due mesi",
    ),
    (
        "ars-march-15-reminder",
        MailTemplate::ArsMarch15,
        "promemoria a",
        "scuole e CPI: ritiri prima e dopo il 15 marzo",
    ),
    (
        "ardis-draft-reminder",
        MailTemplate::ArdisDraft,
        "promemoria a",
        "famiglie: la domanda è iniziata e non trasmessa",
    ),
    ("ardis-dsu-reminder", MailTemplate::ArdisDsuMissing, "promemoria a", "famiglie: manca la DSU"),
    (
        "ardis-regularisation-reminder",
        MailTemplate::ArdisRegularisation,
        "promemoria a",
        "famiglie: l'attestazione ISEE è da regolarizzare",
    ),
];

fn reminder(row: &OccurrenceRow, reminders: &BTreeMap<String, usize>) -> Option<Moment> {
    let (_, template, what, to) = REMINDERS.into_iter().find(|(schedule, ..)| *schedule == row.schedule)?;
    let count = reminders.get(&format!("{template} {}", row.civil)).copied().unwrap_or_default();
    Some(Moment { at: row.due_at, says: format!("{what} {} {to}", number(count)) })
}

/// At the end of the year, what schools and CPI were told of single communications and cases.
async fn told_of_cases(tx: &mut Tx) -> Result<Moment> {
    const TOLD: [(MailTemplate, &str); 7] = [
        (MailTemplate::ArsCommunicationRejected, "comunicazioni da correggere"),
        (MailTemplate::ArsCommunicationParked, "abbandoni in attesa dell'inserimento"),
        (MailTemplate::ArsOwnershipMoved, "passaggi tra istituti"),
        (MailTemplate::ArsReturnByCpi, "rientri inseriti dal CPI"),
        (MailTemplate::ArsReturnNotEntered, "rientri sollecitati alla scuola"),
        (MailTemplate::ArsStudentOfAge, "allievi maggiorenni con caso aperto"),
        (MailTemplate::ArsCaseDigest, "riepiloghi di casi non presi in carico"),
    ];
    let mut counts = Vec::new();
    for (template, words) in TOLD {
        counts.push(format!("{words} {}", number(notification::keys(tx, template).await?.len())));
    }
    let says = format!("avvisi dell'anno a scuole e CPI: {}", counts.join(", "));
    Ok(Moment { at: calendar::at(LAST_DAY, LAST_SECOND), says })
}

fn reading(stage: Stage, reached: &Reached) -> String {
    let (admitted, excluded) = (number(reached.admitted), number(reached.excluded));
    let pending = number(reached.pending);
    let counts = format!("{admitted} ammesse, {excluded} escluse, {pending} in sospeso");
    match stage {
        Stage::AfterDsuTerm => format!("è passato il termine per la DSU: {counts}"),
        Stage::AfterRegularisationTerm => format!("è passato il termine per regolarizzare l'ISEE: {counts}"),
        Stage::InApril => format!("istruttoria conclusa, prima delle decisioni dell'ufficio: {counts}"),
        Stage::Concluded => format!("esaminate le osservazioni: {admitted} ammesse, {excluded} escluse"),
        Stage::Published => format!("decisioni dell'ufficio prese: {admitted} ammesse, {excluded} escluse"),
    }
}
