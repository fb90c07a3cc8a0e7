// SPDX-License-Identifier: EUPL-1.2
//! Damaged lines: each is told apart, and the lines after it survive.

use campanella_domain::ars::{Catchment, Municipality};

use super::read;
use crate::{FileError, Kind, Line, Reader, Rejected};

const HEADING: &str = "municipality,cpi_code,source\n";
const GOOD: &str = "027042,CPI-1,office\n";

/// Numbers of the good lines, and of the bad ones with the beginning of what is wrong.
fn told(file: &str) -> (Vec<u64>, Vec<(u64, String)>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for line in read::<Catchment>(file) {
        match line {
            Ok(Line { number, .. }) => good.push(number),
            Err(Rejected { line, faults, .. }) => bad.push((line, faults[0].to_string())),
        }
    }
    (good, bad)
}

#[test]
fn each_damage_costs_its_own_line() {
    let long = format!("027042,CPI-1,{}\n", "x".repeat(70_000));
    let verbose = format!("027042,CPI-1,{}\n", "x".repeat(5_000));
    for (broken, problem) in [
        ("027042,CPI-1\n", "le celle sono troppo poche: 2 invece di 3"),
        ("027042,CPI-1,office,more\n", "le celle sono troppe: 4 invece di 3"),
        ("027042,\"CPI-1,office\n", "le virgolette aperte e quelle chiuse non corrispondono"),
        ("027042,\"CPI\"-1,office\n", "le virgolette aperte e quelle chiuse non corrispondono"),
        ("'027042,CPI-1,office\n", "colonna municipality: il valore comincia con un apostrofo"),
        ("027042,CPI-1,'041000000\n", "colonna source: il valore comincia con un apostrofo"),
        ("027042,CPI-1,\"=\"\"041\"\"\"\n", "colonna source: il valore è scritto come formula"),
        ("027042,CPI-1,of\u{0}fice\n", "colonna source: nel testo c'è un segno invisibile"),
        ("027042,CPI-1,of\u{feff}fice\n", "colonna source: nel testo c'è un segno invisibile"),
        ("027042,CPI-1,of\u{fffd}ce\n", "colonna source: una lettera è andata persa"),
        ("027042,CPI-1,#RIF!\n", "colonna source: al posto del valore c'è un errore"),
        ("027042,CPI-1,3E+11\n", "colonna source: il numero è stato abbreviato"),
        ("27042,CPI-1,office\n", "colonna municipality: il codice ISTAT del comune ha sei cifre"),
        (",CPI-1,office\n", "colonna municipality: la cella è vuota"),
        (&verbose, "colonna source: il testo supera i 4000 caratteri"),
        (&long, "la riga è più lunga di 65536 byte"),
    ] {
        let (good, bad) = told(&format!("{HEADING}{GOOD}{broken}{GOOD}{GOOD}"));
        assert_eq!(good, [2, 4, 5], "{broken:.40}");
        assert_eq!(bad.len(), 1, "{broken:.40}");
        assert!(bad[0].0 == 3 && bad[0].1.starts_with(problem), "{broken:.40}: {}", bad[0].1);
        assert!(bad[0].1.contains(". Rimedio: "));
    }
}

#[test]
fn all_that_is_wrong_with_a_line_is_told_at_once() {
    let lines = read::<Catchment>(format!("{HEADING}1,C P I,{}\n", "#N/D"));
    let faults = &lines[0].as_ref().unwrap_err().faults;
    let columns: Vec<_> = faults.iter().map(|fault| fault.column.unwrap()).collect();
    assert_eq!(columns, ["municipality", "cpi_code", "source"]);
}

#[test]
fn a_cell_in_quotation_marks_may_go_over_lines_and_an_open_mark_swallows_nothing() {
    let (good, bad) = told(&format!("{HEADING}027042,CPI-1,\"of\nfi\nce\"\n{GOOD}"));
    assert_eq!((good, bad.len()), (vec![2, 5], 0));
    // The mark of the second line would end the cell the first began: it is followed by a letter.
    let (good, bad) = told(&format!("{HEADING}027042,CPI-1,\"office\n027042,CPI-1,\"office\"\n{GOOD}"));
    assert_eq!((good, bad.len()), (vec![3, 4], 1));
    // Here it would end it properly, with too few cells.
    let (good, bad) = told(&format!("{HEADING}\"027042,CPI-1,office\n027042,CPI-1,\"\"\n{GOOD}"));
    assert_eq!((good, bad.len()), (vec![3, 4], 1));
    let (good, bad) = told(&format!("{HEADING}027042,CPI-1,\"office\n{}", GOOD.repeat(1_000)));
    assert_eq!((good.len(), bad.len()), (1_000, 1));
}

#[test]
fn blank_lines_and_empty_cells_at_the_end_are_nothing() {
    let (good, bad) = told(&format!("\n{HEADING}\n{GOOD},,\n   \n027042,CPI-1,office,,\n\n"));
    assert_eq!((good, bad.len()), (vec![4, 7], 0));
    // Without a line's end, and with those of other systems.
    let (good, _) = told(HEADING.trim_end());
    assert!(good.is_empty());
    assert_eq!(told(&format!("{HEADING}{}", GOOD.trim_end())).0, [2]);
    assert_eq!(told(&format!("{HEADING}{GOOD}{GOOD}").replace('\n', "\r\n")).0, [2, 3]);
    assert_eq!(told(&format!("{HEADING}{GOOD}{GOOD}").replace('\n', "\r")).0, [2, 3]);
}

#[test]
fn the_heading_tells_separator_and_order_whatever_its_case() {
    for file in [
        "cpi_code;municipality\nCPI-1;027042\n",
        " CPI Code ;\"MUNICIPALITY\";provincia\nCPI-1;027042;VE\n",
        "Municipality\tcpi-code\n027042\tCPI-1\n",
        "sep=;\nmunicipality;cpi_code\n027042;CPI-1\n",
        "\u{feff}municipality,cpi_code\n027042,CPI-1\n",
        "riga;colonna;motivo;rimedio;municipality;cpi_code\n7;x;y;z;027042;CPI-1\n",
    ] {
        let lines = read::<Catchment>(file);
        let expected = Catchment {
            municipality: "027042".parse().unwrap(),
            cpi: "CPI-1".parse().unwrap(),
            source: "office".to_owned(),
        };
        assert_eq!(lines[0].as_ref().unwrap().record, expected, "{file}");
        let reader = Reader::<Catchment, _>::new(file.as_bytes()).unwrap();
        let unknown = if file.contains("provincia") { vec!["provincia"] } else { Vec::new() };
        assert_eq!(reader.unknown_columns(), unknown, "what a reject file adds is no surprise");
        assert_eq!(reader.absent_columns(), ["source"]);
    }
}

#[test]
fn the_name_of_an_unknown_column_is_told_short_and_without_what_a_terminal_obeys() {
    let file = format!("municipality;cpi_code;\u{1b}[31msuorce;{}\n", "a".repeat(100));
    let reader = Reader::<Catchment, _>::new(file.as_bytes()).unwrap();
    assert_eq!(reader.unknown_columns(), ["[31msuorce".to_owned(), format!("{}…", "a".repeat(40))]);
}

#[test]
fn a_file_that_is_not_what_it_should_be_is_told_without_its_contents() {
    let error = |file: &[u8]| Reader::<Catchment, _>::new(file).map(|_| ()).unwrap_err();
    assert!(matches!(error(b""), FileError::Empty));
    assert!(matches!(error(b"\n\n  \n"), FileError::Empty));
    assert!(matches!(error(b"PK\x03\x04rest"), FileError::NotText));
    assert!(matches!(error(b"m\0u\0n\0"), FileError::NotText));
    let heading = Kind::Cpi.columns().iter().map(|column| column.name).collect::<Vec<_>>().join(";");
    assert!(matches!(error(heading.as_bytes()), FileError::AnotherKind { found: Kind::Cpi, .. }));
    let error_of_data = error(b"Maria;RSSMRA10A01L736B\n");
    assert!(matches!(error_of_data, FileError::NoHeading { .. }));
    assert!(!error_of_data.to_string().contains("Maria"));
    assert!(error_of_data.to_string().ends_with("municipality, cpi_code, [source]"));
    assert!(
        matches!(error(b"municipality;x"), FileError::MissingColumns { missing, .. } if missing == ["cpi_code"])
    );
    let repeated = error(b"municipality;cpi_code;Municipality");
    assert!(matches!(repeated, FileError::DuplicateColumns { columns } if columns == ["municipality"]));
}

#[test]
fn encodings_are_told_line_by_line() {
    let line = |name: &str| format!("001001;{name};TO;Piemonte;A074\n");
    let mut file = b"istat_code;name;province;region;cadastral_code\n".to_vec();
    file.extend(line("Agliè").as_bytes());
    file.extend(line("Agli#").bytes().map(|byte| if byte == b'#' { 0xE8 } else { byte }));
    // Both in one line: damaged.
    file.extend(line("Agliè Agli#").bytes().map(|byte| if byte == b'#' { 0xE8 } else { byte }));
    file.extend(line("Agliè").as_bytes());
    let lines = read::<Municipality>(file);
    let names: Vec<_> =
        lines.iter().map(|line| line.as_ref().map(|line| line.record.name.as_str()).unwrap_or("-")).collect();
    assert_eq!(names, ["Agliè", "Agliè", "-", "Agliè"]);
}
