// SPDX-License-Identifier: EUPL-1.2
//! Brings the column of tests in `docs/rules.md` up to date: `./dev rules`.

use anyhow::Result;
use campanella_tests::rules;

fn main() -> Result<()> {
    let path = rules::root().join("docs/rules.md");
    let page = std::fs::read_to_string(&path)?;
    let written = rules::brought_up_to_date(&page, &rules::tests()?)?;
    if written != page {
        std::fs::write(path, written)?;
    }
    Ok(())
}
