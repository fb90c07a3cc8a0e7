// SPDX-License-Identifier: EUPL-1.2
//! Stored words of the register as an office reads them.

use campanella_domain::ars::{Action, Ending};
use campanella_store::ars::{period::PeriodState, school::SchoolType};

pub(in crate::cli) const fn period_state(state: PeriodState) -> &'static str {
    match state {
        PeriodState::Reported => "segnalato",
        PeriodState::Assigned => "assegnato",
        PeriodState::Unassigned => "senza CPI",
        PeriodState::Closed => "chiuso",
    }
}

pub(in crate::cli) const fn school_type(kind: SchoolType) -> &'static str {
    match kind {
        SchoolType::LowerSecondary => "istituto di I grado",
        SchoolType::UpperSecondary => "istituto di II grado",
        SchoolType::Sfp => "scuola di formazione professionale (SFP)",
        SchoolType::Ips => "istituto professionale di Stato (IPS)",
    }
}

pub(in crate::cli) const fn action(action: Action) -> &'static str {
    match action {
        Action::Rejected => "respinta",
        Action::Parked => "in attesa",
        Action::Flagged => "da verificare",
        Action::Noted => "annotata",
    }
}

pub(in crate::cli) const fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Return => "rientro",
        Ending::Transfer => "trasferimento",
        Ending::HomeEducation => "istruzione parentale",
        Ending::Annulled => "annullato: non c'era dispersione",
    }
}

/// Why this CPI, or why none (ARS-049).
pub(in crate::cli) fn competence(code: &str) -> &str {
    match code {
        "residence" => "comune di residenza",
        "domicile" => "comune di domicilio, la residenza essendo fuori regione",
        "residence-unknown" => "la residenza non è nota",
        "outside-region" => "né residenza né domicilio sono in regione",
        "no-catchment-of-residence" => "al comune di residenza non è assegnato un CPI",
        "no-catchment-of-domicile" => "al comune di domicilio non è assegnato un CPI",
        other => other,
    }
}
