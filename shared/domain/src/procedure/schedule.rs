// SPDX-License-Identifier: EUPL-1.2
//! What the calendar sends, and when: one `[[schedule]]` of a procedure file.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::trigger::{AfterTerm, BeforeTerm};
use super::{Action, ProcedureError, TermName, Trigger};
use crate::civil::cron::{CivilCron, Occurrence};
use crate::civil::term::Term;
use crate::civil::wall_clock;
use crate::civil::zone::{civil_of, instant_of};

/// A schedule: when it fires, what it sends, and what becomes of what was missed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Entry")]
pub struct Schedule {
    /// Key of its occurrences in the ledger: never reuse one for another purpose.
    pub name: String,
    /// When it fires.
    pub trigger: Trigger,
    /// What it sends.
    pub action: Action,
    /// What happens to occurrences missed while no scheduler ran.
    pub catch_up: CatchUp,
    /// How long after its time a missed occurrence may still fire; none: for ever.
    pub window: Option<TimeDelta>,
    /// The civil times of what does not recur; known once the terms are.
    moments: Vec<NaiveDateTime>,
    /// The terms an occurrence must not outlive, each its own: the next one after it.
    last_uses: Vec<Term>,
}

/// What happens to occurrences missed while no scheduler ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CatchUp {
    /// Each fires, late.
    All,
    /// The newest fires, late; the others are skipped.
    Latest,
    /// All are skipped.
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    cron: Option<CivilCron>,
    #[serde(default, deserialize_with = "wall_clock::read_some")]
    at: Option<NaiveDateTime>,
    before: Option<BeforeTerm>,
    after: Option<AfterTerm>,
    emits: String,
    subject: String,
    catch_up: CatchUp,
    window_hours: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
enum EntryError {
    #[error(
        "la scadenza «{name}» ha {found} chiavi fra «cron», «at», «before» e «after»: deve averne una sola"
    )]
    Triggers { name: String, found: usize },
    #[error(
        "la scadenza «{name}» emette «{emits}» con «{subject}», che nessun worker sa trattare: in «emits» può stare \
         «ardis.term.reached» (con {}) oppure «reminder.due» (con {})",
        Action::subjects("ardis.term.reached"),
        Action::subjects("reminder.due")
    )]
    Action { name: String, emits: String, subject: String },
    #[error(
        "alla scadenza «{name}» manca «days», o un numero vi è ripetuto: scrivere una volta ogni numero di giorni prima del termine"
    )]
    Days { name: String },
    #[error("una scadenza ha «name» vuoto: è il nome sotto cui se ne conserva la storia")]
    Name,
}

impl Schedule {
    /// The occurrences due after `after` (excluded) up to `up_to` (included), in order.
    #[must_use]
    pub fn occurrences(&self, after: DateTime<Utc>, up_to: DateTime<Utc>) -> Vec<Occurrence> {
        // A day of margin on the civil side, so that the hour repeated in October hides nothing; the instants decide.
        let margin = TimeDelta::days(1);
        let all: Vec<Occurrence> = match &self.trigger {
            Trigger::Cron(cron) => {
                let from = civil_of(after).checked_sub_signed(margin).unwrap_or(NaiveDateTime::MIN);
                cron.due(from, up_to).collect()
            }
            Trigger::At(_) | Trigger::Before(_) | Trigger::After(_) => {
                let occurrence =
                    |civil: &NaiveDateTime| Occurrence { civil: *civil, instant: instant_of(*civil) };
                self.moments.iter().map(occurrence).collect()
            }
        };
        let due = |occurrence: &Occurrence| occurrence.instant > after && occurrence.instant <= up_to;
        all.into_iter().filter(due).collect()
    }

    /// Whether `occurrence`, missed until `now`, is too old to fire: beyond its window, or, for a reminder, its term
    /// has passed.
    #[must_use]
    pub fn is_stale(&self, occurrence: &Occurrence, now: DateTime<Utc>) -> bool {
        let beyond_window = self.window.is_some_and(|window| now - occurrence.instant > window);
        beyond_window || self.last_use(occurrence).is_some_and(|term| term.has_passed(now))
    }

    /// The term after which what this occurrence sends is of no use any more.
    fn last_use(&self, occurrence: &Occurrence) -> Option<Term> {
        let ahead = self.last_uses.iter().filter(|term| term.instant() > occurrence.instant);
        ahead.min_by_key(|term| term.instant()).copied()
    }

    /// Computes the civil times from the terms of the procedure. `path` names the entry in errors.
    pub(super) fn resolve(
        &mut self,
        path: &str,
        terms: impl Fn(TermName) -> Option<Vec<Term>>,
    ) -> Result<(), ProcedureError> {
        let terms = self.trigger.term().map(|name| {
            let unknown = || {
                let problem = format!(
                    "la scadenza «{}» dipende dal termine «{name}», che questa procedura non ha",
                    self.name
                );
                ProcedureError::value(path, problem, "indicare un termine della procedura")
            };
            terms(name).ok_or_else(unknown)
        });
        let terms = terms.transpose()?.unwrap_or_default();
        self.moments = self.trigger.moments(&terms);
        self.last_uses = if matches!(self.trigger, Trigger::Before(_)) { terms } else { Vec::new() };
        Ok(())
    }
}

impl TryFrom<Entry> for Schedule {
    type Error = EntryError;

    fn try_from(entry: Entry) -> Result<Self, EntryError> {
        let name = entry.name;
        if name.trim().is_empty() {
            return Err(EntryError::Name);
        }
        if let Some(before) = &entry.before {
            let distinct: std::collections::BTreeSet<_> = before.days.iter().collect();
            if distinct.is_empty() || distinct.len() != before.days.len() {
                return Err(EntryError::Days { name });
            }
        }
        let action = Action::parse(&entry.emits, &entry.subject).ok_or_else(|| EntryError::Action {
            name: name.clone(),
            emits: entry.emits,
            subject: entry.subject,
        })?;
        let mut triggers: Vec<Trigger> = [
            entry.cron.map(|cron| Trigger::Cron(Box::new(cron))),
            entry.at.map(Trigger::At),
            entry.before.map(Trigger::Before),
            entry.after.map(Trigger::After),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (triggers.pop(), triggers.len()) {
            (Some(trigger), 0) => Ok(Self {
                name,
                trigger,
                action,
                catch_up: entry.catch_up,
                window: entry.window_hours.map(|hours| TimeDelta::hours(i64::from(hours))),
                moments: Vec::new(),
                last_uses: Vec::new(),
            }),
            (last, others) => Err(EntryError::Triggers { name, found: others + usize::from(last.is_some()) }),
        }
    }
}

/// Resolves all schedules of a file and refuses a name used twice.
pub(super) fn resolve_all(
    procedure: &str,
    schedules: &mut [Schedule],
    terms: impl Fn(TermName) -> Option<Vec<Term>>,
) -> Result<(), ProcedureError> {
    let mut names = std::collections::BTreeSet::new();
    for (index, schedule) in schedules.iter_mut().enumerate() {
        let path = format!("{procedure}.schedule[{index}]");
        if !names.insert(schedule.name.clone()) {
            let problem = format!("il nome «{}» è di due scadenze", schedule.name);
            return Err(ProcedureError::value(
                format!("{path}.name"),
                problem,
                "dare a ogni scadenza il suo: sotto quel nome se ne conserva la storia",
            ));
        }
        schedule.resolve(&path, &terms)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
