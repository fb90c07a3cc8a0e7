// SPDX-License-Identifier: EUPL-1.2
//! What the README shows of the demo is what the demo shows. When the invented year changes: run it, paste anew.

use campanella::cli;
use serde_json::Value;

use super::page;
use crate::year::undisturbed;

/// `1.764`, as Italians write it.
fn italian(count: &Value) -> String {
    let digits = count.as_u64().unwrap_or_default().to_string();
    match digits.len().checked_sub(3) {
        Some(split @ 1..=3) => format!("{}.{}", &digits[..split], &digits[split..]),
        _ => digits,
    }
}

#[test]
fn the_readme_shows_the_totals_of_the_year() -> anyhow::Result<()> {
    let readme = page("README.md")?.text;
    let report = &undisturbed()?.report;

    for told in [
        format!("Domande di contributo (ARDIS): {}", italian(&report["applications"])),
        format!("secondo le regole: {} ammesse, ", italian(&report["admitted"])),
        format!("{} in sospeso\n", italian(&report["pending"])),
        format!("avvisati per e-mail {} richiedenti", italian(&report["applications"])),
        format!("E01  {:>9}  ", italian(&report["excluded"]["E01"])),
        format!("E02  {:>9}  ", italian(&report["excluded"]["E02"])),
        format!("E03  {:>9}  ", italian(&report["excluded"]["E03"])),
        format!("{} assegnati al CPI, ", italian(&report["cases"]["assigned"])),
        format!("{} chiusi, ", italian(&report["cases"]["closed"])),
        format!("{} senza CPI competente", italian(&report["cases"]["unassigned"])),
    ] {
        assert!(readme.contains(&told), "the README does not show: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn the_readme_shows_an_exclusion_as_it_is_explained() -> anyhow::Result<()> {
    let readme = page("README.md")?.text;
    let shown = readme.split("```\n").find(|block| block.starts_with("Domanda ")).unwrap_or_default();
    let number = shown.lines().next().unwrap_or_default().trim_start_matches("Domanda ").to_owned();
    let folder = undisturbed()?.year.data().display().to_string();
    let (mut told, mut complaints) = (Vec::new(), Vec::new());
    let arguments = ["campanella", "explain", &number, "--data", &folder].map(str::to_owned);
    cli::run(arguments, &mut told, &mut complaints).await;
    let told = String::from_utf8(told)?;
    for line in shown.lines().filter(|line| *line != "[…]") {
        assert!(
            told.lines().any(|found| found == line),
            "{line}\n{told}{}",
            String::from_utf8_lossy(&complaints)
        );
    }
    Ok(())
}
