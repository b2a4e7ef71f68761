//! A file that is either complete or absent: written under a temporary name beside its own, readable by its owner only, renamed at the end.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Mutex;

/// Temporary files that are being written, for [`abandon`].
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Pending {
    path: PathBuf,
    /// Absent where the path is a device or pipe, which is written as it is.
    temporary: Option<PathBuf>,
    replace: bool,
    file: File,
}

/// Why a file cannot be begun, or not be finished: told as it is.
pub(super) type Problem = String;

impl Pending {
    /// Begins a file. An existing one is refused unless `replace`.
    pub(super) fn begin(path: &Path, replace: bool) -> Result<Self, Problem> {
        let there = fs::metadata(path).ok();
        if let Some(there) = &there
            && !there.is_file()
            && !there.is_dir()
        {
            let file = OpenOptions::new().write(true).open(path).map_err(|error| unable(path, &error))?;
            return Ok(Self { path: path.to_owned(), temporary: None, replace, file });
        }
        if there.as_ref().is_some_and(fs::Metadata::is_dir) || path.file_name().is_none() {
            return Err(format!("{} is a folder. Name a file in it.", path.display()));
        }
        if !replace && fs::symlink_metadata(path).is_ok() {
            return Err(exists(path));
        }
        let temporary = beside(path);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary).map_err(|error| unable(path, &error))?;
        if let Ok(mut unfinished) = UNFINISHED.lock() {
            unfinished.push(temporary.clone());
        }
        Ok(Self { path: path.to_owned(), temporary: Some(temporary), replace, file })
    }

    /// Where to write.
    pub(super) fn file(&self) -> Result<File, Problem> {
        self.file.try_clone().map_err(|error| unable(&self.path, &error))
    }

    /// All was written: the file gets its name.
    pub(super) fn finish(mut self) -> Result<PathBuf, Problem> {
        let Some(temporary) = self.temporary.take() else { return Ok(self.path.clone()) };
        let done = self.file.sync_all().and_then(|()| name(&temporary, &self.path, self.replace));
        forget(&temporary);
        done.map(|()| self.path.clone()).map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                return exists(&self.path);
            }
            unable(&self.path, &error)
        })
    }

    /// Why writing failed.
    pub(super) fn failed(&self, error: &io::Error) -> Problem {
        unable(&self.path, error)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            forget(temporary);
        }
    }
}

/// Removes every unfinished file: the process is about to end.
pub(super) fn abandon() {
    let list = UNFINISHED.lock().map(|mut list| std::mem::take(&mut *list)).unwrap_or_default();
    for path in list {
        let _ = fs::remove_file(path);
    }
}

/// Gives a finished file its name; without `replace` only where nothing has it yet.
fn name(temporary: &Path, path: &Path, replace: bool) -> io::Result<()> {
    if replace {
        return fs::rename(temporary, path);
    }
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no links; there the check and the rename are two steps.
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(temporary, path),
    }
}

/// Removes a temporary name, where it is still there, and its note.
fn forget(temporary: &Path) {
    let _ = fs::remove_file(temporary);
    if let Ok(mut unfinished) = UNFINISHED.lock() {
        unfinished.retain(|path| path != temporary);
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.unfinished", process::id()));
    path.with_file_name(name)
}

fn exists(path: &Path) -> Problem {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    format!("{} already exists. Use --force to replace it, or -o {}.", path.display(), path.with_file_name(format!("{stem}-2{ending}")).display())
}

fn unable(path: &Path, error: &io::Error) -> Problem {
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!(
                "Could not finish {shown}: the disk holding {} is full.\nNothing was overwritten. Free some space, or write elsewhere with -o.",
                folder.display()
            )
        }
        ErrorKind::NotFound => format!("Could not write {shown}: there is no folder {}. Make it: mkdir -p {}", folder.display(), folder.display()),
        ErrorKind::PermissionDenied => format!("Could not write {shown}: you may not write in {}. Choose another place with -o.", folder.display()),
        _ => format!("Could not write {shown}: {error}. Nothing was overwritten."),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tattletale-target-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_finished_file_is_there_for_its_owner_and_nothing_else() {
        let folder = folder("finished");
        let path = folder.join("report.txt");
        let pending = Pending::begin(&path, false).unwrap();
        pending.file().unwrap().write_all(b"whole").unwrap();
        assert!(!path.exists(), "not before it is complete");
        pending.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
        assert!(Pending::begin(&path, false).unwrap_err().ends_with("report-2.txt."));
        let again = Pending::begin(&path, true).unwrap();
        drop(again);
        assert_eq!(fs::read(&path).unwrap(), b"whole", "what is not finished replaces nothing");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let folder = folder("meanwhile");
        let path = folder.join("report.txt");
        let pending = Pending::begin(&path, false).unwrap();
        fs::write(&path, b"someone else's").unwrap();
        assert!(pending.finish().unwrap_err().contains("already exists"));
        assert_eq!(fs::read(&path).unwrap(), b"someone else's");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn folders_and_missing_places_are_refused_and_devices_are_written_as_they_are() {
        let folder = folder("places");
        assert!(Pending::begin(&folder, true).unwrap_err().contains("is a folder"));
        assert!(Pending::begin(&folder.join("none/report.txt"), false).unwrap_err().contains("mkdir -p"));
        let device = Pending::begin(Path::new("/dev/null"), false).unwrap();
        device.file().unwrap().write_all(b"gone").unwrap();
        device.finish().unwrap();
        assert!(Path::new("/dev/null").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
