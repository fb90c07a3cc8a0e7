// SPDX-License-Identifier: EUPL-1.2
//! What holds on the queues beside what is recommended. Pure: what was seen goes in, what is said comes out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SUBJECT, consequence, recommended::Recommended};
use crate::{
    cli::doctor::Finding,
    management::{Definition, ManagedQueue, Policy},
};

/// What the management interface showed.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) virtual_host: String,
    pub(super) queues: Vec<ManagedQueue>,
    /// None: our user may not see them.
    pub(super) policies: Option<Vec<Policy>>,
}

/// Queues on which the same holds, for the same reason.
#[derive(Debug, Clone)]
struct Group<'a> {
    queues: Vec<&'a str>,
    policy: Option<&'a str>,
    operator_policy: Option<&'a str>,
    effective: &'a Definition,
}

/// Compares, and says it is well only where nothing is to be said.
pub(super) fn compare(recommended: &[Recommended], seen: &Seen) -> Vec<Finding> {
    let findings: Vec<_> = recommended.iter().flat_map(|one| of_one(one, seen)).collect();
    if findings.is_empty() {
        return vec![Finding::good(SUBJECT, "su tutte le code vale quella consigliata")];
    }
    findings
}

fn of_one(recommended: &Recommended, seen: &Seen) -> Vec<Finding> {
    let ours = |queue: &&ManagedQueue| recommended.queues.contains(&queue.name);
    let queues: Vec<_> = seen.queues.iter().filter(ours).collect();
    if queues.is_empty() {
        return of_no_queue(recommended, seen);
    }
    let groups = groups(&queues);
    let mut findings: Vec<_> = groups.iter().flat_map(|group| of_group(recommended, group, seen)).collect();
    let silent = queues.iter().filter(|queue| queue.effective.is_none());
    let silent: Vec<&str> = silent.map(|queue| queue.name.as_str()).collect();
    if !silent.is_empty() {
        findings.push(Finding::unknown(
            SUBJECT,
            format!("su {} il broker non dice ancora che cosa vale", silent.join(", ")),
            "ripetere «campanella doctor» tra qualche secondo; sul broker le statistiche devono essere attive",
        ));
    }
    findings
}

/// No queue is there yet: what the policy says is all that can be looked at.
fn of_no_queue(recommended: &Recommended, seen: &Seen) -> Vec<Finding> {
    let Some(policies) = &seen.policies else {
        return vec![Finding::unknown(
            SUBJECT,
            format!("{} non si vede ancora nulla: le code le crea «campanella run»", recommended.on_all),
            "ripetere «campanella doctor» dopo il primo avvio",
        )];
    };
    match policies.iter().find(|policy| policy.name == recommended.policy.name) {
        Some(Policy { name, definition, .. }) => {
            let policy = Some(name.as_str());
            let group = Group { queues: Vec::new(), policy, operator_policy: None, effective: definition };
            of_group(recommended, &group, seen)
        }
        None => vec![missing(recommended, recommended.on_all, seen)],
    }
}

fn groups<'a>(queues: &[&'a ManagedQueue]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for queue in queues {
        let Some(effective) = &queue.effective else { continue };
        let (policy, operator_policy) = (queue.policy.as_deref(), queue.operator_policy.as_deref());
        let same = |group: &&mut Group<'a>| {
            (group.policy, group.operator_policy, group.effective) == (policy, operator_policy, effective)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.queues.push(&queue.name),
            None => {
                groups.push(Group { queues: vec![queue.name.as_str()], policy, operator_policy, effective });
            }
        }
    }
    groups
}

/// What is to be said of queues on which the same holds: why it is not the recommended policy, then key by key.
fn of_group(recommended: &Recommended, group: &Group<'_>, seen: &Seen) -> Vec<Finding> {
    let on = if group.queues.is_empty() || group.queues.len() == recommended.queues.len() {
        recommended.on_all.to_owned()
    } else {
        format!("su {}", group.queues.join(", "))
    };
    let mut keys = differences(recommended, group, &on);
    if keys.is_empty() {
        return keys;
    }
    let ours = recommended.policy.name.as_str();
    match group.policy {
        Some(policy) if policy == ours => {
            let command = recommended.command(&seen.virtual_host, None);
            let remedy = match group.operator_policy {
                Some(narrowing) => {
                    format!("{command}, e guardare l'operator policy «{narrowing}», che la restringe")
                }
                None => command,
            };
            if let Some(last) = keys.last_mut() {
                last.remedy = remedy;
            }
        }
        Some(other) => keys.insert(0, overridden(recommended, other, &on, seen)),
        None => keys.insert(0, missing(recommended, &on, seen)),
    }
    keys
}

fn differences(recommended: &Recommended, group: &Group<'_>, on: &str) -> Vec<Finding> {
    let Recommended { policy, is_net, .. } = recommended;
    let mut told = BTreeMap::new();
    for (key, wanted) in &policy.definition {
        let found = group.effective.get(key);
        let follows = consequence::of_a_difference(key, found, wanted, *is_net);
        match found {
            Some(found) if found == wanted => {}
            Some(found) => {
                told.insert(key, format!("{key} è {} invece di {}: {follows}", plain(found), plain(wanted)));
            }
            None => {
                told.insert(key, format!("manca {key} = {}: {follows}", plain(wanted)));
            }
        }
    }
    for (key, found) in group.effective.iter().filter(|(key, _)| !policy.definition.contains_key(*key)) {
        if let Some(follows) = consequence::of_an_addition(key, *is_net) {
            told.insert(key, format!("c'è {key} = {}: {follows}", plain(found)));
        }
    }
    told.into_values().map(|says| Finding::notice(SUBJECT, format!("{on} {says}"), "")).collect()
}

/// A value without the quotes of JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// No policy holds; the recommended one may be there and not match.
fn missing(recommended: &Recommended, on: &str, seen: &Seen) -> Finding {
    let ours = &recommended.policy.name;
    let is_set = seen.policies.iter().flatten().any(|policy| policy.name == *ours);
    let why = if is_set { "c'è, ma per code con altri nomi" } else { "manca" };
    let says = format!("{on} non vale nessuna policy: «{ours}» {why}");
    Finding::notice(SUBJECT, says, recommended.command(&seen.virtual_host, None))
}

/// Somebody else's policy holds, which has the higher priority or is alone.
fn overridden(recommended: &Recommended, other: &str, on: &str, seen: &Seen) -> Finding {
    let Policy { name: ours, .. } = &recommended.policy;
    let priority = |name: &str| {
        let mut policies = seen.policies.iter().flatten();
        policies.find(|policy| policy.name == name).map(|policy| policy.priority)
    };
    let shown =
        |priority: Option<i64>| priority.map_or_else(String::new, |found| format!(" (priorità {found})"));
    let (theirs, set) = (priority(other), priority(ours));
    let mut says = format!("{on} vale «{other}»{} al posto di «{ours}»{}", shown(theirs), shown(set));
    if set.is_none() && seen.policies.is_some() {
        says.push_str(", che manca");
    }
    let above = match theirs {
        Some(_) => format!(": {}", recommended.command(&seen.virtual_host, theirs)),
        // A command with a priority that is guessed might change nothing.
        None => format!(" di quella di «{other}»"),
    };
    let remedy = format!(
        "aggiungere a «{other}» le chiavi consigliate, o impostare «{ours}» con una priorità più alta{above}"
    );
    Finding::notice(SUBJECT, says, remedy)
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
