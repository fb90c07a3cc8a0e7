// SPDX-License-Identifier: EUPL-1.2
//! What became of the mails: what the database says of each, beside what the relay has taken.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{database::Database, sink::MailSink};

/// How many mails ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mails {
    /// Said to be accepted, and taken by the relay once.
    pub sent: usize,
    /// Whose sender died in the middle.
    pub in_doubt: usize,
    /// Refused or put off, though the relay takes everything.
    pub failed: usize,
}

/// The mails of an installation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Post {
    pub(crate) mails: Mails,
    /// Said to be sent and not taken, or given up.
    pub(crate) lost: Vec<String>,
    /// Taken more than once, or taken while the database says that they never left: those would go again.
    pub(crate) doubled: Vec<String>,
}

impl Post {
    pub(crate) fn of(database: &Database<'_>, sink: &MailSink) -> Result<Self> {
        let mut taken = sink.taken();
        let rows = database.sql("SELECT id, state FROM notification")?;
        let states: BTreeMap<&str, &str> = rows.lines().filter_map(|row| row.split_once('|')).collect();
        let mut post = Self::default();
        for (id, state) in states {
            post.book(id, state, taken.remove(id).unwrap_or_default());
        }
        post.doubled.extend(taken.into_keys().map(|id| format!("mail {id}, which nobody asked for")));
        Ok(post)
    }

    fn book(&mut self, id: &str, state: &str, times: u32) {
        let told = format!("mail {id}, {state}, taken {times} times");
        match (state, times) {
            ("accepted", 1) => self.mails.sent += 1,
            ("accepted", 0) => self.lost.push(told),
            ("uncertain", 0 | 1) => self.mails.in_doubt += 1,
            ("refused" | "deferred", 0) => {
                self.mails.failed += 1;
                self.lost.push(told);
            }
            // Not yet due, or too late: not sent, and rightly so.
            (_, 0) => {}
            _ => self.doubled.push(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_sent_in_doubt_failed_lost_or_doubled_by_what_was_said_and_what_was_taken() {
        let mut post = Post::default();
        for (state, times) in [
            ("accepted", 1),
            ("accepted", 0),
            ("accepted", 2),
            ("uncertain", 0),
            ("uncertain", 1),
            ("uncertain", 2),
            ("refused", 0),
            ("queued", 0),
            ("queued", 1),
            ("cancelled", 0),
        ] {
            post.book("m", state, times);
        }
        assert_eq!(post.mails, Mails { sent: 1, in_doubt: 2, failed: 1 });
        assert_eq!(post.lost, ["mail m, accepted, taken 0 times", "mail m, refused, taken 0 times"]);
        let doubled = ["accepted, taken 2", "uncertain, taken 2", "queued, taken 1"];
        assert_eq!(post.doubled, doubled.map(|what| format!("mail m, {what} times")));
    }
}
