// SPDX-License-Identifier: EUPL-1.2
//! The rules an outcome is told with.

use campanella_domain::{
    ardis::{DoubtCode, Evaluation},
    identity::RuleNumber,
};

/// OQ-B12: of the rules on derogations only `ARD-026` may be named; the others would tell which. Evaluations hold no
/// other to begin with: this is the second lock.
pub(super) fn shown(rules: &[RuleNumber]) -> Vec<RuleNumber> {
    let telling = [22, 23, 24, 25, 27].map(RuleNumber::ard);
    rules.iter().copied().filter(|rule| !telling.contains(rule)).collect()
}

/// Whether what officers wrote about an application may be told beside these evaluations of it. Not where one of them cites
/// ARD-026, or where it has to be verified whether an ISEE is required: their words may speak of a derogation, and no program
/// can tell (OQ-B12).
pub(super) fn tells_words<'a>(mut evaluations: impl Iterator<Item = &'a Evaluation>) -> bool {
    evaluations.all(|evaluation| {
        let cited = evaluation.rules.contains(&RuleNumber::ard(26));
        let doubted = evaluation.doubts.iter().any(|doubt| doubt.code == DoubtCode::IseeRequirementToVerify);
        !cited && !doubted
    })
}

/// «ARD-020, ARD-057»
pub(super) fn listed(rules: &[RuleNumber]) -> String {
    rules.iter().map(RuleNumber::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ard_026_no_other_rule_on_derogations_is_ever_named() {
        let all: Vec<RuleNumber> = (20..=28).map(RuleNumber::ard).collect();
        assert_eq!(listed(&shown(&all)), "ARD-020, ARD-021, ARD-026, ARD-028");
    }
}
