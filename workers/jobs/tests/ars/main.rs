// SPDX-License-Identifier: EUPL-1.2
//! The workers of ARS on a real database: what schools communicate goes in, periods and mails come out.

#![expect(clippy::unwrap_used, reason = "helpers of tests; a test ends where its set-up fails")]

mod calendar;
mod class_lists;
mod cpi_assignment;
mod registry;
mod said;
mod school_notices;
mod world;
