// SPDX-License-Identifier: EUPL-1.2
//! The folder of an embedded installation and its lock: one process runs the workers on it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// A folder that belongs to an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    purpose: Purpose,
}

/// What a folder was made for. A demo empties its folder; it must never be somebody's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real data.
    Installation,
    /// A simulated year.
    Demo,
}

impl Purpose {
    const fn mark(self) -> &'static str {
        match self {
            Self::Installation => "campanella\n",
            Self::Demo => "campanella demo\n",
        }
    }
}

/// The lock on a folder, held until dropped; the system frees it when the process dies.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process runs on it.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// It holds something else: files that are not ours, or data where a demo was asked for.
    #[error("{} holds something else and is left alone", .0.display())]
    Foreign(PathBuf),
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

const MARKER: &str = ".campanella";

/// Whether nobody's data are there: nothing but a marker, or one that another process is just making.
fn holds_markers_alone(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if !entry?.file_name().to_string_lossy().starts_with(MARKER) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the marker whole or not at all. If two processes do it at once, the first one's stays, and with it its lock.
fn make_marker(path: &Path, purpose: Purpose) -> io::Result<()> {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.join(format!("{MARKER}.{}.{number}", std::process::id()));
    fs::write(&draft, purpose.mark())?;
    let linked = fs::hard_link(&draft, path.join(MARKER));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) =>
        {
            // A file system without hard links: an empty marker is finished by whoever comes next.
            File::options().create(true).append(true).open(path.join(MARKER)).map(drop)
        }
        linked => linked,
    }
}

impl Folder {
    /// Opens a folder of ours, whatever it was made for, or makes an installation's where there is none or an empty one.
    ///
    /// # Errors
    /// [`FolderError::Foreign`] when it holds something and not our marker.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        Self::open_or_make(path, Purpose::Installation)
    }

    /// Opens a demo's folder, or makes one where there is none or an empty one.
    ///
    /// # Errors
    /// [`FolderError::Foreign`] when it holds something else, an installation for one.
    pub fn open_demo(path: &Path) -> Result<Self, FolderError> {
        let folder = Self::open_or_make(path, Purpose::Demo)?;
        if folder.purpose == Purpose::Demo { Ok(folder) } else { Err(FolderError::Foreign(path.to_owned())) }
    }

    fn open_or_make(path: &Path, purpose: Purpose) -> Result<Self, FolderError> {
        let io = |source| FolderError::Io { path: path.to_owned(), source };
        let marker = path.join(MARKER);
        if !marker.exists() {
            fs::create_dir_all(path).map_err(io)?;
            if !holds_markers_alone(path).map_err(io)? {
                return Err(FolderError::Foreign(path.to_owned()));
            }
            make_marker(path, purpose).map_err(io)?;
        }
        let mut mark = fs::read_to_string(&marker).map_err(io)?;
        if mark.is_empty() && holds_markers_alone(path).map_err(io)? {
            // Its maker died between making and writing it. The file stays the same one: somebody may hold its lock.
            fs::write(&marker, purpose.mark()).map_err(io)?;
            purpose.mark().clone_into(&mut mark);
        }
        let purpose =
            [Purpose::Installation, Purpose::Demo].into_iter().find(|purpose| purpose.mark() == mark);
        Ok(Self {
            path: path.to_owned(),
            purpose: purpose.ok_or_else(|| FolderError::Foreign(path.to_owned()))?,
        })
    }

    /// What it was made for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// [`FolderError::InUse`] at once when another process holds it.
    pub fn lock(&self) -> Result<FolderLock, FolderError> {
        let path = self.path.join(MARKER);
        let io = |source| FolderError::Io { path: path.clone(), source };
        let file = File::options().read(true).write(true).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(self.path.clone())),
            Err(TryLockError::Error(source)) => Err(io(source)),
        }
    }

    /// Empties the folder, keeping its marker and so its lock.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn clear(&self) -> Result<(), FolderError> {
        let io = |source| FolderError::Io { path: self.path.clone(), source };
        for entry in fs::read_dir(&self.path).map_err(io)? {
            let entry = entry.map_err(io)?;
            if entry.file_name() == MARKER {
                continue;
            }
            let removed = if entry.file_type().map_err(io)?.is_dir() {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
            removed.map_err(io)?;
        }
        Ok(())
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that says whose folder it is. With a copy of it another folder is of the same purpose.
    #[must_use]
    pub fn marker(&self) -> PathBuf {
        self.path.join(MARKER)
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("campanella.db")
    }

    /// The queue file.
    #[must_use]
    pub fn queue(&self) -> PathBuf {
        self.path.join("queue.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let temporary = tempfile::tempdir().unwrap();
        fs::write(temporary.path().join("thesis.txt"), "precious").unwrap();
        assert!(matches!(Folder::open(temporary.path()), Err(FolderError::Foreign(_))));
        assert!(!temporary.path().join(MARKER).exists());
    }

    #[test]
    fn a_demo_never_takes_an_installation_for_its_own() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("data");
        Folder::open(&path).unwrap();
        assert!(matches!(Folder::open_demo(&path), Err(FolderError::Foreign(_))));
        let demo = temporary.path().join("demo");
        Folder::open_demo(&demo).unwrap();
        assert_eq!(Folder::open(&demo).unwrap().purpose(), Purpose::Demo);
    }

    #[test]
    fn two_processes_that_make_a_folder_at_once_have_it_both() {
        for _ in 0..50 {
            let temporary = tempfile::tempdir().unwrap();
            let path = temporary.path().join("data");
            std::thread::scope(|scope| {
                let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| Folder::open(&path))).collect();
                for opened in opened {
                    opened.join().unwrap().unwrap();
                }
            });
            assert_eq!(fs::read_dir(&path).unwrap().count(), 1, "the marker alone");
        }
    }

    #[test]
    fn a_folder_whose_maker_died_is_finished_by_the_next_unless_somebody_uses_it() {
        let temporary = tempfile::tempdir().unwrap();
        fs::write(temporary.path().join(MARKER), "").unwrap();
        assert_eq!(Folder::open_demo(temporary.path()).unwrap().purpose(), Purpose::Demo);
        fs::write(temporary.path().join(MARKER), "").unwrap();
        fs::write(temporary.path().join("thesis.txt"), "precious").unwrap();
        assert!(matches!(Folder::open(temporary.path()), Err(FolderError::Foreign(_))));
    }

    #[test]
    fn two_processes_cannot_run_on_one_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("data")).unwrap();
        let held = folder.lock().unwrap();
        assert!(matches!(folder.lock(), Err(FolderError::InUse(_))));
        drop(held);
        assert!(folder.lock().is_ok());
    }

    #[test]
    fn clearing_keeps_the_folder_ours() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("data")).unwrap();
        fs::create_dir(folder.path().join("mail")).unwrap();
        fs::write(folder.database(), "x").unwrap();
        folder.clear().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(Folder::open(folder.path()).is_ok());
    }
}
