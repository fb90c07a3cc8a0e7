// SPDX-License-Identifier: EUPL-1.2
//! How a command ended, for scripts and supervisors.

use std::process::ExitCode;

/// The exit code of a command. `--help` and `docs/command-line.md` list them from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A check failed, or the operation did.
    Failed = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// What was asked for is not there.
    NotFound = 3,
    /// The installation is in use by another process, or its database or broker does not answer: try again later.
    Unavailable = 4,
}

impl Exit {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Done, Self::Failed, Self::Usage, Self::NotFound, Self::Unavailable];

    /// The number a shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in Italian.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "fatto",
            Self::Failed => "una verifica o l'operazione non è riuscita",
            Self::Usage => "comando o configurazione errati",
            Self::NotFound => "ciò che è stato chiesto non esiste",
            Self::Unavailable => {
                "installazione occupata da un altro processo, o database o broker che non risponde"
            }
        }
    }

    /// The list shown at the foot of `--help`.
    #[must_use]
    pub fn legend() -> String {
        let line = |exit: Self| format!("  {}  {}\n", exit.code(), exit.meaning());
        format!("Codici di uscita:\n{}", Self::ALL.map(line).concat())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_code_as_the_program_does() {
        let page = include_str!("../../../../docs/command-line.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit.code(), exit.meaning());
            assert!(page.contains(&row), "docs/command-line.md lacks: {row}");
        }
    }
}
