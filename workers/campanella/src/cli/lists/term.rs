// SPDX-License-Identifier: EUPL-1.2
//! The term for observations in both readings of Saturday (ARD-082, OQ-B22): the officer sees both dates.

use anyhow::Result;
use campanella_domain::{
    civil::term::{Shift, Term},
    procedure::ArdisProcedure,
};
use chrono::NaiveDate;
use serde::Serialize;

use crate::cli::Output;

/// The last moment for observations on a list.
#[derive(Debug, Serialize)]
pub(super) struct Readings {
    /// The one in force.
    observations: Term,
    /// Whether it is another than that of the call, which an officer set, of this list or of one it corrects (ARD-083).
    set_by_officer: bool,
    /// That of the call, where a term that ends on a Saturday moves on.
    saturday_is_holiday: Term,
    /// That of the call, where it does not.
    saturday_is_working_day: Term,
}

impl Readings {
    /// For a list published on `date` with this term.
    pub(super) fn of(date: NaiveDate, observations: Term, procedure: &ArdisProcedure) -> Self {
        let days = procedure.observations.days;
        Self {
            observations,
            set_by_officer: observations != procedure.observations_until(date),
            saturday_is_holiday: Term::days_after(date, days, Shift::SaturdaysToo),
            saturday_is_working_day: Term::days_after(date, days, Shift::SundaysAndHolidays),
        }
    }

    pub(super) fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        out.line(&format!("Osservazioni ammesse {}.", self.observations))?;
        let (later, earlier) = (self.saturday_is_holiday, self.saturday_is_working_day);
        if self.set_by_officer {
            out.line(&format!("  È un termine diverso da quello dell'avviso, che sarebbe: {later}."))?;
        }
        if later == earlier {
            out.line("  Il sabato non cambia il termine dell'avviso.")?;
        } else {
            out.line(&format!(
                "  Il termine dell'avviso cade di sabato: {later} se il sabato è festivo, {earlier} se non lo è \
                (observations.saturday_is_holiday)."
            ))?;
        }
        Ok(())
    }
}
