// SPDX-License-Identifier: EUPL-1.2

use std::fs;

use campanella_domain::procedure::ArdisProcedure;

use super::*;
use crate::cli::fixture::type_in;

#[tokio::test]
async fn what_is_in_force_is_shown_without_passwords() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ufficio.toml");
    fs::write(&file, "[mail]\ntransport = \"smtps://ufficio:segreta@relay.example:465\"\n")?;
    let config = file.to_string_lossy();
    let database = "postgres://ufficio:segreta@db/campanella";
    let told = type_in(&["config", "check", "--config", &config, "--database", database]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        "[database]\n",
        "url = \"postgres://ufficio:***@db/campanella\"",
        "transport = \"smtps://ufficio:***@relay.example:465\"",
        "[runner.retry]\n",
        "poll_seconds = 5",
        "ardis-paritarie-2025-26@2025-26.1 (incorporata nel programma)",
        "La configurazione è valida.",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    let told = type_in(&["config", "check", "--json", "--config", &config, "--database", database]).await;
    assert!(!told.out.contains("segreta"), "{}", told.out);
    let report: Value = serde_json::from_str(&told.out)?;
    assert_eq!(report["settings"]["mail"]["transport"], "smtps://ufficio:***@relay.example:465");
    assert_eq!(report["procedures"][1]["version"], "ardis-paritarie-2025-26@2025-26.1");
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_of_the_configuration_is_named_with_a_remedy() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ufficio.toml");
    for (text, expected) in [
        ("[relay]\npol_seconds = 5\n", "pol_seconds» non esiste"),
        ("[relay]\npoll_seconds = \"presto\"\n", "alla chiave «relay.poll_seconds»"),
        ("[log]\nfilter = \"a=b=c\"\n", "alla chiave «log.filter»"),
        ("[http]\nlisten = \"banana\"\n", "alla chiave «http.listen»"),
        (
            "[procedures]\nardis = \"/errore.toml\"\n",
            "«/errore.toml» della chiave «procedures.ardis» non esiste",
        ),
    ] {
        fs::write(&file, text)?;
        let told = type_in(&["config", "check", "--config", &file.to_string_lossy()]).await;
        assert_eq!(told.exit, Exit::Usage, "{text}: {told:?}");
        assert!(told.complaint.contains(expected), "{told:?}");
        assert!(told.complaint.contains("Che cosa fare: "), "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_of_a_procedure_is_named_with_its_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (procedure, config) = (folder.path().join("ardis.toml"), folder.path().join("ufficio.toml"));
    fs::write(&procedure, ArdisProcedure::EMBEDDED.replace("dsu = \"2025-11-20\"", "dsu = \"2025-11-19\""))?;
    fs::write(&config, format!("[procedures]\nardis = {procedure:?}\n"))?;
    let told = type_in(&["config", "check", "--config", &config.to_string_lossy()]).await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    assert!(
        told.complaint.contains("ardis.toml") && told.complaint.contains("chiave «ardis.terms.dsu»"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_configuration_file_that_is_not_there_is_said_so() {
    let told = type_in(&["config", "check", "--config", "manca.toml"]).await;
    assert_eq!(told.exit, Exit::NotFound);
    assert!(told.complaint.contains("«manca.toml» non esiste"), "{told:?}");
}
