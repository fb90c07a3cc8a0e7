// SPDX-License-Identifier: EUPL-1.2
//! What the management interface answers, as far as it is read. A file of definitions has policies in the same form.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Keys and values of a policy, `delivery-limit` and `100`.
pub(crate) type Definition = Map<String, Value>;

/// A policy: what holds for the queues whose name its pattern matches, where none of a higher priority matches too.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Policy {
    pub(crate) name: String,
    /// A regular expression.
    pub(crate) pattern: String,
    /// `queues`, `all` …
    #[serde(rename = "apply-to")]
    pub(crate) apply_to: String,
    #[serde(default)]
    pub(crate) priority: i64,
    #[serde(deserialize_with = "definition")]
    pub(crate) definition: Definition,
}

/// A queue, with what holds for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct ManagedQueue {
    pub(crate) name: String,
    /// The one policy of users that matches.
    #[serde(default, deserialize_with = "named")]
    pub(crate) policy: Option<String>,
    /// The one policy of the broker's operators that matches; it narrows what the other says.
    #[serde(default, deserialize_with = "named")]
    pub(crate) operator_policy: Option<String>,
    /// What comes of both. None: the queue has not told it yet, as it does some seconds after it was made.
    #[serde(rename = "effective_policy_definition", default, deserialize_with = "told")]
    pub(crate) effective: Option<Definition>,
}

/// None is `null`, or nothing between quotes.
fn named<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(reader)?.filter(|name| !name.is_empty()))
}

fn told<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Definition>, D::Error> {
    definition(reader).map(Some)
}

/// An empty one is an empty list: Erlang has one word for both.
fn definition<'de, D: Deserializer<'de>>(reader: D) -> Result<Definition, D::Error> {
    match Value::deserialize(reader)? {
        Value::Object(definition) => Ok(definition),
        Value::Array(none) if none.is_empty() => Ok(Definition::new()),
        Value::Null => Ok(Definition::new()),
        _ => Err(serde::de::Error::custom("a definition is an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_policy_and_an_empty_definition_are_written_in_many_ways() -> anyhow::Result<()> {
        for text in [
            r#"{"name":"q","policy":null,"operator_policy":null,"effective_policy_definition":[]}"#,
            r#"{"name":"q","policy":"","effective_policy_definition":{}}"#,
            r#"{"name":"q","effective_policy_definition":null}"#,
        ] {
            let queue: ManagedQueue = serde_json::from_str(text)?;
            assert_eq!((queue.policy, queue.operator_policy), (None, None), "{text}");
            assert_eq!(queue.effective, Some(Definition::new()), "{text}");
        }
        let queue: ManagedQueue = serde_json::from_str(r#"{"name":"q"}"#)?;
        assert_eq!(queue.effective, None, "not told yet");
        Ok(())
    }
}
