// SPDX-License-Identifier: EUPL-1.2
//! What holds on every bus. An implementation supplies a [`Broker`] and runs the suite with [`for_broker!`]; one
//! that can see into its queues promises more, and says so.

pub(crate) mod bench;
pub(crate) mod closing;
pub(crate) mod delivery;
pub(crate) mod figures;
pub(crate) mod killed;
pub(crate) mod redelivery;
pub(crate) mod sharing;
pub(crate) mod victim;

use std::sync::Arc;

use async_trait::async_trait;
use campanella_bus::{Bus, Topology};

/// Where queues are kept: it outlives the buses that are opened on it, and the processes that open them.
#[async_trait]
pub(crate) trait Broker: Send + Sync {
    /// Opens a bus on it; what earlier ones confirmed is there.
    async fn open(&self, topology: Topology) -> anyhow::Result<Arc<dyn Bus>>;

    /// How another process finds it, for [`victim::broker_at`].
    fn address(&self) -> String;
}

/// One test for each promise, on a broker of its own made by the expression.
macro_rules! for_broker {
    ($broker:expr) => {
        $crate::contract::for_broker! { @tests $broker;
            delivery: published_messages_are_consumed_and_acknowledged_once,
                a_body_comes_out_as_it_went_in,
                a_topic_reaches_every_queue_that_is_bound_to_it,
                a_message_to_one_queue_reaches_no_other,
                a_topic_nobody_is_bound_to_is_confirmed_and_counted,
                a_message_to_an_unknown_queue_is_not_confirmed,
                the_same_id_may_be_published_twice,
                patience_ends_with_nothing,
                a_waiting_subscription_is_woken_by_a_publication,
                lingering_gathers_what_comes;
            redelivery: what_is_released_seen_comes_again_marked,
                what_is_released_unseen_comes_again_unmarked,
                a_dropped_subscription_gives_back_what_it_held,
                a_dropped_receive_loses_nothing,
                settling_twice_is_harmless;
            sharing: no_more_than_the_prefetch_is_ever_in_hand,
                subscriptions_of_one_queue_take_turns,
                one_publication_wakes_all_it_has_work_for,
                three_consumers_get_each_of_ten_thousand_messages_once;
            figures: stats_tell_what_waits_and_what_is_held,
                what_is_outstanding_is_counted_until_it_is_acknowledged;
            closing: an_unknown_queue_and_a_prefetch_of_zero_are_refused,
                whoever_waits_is_told_of_the_closing,
                what_is_in_hand_at_the_closing_comes_again_marked;
            killed: what_was_confirmed_survives_a_kill;
        }
    };
    ($broker:expr, which_sees_into_its_queues) => {
        $crate::contract::for_broker!($broker);
        $crate::contract::for_broker! { @tests $broker;
            figures: the_oldest_message_tells_its_age;
        }
    };
    (@tests $broker:expr; $($module:ident: $($name:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() -> anyhow::Result<()> {
                $crate::contract::$module::$name(&$broker?).await
            }
        )+)+
    };
}
pub(crate) use for_broker;
