// SPDX-License-Identifier: EUPL-1.2
//! Plain text as mail clients and screen readers like it: short lines, no link broken.

/// The longest line, in characters (RFC 5322 recommends 78 and line end).
pub(super) const WIDTH: usize = 76;

/// Breaks long lines at spaces, lets at most one blank line stand, and ends with one line end.
///
/// A list item («1. …», «- …») and an indented line hang: what follows stands under their text. A word longer than a line
/// (a link) stands on a line of its own, unbroken.
pub(super) fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 64);
    let mut blank = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            if !blank {
                wrapped.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        // The signature's delimiter ends in a space (RFC 3676, 4.3).
        if line == "-- " {
            wrapped.push_str("-- \n");
        } else {
            wrap_line(line.trim_end(), &mut wrapped);
        }
    }
    wrapped.truncate(wrapped.trim_end().len());
    wrapped.push('\n');
    wrapped
}

fn wrap_line(line: &str, out: &mut String) {
    let body = line.trim_start();
    let indent = line.len() - body.len();
    let hanging = indent + marker(body);
    out.push_str(&line[..indent]);
    let mut column = indent;
    let mut first = true;
    for word in body.split_whitespace() {
        let length = word.chars().count();
        if !first && column + 1 + length > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', hanging));
            column = hanging;
        } else if !first {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        first = false;
    }
    out.push('\n');
}

/// The width of a list item's mark, its space included; 0 for any other line.
fn marker(body: &str) -> usize {
    let Some((mark, _)) = body.split_once(' ') else { return 0 };
    let numbered = mark
        .strip_suffix('.')
        .is_some_and(|digits| digits.len() == 1 && digits.chars().all(|c| c.is_ascii_digit()));
    if numbered || mark == "-" { mark.len() + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_spaces_and_count_characters() {
        let wrapped = wrap(&"è già ".repeat(40));
        assert!(wrapped.lines().all(|line| line.chars().count() <= WIDTH), "{wrapped}");
        assert_eq!(wrapped.split_whitespace().count(), 80);
    }

    #[test]
    fn items_hang_and_links_stay_whole() {
        let link = format!("https://www.example.org/{}", "a".repeat(80));
        let wrapped = wrap(&format!("1. {} {link} fine", "parola ".repeat(11)));
        let lines: Vec<_> = wrapped.lines().collect();
        assert_eq!(lines[0], format!("1. {}", "parola ".repeat(10).trim_end()));
        assert_eq!(lines[1], "   parola");
        assert_eq!(lines[2], format!("   {link}"));
        assert_eq!(lines[3], "   fine");
    }

    #[test]
    fn blank_lines_do_not_pile_up_and_the_signature_mark_keeps_its_space() {
        assert_eq!(wrap("\n\na\n\n\n\nb\n-- \nc\n\n"), "a\n\nb\n-- \nc\n");
    }
}
