// SPDX-License-Identifier: EUPL-1.2
//! The tables of ARDIS (Friuli Venezia Giulia): applications, what is known of their ISEE, decisions, lists.

pub mod application;
pub mod attestation;
pub mod data_change;
pub mod decision;
pub mod draft;
mod facts;
pub mod observation;
pub mod published_list;
pub mod review;
pub mod self_certification;
