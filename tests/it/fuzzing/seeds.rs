// SPDX-License-Identifier: EUPL-1.2
//! Seeds that no parser gets anywhere with would test nothing.

use campanella_domain::ardis::Application;
use campanella_domain::ars::{Catchment, Cpi, Municipality, School};
use campanella_formats::{
    AttestationRow, ClassListRow, CommunicationRow, Draft, Reader, Record, SelfCertificationRow,
};

use super::folder;

/// How many lines of the seed of a kind are read, and how many rejected.
fn lines<R: Record>() -> anyhow::Result<(usize, usize)> {
    let file = folder("seeds/csv").join(R::KIND.as_str().replace('-', "_"));
    let bytes = std::fs::read(file)?;
    let items = Reader::<R, _>::new(bytes.as_slice())?;
    Ok(items.fold((0, 0), |(good, bad), item| if item.is_ok() { (good + 1, bad) } else { (good, bad + 1) }))
}

#[test]
fn the_seed_of_every_kind_of_file_has_good_lines_and_bad_ones() -> anyhow::Result<()> {
    for (good, bad) in [
        lines::<Municipality>()?,
        lines::<Cpi>()?,
        lines::<Catchment>()?,
        lines::<School>()?,
        lines::<ClassListRow>()?,
        lines::<CommunicationRow>()?,
        lines::<Application>()?,
        lines::<Draft>()?,
        lines::<AttestationRow>()?,
        lines::<SelfCertificationRow>()?,
    ] {
        assert!(good > 0 && bad > 0, "{good} good, {bad} bad");
    }
    Ok(())
}
