// SPDX-License-Identifier: EUPL-1.2
//! What the office's commands show of a whole year names nobody: students by a masked code, recipients by a masked address.

use std::path::Path;

use anyhow::{Result, ensure};
use campanella::cli::{self, Exit};
use serde_json::Value;

use crate::{canaries::Canaries, year::undisturbed};

/// What a command says as text and as JSON.
async fn told(data: &Path, arguments: &[&str]) -> Result<(String, Value)> {
    let mut forms = Vec::new();
    for form in [&[][..], &["--json"]] {
        let data = data.display().to_string();
        let line = [&["campanella"], arguments, form, &["--data", &data]].concat();
        let (mut out, mut complaints) = (Vec::new(), Vec::new());
        let exit = cli::run(line.into_iter().map(str::to_owned), &mut out, &mut complaints).await;
        ensure!(exit == Exit::Done, "{arguments:?}: {}", String::from_utf8_lossy(&complaints));
        forms.push(String::from_utf8(out)?);
    }
    let json = serde_json::from_str(&forms[1])?;
    Ok((forms.concat(), json))
}

/// The first values of a key in a listing, all different.
fn some(rows: &Value, key: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in rows.as_array().into_iter().flatten().filter_map(|row| row[key].as_str()) {
        if found.len() < 10 && !found.iter().any(|known| known == value) {
            found.push(value.to_owned());
        }
    }
    found
}

#[tokio::test]
async fn ard_109_no_listing_of_a_year_names_anybody() -> Result<()> {
    let data = undisturbed()?.year.data();
    let canaries = Canaries::of_the_year()?;
    let (text, cases) = told(&data, &["cases", "list", "--state", "all"]).await?;
    assert!(cases.as_array().is_some_and(|cases| cases.len() > 3_000));
    canaries.assert_none_in("cases list", text.as_bytes());
    for listing in [
        &["findings", "list", "--action", "all"][..],
        &["mail", "list", "--limit", "100000"],
        &["applications", "list"],
        &["preview", "exclusions", "--at", "2026-01-10"],
    ] {
        let (text, _) = told(&data, listing).await?;
        assert!(text.len() > 10_000, "{listing:?} lists something");
        canaries.assert_none_in(&listing.join(" "), text.as_bytes());
    }
    let (_, applications) = told(&data, &["applications", "list"]).await?;
    for number in some(&applications, "instance_number") {
        let (text, _) = told(&data, &["applications", "show", &number]).await?;
        canaries.assert_none_in("applications show", text.as_bytes());
    }
    for number in some(&cases, "case_number") {
        let (text, _) = told(&data, &["cases", "show", &number]).await?;
        canaries.assert_none_in("cases show", text.as_bytes());
    }
    // Places are called after saints, and saints like children.
    for (command, key) in [("school", "school"), ("cpi", "cpi")] {
        for code in some(&cases, key) {
            let (text, _) = told(&data, &[command, "show", &code]).await?;
            let mut found = canaries.found_in(text.as_bytes());
            found.remove("name");
            assert!(found.is_empty(), "{command} show {code}: {found:?}");
        }
    }
    Ok(())
}
