// SPDX-License-Identifier: EUPL-1.2
//! The contract of a bus, run on every implementation.

mod contract;
mod embedded;
mod faults;
mod rabbitmq;
