// SPDX-License-Identifier: EUPL-1.2
//! Why a file as a whole cannot be read.

use crate::Kind;

/// A file none of whose lines can be read. The messages are Italian and say what to do; they name columns we know, never
/// what stands in the file: what is taken for a heading may be somebody's data.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read at all.
    #[error("il file non si legge. Rimedio: controllare che il disco sia raggiungibile e riprovare")]
    Unreadable(#[from] std::io::Error),
    /// Nothing is in it.
    #[error("il file è vuoto. Rimedio: controllare di aver scelto il file giusto ed esportarlo di nuovo")]
    Empty,
    /// A spreadsheet, an archive or another file that is not text.
    #[error(
        "il file non è un testo CSV: sembra un foglio di calcolo o un altro documento. \
        Rimedio: aprirlo e salvarlo come «CSV UTF-8 (delimitato dal separatore di elenco)»"
    )]
    NotText,
    /// The first line names no column of this kind.
    #[error(
        "la prima riga non è l'intestazione di un file «{kind}». \
        Rimedio: come prima riga scrivere i nomi delle colonne: {}", expected(.kind)
    )]
    NoHeading {
        /// The kind asked for.
        kind: Kind,
    },
    /// The heading is that of another kind.
    #[error(
        "l'intestazione è quella di un file «{found}», non «{kind}». \
        Rimedio: ripetere il comando con il tipo «{found}», o scegliere un altro file"
    )]
    AnotherKind {
        /// The kind asked for.
        kind: Kind,
        /// The kind it looks like.
        found: Kind,
    },
    /// Columns that have to be there are not.
    #[error("mancano le colonne {}. Rimedio: aggiungerle all'intestazione, anche in un altro ordine: {}",
        .missing.join(", "), expected(.kind))]
    MissingColumns {
        /// The kind asked for.
        kind: Kind,
        /// Which.
        missing: Vec<&'static str>,
    },
    /// Columns that are there twice: neither may be guessed at.
    #[error(
        "l'intestazione ripete le colonne {}. Rimedio: lasciare ciascuna una volta sola", .columns.join(", ")
    )]
    DuplicateColumns {
        /// Which.
        columns: Vec<&'static str>,
    },
}

/// The columns of a kind, those that may be absent in brackets.
fn expected(kind: &Kind) -> String {
    let name = |column: &crate::Column| {
        if column.must_be_there() { column.name.to_owned() } else { format!("[{}]", column.name) }
    };
    kind.columns().iter().map(name).collect::<Vec<_>>().join(", ")
}
