// SPDX-License-Identifier: EUPL-1.2
//! Before or after 15 March: the date of the withdrawal decides, not the label (OQ-A9).

use chrono::NaiveDate;

use super::{ArsRules, DropOutKind, FindingKind, Side};

/// The type a report has by its date, and what there is to say about it.
pub(super) fn by_date(
    kind: DropOutKind,
    on: NaiveDate,
    rules: &ArsRules,
) -> (DropOutKind, Option<FindingKind>) {
    if !matches!(kind, DropOutKind::WithdrawalBefore15March | DropOutKind::WithdrawalAfter15March) {
        return (kind, None);
    }
    let limit = rules.march_15.first_from(rules.school_year_of(on));
    let before = on < limit || (on == limit && rules.march_15_side == Side::Before);
    let decided =
        if before { DropOutKind::WithdrawalBefore15March } else { DropOutKind::WithdrawalAfter15March };
    let finding = if on == limit {
        Some(FindingKind::WithdrawalOn15March)
    } else if decided != kind {
        Some(FindingKind::WithdrawalOnTheOtherSide)
    } else {
        None
    };
    (decided, finding)
}
