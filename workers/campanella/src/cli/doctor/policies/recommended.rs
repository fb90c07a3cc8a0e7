// SPDX-License-Identifier: EUPL-1.2
//! The policies we recommend, as they are shipped, and the queues they are meant for.

use anyhow::{Context as _, Result};
use campanella_bus::rabbitmq::ABANDONED;
use serde::Deserialize;

use crate::management::Policy;

/// The file an administrator imports: there is no other list.
const SHIPPED: &str = include_str!("../../../../../../compose/rabbitmq/definitions.json");

#[derive(Debug, Deserialize)]
struct Definitions {
    policies: Vec<Policy>,
}

/// A recommended policy with the queues it is meant for. A test gives the file to a broker, which finds the same queues by
/// the patterns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recommended {
    pub(super) policy: Policy,
    pub(super) queues: Vec<String>,
    /// «On the queues», as a sentence begins with all of them.
    pub(super) on_all: &'static str,
    /// It is that of the safety net, from which nothing goes anywhere else.
    pub(super) is_net: bool,
}

impl Recommended {
    /// Both: for the queues of workers, which are given, and for the safety net.
    ///
    /// # Errors
    /// When the shipped file lacks one.
    pub(super) fn shipped(of_workers: Vec<String>) -> Result<[Self; 2]> {
        let Definitions { policies } = serde_json::from_str(SHIPPED)?;
        let exactly = format!("^{}$", ABANDONED.replace('.', "\\."));
        let (net, workers): (Vec<_>, Vec<_>) =
            policies.into_iter().partition(|policy| policy.pattern == exactly);
        let one =
            |policies: Vec<Policy>| policies.into_iter().next().context("definitions.json lacks a policy");
        Ok([
            Self {
                policy: one(workers)?,
                queues: of_workers,
                on_all: "su tutte le code dei worker",
                is_net: false,
            },
            Self {
                policy: one(net)?,
                queues: vec![ABANDONED.to_owned()],
                on_all: "sulla coda campanella.abandoned",
                is_net: true,
            },
        ])
    }

    /// What sets it, to be typed on the broker: with a priority above `another`, if it is to prevail over that.
    pub(super) fn command(&self, virtual_host: &str, another: Option<i64>) -> String {
        let Policy { name, pattern, apply_to, priority, definition } = &self.policy;
        let priority = another.map_or(*priority, |another| another.saturating_add(1).max(*priority));
        let definition = serde_json::Value::Object(definition.clone());
        format!(
            "«rabbitmqctl set_policy --vhost '{virtual_host}' --priority {priority} --apply-to {apply_to} {name} \
             '{pattern}' '{definition}'»"
        )
    }
}
