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
            for name in topics.iter().chain([queue]) {
                if !(1..=255).contains(&name.len()) || name.contains(['*', '#']) {
                    return Err(BusError::Refused(format!("{name:?} cannot name a queue or a topic")));
                }
            }
        }
        Ok(Self { queues })
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

    /// The queues that receive a topic.
    pub fn queues_for(&self, topic: &str) -> impl Iterator<Item = &str> {
        let receives = move |binding: &&QueueBinding| binding.topics.iter().any(|bound| bound == topic);
        self.queues.iter().filter(receives).map(|binding| binding.queue.as_str())
    }
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
