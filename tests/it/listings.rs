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
    for (listing, least) in [
        (&["findings", "list", "--action", "all"][..], 10_000),
        (&["mail", "list", "--limit", "100000"], 10_000),
        (&["applications", "list"], 10_000),
        (&["preview", "exclusions", "--at", "2026-01-10"], 10_000),
        (&["observations", "list"], 10_000),
        (&["schedule", "list"], 1_000),
        (&["lists", "list"], 1_000),
    ] {
        let (text, _) = told(&data, listing).await?;
        assert!(text.len() > least, "{listing:?} lists something");
        canaries.assert_none_in(&listing.join(" "), text.as_bytes());
    }
    let (_, applications) = told(&data, &["applications", "list"]).await?;
    for number in some(&applications, "instance_number") {
        for command in [&["applications", "show"][..], &["explain"]] {
            let (text, _) = told(&data, &[command, &[&number]].concat()).await?;
            canaries.assert_none_in(&command.join(" "), text.as_bytes());
        }
    }
    for number in some(&cases, "case_number") {
        let (text, _) = told(&data, &["cases", "show", &number]).await?;
        canaries.assert_none_in("cases show", text.as_bytes());
    }
    for command in ["school", "cpi"] {
        for code in some(&cases, command) {
            let (text, json) = told(&data, &[command, "show", &code]).await?;
            canaries
                .assert_none_in(&format!("{command} show {code}"), without_places(text, &json).as_bytes());
        }
    }
    Ok(())
}

/// A text without what the place it is about, and those it serves, are called: places are called after saints, and saints like
/// children.
fn without_places(text: String, place: &Value) -> String {
    let served = place["catchment"].as_array().into_iter().flatten();
    let names = served.chain([place]).flat_map(|place| [&place["name"], &place["place"]]);
    names.filter_map(Value::as_str).fold(text, |text, name| text.replace(name, "the place"))
}
