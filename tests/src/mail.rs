// SPDX-License-Identifier: EUPL-1.2
//! A mail as its recipient's program reads it.

use std::path::Path;

use anyhow::{Context as _, Result};
use mailparse::MailHeaderMap as _;

/// A mail that left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mail {
    /// The one recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Mail {
    /// Reads the text of an `.eml` file.
    ///
    /// # Errors
    /// When it is not a mail with a text and an HTML part.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mail = mailparse::parse_mail(bytes)?;
        let header = |name: &str| mail.headers.get_first_value(name).with_context(|| format!("no {name}"));
        let part = |kind: &str| -> Result<String> {
            let part = mail.subparts.iter().find(|part| part.ctype.mimetype == kind);
            Ok(part.with_context(|| format!("no {kind} part"))?.get_body()?)
        };
        Ok(Self {
            to: header("To")?,
            subject: header("Subject")?,
            text: part("text/plain")?,
            html: part("text/html")?,
        })
    }

    /// Every mail in a folder, in order; none where there is no folder.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all_in(folder: &Path) -> Result<Vec<Self>> {
        let mut mails = Vec::new();
        if folder.exists() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "eml") {
                    let mail = Self::read(&std::fs::read(&path)?);
                    mails.push(mail.with_context(|| path.display().to_string())?);
                }
            }
        }
        mails.sort();
        Ok(mails)
    }
}
