// SPDX-License-Identifier: EUPL-1.2
//! The workers of ARS on a real database: what schools communicate goes in, periods and mails come out.

mod registry;
mod said;
mod world;
