// SPDX-License-Identifier: EUPL-1.2
//! A file that says how much of it was read.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// A file, and how many bytes of it were read.
pub(super) struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

/// How many bytes of a file were read.
#[derive(Clone)]
pub(super) struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counted {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> io::Result<(Self, BytesRead)> {
        let read = Arc::new(AtomicU64::new(0));
        Ok((Self { file: File::open(path)?, read: Arc::clone(&read) }, BytesRead(read)))
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
