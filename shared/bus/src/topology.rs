// SPDX-License-Identifier: EUPL-1.2
//! Which queues there are and which topics each receives.

use std::collections::BTreeSet;

use crate::BusError;

/// A queue and the topics it receives. A topic is matched whole: there are no wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueBinding {
    /// The queue: a worker's name.
    pub queue: String,
    /// The topics: message types.
    pub topics: Vec<String>,
}

/// All queues. Built from the list of workers, so that no file has to be kept in step with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    queues: Vec<QueueBinding>,
    /// Every topic there is, whether or not a queue receives it.
    topics: BTreeSet<String>,
}

impl Topology {
    /// Puts queues together.
    ///
    /// # Errors
    /// [`BusError::Refused`] when a queue is named twice, or a name is empty, longer than the 255 bytes of an AMQP
    /// short string, or holds a wildcard of AMQP (`*`, `#`).
    pub fn new(queues: Vec<QueueBinding>) -> Result<Self, BusError> {
        let mut names = BTreeSet::new();
        for QueueBinding { queue, topics } in &queues {
            if !names.insert(queue) {
                return Err(BusError::Refused(format!("the queue {queue} is named twice")));
            }
            topics.iter().chain([queue]).try_for_each(|name| check(name))?;
        }
        let topics = queues.iter().flat_map(|binding| &binding.topics).cloned().collect();
        Ok(Self { queues, topics })
    }

    /// Tells of topics besides those a queue receives: what is published for nobody today, a queue may have received in an
    /// earlier release.
    ///
    /// # Errors
    /// [`BusError::Refused`] when a name is none, as in [`Topology::new`].
    pub fn with_topics(mut self, topics: impl IntoIterator<Item = String>) -> Result<Self, BusError> {
        for topic in topics {
            check(&topic)?;
            self.topics.insert(topic);
        }
        Ok(self)
    }

    /// The queues, as they were given.
    #[must_use]
    pub fn queues(&self) -> &[QueueBinding] {
        &self.queues
    }

    /// Whether there is such a queue.
    #[must_use]
    pub fn has(&self, queue: &str) -> bool {
        self.queues.iter().any(|binding| binding.queue == queue)
    }

    /// The topics a queue does not receive.
    pub(crate) fn topics_not_for(&self, binding: &QueueBinding) -> impl Iterator<Item = &str> {
        self.topics.iter().filter(|topic| !binding.topics.contains(topic)).map(String::as_str)
    }

    /// The queues that receive a topic.
    pub fn queues_for(&self, topic: &str) -> impl Iterator<Item = &str> {
        let receives = move |binding: &&QueueBinding| binding.topics.iter().any(|bound| bound == topic);
        self.queues.iter().filter(receives).map(|binding| binding.queue.as_str())
    }
}

/// Whether it can name a queue or a topic.
fn check(name: &str) -> Result<(), BusError> {
    if (1..=255).contains(&name.len()) && !name.contains(['*', '#']) {
        return Ok(());
    }
    Err(BusError::Refused(format!("{name:?} cannot name a queue or a topic")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(queue: &str, topics: &[&str]) -> QueueBinding {
        QueueBinding {
            queue: queue.to_owned(),
            topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
        }
    }

    #[test]
    fn a_topic_goes_to_every_queue_that_is_bound_to_it() -> anyhow::Result<()> {
        let topology = Topology::new(vec![
            binding("registry", &["ars.communication.recorded"]),
            binding("cpi-assignment", &["ars.student.at-risk", "ars.communication.recorded"]),
        ])?;
        let queues: Vec<&str> = topology.queues_for("ars.communication.recorded").collect();
        assert_eq!(queues, ["registry", "cpi-assignment"]);
        assert_eq!(topology.queues_for("ars.communication").count(), 0);
        assert!(topology.has("registry") && !topology.has("ars.student.at-risk"));
        Ok(())
    }

    #[test]
    fn names_a_broker_could_not_take_are_refused() {
        let long = "x".repeat(256);
        for queues in [
            vec![binding("registry", &[]), binding("registry", &[])],
            vec![binding("", &[])],
            vec![binding(&long, &[])],
            vec![binding("registry", &["ars.#"])],
            vec![binding("registry", &["ars.*.recorded"])],
        ] {
            assert!(matches!(Topology::new(queues), Err(BusError::Refused(_))));
        }
    }
}
