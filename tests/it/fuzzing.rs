// SPDX-License-Identifier: EUPL-1.2
//! Every parser under mutations of its seeds: seconds of what `./dev fuzz` does for minutes, guided by coverage.

mod seeds;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use campanella_tests::fuzzing;
use cargo_metadata::DependencyKind;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use toml::{Table, Value};

use crate::invariants::{assert_none, members, root};

/// The mutations of a parser's seeds that a test run tries.
const INPUTS: u32 = 2_000;

fn folder(of: &str) -> PathBuf {
    Path::join(root(), "tests/fuzz").join(of)
}

fn seeds(target: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let folder = folder("seeds").join(target);
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        files.push(entry?.path());
    }
    files.sort();
    files.iter().map(|file| Ok(std::fs::read(file)?)).collect()
}

/// One change of an input.
#[derive(Debug, Clone)]
enum Change {
    /// Bytes put in at a place.
    Insert(Index, Vec<u8>),
    /// Bytes in the place of others.
    Replace(Index, Vec<u8>),
    /// So many bytes left out.
    Remove(Index, usize),
    /// A part repeated.
    Repeat(Index, Index),
    /// Everything from a place on taken from another seed.
    Splice(Index, Index, Index),
}

/// What breaks parsers: separators, signs, ends of lines, broken and long characters.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    const TELLING: [&[u8]; 24] = [
        b"\0",
        b"\n",
        b"\r\n",
        b"\"",
        b"'",
        b",",
        b";",
        b"\t",
        b".",
        b"-",
        b"=",
        b"@",
        b"%",
        b"{",
        b"[",
        b":",
        b"/",
        b"0",
        b"99999999999999999999",
        b"2025-10-26T02:30",
        "\u{feff}".as_bytes(),
        "\u{300}é€".as_bytes(),
        b"\xff\xfe",
        b"\xc3",
    ];
    prop_oneof![
        prop::sample::select(&TELLING[..]).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 1..6),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        (place(), bytes()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (place(), bytes()).prop_map(|(at, bytes)| Change::Replace(at, bytes)),
        (place(), 1..12_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (place(), place()).prop_map(|(from, to)| Change::Repeat(from, to)),
        (place(), place(), place()).prop_map(|(at, seed, from)| Change::Splice(at, seed, from)),
    ]
}

/// Longer inputs only take longer.
const LONGEST: usize = 40_000;

fn changed(mut input: Vec<u8>, change: &Change, seeds: &[Vec<u8>]) -> Vec<u8> {
    let place = |index: &Index, of: &[u8]| index.index(of.len() + 1);
    match change {
        Change::Insert(at, bytes) => {
            let at = place(at, &input);
            input.splice(at..at, bytes.iter().copied());
        }
        Change::Replace(at, bytes) => {
            let at = place(at, &input);
            let end = (at + bytes.len()).min(input.len());
            input.splice(at..end, bytes.iter().copied());
        }
        Change::Remove(at, count) => {
            let at = place(at, &input);
            input.drain(at..(at + count).min(input.len()));
        }
        Change::Repeat(from, to) => {
            let (from, to) = (place(from, &input), place(to, &input));
            let part = input[from.min(to)..from.max(to)].to_vec();
            input.splice(to..to, part);
        }
        Change::Splice(at, seed, from) => {
            let other = &seeds[seed.index(seeds.len())];
            input.truncate(place(at, &input));
            input.extend_from_slice(&other[place(from, other)..]);
        }
    }
    input.truncate(LONGEST);
    input
}

/// Runs a parser's function on its seeds as they are, then on mutations of them.
fn mutated(target: &str, run: fn(&[u8])) -> anyhow::Result<()> {
    let seeds = seeds(target)?;
    anyhow::ensure!(!seeds.is_empty(), "{target} has no seeds");
    seeds.iter().for_each(|seed| run(seed));
    let config = Config { failure_persistence: None, ..Config::with_cases(INPUTS) };
    let strategy = (any::<Index>(), prop::collection::vec(change(), 1..6));
    let outcome = TestRunner::new(config).run(&strategy, |(seed, changes)| {
        let seed = seeds[seed.index(seeds.len())].clone();
        run(&changes.iter().fold(seed, |input, change| changed(input, change, &seeds)));
        Ok(())
    });
    outcome.map_err(|failure| anyhow::anyhow!("{failure}"))
}

/// A test a parser, and the list of them.
macro_rules! parsers {
    ($($name:ident)+) => {
        const PARSERS: &[&str] = &[$(stringify!($name)),+];

        $(
            #[test]
            fn $name() -> anyhow::Result<()> {
                mutated(stringify!($name), fuzzing::$name)
            }
        )+
    };
}

parsers! {
    ardis_procedure ars_procedure civil codes cron csv email_address envelope iban instance_number money settings
    tax_code transport
}

/// The names of the entries of a folder, without what follows a dot.
fn entries(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| -> anyhow::Result<String> {
        let name = entry?.file_name().to_string_lossy().into_owned();
        Ok(name.split('.').next().unwrap_or_default().to_owned())
    };
    std::fs::read_dir(folder)?.map(name).collect()
}

#[test]
fn every_parser_has_its_libfuzzer_target_its_seeds_and_its_test() -> anyhow::Result<()> {
    let manifest: Table = std::fs::read_to_string(folder("Cargo.toml"))?.parse()?;
    let targets = manifest.get("bin").and_then(Value::as_array).context("no [[bin]]")?;
    let names = targets.iter().filter_map(|target| target.get("name")?.as_str().map(str::to_owned));
    let expected: BTreeSet<String> = PARSERS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(names.collect::<BTreeSet<_>>(), expected);
    assert_eq!(entries(&folder("targets"))?, expected);
    assert_eq!(entries(&folder("seeds"))?, expected);
    Ok(())
}

/// Name and version of every package of a lock file.
fn locked(file: &Path) -> anyhow::Result<BTreeSet<(String, String)>> {
    let lock: Table = std::fs::read_to_string(file)?.parse()?;
    let packages = lock.get("package").and_then(Value::as_array).context("no packages")?;
    let text = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        .filter_map(|package| Some((text(package, "name")?, text(package, "version")?)))
        .collect())
}

#[test]
fn what_is_fuzzed_is_what_is_shipped() -> anyhow::Result<()> {
    let (shipped, fuzzed) = (locked(&Path::join(root(), "Cargo.lock"))?, locked(&folder("Cargo.lock"))?);
    let names: BTreeSet<&String> = shipped.iter().map(|(name, _)| name).collect();
    let other = fuzzed.iter().filter(|package| names.contains(&package.0) && !shipped.contains(*package));
    assert_none(&other.map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn what_our_packages_need_is_locked_for_the_fuzzer_too() -> anyhow::Result<()> {
    let fuzzed: BTreeSet<String> = locked(&folder("Cargo.lock"))?.into_iter().map(|(name, _)| name).collect();
    let ours = members()?.into_iter().filter(|member| fuzzed.contains(member.name.as_str()));
    let needed = ours
        .flat_map(|member| &member.dependencies)
        .filter(|needed| needed.kind == DependencyKind::Normal && !fuzzed.contains(&needed.name));
    assert_none(&needed.map(|needed| needed.name.clone()).collect::<Vec<_>>());
    Ok(())
}
