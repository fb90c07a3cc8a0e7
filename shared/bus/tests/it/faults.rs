// SPDX-License-Identifier: EUPL-1.2
//! What a broker over the network can do to a bus, and an embedded one cannot.

mod alarm;
mod bench;
mod bindings;
mod cut;
mod deleted;
mod given_up;
mod refused;
mod restarted;
mod strange;
mod tls;
