// SPDX-License-Identifier: EUPL-1.2
//! Bytes as text.
//!
//! The encoding is told line by line and not from the beginning of the file: an `à` may come after a hundred thousand
//! lines of ASCII. A line that is valid UTF-8 is UTF-8, any other Windows-1252, in which every byte is a character. Only
//! a line in which both are found is damaged: two files were joined in the middle of it, or bytes were lost. UTF-16,
//! known by its mark, is turned into UTF-8 while it is read.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much is looked at and turned at a time, in bytes.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The mark of UTF-8 at the beginning of a file.
const MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// A file's bytes, as UTF-8 if they were UTF-16, without the mark.
pub(crate) enum Decoded<I> {
    /// As they are, after those read already.
    Plain(io::Chain<io::Cursor<Vec<u8>>, I>),
    /// UTF-16.
    Utf16(Box<Utf16<I>>),
}

/// UTF-16 being turned into UTF-8.
pub(crate) struct Utf16<I> {
    input: io::Chain<io::Cursor<Vec<u8>>, I>,
    decoder: Decoder,
    text: Vec<u8>,
    taken: usize,
    is_finished: bool,
}

impl<I: Read> Decoded<I> {
    /// Reads the beginning and tells the encoding by its mark. Gives the beginning too, as text of the file.
    pub(crate) fn new(mut input: I) -> io::Result<(Self, Vec<u8>)> {
        let mut head = Vec::with_capacity(CHUNK);
        input.by_ref().take(CHUNK as u64).read_to_end(&mut head)?;
        let utf16 = match head.get(..2) {
            Some([0xFF, 0xFE]) => Some(UTF_16LE),
            Some([0xFE, 0xFF]) => Some(UTF_16BE),
            _ => None,
        };
        if let Some(encoding) = utf16 {
            let (start, _) = encoding.decode_with_bom_removal(&head);
            let start = start.into_owned().into_bytes();
            let decoder = encoding.new_decoder_with_bom_removal();
            let input = io::Cursor::new(head).chain(input);
            let utf16 = Utf16 { input, decoder, text: Vec::new(), taken: 0, is_finished: false };
            return Ok((Self::Utf16(Box::new(utf16)), start));
        }
        if head.starts_with(MARK) {
            head.drain(..MARK.len());
        }
        Ok((Self::Plain(io::Cursor::new(head.clone()).chain(input)), head))
    }
}

impl<I: Read> Read for Decoded<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Utf16(input) => input.read(buffer),
        }
    }
}

impl<I: Read> Utf16<I> {
    /// Turns some more.
    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = vec![0; CHUNK];
        let count = self.input.read(&mut bytes)?;
        self.is_finished = count == 0;
        // Three bytes of UTF-8 for two of UTF-16 at most, and what the decoder held back.
        let mut text = vec![0; count * 2 + 16];
        let (result, _, written, _) =
            self.decoder.decode_to_utf8(bytes.get(..count).unwrap_or_default(), &mut text, self.is_finished);
        debug_assert_eq!(result, CoderResult::InputEmpty, "there is room for all");
        text.truncate(written);
        (self.text, self.taken) = (text, 0);
        Ok(())
    }
}

impl<I: Read> Read for Utf16<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() && !self.is_finished {
            self.fill()?;
        }
        let count = self.text.get(self.taken..).unwrap_or_default().read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

/// A line's text; `Err` with the text as far as it goes if two encodings are mixed in it.
pub(crate) fn text_of(line: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Ok(text) = std::str::from_utf8(line) {
        return Ok(Cow::Borrowed(text));
    }
    let text = WINDOWS_1252.decode_without_bom_handling(line).0;
    let is_mixed = line.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if is_mixed { Err(text.into_owned()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_utf8_or_windows_1252_whatever_came_before() {
        assert_eq!(text_of("Nicolò €".as_bytes()).unwrap(), "Nicolò €");
        assert_eq!(text_of(b"Nicol\xF2 \x80").unwrap(), "Nicolò €");
        assert!(text_of(b"Nicol\xC3\xB2 Nicol\xF2").is_err());
    }

    #[test]
    fn utf_16_is_known_by_its_mark() {
        let text = "città;Zoë\r\n".repeat(20_000);
        for big_endian in [false, true] {
            let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let file: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect();
            let (mut decoded, head) = Decoded::new(file.as_slice()).unwrap();
            let mut read = String::new();
            decoded.read_to_string(&mut read).unwrap();
            assert!(read == text, "the text is the same");
            assert!(text.as_bytes().starts_with(&head[..1000]));
        }
    }
}
