// SPDX-License-Identifier: EUPL-1.2
//! What ends a start: a supervisor starts again after 4, and leaves alone what a person has to correct.

use std::{fs, net::TcpListener};

use anyhow::Result;
use campanella_domain::procedure::ArdisProcedure;
use campanella_runtime::folder::Folder;
use campanella_store::queue::QueueFile;

use crate::cli::{Exit, fixture::type_in};

/// How `run` ends with this configuration, and that it says what to do.
async fn ends(config: &str) -> Result<(Exit, String)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("ufficio.toml");
    fs::write(&file, config)?;
    let data = folder.path().join("dati");
    let told =
        type_in(&["run", "--config", &file.to_string_lossy(), "--data", &data.to_string_lossy()]).await;
    assert!(told.complaint.contains("Che cosa fare: "), "{config}: {told:?}");
    Ok((told.exit, told.complaint))
}

#[tokio::test]
async fn what_a_person_has_to_correct_is_told_apart_from_what_passes() -> Result<()> {
    const NOWHERE: &str = "[http]\nlisten = \"\"\n";
    let folder = tempfile::tempdir()?;
    let wrong = folder.path().join("ardis.toml");
    fs::write(&wrong, ArdisProcedure::EMBEDDED.replace("days = 10", "days = 0"))?;
    let busy = TcpListener::bind("127.0.0.1:0")?;
    for (config, exit, expected) in [
        (format!("{NOWHERE}[log]\nfilter = \"a=b=c\"\n"), Exit::Usage, "«log.filter»"),
        (format!("{NOWHERE}[log]\nfilte = \"info\"\n"), Exit::Usage, "«log.filte» non esiste"),
        ("[http]\nlisten = \"banana\"\n".to_owned(), Exit::Usage, "«http.listen»"),
        (format!("[http]\nlisten = \"{}\"\n", busy.local_addr()?), Exit::Unavailable, "(http.listen)"),
        (
            format!("{NOWHERE}[procedures]\nardis = \"/errore.toml\"\n"),
            Exit::Usage,
            "«/errore.toml» della chiave «procedures.ardis» non esiste",
        ),
        (format!("{NOWHERE}[procedures]\nardis = {wrong:?}\n"), Exit::Usage, "«ardis.observations.days»"),
        (format!("{NOWHERE}[runner]\nbatch = 0\n"), Exit::Usage, "«runner.batch»"),
        (format!("{NOWHERE}[database]\nurl = \"banana\"\n"), Exit::Usage, "database.url"),
        (format!("{NOWHERE}[broker]\nurl = \"banana\"\n"), Exit::Usage, "broker.url"),
        (format!("{NOWHERE}[mail]\ntransport = \"banana\"\n"), Exit::Usage, "«mail.transport»"),
    ] {
        let (ended, told) = ends(&config).await?;
        assert_eq!(ended, exit, "{config}: {told}");
        assert!(told.contains(expected), "{config}: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_schema_of_another_release_is_for_a_person() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let database = Folder::open(&data)?.database();
    // It has migrations, and this release knows none of them.
    drop(QueueFile::open(&database).await?);
    let config = folder.path().join("ufficio.toml");
    fs::write(&config, "[http]\nlisten = \"\"\n")?;
    let (data, config) = (data.to_string_lossy(), config.to_string_lossy());
    for command in ["run", "migrate", "queues"] {
        let told = type_in(&[command, "--data", &data, "--config", &config]).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
        assert!(told.complaint.contains("versione più recente"), "{told:?}");
        assert!(told.complaint.contains("Che cosa fare: aggiornare il programma"), "{told:?}");
    }
    Ok(())
}
