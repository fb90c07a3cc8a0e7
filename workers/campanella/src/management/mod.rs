// SPDX-License-Identifier: EUPL-1.2
//! The management interface of a broker: which policies hold on its queues, which AMQP does not show. It is read and never
//! written, by `campanella doctor` alone; no work depends on it (ADR 12).

mod address;
mod answers;
mod client;

pub(crate) use self::{
    address::ManagementAddress,
    answers::{Definition, ManagedQueue, Policy},
    client::{Management, ManagementError},
};
