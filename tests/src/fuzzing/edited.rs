// SPDX-License-Identifier: EUPL-1.2
//! A file with one value changed: the damage an editor does, and what a fuzzer finds sooner than a whole file.

/// The file an input stands for. `=` begins a change: a byte that chooses a line of `original` that has a value, then
/// the value to be written there. Anything else is the file itself.
pub(super) fn file(original: &str, input: &str) -> String {
    let mut letters = input.chars();
    let (Some('='), Some(choice)) = (letters.next(), letters.next()) else { return input.to_owned() };
    let with_value = |line: &str| line.contains('=') && !line.trim_start().starts_with('#');
    let lines: Vec<&str> = original.lines().collect();
    let places: Vec<usize> = (0..lines.len()).filter(|index| with_value(lines[*index])).collect();
    let chosen = places.get(choice as usize % places.len().max(1)).copied();
    let written = |(index, line): (usize, &&str)| match line.split_once('=') {
        Some((key, _)) if Some(index) == chosen => format!("{key}= {}", letters.as_str()),
        _ => (*line).to_owned(),
    };
    lines.iter().enumerate().map(written).collect::<Vec<_>>().join("\n")
}
