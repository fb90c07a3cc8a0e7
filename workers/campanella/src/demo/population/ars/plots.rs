// SPDX-License-Identifier: EUPL-1.2
//! The stories of students, one plot each: what is communicated and what must come of it.

use anyhow::{Context, Result};
use campanella_domain::ars::{Communication, CommunicationKind as Kind};

use super::super::calendar::FIRST_DAY_OF_LESSONS;
use super::communications::Sender;
use super::expected::ExpectedNotice;
use super::script::{Script, Sent};
use super::side_plots;
use super::story::DropOutStory as Story;
use super::timeline::{Event, Timeline, kind_on};

/// Writes a story down.
pub(super) fn play(script: &mut Script<'_>, story: Story, timeline: &Timeline) -> Result<()> {
    let report = timeline.drop_out;
    match story {
        Story::StaysOut
        | Story::LivesOutsideEveryCatchment
        | Story::IsDomiciledInVeneto
        | Story::LivesOutsideVeneto => {
            drops_out(script, story, report);
        }
        Story::TurnsEighteenTheDayAfter | Story::TurnsEighteenWithAnOpenCase => {
            drops_out(script, story, report);
            script.notices.push(ExpectedNotice::OfAge { ordinal: 1 });
        }
        Story::WithdrawsOn15March => found_to_be(script, story, report, "withdrawal-on-15-march"),
        Story::WithdrawalIsMislabelled => {
            found_to_be(script, story, report, "withdrawal-on-the-other-side");
        }
        Story::IsReportedLateAsNoShow => found_to_be(script, story, report, "late-no-show"),
        Story::DoesNotComeAfterClassZero => {
            side_plots::class_zero(script)?;
            found_to_be(script, story, report, "class-zero-without-notes");
        }
        Story::DoesNotComeAfterClassZeroWithNotes => {
            side_plots::class_zero(script)?;
            script.enter_before(report);
            let kind = Kind::DropOut(kind_on(story, report.on, script.dice));
            let said = script.sender.says(kind, report, |said| Communication { notes_given: true, ..said });
            let reported = script.send(said);
            script.opens(reported.at);
        }
        Story::IsOfAge => {
            let reported = reports(script, story, report);
            script.finds(reported.id, "of-age");
        }
        Story::ReturnsToSchool | Story::ReturnsOutsideEveryCatchment => {
            drops_out(script, story, report);
            comes_back(script, timeline)?;
        }
        Story::DropsOutTwice => {
            drops_out(script, story, report);
            comes_back(script, timeline)?;
            let second = timeline.second.context("a second drop-out")?;
            let kind = kind_on(story, second.on, script.dice);
            let again = script.say(Kind::DropOut(kind), second);
            script.opens(again.at);
        }
        Story::ReturnsToAnotherSchool
        | Story::ReturnIsEnteredByCentre
        | Story::ReturnIsEnteredByCentreThenSchool
        | Story::CentreForgetsTheSchool
        | Story::ReturnIsCompletedLater => {
            drops_out(script, story, report);
            returns(script, story, timeline.back.context("a return")?)?;
        }
        other => side_plots::play(script, other, timeline)?,
    }
    Ok(())
}

/// Enters the student where needed and reports the drop-out.
pub(super) fn reports(script: &mut Script<'_>, story: Story, report: Event) -> Sent {
    script.enter_before(report);
    let kind = kind_on(story, report.on, script.dice);
    script.say(Kind::DropOut(kind), report)
}

/// A drop-out of a minor: a case.
pub(super) fn drops_out(script: &mut Script<'_>, story: Story, report: Event) -> Sent {
    let reported = reports(script, story, report);
    script.opens(reported.at);
    reported
}

fn found_to_be(script: &mut Script<'_>, story: Story, report: Event, code: &'static str) {
    let reported = drops_out(script, story, report);
    script.finds(reported.id, code);
}

/// The school that reported enters the return.
fn comes_back(script: &mut Script<'_>, timeline: &Timeline) -> Result<()> {
    let back = timeline.back.context("a return")?;
    let said = script.sender.return_by_school(back, script.dice);
    enters_return(script, said);
    Ok(())
}

/// A school's complete return ends the case; without the agreement on record it is flagged (`ARS-027`).
fn enters_return(script: &mut Script<'_>, said: Communication) {
    if !said.agreement {
        script.finds(said.id, "agreement-not-recorded");
    }
    let returned = script.send(said);
    script.closes(returned.at);
}

fn returns(script: &mut Script<'_>, story: Story, back: Event) -> Result<()> {
    match story {
        Story::ReturnsToAnotherSchool => {
            let school = script.other_school()?;
            let said =
                Sender::new(script.subject.id, school, script.dice).return_by_school(back, script.dice);
            enters_return(script, said);
        }
        Story::ReturnIsCompletedLater => {
            let complete = script.sender.return_by_school(back, script.dice);
            let incomplete = script.sender.says(Kind::ReturnBySchool, back, |said| Communication {
                agreement: complete.agreement,
                section: None,
                ..said
            });
            let first = script.send(incomplete);
            script.rejects(first.id, "incomplete-return", script.school_mailbox());
            let told = script.told_after(first, back.on, 2, 5);
            let received_at = told.received_at;
            enters_return(script, Communication { received_at, receipts: [received_at].into(), ..complete });
        }
        _ => by_centre(script, story, back)?,
    }
    Ok(())
}

/// The CPI enters the return (`ARS-028`).
fn by_centre(script: &mut Script<'_>, story: Story, back: Event) -> Result<()> {
    let centre = script.subject.centre.clone().context("a competent CPI")?;
    let mut entered = back;
    if story == Story::CentreForgetsTheSchool {
        let said = script.sender.return_by_centre(back, &centre);
        let forgotten = script.sender.says(Kind::ReturnByCpi, back, |empty| Communication {
            cpi: said.cpi,
            agreement: true,
            ..empty
        });
        let first = script.send(forgotten);
        let mailbox = script.world.geography.mailbox_of(&centre).context("a CPI with a mailbox")?.clone();
        script.rejects(first.id, "return-by-cpi-without-school", mailbox);
        entered = script.told_after(first, back.on, 1, 3);
    }
    let said = script.sender.return_by_centre(entered, &centre);
    let returned = script.send(said);
    script.closes(returned.at);
    let to = script.school_mailbox();
    script.notices.push(ExpectedNotice::ReturnByCentre { communication: returned.id, to: to.clone() });
    if story == Story::ReturnIsEnteredByCentreThenSchool {
        let own = script.told_after(returned, back.on, 3, 10);
        let said = script.sender.return_by_school(own, script.dice);
        script.finds(said.id, "repeated");
        script.send(said);
    } else {
        script.notices.push(ExpectedNotice::ReturnNotEntered { communication: returned.id, to });
    }
    Ok(())
}

/// The school's entry of the first day of lessons, received just before the report, without a telephone number.
pub(super) fn incomplete_entry(script: &mut Script<'_>, report: Event) -> Sent {
    let received_at = script.just_before(report);
    let event = Event { on: FIRST_DAY_OF_LESSONS, received_at };
    let entry = script
        .sender
        .says(Kind::EnrolmentConfirmation, event, |said| Communication { phone_given: false, ..said });
    let sent = script.send(entry);
    script.rejects(sent.id, "incomplete-entry", script.school_mailbox());
    sent
}
