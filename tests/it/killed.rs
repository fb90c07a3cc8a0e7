// SPDX-License-Identifier: EUPL-1.2
//! Years killed anywhere end as if nobody had killed them: two years with one seed differ in their seconds only.

use std::{os::unix::process::ExitStatusExt as _, time::Duration};

use anyhow::{Context as _, Result, ensure};
use campanella_runtime::crash;
use chrono::{DateTime, TimeDelta, Utc};
use rand_pcg::{
    Pcg64Mcg,
    rand_core::{Rng as _, SeedableRng as _},
};

use crate::{
    canaries::Canaries,
    year::{Year, undisturbed, without_seconds},
};

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

/// Parts of the year, one kill in each.
const PARTS: i32 = 20;
/// Deaths at each crash point.
const ROUNDS: u64 = 2;

impl Year {
    /// Resumes what was disturbed. Nothing is lost, nothing is there twice, and every total is that of a year nobody
    /// disturbed; then its folder is not needed any more.
    fn ends_like_one_left_alone(self) -> Result<()> {
        let report = without_seconds(self.finish(self.resume()?)?);
        assert_eq!((&report["lost"], &report["duplicates"]), (&0.into(), &0.into()));
        assert_eq!(report, undisturbed()?.report);
        self.remove()
    }
}

/// A random instant in each part of the year, in the form in which a running year tells its moments.
fn random_moments(dice: &mut Pcg64Mcg) -> Result<Vec<String>> {
    let first: DateTime<Utc> = "2025-09-02T00:00:00Z".parse()?;
    let part = TimeDelta::days(296) / PARTS;
    (0..PARTS)
        .map(|number| {
            let within = i64::from(dice.next_u32()) % part.num_seconds();
            let moment = first + part * number + TimeDelta::seconds(within);
            Ok(moment.to_rfc3339())
        })
        .collect()
}

#[test]
fn a_year_killed_at_twenty_random_moments_and_resumed_ends_like_one_left_alone() -> Result<()> {
    let mut dice = Pcg64Mcg::seed_from_u64(20);
    let year = Year::named("killed")?;
    let mut running = year.begin()?;
    for (number, moment) in random_moments(&mut dice)?.into_iter().enumerate() {
        ensure!(running.comes_to(&moment)?, "the year ended before {moment}: see {}", year.log().display());
        // Not to wait for anything: so that it dies in the middle of its work too, and not only at its beginning.
        std::thread::sleep(Duration::from_millis(u64::from(dice.next_u32() % 60)));
        assert_eq!(running.kill()?.signal(), Some(SIGKILL), "{moment}");
        if number % 4 == 0 {
            // What it leaves on the queue was never seen by a year that ends well.
            Canaries::of_the_year()?.assert_none_on_the_queue(&year.data())?;
        }
        running = year.resume()?;
    }
    year.finish(running)?;
    year.ends_like_one_left_alone()
}

/// How often a year passes a point before it dies there: so many times in a year that all deaths spread over it.
fn times(point: &str, dice: &mut Pcg64Mcg) -> u64 {
    let most = match point.split_once('.') {
        // Passed once, when a year is resumed.
        Some(("mailer", place)) if place.ends_with("recovery") || place.ends_with("resolution") => 1,
        Some(("unit", _)) => 135,
        Some(("runner" | "relay", _)) => 68,
        Some(("simulation", _)) => 20,
        _ => 11,
    };
    1 + dice.next_u64() % most
}

/// A year that is to die at crash points, and the moments at which it did.
struct Mortal {
    year: Year,
    years: u32,
    deaths: Vec<String>,
}

impl Mortal {
    /// Dies the n-th time it passes the point from here, if need be in another year: this one may be over before.
    fn die_at(&mut self, point: &str, times: u64) -> Result<()> {
        let (mut status, mut moment) = self.year.resume_towards(point, times)?.dies()?;
        if status.success() {
            self.years += 1;
            let next = Year::named(&format!("crashed-{}", self.years))?;
            std::mem::replace(&mut self.year, next).ends_like_one_left_alone()?;
            (status, moment) = self.year.resume_towards(point, times)?.dies()?;
        }
        let log = self.year.log();
        assert_eq!(
            status.signal(),
            Some(SIGABRT),
            "{point}, passed {times} times (`./dev test` turns crash points on): see {}",
            log.display()
        );
        self.deaths.push(moment);
        Ok(())
    }
}

#[test]
fn a_year_that_dies_at_every_crash_point_and_is_resumed_ends_like_one_left_alone() -> Result<()> {
    let mut dice = Pcg64Mcg::seed_from_u64(13);
    let mut mortal = Mortal { year: Year::named("crashed-1")?, years: 1, deaths: Vec::new() };
    for _ in 0..ROUNDS {
        for point in crash::OF_A_YEAR {
            mortal.die_at(point, times(point, &mut dice))?;
        }
    }
    let Mortal { year, deaths, .. } = mortal;
    year.ends_like_one_left_alone()?;
    let (first, last) = (deaths.iter().min().context("no death")?, deaths.iter().max().context("no death")?);
    assert!(first.as_str() < "2025-10-06" && last.as_str() > "2025-12-19", "{deaths:?}");
    Ok(())
}
