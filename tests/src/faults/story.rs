// SPDX-License-Identifier: EUPL-1.2
//! One region, one fault, one account.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use campanella_runtime::clock::Clock as _;
use chrono::TimeDelta;
use rand_pcg::{
    Pcg64Mcg,
    rand_core::{Rng as _, SeedableRng as _},
};

use super::{
    Effects, Fault, Mails, Servers,
    database::Database,
    facts::{self, APPLICATIONS, Teller, WAVES},
    fault::STRIKES,
    full_disk,
    post::Post,
    region::Region,
    sink::MailSink,
    stage::Taste,
    tasted::{Served, Tasted},
};
use crate::rome;

/// Between two waves of facts.
const BREATH: Duration = Duration::from_millis(300);
/// A fault looks for something to lose within so many milliseconds after work has begun.
const WITHIN: u32 = 1_500;
/// So many waves are told once the fault looks for something to lose.
const LAST_WAVES: u32 = 2;
/// For whatever is waited for.
const PATIENCE: Duration = Duration::from_secs(150);
/// The facts of a wave are told again so often while the database is away.
const TELLINGS: u32 = 300;

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every effect.
    pub effects: Effects,
    /// Effects of an undisturbed region that are missing here, mails that did not arrive, messages that were not handled.
    pub lost: Vec<String>,
    /// Effects no undisturbed region has, mails that arrived twice, messages that were handled twice.
    pub doubled: Vec<String>,
    /// Dead letters, and how many there are to be.
    pub dead: (usize, usize),
    /// Dead letters of messages nobody poisoned.
    pub wronged: Vec<String>,
    /// How the mails ended.
    pub mails: Mails,
    /// Mails in doubt beyond those whose senders died; and missing from those whose senders were seen to die in the middle.
    pub unexplained: usize,
    /// How long it took.
    pub seconds: f64,
}

impl Outcome {
    /// Nothing lost, nothing doubled, exactly the poison among the dead letters, every mail sent or in doubt for a reason.
    #[must_use]
    pub fn survived(&self) -> bool {
        let of_messages = self.lost.is_empty() && self.doubled.is_empty() && self.wronged.is_empty();
        of_messages && self.dead.0 == self.dead.1 && self.mails.failed == 0 && self.unexplained == 0
    }
}

/// What a region comes to that nobody disturbs.
///
/// # Errors
/// When it does not come to rest, or loses or doubles mails.
pub fn undisturbed(servers: &Servers, program: &Path) -> Result<Effects> {
    let outcome = tell(servers, program, None, None, 0)?;
    if outcome.survived() { Ok(outcome.effects) } else { Err(anyhow!("without any fault: {outcome:?}")) }
}

/// A region at work that `fault` befalls twice, at moments `seed` draws; compared with `expected`.
///
/// # Errors
/// When there is nothing to lose where it strikes, or the region does not come to rest; the message says what is left and what its
/// processes said last.
pub fn tell(
    servers: &Servers,
    program: &Path,
    fault: Option<Fault>,
    expected: Option<&Effects>,
    seed: u64,
) -> Result<Outcome> {
    let started = Instant::now();
    if fault == Some(Fault::FullDisk) {
        let (database, sink) = full_disk::tell(servers, program)?;
        return account(&database, &sink, fault, expected, &[], started);
    }
    let region = Region::begin(servers, program, fault, usize::try_from(seed)?)?;
    let teller = Teller::open(&region.database.url())?;
    teller.settle()?;
    let served = if fault == Some(Fault::Poison) { teller.tastes(&menu())? } else { Vec::new() };
    teller.wave(0)?;
    if fault == Some(Fault::Scheduler) {
        region.hold_the_calendar()?;
    }
    region.revive()?;
    region.wait_until("SELECT count(*) FROM inbox", 1, PATIENCE)?;
    let mut dice = Pcg64Mcg::seed_from_u64(seed);
    let after_the_term = AtomicBool::new(false);
    thread::scope(|scope| -> Result<()> {
        let telling = scope.spawn(|| tell_everything(&region, &teller, fault, &after_the_term));
        let struck = strike(&region, fault, &mut dice).and_then(|()| {
            while !after_the_term.load(Ordering::SeqCst) && !telling.is_finished() {
                region.revive()?;
                thread::sleep(BREATH);
            }
            strike(&region, fault, &mut dice)
        });
        if struck.is_err() {
            // Whatever else is told waits for no fault any more.
            for _ in 0..STRIKES {
                region.ask_for_more();
            }
        }
        let told = telling.join().map_err(|_| anyhow!("the telling of facts panicked"))?;
        struck.and(told)
    })?;
    region.wait_until_quiet(PATIENCE)?;
    account(&region.database, &region.sink, fault, expected, &served, started)
}

/// Twenty good ones with one of each poison among them.
fn menu() -> Vec<Taste> {
    let poison = [(5, Taste::Panics), (11, Taste::Kills), (17, Taste::Hangs)];
    let taste = |place| poison.iter().find(|(at, _)| *at == place).map_or(Taste::Good, |(_, taste)| *taste);
    (0..23).map(taste).collect()
}

fn strike(region: &Region<'_>, fault: Option<Fault>, dice: &mut Pcg64Mcg) -> Result<()> {
    let Some(fault) = fault else {
        region.ask_for_more();
        return Ok(());
    };
    // Not to wait for anything: so that it strikes anywhere.
    thread::sleep(Duration::from_millis(u64::from(dice.next_u32() % WITHIN)));
    fault.befall(region, usize::try_from(dice.next_u32())?)?;
    // What the dead had in hand is due half a minute of business time after it was written.
    region.clock.set(region.clock.now() + TimeDelta::minutes(1))?;
    region.revive()
}

/// The other waves; once everybody is confirmed, the term passes, and more is learned. What is last of both comes when the fault
/// looks for something to lose: there always is.
fn tell_everything(
    region: &Region<'_>,
    teller: &Teller,
    fault: Option<Fault>,
    after_the_term: &AtomicBool,
) -> Result<()> {
    for wave in 1..WAVES {
        thread::sleep(BREATH);
        if wave + LAST_WAVES == WAVES {
            region.wait_until_asked(1, PATIENCE)?;
        }
        insist(|| teller.wave(wave))?;
    }
    let confirmed = "SELECT count(*) FROM inbox WHERE worker = 'confirmation' AND outcome = 'done'";
    let started = Instant::now();
    while !matches!(region.count(confirmed), Ok(count) if count >= u64::from(APPLICATIONS)) {
        anyhow::ensure!(
            started.elapsed() < PATIENCE,
            "not everybody is confirmed: {:?}",
            region.count(confirmed)
        );
        thread::sleep(BREATH);
    }
    if fault == Some(Fault::Scheduler) {
        region.hold_the_calendar()?;
    }
    region.clock.set(rome(facts::AFTER_THE_TERM)?)?;
    after_the_term.store(true, Ordering::SeqCst);
    region.wait_until_asked(2, PATIENCE)?;
    insist(|| teller.late())
}

/// As an officer does whose import says that the database is away.
fn insist(tell: impl Fn() -> Result<()>) -> Result<()> {
    for _ in 1..TELLINGS {
        if tell().is_ok() {
            return Ok(());
        }
        thread::sleep(BREATH);
    }
    tell()
}

fn account(
    database: &Database<'_>,
    sink: &MailSink,
    fault: Option<Fault>,
    expected: Option<&Effects>,
    served: &[Served],
    started: Instant,
) -> Result<Outcome> {
    let effects = Effects::of(database)?;
    let (post, tasted) = (Post::of(database, sink)?, Tasted::of(database, served)?);
    let none = BTreeSet::new();
    let expected = expected.map(|effects| &effects.lines);
    let missing = expected.unwrap_or(&none).difference(&effects.lines).cloned();
    let more = expected.map(|expected| effects.lines.difference(expected).cloned().collect::<Vec<_>>());
    let poison = served.iter().filter(|(taste, _)| *taste != Taste::Good).count();
    let (least, most) = fault.map_or((0, 0), |fault| (fault.in_doubt_at_least(), fault.in_doubt_at_most()));
    let in_doubt = post.mails.in_doubt;
    Ok(Outcome {
        lost: missing.chain(post.lost).chain(tasted.lost).collect(),
        doubled: more.into_iter().flatten().chain(post.doubled).chain(tasted.doubled).collect(),
        dead: (tasted.dead, poison),
        wronged: tasted.wronged,
        mails: post.mails,
        unexplained: in_doubt.saturating_sub(most) + least.saturating_sub(in_doubt),
        seconds: started.elapsed().as_secs_f64(),
        effects,
    })
}
