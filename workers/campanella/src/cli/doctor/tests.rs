// SPDX-License-Identifier: EUPL-1.2

use campanella_runtime::clock::machine_now;
use campanella_store::process::{self, ProcessRow};
use campanella_testkit::{EncryptedPostgres, certificates};
use chrono::TimeDelta;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::cli::fixture::{Desk, type_in};

fn states(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.map(|finding| (text(&finding["subject"]), text(&finding["state"]))).collect()
}

#[tokio::test]
async fn an_installation_that_stands_still_has_no_problem_but_is_told_that_nobody_works() -> Result<()> {
    let desk = Desk::new().await?;
    let told = desk.type_in(&["doctor"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        "✓ database: SQLite 3.",
        "✓ schema del database: è quello di questa versione",
        "! processi: nessuno è al lavoro",
        "Che cosa fare: avviare «campanella run»",
        "! posta: le e-mail sono scritte come file",
        "Nessun problema; 2 cose da guardare.",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    let report = desk.json(&["doctor"]).await?;
    assert_eq!(report["well"], true);
    assert!(states(&report).contains(&("processi".to_owned(), "notice".to_owned())), "{report}");
    Ok(())
}

#[tokio::test]
async fn an_installation_all_of_whose_processes_died_has_a_problem() -> Result<()> {
    let desk = Desk::new().await?;
    let dead = |number: u128, age| ProcessRow {
        id: Uuid::from_u128(number),
        host: "macchina-a".to_owned(),
        pid: 4711,
        version: "0.1.0".to_owned(),
        started_at: machine_now() - TimeDelta::hours(5),
        beat_at: machine_now() - age,
        loops: r#"{"healthy":true,"loops":{}}"#.to_owned(),
    };
    let mut tx = desk.installation.store.begin().await?;
    for row in [dead(1, TimeDelta::hours(3)), dead(2, TimeDelta::minutes(10))] {
        process::beat(&mut tx, &row).await?;
    }
    tx.commit().await?;
    let told = desk.type_in(&["doctor"]).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    let says = "✗ processi: nessuno è al lavoro: 2 processi sono muti, l'ultimo (macchina-a 4711) da 10 min";
    assert!(told.out.contains(says) && told.out.contains("riavviare «campanella run»"), "{}", told.out);
    Ok(())
}

#[tokio::test]
async fn whoever_sends_mails_under_an_address_of_the_examples_is_told_that_nobody_reads_the_answers()
-> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let (data, config) = (data.to_string_lossy(), folder.path().join("ufficio.toml"));
    let told = async |addresses: &str| {
        std::fs::write(&config, format!("[mail]\ntransport = \"smtp://127.0.0.1:1\"\n{addresses}"))?;
        let told = type_in(&["doctor", "--data", &data, "--config", &config.to_string_lossy()]).await;
        anyhow::Ok(told.out)
    };
    let forgotten = told("sender = \"avvisi@ufficio.it\"\n").await?;
    assert!(
        forgotten.contains("! indirizzi della posta: di esempio, che nessuno legge: mail.reply_to\n"),
        "{forgotten}"
    );
    let whole = told("sender = \"avvisi@ufficio.it\"\nreply_to = \"ufficio@ufficio.it\"\n").await?;
    assert!(!whole.contains("indirizzi della posta"), "{whole}");
    Ok(())
}

#[tokio::test]
async fn a_doctor_makes_nothing_and_sees_everything_that_is_wrong() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let data = data.to_string_lossy();
    let told = type_in(&["doctor", "--data", &data]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(!folder.path().join("dati").exists(), "looking makes no installation");

    let config = folder.path().join("ufficio.toml");
    std::fs::write(
        &config,
        "[mail]\ntransport = \"smtp://127.0.0.1:1\"\n[procedures]\nars = \"manca.toml\"\n",
    )?;
    let nowhere = "postgres://u:segreta@127.0.0.1:1/x";
    let config = config.to_string_lossy();
    let arguments = ["doctor", "--data", &data, "--config", &config, "--database", nowhere, "--json"];
    let told = type_in(&arguments).await;
    assert_eq!(told.exit, Exit::Failed, "{told:?}");
    assert!(!told.out.contains("segreta"), "{}", told.out);
    let report: Value = serde_json::from_str(&told.out)?;
    for subject in ["procedure", "database", "posta"] {
        assert!(states(&report).contains(&(subject.to_owned(), "bad".to_owned())), "{subject}: {report}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_says_whether_a_database_on_a_network_is_encrypted_and_proves_who_it_is() -> Result<()> {
    let postgres = EncryptedPostgres::start()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let data = data.to_string_lossy();
    let authority = certificates::authority();
    let doctor = async |host: &str, asked: &str, settings: &str| {
        let config = folder.path().join("ufficio.toml");
        std::fs::write(&config, format!("[database]\nbusy_timeout_seconds = 5\n{settings}"))?;
        let url = postgres.url(host, "postgres") + asked;
        let config = config.to_string_lossy();
        let flags = ["doctor", "--data", &data, "--config", &config, "--database", &url];
        let told = type_in(&flags).await;
        anyhow::ensure!(!told.out.contains(postgres.password()), "{}", told.out);
        anyhow::Ok(told.out)
    };
    let trusting = format!("root_certificate = {authority:?}");
    let verified = doctor("127.0.0.1", "", &trusting).await?;
    assert!(verified.contains("✓ cifratura del database: cifrata, e «127.0.0.1» prova chi è"), "{verified}");
    // The certificate is not for this address, and the remedy names the setting.
    let another = doctor("127.0.0.2", "", &trusting).await?;
    assert!(another.contains("✗ database: ") && another.contains("127.0.0.2"), "{another}");
    assert!(another.contains("certificate") && another.contains("database.root_certificate"), "{another}");
    // A name for this machine that we do not know for one, as every name on a network.
    postgres.forget_tls()?;
    let clear = doctor(ELSEWHERE, "", "").await?;
    assert!(clear.contains("! cifratura del database: verso «127.1» non c'è"), "{clear}");
    assert!(clear.contains("Che cosa fare: attivare TLS su PostgreSQL"), "{clear}");
    let here = doctor("localhost", "", "").await?;
    assert!(here.contains("✓ cifratura del database: non serve"), "{here}");
    Ok(())
}

/// 127.0.0.1 as only a resolver reads it.
const ELSEWHERE: &str = "127.1";
