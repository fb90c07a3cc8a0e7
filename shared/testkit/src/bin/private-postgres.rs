// SPDX-License-Identifier: EUPL-1.2
//! Runs a private PostgreSQL until standard input ends, and prints the URL of an empty database of it.
//! For a look at the product on PostgreSQL by hand, and for the test that kills its owner.

use std::io::{Read as _, Write as _};

use campanella_testkit::PrivatePostgres;

fn main() -> anyhow::Result<()> {
    let server = PrivatePostgres::start()?;
    writeln!(std::io::stdout(), "{}", server.create_database("campanella")?)?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
