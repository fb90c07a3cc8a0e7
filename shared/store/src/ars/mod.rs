// SPDX-License-Identifier: EUPL-1.2
//! The tables of ARS (Veneto): places, schools, students, communications and what follows from them.

pub mod case;
pub mod communication;
pub mod cpi;
pub mod finding;
pub mod municipality;
pub mod ownership;
pub mod period;
pub mod return_by_cpi;
pub mod school;
pub mod student;

use crate::column::read;
