// SPDX-License-Identifier: EUPL-1.2
//! The words of columns that take one of a few.

use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Channel, CheckOutcome, Declaration, IdentityDocument,
        IseeKind, SchoolKind, SchoolLevel,
    },
    ars::{CourseRegime, SchoolType},
};

/// One of a few words.
pub(crate) trait Word: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// As written in files.
    fn word(self) -> &'static str;
}

macro_rules! words_of_the_domain {
    ($($name:ident $word:ident,)+) => {$(
        impl Word for $name {
            const ALL: &'static [Self] = $name::ALL;

            fn word(self) -> &'static str {
                self.$word()
            }
        }
    )+};
}

words_of_the_domain! {
    AccountHolder as_str,
    Annotation as_str,
    ApplicantRole as_str,
    Channel as_str,
    CheckOutcome as_str,
    CourseRegime code,
    Declaration as_str,
    IdentityDocument as_str,
    IseeKind as_str,
    SchoolKind as_str,
    SchoolLevel as_str,
    SchoolType as_str,
}

/// All words of `W`.
pub(crate) fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|word| word.word()).collect()
}

/// The word meant by a text: capital letters do not matter, a blank or `_` is a dash.
pub(crate) fn read<W: Word>(text: &str) -> Option<W> {
    let plain = text.to_ascii_lowercase().replace([' ', '_'], "-");
    W::ALL.iter().copied().find(|word| word.word() == plain)
}
