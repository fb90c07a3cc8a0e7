// SPDX-License-Identifier: EUPL-1.2
//! The page on the CSV files, compared with the code that reads them.

use anyhow::Context as _;
use campanella_domain::{
    ardis::Application,
    ars::{Catchment, CommunicationKind, Cpi, Municipality, School},
};
use campanella_formats::{
    AttestationRow, ClassListRow, CommunicationRow, Draft, Kind, Reader, Record, SelfCertificationRow,
};

use super::{Page, code_in, page};

const PAGE: &str = "docs/formats.md";

#[test]
fn the_page_on_formats_lists_every_column_of_every_kind() -> anyhow::Result<()> {
    let page = page(PAGE)?;
    for kind in Kind::ALL {
        let written = page.table(kind.as_str())?;
        let names: Vec<&str> =
            written.iter().filter_map(|row| code_in(row.first()?).first().copied()).collect();
        let columns = kind.columns();
        assert_eq!(names, columns.iter().map(|column| column.name).collect::<Vec<_>>(), "{kind}");
        for (row, column) in written.iter().zip(columns) {
            let [_, presence, values, meaning] = row.as_slice() else {
                anyhow::bail!("four columns: {row:?}");
            };
            let said = (presence.to_owned(), (*values).to_owned());
            assert_eq!(said, (column.presence.as_str(), column.values.label()), "{kind}, {}", column.name);
            assert!(!meaning.is_empty(), "{kind}, {}", column.name);
        }
    }
    Ok(())
}

/// The first block of CSV after the table of a kind.
fn example(page: &Page, kind: Kind) -> anyhow::Result<String> {
    let (_, rest) = page.text.split_once(&format!("<!-- /{kind} -->")).context("a table")?;
    let (_, rest) = rest.split_once("```csv\n").context("an example")?;
    Ok(rest.split_once("```").context("its end")?.0.to_owned())
}

fn reads<R: Record>(page: &Page) -> anyhow::Result<()> {
    let example = example(page, R::KIND)?;
    let mut count = 0;
    for line in Reader::<R, _>::new(example.as_bytes())? {
        if let Err(rejected) = line {
            anyhow::bail!("{}, line {}: {}", R::KIND, rejected.line, rejected.faults[0]);
        }
        count += 1;
    }
    assert_eq!(count, example.lines().count() - 1, "{}", R::KIND);
    Ok(())
}

#[test]
fn every_example_of_a_file_can_be_imported() -> anyhow::Result<()> {
    let page = page(PAGE)?;
    reads::<Municipality>(&page)?;
    reads::<Cpi>(&page)?;
    reads::<Catchment>(&page)?;
    reads::<School>(&page)?;
    reads::<ClassListRow>(&page)?;
    reads::<CommunicationRow>(&page)?;
    reads::<Application>(&page)?;
    reads::<Draft>(&page)?;
    reads::<AttestationRow>(&page)?;
    reads::<SelfCertificationRow>(&page)
}

#[test]
fn the_types_of_communication_named_are_those_the_register_knows() -> anyhow::Result<()> {
    let page = page(PAGE)?;
    let (_, rest) =
        page.text.split_once("Types, by code or by the label of the note: ").context("the types")?;
    let written = code_in(rest.split_once('.').context("a full stop")?.0);
    assert_eq!(written.len(), 14);
    let unknown = |code: &&str| matches!(CommunicationKind::from(*code), CommunicationKind::Other(_));
    assert_eq!(written.iter().find(|code| unknown(code)), None);
    Ok(())
}
