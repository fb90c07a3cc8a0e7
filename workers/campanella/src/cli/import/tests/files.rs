// SPDX-License-Identifier: EUPL-1.2
//! What becomes of a file, whatever stands in it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use anyhow::{Context as _, Result};
use campanella_domain::ardis::Application;
use campanella_store::ardis::application;
use serde_json::{Value, json};

use super::{Office, applications, counts, file_of};
use crate::cli::{
    Exit,
    fixture::{application, type_in},
};

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_says_so() -> Result<()> {
    let office = Office::new().await?;
    let text = applications(&["2025-000001", "2025-000002"])?;
    assert_eq!(counts(&office.import("applications", "domande.csv", &text).await?), [2, 0, 0, 0]);
    let told: Vec<String> = office.messages().await?.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, ["ardis.application.recorded"; 2]);
    let path = office.path("domande.csv");
    let again = office.tell(&["import", "applications", &path.to_string_lossy()]).await;
    assert_eq!(again.exit, Exit::Done);
    assert!(again.out.contains("2 righe lette: 0 nuove, 2 già presenti, 0 scartate."), "{again:?}");
    assert!(!again.out.contains("campanella run"), "{again:?}");
    assert_eq!(office.messages().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_refused_line_is_corrected_in_the_reject_file_and_imported_from_there() -> Result<()> {
    let office = Office::new().await?;
    let good = applications(&["2025-000001", "2025-000002", "2025-000003"])?.replace(',', ";");
    let bad = good.replacen("1800.00", "1.800", 2);
    let path = office.put("domande.csv", &bad)?;
    let told = office.tell(&["import", "applications", &path.to_string_lossy()]).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    assert!(told.out.contains("3 righe lette: 1 nuova, 0 già presenti, 2 scartate."), "{told:?}");
    assert!(told.out.contains("riga 2, colonna declared_expenses: "), "{told:?}");
    let rejects = office.path("domande.scarti.csv");
    assert_eq!(fs::metadata(&rejects)?.permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&rejects)?;
    let heading = text.lines().next().unwrap_or_default();
    assert!(heading.starts_with("\u{feff}riga;colonna;motivo;rimedio;instance_number;"), "{heading}");
    assert!(text.contains("\n2;declared_expenses;") && text.contains("\n3;declared_expenses;"), "{text}");
    assert!(text.contains(";1.800;"), "values stand as they stood: {text}");
    assert_eq!(text.lines().count(), 3);

    let half = text.replacen(";1.800;", ";1.800,00;", 1);
    let report = office.import("applications", "domande.scarti.csv", &half).await?;
    assert_eq!((counts(&report), &report["unread_columns"]), ([1, 0, 0, 1], &json!([])));
    let rest = office.path("domande.scarti-2.csv");
    assert_eq!(report["reject_file"], json!(rest));
    let rest = fs::read_to_string(&rest)?;
    assert!(rest.starts_with("\u{feff}riga;colonna;motivo;rimedio;instance_number;"), "{rest}");
    let report = office.import("applications", "resto.csv", &rest.replace(";1.800;", ";1800;")).await?;
    assert_eq!((counts(&report), &report["reject_file"]), ([1, 0, 0, 0], &Value::Null));
    assert_eq!(application::count(&mut office.desk.installation.store.read().await?).await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_line_whose_quotation_marks_are_damaged_is_to_be_corrected_in_the_file_itself() -> Result<()> {
    let office = Office::new().await?;
    let good = applications(&["2025-000001", "2025-000002"])?;
    let (damaged, unreadable) =
        (good.replacen("2025-000001", "\"2025-000001\"x", 1), good.replacen("1800.00", "molto", 1));
    for (text, there, here) in [(&damaged, false, true), (&unreadable, true, false)] {
        let path = office.put("d.csv", text)?;
        let told = office.tell(&["import", "applications", &path.to_string_lossy()]).await;
        assert_eq!(told.out.contains("Correggerle lì e importarle con"), there, "{told:?}");
        let line = "1 riga va corretta invece nel file di partenza";
        assert_eq!(told.out.contains(line), here, "{told:?}");
        assert_eq!(told.out.contains("Rimedio: correggere la riga nel file di partenza: "), here, "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_reject_file_somebody_may_be_working_in_is_never_touched() -> Result<()> {
    let office = Office::new().await?;
    let bad = applications(&["2025-000001"])?.replace("1800.00", "molto");
    assert_eq!(counts(&office.import("applications", "d.csv", &bad).await?), [0, 0, 0, 1]);
    let first = office.path("d.scarti.csv");
    let as_written = fs::read(&first)?;
    let again = office.import("applications", "d.csv", &bad).await?;
    assert_eq!(again["reject_file"], json!(first), "the same refusals need no second file");
    fs::write(&first, "in lavorazione")?;
    let again = office.import("applications", "d.csv", &bad).await?;
    assert_eq!(again["reject_file"], json!(office.path("d.scarti-2.csv")));
    assert_eq!(
        (fs::read_to_string(&first)?.as_str(), fs::read(office.path("d.scarti-2.csv"))?),
        ("in lavorazione", as_written)
    );
    let good = office.put("d.csv", &applications(&["2025-000001"])?)?;
    let told = office.tell(&["import", "applications", &good.to_string_lossy()]).await;
    assert!(told.out.contains("Il file di scarti di un'importazione precedente resta dov'è"), "{told:?}");
    assert!(first.is_file());
    Ok(())
}

#[tokio::test]
async fn what_a_killed_import_left_of_its_rejects_does_not_stay() -> Result<()> {
    let office = Office::new().await?;
    let left = office.put(".d.csv.scarti.parziale", "dati personali")?;
    office.import("applications", "d.csv", &applications(&["2025-000001"])?).await?;
    assert!(!left.exists());
    let held = office.put(".d.csv.scarti.parziale", "di un'altra importazione")?;
    let lock = fs::File::open(&held)?;
    lock.lock()?;
    office.import("applications", "d.csv", &applications(&["2025-000001"])?).await?;
    assert!(held.exists());
    let bad = office.put("d.csv", &applications(&["2025-000001"])?.replace("1800.00", "molto"))?;
    let told = office.tell(&["import", "applications", &bad.to_string_lossy()]).await;
    assert_eq!(told.exit, Exit::Unavailable, "{told:?}");
    Ok(())
}

#[tokio::test]
async fn where_the_folder_of_the_file_cannot_be_written_the_rejects_go_to_the_data() -> Result<()> {
    let office = Office::new().await?;
    fs::create_dir(office.path(".d.csv.scarti.parziale"))?;
    let bad = applications(&["2025-000001"])?.replace("1800.00", "molto");
    let path = office.put("d.csv", &bad)?;
    let told = office.tell(&["import", "applications", &path.to_string_lossy()]).await;
    let elsewhere = office.desk.installation.folder.path().join("d.scarti.csv");
    assert!(elsewhere.is_file(), "{told:?}");
    assert!(told.out.contains("(la cartella del file non è scrivibile)"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_transmitted_application_is_never_overwritten_and_the_column_is_named() -> Result<()> {
    let office = Office::new().await?;
    let first = application("2025-000001");
    let other = Application { enrolled: false, declared_expenses: "1.00".parse()?, ..first.clone() };
    let text = file_of(&[first.clone(), first.clone(), other.clone()])?;
    let report = office.import("applications", "d.csv", &text).await?;
    assert_eq!(counts(&report), [1, 0, 1, 1]);
    let refusal = &report["first_refused"][0];
    assert_eq!((&refusal["line"], &refusal["column"]), (&json!(4), &json!("enrolled")));
    assert!(refusal["problem"].as_str().unwrap_or_default().contains("declared_expenses"), "{refusal}");
    assert_eq!(counts(&office.import("applications", "e.csv", &file_of(&[other])?).await?), [0, 0, 0, 1]);
    let id = campanella_domain::ids::application(first.instance_number);
    let mut tx = office.desk.installation.store.read().await?;
    assert_eq!(application::known(&mut tx, &[id]).await?[&id], first);
    Ok(())
}

#[tokio::test]
async fn nothing_is_imported_when_one_of_the_files_cannot_be() -> Result<()> {
    let office = Office::new().await?;
    let good = office.put("d.csv", &applications(&["2025-000001"])?)?;
    let good = good.to_string_lossy();
    for (name, text, exit) in [
        ("manca.csv", None, Exit::NotFound),
        ("vuoto.csv", Some(""), Exit::Failed),
        ("altro.csv", Some("code,name,province,mailbox\n"), Exit::Failed),
    ] {
        let path = office.path(name);
        if let Some(text) = text {
            fs::write(&path, text)?;
        }
        let told = office.tell(&["import", "applications", &good, &path.to_string_lossy()]).await;
        assert_eq!((told.exit, told.out.as_str()), (exit, ""), "{told:?}");
        assert!(told.complaint.contains(name) && told.complaint.contains("Che cosa fare: "), "{told:?}");
    }
    assert_eq!(application::count(&mut office.desk.installation.store.read().await?).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_newcomer_s_first_command_makes_the_installation_and_a_demo_s_folder_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (file, data, demo) =
        (folder.path().join("d.csv"), folder.path().join("nuova"), folder.path().join("demo"));
    fs::write(&file, applications(&["2025-000001"])?)?;
    let (file, data, demo) = (file.to_string_lossy(), data.to_string_lossy(), demo.to_string_lossy());
    let told = type_in(&["import", "applications", &file, "--data", &data]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    campanella_runtime::folder::Folder::open_demo(std::path::Path::new(&*demo))?;
    let told = type_in(&["import", "applications", &file, "--data", &demo]).await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    assert!(told.complaint.contains("è quella di una dimostrazione"), "{told:?}");
    let told = type_in(&["import", "domande", &file, "--data", &data]).await;
    assert!(
        told.complaint.contains("«domande» non è un valore valido per «<TIPO>»: i tipi di file sono"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_slip_in_the_name_of_a_column_that_need_not_be_there_is_told() -> Result<()> {
    let office = Office::new().await?;
    let text = applications(&["2025-000001"])?.replace("in_household", "in_houshold");
    let report = office.import("applications", "d.csv", &text).await?;
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    assert_eq!(report["unread_columns"], json!(["in_houshold"]));
    assert_eq!(report["absent_columns"], json!(["in_household"]));
    let told = office.tell(&["import", "applications", &office.path("d.csv").to_string_lossy()]).await;
    let line = "Il file ha anche 1 colonna che qui non serve, i cui valori non vengono letti: in_houshold.";
    assert!(told.out.contains(line), "{told:?}");
    assert!(told.out.contains("Colonne facoltative che il file non ha: in_household."), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn no_value_of_a_file_is_shown() -> Result<()> {
    const CANARY: &str = "QZXCANARINO";
    let office = Office::new().await?;
    let good = applications(&["2025-000001"])?;
    let (heading, line) = good.split_once('\n').context("no heading")?;
    let width = line.trim_end().split(',').count();
    let mut text = heading.to_owned();
    for place in 0..width {
        let cells: Vec<&str> = line
            .trim_end()
            .split(',')
            .enumerate()
            .map(|(at, cell)| if at == place { CANARY } else { cell })
            .collect();
        text = format!("{text}\n{}", cells.join(","));
    }
    text = format!("{text}\n{CANARY}\n\"{CANARY}\n{}\n", vec![CANARY; width + 1].join(","));
    let path = office.put("d.csv", &text)?;
    for arguments in [&["--json"][..], &[]] {
        let told =
            office.tell(&[&["import", "applications", &*path.to_string_lossy()], arguments].concat()).await;
        assert_eq!(told.exit, Exit::Failed);
        assert!(!format!("{told:?}").contains(CANARY), "{told:?}");
    }
    assert!(fs::read_to_string(office.path("d.scarti.csv"))?.contains(CANARY));
    Ok(())
}
