//! What is to be read: files as they were given, folders opened up.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// Where it is; `-` is standard input.
    pub(super) path: PathBuf,
    /// Whether it was found in a folder: what is no capture is passed over there.
    pub(super) from_folder: bool,
}

/// The inputs in their order: as given, and those of a folder (its folders included) in byte order of their paths. Of a folder that cannot be
/// read, why.
pub(super) fn expand(given: &[PathBuf]) -> Vec<Result<Input, String>> {
    let mut inputs = Vec::new();
    for path in given {
        if path.as_os_str() != "-" && path.is_dir() {
            folder(path, &mut inputs);
        } else {
            inputs.push(Ok(Input { path: path.clone(), from_folder: false }));
        }
    }
    inputs
}

fn folder(top: &Path, inputs: &mut Vec<Result<Input, String>>) {
    let mut files = Vec::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                inputs.push(Err(format!("The folder \"{}\" could not be read: {error}.", folder.display())));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // A link to a folder could lead in circles; a pipe or device would never end.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(_) if path.is_file() => files.push(path),
                _ => {}
            }
        }
    }
    files.sort_unstable_by(|one, other| one.as_os_str().as_bytes().cmp(other.as_os_str().as_bytes()));
    inputs.extend(files.into_iter().map(|path| Ok(Input { path, from_folder: true })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_in_byte_order_of_the_paths() {
        let top = std::env::temp_dir().join(format!("tattletale-inputs-{}", std::process::id()));
        fs::create_dir_all(top.join("b")).unwrap();
        for name in ["b/z.pcap", "b.pcap", "a.pcap", "B.pcap"] {
            fs::write(top.join(name), b"").unwrap();
        }
        std::os::unix::fs::symlink(&top, top.join("circle")).unwrap();
        let expanded = expand(&[top.clone(), PathBuf::from("-"), PathBuf::from("missing")]);
        let names: Vec<_> = expanded.iter().flatten().map(|input| input.path.strip_prefix(&top).unwrap_or(&input.path).display().to_string()).collect();
        assert_eq!(names, ["B.pcap", "a.pcap", "b.pcap", "b/z.pcap", "-", "missing"]);
        assert!(expanded.iter().flatten().take(4).all(|input| input.from_folder));
        fs::remove_dir_all(top).unwrap();
    }
}
