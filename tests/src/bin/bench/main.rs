// SPDX-License-Identifier: EUPL-1.2
//! `./dev bench NAME`: measures one path, prints its figures and writes them to `target/bench/NAME.json`.
//! A new bench is a file beside this one and a line in `BENCHES`.

mod demo;
mod disk;
mod embedded;
mod import;
mod path;
mod pipeline;
mod place;
mod report;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use mimalloc::MiMalloc;

use self::report::Report;

/// The product's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// One thing to measure.
struct Bench {
    /// As typed after `./dev bench`.
    name: &'static str,
    /// What is measured, in one line.
    about: &'static str,
    run: fn(&mut Report) -> anyhow::Result<()>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "demo",
        about: "seconds and memory of a simulated year, and of one with ten times as many people",
        run: demo::run,
    },
    Bench {
        name: "disk",
        about: "durable writes a second, the ceiling of every other figure",
        run: disk::run,
    },
    Bench {
        name: "embedded",
        about: "messages a second through the whole embedded path, beside plain inserts into SQLite",
        run: embedded::run,
    },
    Bench {
        name: "import",
        about: "lines a second of a file of 100,000 applications, beside plain inserts of the same rows",
        run: import::run,
    },
    Bench {
        name: "pipeline",
        about: "the exactly-once path over PostgreSQL and RabbitMQ beside its ceiling and its peers (--backlog: minutes more)",
        run: pipeline::run,
    },
];

fn main() -> anyhow::Result<ExitCode> {
    let asked = std::env::args().nth(1).unwrap_or_default();
    if asked == pipeline::CHILD {
        pipeline::work()?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == asked) else {
        writeln!(std::io::stderr(), "there is no bench {asked:?}; there are:")?;
        for bench in BENCHES {
            writeln!(std::io::stderr(), "  {:<16}{}", bench.name, bench.about)?;
        }
        return Ok(ExitCode::from(2));
    };
    let mut report = Report::new(bench.name);
    (bench.run)(&mut report).with_context(|| format!("bench {}", bench.name))?;
    report.print()?;
    report.write(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench")))?;
    Ok(ExitCode::SUCCESS)
}
