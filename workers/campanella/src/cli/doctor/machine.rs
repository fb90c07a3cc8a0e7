// SPDX-License-Identifier: EUPL-1.2
//! What is on this machine, or reached from it without the database: procedures, folder, mail.

use std::{fs, path::Path, time::Duration};

use campanella_mailer::TransportUrl;
use campanella_runtime::folder::{Folder, Purpose};

use super::Finding;
use crate::{
    installation,
    settings::{Settings, example_address},
};

/// How long a mail relay may take to let us in.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the procedure files can be worked with.
pub(super) fn procedures(settings: &Settings) -> Finding {
    match installation::procedures(&settings.procedures) {
        Ok(procedures) => {
            let (ars, ardis) = (procedures.ars.version(), procedures.ardis.version());
            Finding::good("procedure", format!("{ars}, {ardis}"))
        }
        Err(error) => Finding::bad(
            "procedure",
            format!("{error:#}"),
            "correggere il file indicato in procedures.ars o procedures.ardis; «campanella config check» dice la chiave",
        ),
    }
}

/// Whether the data folder is ours and can be written to. It is not made: a slip in `--data` would leave a folder behind.
pub(super) fn folder(data: &Path, settings: &Settings) -> Finding {
    const SUBJECT: &str = "cartella dei dati";
    let shown = data.display();
    if !data.join(".campanella").is_file() {
        return Finding::notice(
            SUBJECT,
            format!("in «{shown}» non c'è ancora un'installazione"),
            "controllare --data; se è giusta, la crea «campanella run»",
        );
    }
    let folder = match Folder::open(data) {
        Ok(folder) => folder,
        Err(error) => {
            return Finding::bad(
                SUBJECT,
                error,
                "verificare i permessi, o indicare un'altra cartella con --data",
            );
        }
    };
    if folder.purpose() == Purpose::Demo {
        return Finding::bad(
            SUBJECT,
            format!("«{shown}» contiene una demo, non un'installazione"),
            "indicare con --data un'altra cartella",
        );
    }
    let writable = fs::metadata(data).is_ok_and(|found| !found.permissions().readonly());
    let needed = settings.database.is_embedded() || settings.broker.is_embedded();
    if needed && !writable {
        return Finding::bad(
            SUBJECT,
            format!("in «{shown}» non si può scrivere"),
            "dare il permesso all'utente del servizio",
        );
    }
    Finding::good(SUBJECT, format!("«{shown}»"))
}

/// Whether answers to mails reach somebody.
pub(super) fn addresses(settings: &Settings) -> Option<Finding> {
    let left = example_address::left_in(&settings.mail);
    if left.is_empty() {
        return None;
    }
    Some(Finding::notice(
        "indirizzi della posta",
        format!("di esempio, che nessuno legge: {}", left.join(", ")),
        format!(
            "indicare caselle dell'ufficio: altrimenti {} (con un relay di prova non occorre)",
            example_address::what_follows(&left)
        ),
    ))
}

/// Whether mails can leave: the relay lets us in, the folder can be written to. Nothing is sent.
pub(super) async fn mail(data: &Path, settings: &Settings) -> Finding {
    const SUBJECT: &str = "posta";
    let mail = &settings.mail;
    match &mail.transport {
        TransportUrl::Folder(path) => {
            let path = data.join(path);
            let says = format!("le e-mail sono scritte come file in «{}», non inviate", path.display());
            Finding::notice(SUBJECT, says, "per inviarle: mail.transport = \"smtp://…\"")
        }
        TransportUrl::Relay(relay) => {
            let mut transport = mail.open(data);
            let shown = format!("{}:{}", relay.host, relay.port);
            let ready = tokio::time::timeout(PATIENCE, transport.prepare()).await;
            transport.rest().await;
            let remedy = "verificare mail.transport, la rete e le credenziali; nessuna e-mail va perduta: attendono nel database";
            match ready {
                Ok(Ok(())) => Finding::good(SUBJECT, format!("il relay {shown} ci accoglie")),
                Ok(Err(error)) => {
                    Finding::bad(SUBJECT, format!("il relay {shown} non ci accoglie: {error}"), remedy)
                }
                Err(_) => Finding::bad(SUBJECT, format!("il relay {shown} non risponde entro 20 s"), remedy),
            }
        }
    }
}
