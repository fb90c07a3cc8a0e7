// SPDX-License-Identifier: EUPL-1.2
//! The rules of the two procedures, as pure functions and types.
//!
//! Nothing here reads a clock, a file, a database or the network: what a rule needs is a parameter, and the same
//! facts give the same answer today and in ten years. A rule carries its number (`ARS-…` for the drop-out register
//! of Veneto, `ARD-…` for the contribution of Friuli Venezia Giulia) in its documentation and in the names of its
//! tests.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`civil`] | which instant a civil time is, when a term ends, whether a day is a holiday, when a calendar fires |
//! | [`identity`] | who and what: tax code, IBAN, e-mail address, municipality, money; wrappers that never print |
//! | [`ars`] | who owns a student, when a drop-out opens and closes, which employment centre is competent |
//! | [`ardis`] | whether an application is admitted, excluded (E01–E09) or pending, and with which amount |
//! | [`ids`] | which id a thing has, wherever it is met |
//! | [`identity_key`] | which id a person has in this installation, and in no other |
//! | [`mail`] | which mails there are, whose they are, what they are told |
//! | [`procedure`] | the dates, amounts and parameters of one call, read from its file |
//!
//! `civil` stands alone; `identity` too; the other three rest on both.

pub mod ardis;
pub mod ars;
pub mod civil;
pub mod identity;
pub mod identity_key;
pub mod ids;
pub mod mail;
pub mod procedure;
