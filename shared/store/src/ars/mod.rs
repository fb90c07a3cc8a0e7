// SPDX-License-Identifier: EUPL-1.2
//! The tables of ARS (Veneto): places, schools, students, communications and what follows from them.

pub mod case;
pub mod class_list;
pub mod communication;
pub mod cpi;
pub mod finding;
pub mod municipality;
pub mod ownership;
pub mod period;
pub mod return_by_cpi;
pub mod school;
pub mod student;
pub mod synoptic_table;
pub mod told_home;
pub mod work_list;

use crate::column::read;
