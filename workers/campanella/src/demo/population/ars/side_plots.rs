// SPDX-License-Identifier: EUPL-1.2
//! Plots in which communications are incomplete, out of order, doubled or contradict each other, and those that open no case.

use anyhow::{Context, Result};
use campanella_domain::ars::{Communication, CommunicationKind as Kind, DropOutKind};
use campanella_domain::civil::zone::date_of;

use super::super::calendar::{FIRST_DAY, FIRST_DAY_OF_LESSONS, date, days_after};
use super::communications::Sender;
use super::expected::ExpectedNotice;
use super::plots::{drops_out, incomplete_entry, reports};
use super::script::Script;
use super::story::DropOutStory as Story;
use super::timeline::{Event, Timeline, event, kind_on};

pub(super) fn play(script: &mut Script<'_>, story: Story, timeline: &Timeline) -> Result<()> {
    let report = timeline.drop_out;
    match story {
        Story::ReportIsSentTwice | Story::SecondSchoolReportsToo | Story::SecondSchoolIsNotOwner => {
            reported_twice(script, story, report)
        }
        Story::ReportComesBeforeEntry | Story::EntryIsCompletedLater | Story::EntryIsNeverCompleted => {
            waits_for_entry(script, story, report);
            Ok(())
        }
        Story::ReturnComesBeforeReport => returns_first(script, story, timeline),
        Story::IsReportedThoughEducatedAtHome | Story::HomeEducationIsLearnedLate | Story::CaseReopens => {
            home_education(script, story, report);
            Ok(())
        }
        Story::TransfersToIefp | Story::TransfersFromIefp | Story::DropsOutThenTransfers => {
            transfers(script, story, report)
        }
        Story::IsOnlyInClassZero => class_zero(script),
        _ => {
            opens_nothing(script, story, report);
            Ok(())
        }
    }
}

/// One communication that is kept, noted or shown to a person, and opens no case.
fn opens_nothing(script: &mut Script<'_>, story: Story, report: Event) {
    let (kind, code) = match story {
        Story::MovesBetweenOrdinaryCourses => (Kind::OrdinaryTransfer, "transfer-not-needed"),
        Story::IsEducatedAtHome => (Kind::HomeEducation, "not-a-drop-out"),
        Story::FailsAndGoesOn => (Kind::NegativeOutcomeContinuing, "not-a-drop-out"),
        _ => (Kind::Other("sospensione dalle lezioni".to_owned()), "unknown-kind"),
    };
    let said = script.say(kind, report);
    script.finds(said.id, code);
}

/// One case, whatever else is reported about the student (`ARS-050`).
fn reported_twice(script: &mut Script<'_>, story: Story, report: Event) -> Result<()> {
    let reported = drops_out(script, story, report);
    if story == Story::ReportIsSentTwice {
        let (_, first) = script.sent.last().context("a report")?.clone();
        let again = script.told_after(reported, report.on, 3, 12);
        let received_at = again.received_at;
        script.send(Communication { received_at, receipts: [received_at].into(), ..first });
        return Ok(());
    }
    let school = script.other_school()?;
    let other = Sender::new(script.subject.id, school, script.dice);
    let second = script.later(date_of(reported.at), 5, 20);
    if story == Story::SecondSchoolReportsToo {
        let entry = other.entry(second.on, second.received_at);
        let entered = script.send(entry);
        script.finds(entered.id, "ownership-moved");
        let (from, to) = (script.school_mailbox(), school.mailbox.clone());
        script.notices.push(ExpectedNotice::OwnershipMoved { communication: entered.id, from, to });
        let then = script.told_after(entered, days_after(second.on, 1), 2, 4);
        script.send(other.report(DropOutKind::InformalAbandonment, then));
    } else {
        let refused = script.send(other.report(DropOutKind::InformalAbandonment, second));
        script.rejects(refused.id, "not-owner", school.mailbox.clone());
    }
    Ok(())
}

/// A report waits for the complete entry (`ARS-012`, `ARS-036`).
fn waits_for_entry(script: &mut Script<'_>, story: Story, report: Event) {
    if story != Story::ReportComesBeforeEntry {
        incomplete_entry(script, report);
    }
    let kind = kind_on(story, report.on, script.dice);
    let parked = script.say(Kind::DropOut(kind), report);
    let to = script.school_mailbox();
    script.notices.push(ExpectedNotice::Parked { communication: parked.id, to });
    if story == Story::EntryIsNeverCompleted {
        script.finds(parked.id, "waits-for-entry");
        return;
    }
    let entry = script.told_after(parked, FIRST_DAY_OF_LESSONS, 1, 4);
    let entry = script.sender.entry(entry.on, entry.received_at);
    let entered = script.send(entry);
    script.opens(entered.at);
}

/// The return is known before the drop-out it ends: nobody is told of a case that is over.
fn returns_first(script: &mut Script<'_>, story: Story, timeline: &Timeline) -> Result<()> {
    let back = timeline.back.context("a return")?;
    script.enter_before(timeline.drop_out);
    let said = script.sender.return_by_school(back, script.dice);
    if !said.agreement {
        script.finds(said.id, "agreement-not-recorded");
    }
    let returned = script.send(said);
    let report = script.told_after(returned, timeline.drop_out.on, 2, 6);
    let kind = kind_on(story, report.on, script.dice);
    script.say(Kind::DropOut(kind), report);
    script.begins();
    script.closes(returned.at);
    Ok(())
}

/// Home education is no drop-out (`ARS-038`).
fn home_education(script: &mut Script<'_>, story: Story, report: Event) {
    let on = days_after(FIRST_DAY_OF_LESSONS, script.dice.between(1, 5));
    if story == Story::IsReportedThoughEducatedAtHome {
        let first_day = event(FIRST_DAY_OF_LESSONS, 1, script.dice);
        script.enter_before(first_day);
        let at_home = Event { on, received_at: event(on, 1, script.dice).received_at };
        let at_home = script.say(Kind::HomeEducation, at_home);
        script.finds(at_home.id, "not-a-drop-out");
        let kind = kind_on(story, report.on, script.dice);
        let reported = script.say(Kind::DropOut(kind), report);
        script.finds(reported.id, "home-educated");
        return;
    }
    let reported = drops_out(script, story, report);
    let late = script.told_after(reported, on, 5, 20);
    let at_home = script.say(Kind::HomeEducation, late);
    script.finds(at_home.id, "not-a-drop-out");
    script.annuls(at_home.at);
    if story == Story::HomeEducationIsLearnedLate {
        script.finds(reported.id, "home-educated");
    } else {
        // Back at school after that, and before the drop-out.
        let back = script.told_after(at_home, days_after(on, 2), 3, 8);
        let entry = script.sender.entry(back.on, back.received_at);
        let entered = script.send(entry);
        script.reopens(entered.at);
    }
}

/// A transfer is no drop-out (`ARS-024`); one after a drop-out ends the case without a return.
fn transfers(script: &mut Script<'_>, story: Story, first: Event) -> Result<()> {
    let (kind, to, event) = match story {
        Story::TransfersFromIefp => (Kind::TransferFromIefp, script.other_school()?, first),
        Story::TransfersToIefp => (Kind::TransferToIefp, script.iefp_school()?, first),
        _ => {
            let reported = reports(script, story, first);
            script.opens(reported.at);
            let event = script.later(date_of(reported.at), 10, 40);
            (Kind::TransferToIefp, script.iefp_school()?, event)
        }
    };
    let said = script
        .sender
        .says(kind, event, |said| Communication { receiving_school: Some(to.code.clone()), ..said });
    let moved = script.send(said);
    script.finds(moved.id, "not-a-drop-out");
    if story == Story::DropsOutThenTransfers {
        script.finds(moved.id, "period-ended-without-return");
        script.closes(moved.at);
    }
    Ok(())
}

/// The lower secondary school says which school the student chose for this year (`ARS-032`).
pub(super) fn class_zero(script: &mut Script<'_>) -> Result<()> {
    let chosen = script.subject.school.code.clone();
    let school = script.other_school()?;
    let on = script.dice.day(date(2025, 1, 20), date(2025, 2, 10));
    let received_on = days_after(FIRST_DAY, script.dice.between(1, 4));
    let event = Event { on, received_at: script.dice.office_hours(received_on) };
    let said =
        Sender::new(script.subject.id, school, script.dice).says(Kind::ClassZeroChoice, event, |said| {
            Communication { receiving_school: Some(chosen), ..said }
        });
    script.send(said);
    Ok(())
}
