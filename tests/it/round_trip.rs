// SPDX-License-Identifier: EUPL-1.2
//! The demo's population as the files of an import, in a new installation: what comes of it is what comes of the facts
//! themselves.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use campanella::{
    demo::{
        export,
        population::{Population, Verdict},
    },
    import::import,
    workforce,
};
use campanella_domain::{
    ars::{Action, Communication, StudentFacts, fold},
    identity::InstanceNumber,
};
use campanella_formats::Kind;
use campanella_jobs::forecast;
use campanella_store::{
    ardis::{
        application,
        decision::{self, Voice},
    },
    ars::{finding, period},
    installation,
};
use campanella_tests::{World, rome};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::year::undisturbed;

/// When everything has arrived.
const JULY: &str = "2026-07-01T00:00:00";
const AFTER_THE_IMPORT: &str = "2026-07-01T00:01:00";
/// Before the list is published.
const APRIL: &str = "2026-04-10T09:00:00";
const AFTER_THE_DSU_TERM: &str = "2025-11-21T00:00:00";
const AFTER_THE_REGULARISATION_TERM: &str = "2025-12-19T00:00:00";
/// More rows than a population of this size has.
const ALL: i64 = 1_000_000;

/// A new installation into which every file was imported, and what followed from it worked off, but for the mails.
async fn imported(population: &Population) -> Result<World> {
    let files = tempfile::tempdir()?;
    export(population, files.path())?;
    let mut world = World::at(JULY).await?.without(&[workforce::MAILER, workforce::SCHEDULER]).await?;
    let mut tx = world.installation.store.begin().await?;
    // So that everybody has the id the population knows them by.
    installation::identity_key(&mut tx, population.identity_key()).await?;
    tx.commit().await?;
    for kind in Kind::ALL {
        let file = files.path().join(kind.file_name());
        let report = import(kind, &file, &world.installation, world.now(), |_| ()).await?;
        assert_eq!(report.refused, 0, "{kind}: {:?}", report.first_refused);
        // What was communicated twice is one line and its repetition, which says when it came again.
        assert_eq!(report.new + report.changed + report.known, report.lines, "{kind}");
        assert!(report.changed == 0 || kind == Kind::Communications, "{kind}: {}", report.changed);
    }
    // The messages of an import are published when the workers next look for what is due.
    world.advance_to(AFTER_THE_IMPORT).await?;
    assert!(world.dead_letters().await?.is_empty());
    Ok(world)
}

/// `excluded E01`
fn said(outcome: &str, causes: impl Iterator<Item = String>) -> String {
    std::iter::once(outcome.to_owned()).chain(causes).collect::<Vec<_>>().join(" ")
}

fn expected(verdict: Verdict) -> String {
    said(verdict.outcome.as_str(), verdict.causes.iter().map(ToString::to_string))
}

/// What the rules say of every application at a moment.
async fn foreseen(world: &World, at: DateTime<Utc>) -> Result<BTreeMap<InstanceNumber, String>> {
    let mut tx = world.read().await?;
    let applications = application::page(&mut tx, None, ALL).await?;
    let forecasts = forecast(&mut tx, &applications, at, &world.installation.procedures.ardis).await?;
    let told = |evaluation: &campanella_domain::ardis::Evaluation| {
        said(evaluation.outcome.as_str(), evaluation.cause_codes().map(|cause| cause.to_string()))
    };
    Ok(forecasts.iter().map(|forecast| (forecast.instance_number, told(&forecast.evaluation))).collect())
}

async fn applications_end_as_their_stories(world: &World, population: &Population) -> Result<()> {
    let after_dsu_term = foreseen(world, rome(AFTER_THE_DSU_TERM)?).await?;
    let after_regularisation = foreseen(world, rome(AFTER_THE_REGULARISATION_TERM)?).await?;
    let in_april = foreseen(world, rome(APRIL)?).await?;
    let decisions = decision::verdicts(&mut world.read().await?, Voice::Workers).await?;
    let decided: BTreeMap<InstanceNumber, String> = decisions
        .into_iter()
        .map(|one| {
            (one.instance_number, said(one.outcome.as_str(), one.causes.iter().map(ToString::to_string)))
        })
        .collect();
    assert!(decided == in_april, "what is recorded is what was foreseen");
    let mut count = 0;
    for household in population.households() {
        let household = household?;
        let (number, ends) = (household.application.instance_number, household.expected);
        if let Some(verdict) = ends.after_dsu_term {
            assert_eq!(after_dsu_term[&number], expected(verdict), "{:?}", household.story);
        }
        let verdict = expected(ends.after_regularisation_term);
        assert_eq!(after_regularisation[&number], verdict, "{:?}", household.story);
        assert_eq!(in_april[&number], expected(ends.in_april), "{:?}", household.story);
        count += 1;
    }
    assert_eq!((count, in_april.len()), (2_000, 2_000));
    Ok(())
}

/// Everything communicated about each student, and when the student was born.
fn communicated(population: &Population) -> Result<BTreeMap<Uuid, (StudentFacts, Vec<Communication>)>> {
    let mut students: BTreeMap<Uuid, (StudentFacts, Vec<Communication>)> = BTreeMap::new();
    for tick in population.ticks() {
        let tick = tick?;
        for pupil in tick.students {
            let facts = StudentFacts { birth_date: *pupil.student.birth_date.expose() };
            students.entry(pupil.id).or_insert((facts, Vec::new()));
        }
        for sent in tick.communications {
            let (_, all) = students.get_mut(&sent.student).context("a student")?;
            all.push(sent.communication);
        }
    }
    Ok(students)
}

/// A period without what the register adds: student, ordinal, the report that opened it, its day, the end.
type Told = (Uuid, u32, Uuid, NaiveDate, Option<(NaiveDate, String)>);

/// What a register tells about all students.
#[derive(Default)]
struct Register {
    periods: BTreeSet<Told>,
    /// Communication and code.
    findings: BTreeSet<(Uuid, String)>,
}

/// As the rules tell it of the facts themselves.
fn told_by_the_facts(world: &World, population: &Population) -> Result<Register> {
    let mut register = Register::default();
    for (student, (facts, all)) in communicated(population)? {
        let state = fold(&facts, &all, &world.installation.procedures.ars.rules);
        register.periods.extend(state.periods.into_iter().map(|period| {
            let end = period.closed.map(|closed| (closed.on, format!("{:?}", closed.ending)));
            (student, period.ordinal, period.opened_by, period.opened_on, end)
        }));
        let findings = state.findings.iter();
        register.findings.extend(findings.map(|found| (found.communication, found.kind.code().to_owned())));
    }
    Ok(register)
}

async fn periods_and_findings_are_those_of_the_facts(world: &World, population: &Population) -> Result<()> {
    let Register { periods, findings } = told_by_the_facts(world, population)?;
    let mut tx = world.read().await?;
    let students: Vec<Uuid> = communicated(population)?.into_keys().collect();
    let recorded: BTreeSet<Told> = period::of_students(&mut tx, &students)
        .await?
        .into_values()
        .flatten()
        .map(|period| {
            let end = period.closed_on.zip(period.ending).map(|(on, ending)| (on, format!("{ending:?}")));
            (period.student, period.ordinal, period.opened_by, period.opened_on, end)
        })
        .collect();
    assert!(!periods.is_empty() && recorded == periods, "the periods differ");
    let actions = [Action::Rejected, Action::Parked, Action::Flagged, Action::Noted];
    let filter = finding::Filter { actions: &actions, ..finding::Filter::default() };
    let found = finding::page(&mut tx, filter, None, ALL).await?;
    let recorded: BTreeSet<(Uuid, String)> =
        found.into_iter().map(|found| (found.communication, found.code)).collect();
    assert!(!findings.is_empty() && recorded == findings, "the findings differ");
    Ok(())
}

async fn cases_end_as_their_stories(world: &World, population: &Population) -> Result<()> {
    let mut tx = world.read().await?;
    for drop_out in population.drop_outs() {
        let drop_out = drop_out?;
        let mut cases = period::of_students(&mut tx, &[drop_out.student.id]).await?;
        let mut cases = cases.remove(&drop_out.student.id).unwrap_or_default();
        cases.sort_by_key(|case| case.ordinal);
        // Whoever learns everything at once never opens a case that turns out to have been none.
        let expected: Vec<_> = drop_out.periods.iter().filter(|period| !period.is_annulled).collect();
        assert_eq!(cases.len(), expected.len(), "{:?}", drop_out.story);
        for (case, expected) in cases.iter().zip(expected) {
            assert_eq!(case.state.code(), expected.state().as_str(), "{:?}", drop_out.story);
            // For a period that was over before it was learned of, no CPI was looked for.
            if !expected.is_closed {
                assert_eq!(case.cpi, expected.centre, "{:?}", drop_out.story);
            }
        }
    }
    Ok(())
}

#[test]
fn a_demo_leaves_its_population_as_the_files_of_an_import() -> Result<()> {
    let folder = undisturbed()?.year.data().join("importazione");
    for kind in Kind::ALL {
        assert!(folder.join(kind.file_name()).is_file(), "{kind}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_population_exported_and_imported_comes_to_the_same_outcomes() -> Result<()> {
    let population = Population::generate(2025, 1)?;
    let world = imported(&population).await?;
    applications_end_as_their_stories(&world, &population).await?;
    periods_and_findings_are_those_of_the_facts(&world, &population).await?;
    cases_end_as_their_stories(&world, &population).await
}
