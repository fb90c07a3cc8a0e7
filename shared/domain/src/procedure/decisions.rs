// SPDX-License-Identifier: EUPL-1.2
//! The answers to what the ARDIS call leaves open, one key each.
//!
//! A key with one value is still a key: it says in the office's own file what the product does, and an office that
//! writes another answer is told at start that this version cannot give it, instead of being ignored.

use serde::Deserialize;

/// Table `[decisions]` of the ARDIS file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisDecisions {
    /// OQ-B1: the day on which enrolment and attendance are read.
    pub attendance_reference: AttendanceReference,
    /// OQ-B3, OQ-B5: which attestation counts.
    pub attestation_choice: AttestationChoice,
    /// When E02 is found.
    pub isee_term_evaluation: IseeTermEvaluation,
    /// OQ-B6: how the case of art. 7 DPCM 159/2013 is known.
    pub minors_isee_case: MinorsIseeCase,
    /// OQ-B8: whether an attestation with annotations is answered by a courtesy mail.
    pub annotation_courtesy: bool,
    /// OQ-B9: what must exist by the regularisation term.
    pub regularisation_evidence: RegularisationEvidence,
    /// OQ-B10: when a self-certification regularises.
    pub self_certification: SelfCertificationRule,
    /// OQ-B11: the day to which the years of widowhood are counted.
    pub widowhood_reference: WidowhoodReference,
    /// OQ-B13: how the amount is found.
    pub amount_rule: AmountRule,
    /// OQ-B14: how reduced amounts are rounded.
    pub rounding: Rounding,
    /// OQ-B15: whose account an adult student may name.
    pub own_account: OwnAccount,
    /// OQ-B19: what happens to two applications for one student.
    pub duplicate_application: DuplicateApplication,
    /// OQ-B21: how data are changed.
    pub data_change_channel: DataChangeChannel,
    /// OQ-B23: whether a courtesy mail goes out at the final lists.
    pub final_list_courtesy: bool,
    /// OQ-B24: years from the final list after which data are deleted, unless held for a dispute (`ARD-110`).
    pub retention_years: u16,
}

/// One enum a key, so that a value this version does not know is refused by name.
macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }
    )+};
}

answers! {
    /// OQ-B1.
    AttendanceReference {
        /// The submission of the application (`ARD-002`).
        Submission,
    }
    /// OQ-B3, OQ-B5.
    AttestationChoice {
        /// The newest whose DSU was signed within the DSU term; a later DSU only regularises.
        NewestSignedInTerm,
    }
    /// When E02 is found.
    IseeTermEvaluation {
        /// Once the DSU term has passed, on what is known then.
        AtDsuTerm,
    }
    /// OQ-B6.
    MinorsIseeCase {
        /// The applicant says so in the form.
        Declared,
    }
    /// OQ-B9.
    RegularisationEvidence {
        /// A conforming attestation issued within the term; a DSU signed within it leaves a doubt.
        AttestationIssued,
        /// A DSU signed within the term, once its attestation turns out to conform.
        DsuSigned,
    }
    /// OQ-B10.
    SelfCertificationRule {
        /// When an officer has accepted it.
        AcceptedByOfficer,
    }
    /// OQ-B11.
    WidowhoodReference {
        /// The submission of the application; the anniversary itself is inside.
        Submission,
    }
    /// OQ-B13.
    AmountRule {
        /// The lower of the maximum and the expenses declared.
        LowerOfMaximumAndExpenses,
        /// The maximum, whatever was spent.
        Maximum,
    }
    /// OQ-B14.
    Rounding {
        /// Each amount is rounded down to the cent; the remainder is not spent.
        DownToTheCent,
    }
    /// OQ-B15.
    OwnAccount {
        /// The student is the only holder.
        StudentOnly,
        /// A joint account will do.
        JointAllowed,
    }
    /// OQ-B19.
    DuplicateApplication {
        /// Both wait for an officer.
        Officer,
    }
    /// OQ-B20.
    ObservationStart {
        /// The publication of the list (`ARD-082`).
        Publication,
    }
    /// OQ-B21.
    DataChangeChannel {
        /// The portal; the original is kept.
        Online,
    }
}
