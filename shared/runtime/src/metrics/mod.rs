// SPDX-License-Identifier: EUPL-1.2
//! Counters and gauges in `OpenMetrics`. Labels are workers, queues, topics and states: never recipients, messages or
//! offices.

mod backlog;

pub use backlog::Backlog;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64},
    },
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use backlog::Measured;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Handled {
    worker: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByWorker {
    worker: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByQueue {
    queue: String,
}

/// What a process counts. Cloning it shares the counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    handled: Family<Handled, Counter<u64, AtomicU64>>,
    dropped: Family<ByWorker, Counter<u64, AtomicU64>>,
    batch_seconds: Family<ByWorker, Histogram>,
    published: Counter<u64, AtomicU64>,
    queue_waiting: Family<ByQueue, Gauge<i64, AtomicI64>>,
    queue_oldest_age_seconds: Family<ByQueue, Gauge<i64, AtomicI64>>,
    measured: Arc<Measured>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new([0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0]);
        let mut metrics = Self {
            registry: Arc::default(),
            handled: Family::default(),
            dropped: Family::default(),
            batch_seconds: Family::new_with_constructor(seconds),
            published: Counter::default(),
            queue_waiting: Family::default(),
            queue_oldest_age_seconds: Family::default(),
            measured: Arc::default(),
        };
        metrics.registry = Arc::new(metrics.register());
        metrics
    }
}

impl Metrics {
    fn register(&self) -> Registry {
        let mut registry = Registry::with_prefix("campanella");
        registry.register("messages_handled", "Messages by worker and outcome", self.handled.clone());
        registry.register("messages_dropped", "Messages handled before, dropped", self.dropped.clone());
        registry.register_with_unit(
            "batch",
            "Time of a committed batch",
            Unit::Seconds,
            self.batch_seconds.clone(),
        );
        registry.register("messages_published", "Messages confirmed by the bus", self.published.clone());
        registry.register_with_unit(
            "queue_oldest_age",
            "Oldest message on a queue",
            Unit::Seconds,
            self.queue_oldest_age_seconds.clone(),
        );
        registry.register("queue_waiting", "Messages on a queue", self.queue_waiting.clone());
        registry.register_collector(Box::new(Arc::clone(&self.measured)));
        registry
    }

    /// Messages of a worker that ended as `done`, `retried` or `dead`.
    pub fn handled(&self, worker: &'static str, outcome: &'static str, count: usize) {
        self.handled.get_or_create(&Handled { worker, outcome }).inc_by(count as u64);
    }

    /// Messages of a worker that the inbox knew already.
    pub fn dropped(&self, worker: &'static str, count: usize) {
        if count > 0 {
            self.dropped.get_or_create(&ByWorker { worker }).inc_by(count as u64);
        }
    }

    /// How long a batch took from the beginning of its transaction to its commit.
    pub fn batch_seconds(&self, worker: &'static str, elapsed: Duration) {
        self.batch_seconds.get_or_create(&ByWorker { worker }).observe(elapsed.as_secs_f64());
    }

    /// Messages confirmed by the bus.
    pub fn published(&self, count: usize) {
        self.published.inc_by(count as u64);
    }

    /// Sets the gauges of the database. None while it does not answer: nothing is exported of them then, as a number that stands
    /// still would pass for a fact.
    pub fn set_backlog(&self, backlog: Option<Backlog>) {
        self.measured.set(backlog);
    }

    /// Sets the gauges of the queues: name, messages waiting, age of the oldest in seconds, none where nobody can tell,
    /// which is not young. Of a queue that is not named, as of all while the bus is away, nothing is exported.
    pub fn set_queues(&self, queues: &[(String, i64, Option<i64>)]) {
        self.queue_waiting.clear();
        self.queue_oldest_age_seconds.clear();
        for (queue, waiting, oldest) in queues {
            let label = ByQueue { queue: queue.clone() };
            self.queue_waiting.get_or_create(&label).set(*waiting);
            if let Some(oldest) = oldest {
                self.queue_oldest_age_seconds.get_or_create(&label).set(*oldest);
            }
        }
    }

    /// All of it in the `OpenMetrics` text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        if text::encode(&mut text, &self.registry).is_err() {
            tracing::error!("metrics cannot be written");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_exported_under_the_names_operators_alert_on() {
        let metrics = Metrics::default();
        metrics.handled("registry", "done", 3);
        let backlog = Backlog {
            outbox_oldest_age_seconds: 42,
            mail_confirmations_late: 3,
            mail_courtesies_late: 4,
            ..Backlog::default()
        };
        metrics.set_backlog(Some(backlog));
        metrics.set_queues(&[("registry".to_owned(), 5, Some(6)), ("mailer".to_owned(), 7, None)]);
        let text = metrics.render();
        assert!(text.contains("campanella_outbox_oldest_age_seconds 42"), "{text}");
        assert!(text.contains("campanella_mail_confirmations_late 3"), "{text}");
        assert!(text.contains("campanella_mail_courtesies_late 4"), "{text}");
        assert!(text.contains(r#"campanella_queue_oldest_age_seconds{queue="registry"} 6"#), "{text}");
        // On a broker: an age of 0 would say that all is well.
        assert!(text.contains(r#"campanella_queue_waiting{queue="mailer"} 7"#), "{text}");
        assert!(!text.contains(r#"age_seconds{queue="mailer"}"#), "{text}");
        assert!(
            text.contains(r#"campanella_messages_handled_total{worker="registry",outcome="done"} 3"#),
            "{text}"
        );
    }
}
