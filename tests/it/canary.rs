// SPDX-License-Identifier: EUPL-1.2
//! After a year nothing personal stands where it does not belong.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use campanella_domain::procedure::ArdisProcedure;
use campanella_runtime::metrics::Backlog;
use campanella_tests::{Family, Mail, Pupil, World};

use crate::{canaries::Canaries, year::undisturbed};

#[test]
fn what_is_looked_for_is_found_where_it_belongs() -> Result<()> {
    let database = std::fs::read(undisturbed()?.year.data().join("campanella.db"))?;
    let canaries = Canaries::of_the_year()?;
    let mut kinds = BTreeSet::new();
    // The first megabytes do: the rest of the database is as personal.
    for part in database.chunks(1 << 20) {
        kinds.extend(canaries.found_in(part).into_keys());
        if kinds.len() == 5 {
            break;
        }
    }
    assert_eq!(Vec::from_iter(kinds), ["code", "mailbox", "name", "phone", "street"]);
    Ok(())
}

#[test]
fn ard_109_nothing_personal_stands_in_the_queue_file_or_in_logs() -> Result<()> {
    let year = &undisturbed()?.year;
    let canaries = Canaries::of_the_year()?;
    canaries.assert_none_on_the_queue(&year.data())?;
    let log = std::fs::read(year.log())?;
    assert!(log.len() > 100_000, "everything is logged: {} bytes", log.len());
    canaries.assert_none_in("the log", &log);
    canaries.assert_none_in("the report", undisturbed()?.report.to_string().as_bytes());
    Ok(())
}

/// A text with every instance and case number replaced, and without the line that says when something was received.
fn without_numbers(text: &str) -> String {
    let word = |word: &str| {
        let is_number = word.starts_with("ARS-") || word.starts_with("2025-0");
        if is_number { "#".to_owned() } else { word.to_owned() }
    };
    let lines = text.split_inclusive('\n').filter(|line| !line.contains("(ora italiana)"));
    lines.flat_map(|line| line.split_inclusive([' ', '\n', '<', '>', '"'])).map(word).collect()
}

#[test]
fn ard_047_thousands_of_mails_are_a_handful_of_texts_and_a_number_each() -> Result<()> {
    let mails = Mail::all_in(&undisturbed()?.year.data().join("mail"))?;
    assert!(mails.len() > 6_000, "{}", mails.len());
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // Those about a communication say its type, its dates and what it lacks besides its number; a digest has several numbers.
    let about_one =
        |mail: &&Mail| !mail.text.contains("COM-") && !mail.subject.contains("da prendere in carico");
    for mail in mails.iter().filter(about_one) {
        let same = [&mail.text, &mail.html].map(|part| without_numbers(part)).concat();
        texts.entry(without_numbers(&mail.subject)).or_default().insert(same);
    }
    // What is the same for everybody says nothing about anybody.
    let distinct: usize = texts.values().map(BTreeSet::len).sum();
    assert!(distinct <= 50, "{distinct} texts: {:?}", texts.keys());

    let procedure = ArdisProcedure::embedded()?;
    let about_the_list: Vec<&Mail> =
        mails.iter().filter(|mail| mail.subject.starts_with("Elenchi provvisori")).collect();
    assert_eq!(about_the_list.len(), 2_000);
    for mail in about_the_list {
        assert!(mail.text.contains(&procedure.links.lists), "{}", mail.text);
        for word in ["ammess", "esclus", "ISEE"] {
            assert!(!mail.text.contains(word), "the outcome is for the list to tell: {}", mail.text);
        }
    }
    Ok(())
}

#[tokio::test]
async fn metrics_name_workers_and_queues_and_nobody_else() -> Result<()> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let (family, pupil) = (Family::number(1)?.that_will_sign_the_dsu(), Pupil::number(1)?);
    world.receive_application(&family).await?;
    world.report_drop_out(&pupil, "2025-10-20".parse()?).await?;
    world.advance_to("2025-11-21T08:00:00").await?;
    let queues = world.workforce.bus.stats().await?;
    let queues: Vec<_> = queues.into_iter().map(|queue| (queue.queue, 0, Some(0))).collect();
    world.workforce.metrics.set_backlog(Some(Backlog::default()));
    world.workforce.metrics.set_queues(&queues);
    let text = world.workforce.metrics.render();
    assert!(text.contains("registry") && text.contains("isee-exclusions"), "{text}");
    let application = &family.application;
    for personal in [
        family.mailbox(),
        application.applicant.expose(),
        application.student.expose(),
        &application.instance_number.to_string(),
        pupil.student.student.tax_code.expose(),
        pupil.student.student.last_name.expose(),
        "mestre@cpi.example",
    ] {
        assert!(!text.contains(personal), "{personal}");
    }
    Ok(())
}
