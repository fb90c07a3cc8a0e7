// SPDX-License-Identifier: EUPL-1.2
//! Physical lines, each of bounded length.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _};

use crate::decode::Decoded;

/// The longest line that is held, in bytes of UTF-8 or Windows-1252.
pub(crate) const LONGEST: usize = 64 * 1024;

/// A physical line without its end.
#[derive(Debug)]
pub(crate) enum Physical {
    /// Its bytes.
    Line(Vec<u8>),
    /// Longer than [`LONGEST`]: read over.
    TooLong,
    /// From here on nothing can be read.
    Broken(io::Error),
}

/// The physical lines of a file, with some looked at ahead.
pub(crate) struct Lines<I> {
    input: BufReader<Decoded<I>>,
    end_of_line: u8,
    ahead: VecDeque<Physical>,
    /// How many lines were taken.
    taken: u64,
    is_finished: bool,
}

impl<I: io::Read> Lines<I> {
    /// Of a file; `head` is how it begins. Where that has carriage returns only, these end the lines (old Macintosh).
    pub(crate) fn new(input: Decoded<I>, head: &[u8]) -> Self {
        let end_of_line = if head.contains(&b'\r') && !head.contains(&b'\n') { b'\r' } else { b'\n' };
        let input = BufReader::with_capacity(LONGEST, input);
        Self { input, end_of_line, ahead: VecDeque::new(), taken: 0, is_finished: false }
    }

    /// The number of the line taken last; the first is 1.
    pub(crate) fn number(&self) -> u64 {
        self.taken
    }

    /// Takes a line.
    pub(crate) fn take(&mut self) -> Option<Physical> {
        let line = match self.ahead.pop_front() {
            Some(line) => line,
            None => self.read()?,
        };
        self.taken += 1;
        Some(line)
    }

    /// Looks at a line without taking it; 0 is the next.
    pub(crate) fn look(&mut self, ahead: usize) -> Option<&Physical> {
        while self.ahead.len() <= ahead {
            let line = self.read()?;
            self.ahead.push_back(line);
        }
        self.ahead.get(ahead)
    }

    /// Reads a line of the file.
    fn read(&mut self) -> Option<Physical> {
        if self.is_finished {
            return None;
        }
        let mut line = Vec::new();
        let bound = LONGEST as u64 + 1;
        match (&mut self.input).take(bound).read_until(self.end_of_line, &mut line) {
            Ok(0) => {
                self.is_finished = true;
                return None;
            }
            Ok(_) => {}
            Err(error) => return Some(self.broken(error)),
        }
        if line.last() == Some(&self.end_of_line) {
            line.pop();
        } else if line.len() > LONGEST {
            return Some(match self.read_over() {
                Ok(()) => Physical::TooLong,
                Err(error) => self.broken(error),
            });
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(Physical::Line(line))
    }

    /// Reads over the rest of a line, holding none of it.
    fn read_over(&mut self) -> io::Result<()> {
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            let end = buffer.iter().position(|byte| *byte == self.end_of_line);
            let count = end.map_or(buffer.len(), |place| place + 1);
            let is_over = end.is_some() || buffer.is_empty();
            self.input.consume(count);
            if is_over {
                return Ok(());
            }
        }
    }

    fn broken(&mut self, error: io::Error) -> Physical {
        self.is_finished = true;
        Physical::Broken(error)
    }
}
