// SPDX-License-Identifier: EUPL-1.2
//! Runs a private RabbitMQ until standard input ends, and prints its URL.
//! For a look at the product on RabbitMQ by hand, and for the test that kills its owner.

use std::io::{Read as _, Write as _};

use campanella_testkit::PrivateRabbit;

fn main() -> anyhow::Result<()> {
    let server = PrivateRabbit::start()?;
    writeln!(std::io::stdout(), "{}", server.url())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
