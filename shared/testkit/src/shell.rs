// SPDX-License-Identifier: EUPL-1.2
//! Text a shell reads as it is meant.

use std::fmt::Write as _;

/// A word, whatever is in it.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A script that becomes `program` with these arguments and, besides what it inherits, this environment.
pub(crate) fn becoming(program: &str, arguments: &[&str], environment: &[(String, String)]) -> String {
    // Writing to a String cannot fail.
    let mut script = String::new();
    for (name, value) in environment {
        let _ = writeln!(script, "export {name}={}", quoted(value));
    }
    let words = [&[program], arguments].concat();
    let words = words.into_iter().map(quoted).collect::<Vec<_>>();
    let _ = writeln!(script, "exec {}", words.join(" "));
    script
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn words_reach_a_program_as_they_are() -> anyhow::Result<()> {
        let environment = [("BELL".to_owned(), "it's $HOME \"here\"\n".to_owned())];
        let script = becoming("/bin/sh", &["-c", "printf '%s|%s' \"$BELL\" \"$0\"", "a b"], &environment);
        let output = Command::new("/bin/sh").args(["-c", &script]).output()?;
        assert_eq!(String::from_utf8(output.stdout)?, "it's $HOME \"here\"\n|a b");
        Ok(())
    }
}
