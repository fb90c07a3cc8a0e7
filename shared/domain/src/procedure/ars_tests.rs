// SPDX-License-Identifier: EUPL-1.2
//! The embedded register, and what is refused.

use super::*;

fn refused(from: &str, to: &str) -> ProcedureError {
    assert!(ArsProcedure::EMBEDDED.contains(from), "the embedded file has no `{from}`");
    ArsProcedure::from_toml(&ArsProcedure::EMBEDDED.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn ars_034_the_embedded_term_is_the_whole_27_october() {
    let procedure = ArsProcedure::embedded().unwrap();
    assert_eq!(procedure.terms.iefp_confirmation.last_day().to_string(), "2025-10-27");
    assert_eq!(procedure.version(), "ars-2025-26@2025-26.1");
}

#[test]
fn ars_005_ars_040_ars_041_outcome_deadlines_nobody_gave_are_to_be_configured() {
    assert!(ArsProcedure::embedded().unwrap().outcomes.outcome_deadlines.is_empty());
}

#[test]
fn ars_045_the_embedded_help_desk_is_that_of_the_note() {
    assert_eq!(ArsProcedure::embedded().unwrap().contacts.telephone, "049 744 80 41");
}

#[test]
fn ars_049_a_region_that_is_no_istat_code_is_named() {
    assert_eq!(refused("region = \"Veneto\"", "region = \"\"").key(), Some("ars.region"));
}

#[test]
fn ars_012_ars_016_ars_035_ars_048_the_embedded_rules_are_the_decided_defaults() {
    use crate::ars::{
        AgeReference, ClassZero, EntryField, OwnershipConflict, ReturnAgreement, Side, TransferReporter,
    };
    let rules = ArsProcedure::embedded().unwrap().rules;
    assert!(rules.entry_required_fields.contains(&EntryField::Address));
    assert_eq!(rules.entry_required_fields.len(), 10);
    assert_eq!(rules.return_required_fields, [EntryField::Class, EntryField::Section].into());
    assert_eq!((rules.march_15.to_string().as_str(), rules.march_15_side), ("03-15", Side::After));
    assert_eq!(rules.last_day_of_first_months().to_string(), "2025-11-10");
    assert_eq!(rules.age_reference, AgeReference::Event);
    assert_eq!(rules.ownership_conflict, OwnershipConflict::NewestTakes);
    assert_eq!(rules.transfer_reporter, TransferReporter::Either);
    assert_eq!(rules.return_agreement, ReturnAgreement::Flag);
    assert_eq!((rules.class_zero, rules.report_ageing_alert_days), (ClassZero::PresenceCreatesDuty, None));
}

#[test]
fn ars_034_a_term_before_lessons_begin_is_named() {
    let error = refused("iefp_confirmation = \"2025-10-27\"", "iefp_confirmation = \"2025-09-01\"");
    assert_eq!(error.key(), Some("ars.terms.iefp_confirmation"));
    assert_eq!(refused("first_months = 2", "first_months = 0").key(), Some("ars.rules.first_months"));
}

#[test]
fn an_unknown_or_missing_key_is_named() {
    assert_eq!(refused("[manuals]\n", "[manuals]\nufp = \"\"\n").key(), Some("ars.manuals.ufp"));
    assert_eq!(refused("case_notice = \"work-list-and-mail\"", "").key(), Some("ars.decisions.case_notice"));
    assert_eq!(refused("title = ", "title = \"\" # ").key(), Some("ars.title"));
}

#[test]
fn a_switch_takes_the_values_it_has_and_no_other() {
    let with = |from: &str, to: &str| ArsProcedure::from_toml(&ArsProcedure::EMBEDDED.replacen(from, to, 1));
    let notice = "case_notice = \"work-list-and-mail\"";
    assert!(!with(notice, "case_notice = \"work-list\"").unwrap().mails_cases());
    assert_eq!(refused(notice, "case_notice = \"none\"").key(), Some("ars.decisions.case_notice"));
    let days = "cpi_default_reminder_days = 15";
    let reminded = with(days, "cpi_default_reminder_days = 30").unwrap();
    assert_eq!(reminded.decisions.cpi_default_reminder_days, 30);
    let key = Some("ars.decisions.cpi_default_reminder_days");
    assert_eq!(refused(days, "cpi_default_reminder_days = 0").key(), key);
    let class_zero = "class_zero = \"presence-creates-duty\"";
    assert_eq!(refused(class_zero, "class_zero = \"always\"").key(), Some("ars.rules.class_zero"));
}

#[test]
fn ars_016_ars_035_the_computed_terms_follow_the_rules() {
    let procedure = ArsProcedure::embedded().unwrap();
    let last_day = |name| procedure.terms(name).unwrap()[0].last_day().to_string();
    assert_eq!(last_day(TermName::FirstMonths), "2025-11-10");
    // 15 March itself counts as «dopo».
    assert_eq!(last_day(TermName::March15), "2026-03-14");
    assert_eq!(procedure.terms(TermName::Outcomes), Some(vec![]));
    assert_eq!(procedure.terms(TermName::Dsu), None);
}
