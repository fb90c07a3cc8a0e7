// SPDX-License-Identifier: EUPL-1.2
//! The rules an outcome is told with.

use campanella_domain::identity::RuleNumber;

/// OQ-B12: of the rules on derogations only `ARD-026` may be named; the others would tell which. Evaluations hold no
/// other to begin with: this is the second lock.
pub(super) fn shown(rules: &[RuleNumber]) -> Vec<RuleNumber> {
    let telling = [22, 23, 24, 25, 27].map(RuleNumber::ard);
    rules.iter().copied().filter(|rule| !telling.contains(rule)).collect()
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
