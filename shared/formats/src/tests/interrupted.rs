// SPDX-License-Identifier: EUPL-1.2
//! A disk that fails in the middle of a file.

use std::io::{self, Read};

use campanella_domain::ars::Catchment;

use crate::{FileError, Reader};

/// Some bytes, and then nothing can be read.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::Error::other("the disk is gone")) } else { self.0.read(buffer) }
    }
}

#[test]
fn lines_before_a_failure_are_read_and_the_failure_is_told_once() {
    let file = format!("municipality,cpi_code\n{}0270", "027042,CPI-1\n".repeat(10_000));
    let mut reader = Reader::<Catchment, _>::new(Failing(file.as_bytes())).unwrap();
    assert_eq!(reader.by_ref().take_while(Result::is_ok).count(), 10_000);
    assert_eq!(reader.failure().unwrap().to_string(), "the disk is gone");
    assert!(reader.next().is_none(), "it does not go on for ever");
}

#[test]
fn a_file_whose_beginning_cannot_be_read_is_not_read_at_all() {
    let error = Reader::<Catchment, _>::new(Failing(b"municipality")).err().unwrap();
    assert!(matches!(error, FileError::Unreadable(_)));
}
