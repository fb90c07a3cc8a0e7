// SPDX-License-Identifier: EUPL-1.2
//! Mails as `.eml` files: the embedded default, and what the demo shows.
//!
//! A file's name is the notification's id, so that delivering again replaces and never doubles. It is written under another
//! name, then renamed; one `syncfs` makes a whole group durable before any of it is called accepted. A file that is there and
//! ends as every mail ends is proof; after a power cut a name may stand before its contents, and then the end is missing.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use campanella_runtime::crash;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Delivery, Proof, Transport, Unavailable};
use crate::mail::{OutgoingMail, closing_boundary};

/// How long writing a group may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes mails into a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    group: usize,
}

impl Folder {
    /// Writes to `path`, up to `group` mails made durable at once.
    #[must_use]
    pub const fn new(path: PathBuf, group: usize) -> Self {
        Self { path, group }
    }

    /// Where the mail of a notification is, or will be.
    #[must_use]
    pub fn file(&self, id: Uuid) -> PathBuf {
        self.path.join(format!("{id}.eml"))
    }

    fn write(&self, mails: &[OutgoingMail]) -> io::Result<()> {
        crash::point("mailer.before-data");
        for mail in mails {
            let partial = self.path.join(format!(".{}.partial", mail.id()));
            fs::write(&partial, mail.bytes())?;
            fs::rename(&partial, self.file(mail.id()))?;
        }
        flush(&self.path)?;
        crash::point("mailer.after-data");
        Ok(())
    }

    fn known(&self, id: Uuid) -> Proof {
        match ends_with(&self.file(id), closing_boundary(id).as_bytes()) {
            Ok(true) => Proof::Delivered,
            Ok(false) => Proof::NotDelivered,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Proof::NotDelivered,
            Err(_) => Proof::Unknown,
        }
    }
}

fn ends_with(path: &Path, end: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let Some(start) = file.metadata()?.len().checked_sub(end.len() as u64) else { return Ok(false) };
    file.seek(SeekFrom::Start(start))?;
    let mut found = vec![0; end.len()];
    file.read_exact(&mut found)?;
    Ok(found == end)
}

/// Makes everything written to the folder's file system durable: one call instead of two a file.
#[cfg(target_os = "linux")]
fn flush(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Without `syncfs`: every file, then the folder's entries.
#[cfg(not(target_os = "linux"))]
fn flush(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(folder)?.sync_all()
}

#[async_trait]
impl Transport for Folder {
    fn group(&self) -> usize {
        self.group
    }

    async fn prepare(&mut self) -> Result<(), Unavailable> {
        tokio::fs::create_dir_all(&self.path)
            .await
            .map_err(|error| Unavailable(format!("the mail folder: {}", error.kind())))
    }

    async fn deliver(&mut self, mails: &[OutgoingMail]) -> Vec<Delivery> {
        let (folder, batch) = (self.clone(), mails.to_vec());
        let writing = tokio::task::spawn_blocking(move || folder.write(&batch));
        let written = match timeout(PATIENCE, writing).await {
            Ok(written) => written.unwrap_or_else(|_| Err(io::Error::other("the writing thread died"))),
            // A disk of the network that went away. What it writes in the end is replaced when it is delivered again.
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        let delivery = match written {
            Ok(()) => Delivery::Accepted { answer: "written to the mail folder".to_owned() },
            // Nothing left this machine, and delivering again replaces what was written.
            Err(error) => Delivery::Unavailable { reason: format!("the mail folder: {}", error.kind()) },
        };
        vec![delivery; mails.len()]
    }

    async fn proof(&mut self, id: Uuid) -> Proof {
        self.known(id)
    }

    async fn rest(&mut self) {}
}
