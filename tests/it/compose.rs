// SPDX-License-Identifier: EUPL-1.2
//! `compose/` says what the code says. No container engine is asked: the files are read, and what is for the broker is
//! given to a broker.

mod broker;
mod file;
mod image;
mod services;
