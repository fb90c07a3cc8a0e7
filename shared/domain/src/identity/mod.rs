// SPDX-License-Identifier: EUPL-1.2
//! Who and where: the codes, addresses and amounts of the two procedures.
//!
//! Each is parsed once, at the edge, and is valid from then on. What identifies a person
//! ([`TaxCode`], [`Iban`], [`EmailAddress`], anything in [`Redacted`]) prints as `[redacted]`, has no
//! `Display` of its value and cannot be serialised: it leaves only through a call named `expose`, so
//! that it never slips into a message, a log line or an error. Errors name what is wrong and the
//! remedy, never the value.

#[macro_use]
mod code;

mod cadastral_code;
mod control_letter;
mod cpi_code;
mod email_address;
mod iban;
mod instance_number;
mod money;
mod municipality_code;
mod redacted;
mod rule_number;
mod school_code;
mod tax_code;

pub use cadastral_code::{CadastralCode, CadastralCodeError};
pub use cpi_code::{CpiCode, CpiCodeError};
pub use email_address::{EmailAddress, EmailAddressError};
pub use iban::{Iban, IbanError};
pub use instance_number::{InstanceNumber, InstanceNumberError};
pub use money::{Money, MoneyError};
pub use municipality_code::{MunicipalityCode, MunicipalityCodeError};
pub use redacted::{REDACTED, Redacted};
pub use rule_number::{RuleNumber, RuleNumberError};
pub use school_code::{SchoolCode, SchoolCodeError};
pub use tax_code::{Birthplace, Sex, TaxCode, TaxCodeError};
