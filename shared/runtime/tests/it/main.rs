// SPDX-License-Identifier: EUPL-1.2
//! The life of a message, on a real database and a real queue file, with workers made for it.

mod crashed;
mod deadly;
mod heartbeat;
mod last_words;
mod once;
mod outage;
mod pace;
mod poison;
mod probe;
mod relaying;
mod retry;
mod shift;
mod silent;
mod standstill;
mod startup;
mod suspect;
mod switch;
mod unavailable;
mod unpublishable;
mod victim;
mod waiting;
mod world;
