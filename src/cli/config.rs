//! The user's configuration: where it lies, whose it is.
//!
//! `$XDG_CONFIG_HOME/tattletale/config.toml`, else `~/.config/tattletale/config.toml` (XDG Base Directory Specification). Under sudo it is that of the user
//! who called sudo, and only if it is theirs: another user's file decides nothing of a process that has all rights.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::tui::Config;

/// A longer file is not read.
const LIMIT: u64 = 64 << 10;
/// Where the system tells users' home folders.
const USERS: &str = "/etc/passwd";

/// The configuration; the usual one where there is no file.
///
/// # Errors
///
/// The file cannot be read, or something in it is wrong: where, and what.
pub(super) fn load() -> Result<Config, String> {
    let caller = env::var("SUDO_UID").ok().and_then(|uid| uid.parse().ok());
    let Some(path) = path(caller, |name| env::var(name).ok(), &fs::read_to_string(USERS).unwrap_or_default()) else { return Ok(Config::default()) };
    read(&path, caller).map_err(|why| format!("{}: {why}", path.display()))
}

/// Where the file lies. `caller`: who called sudo.
fn path(caller: Option<u32>, variable: impl Fn(&str) -> Option<String>, users: &str) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    let folder = match caller {
        Some(uid) => home_of(uid, users)?.join(".config"),
        None => set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?,
    };
    Some(folder.join("tattletale").join("config.toml"))
}

/// `name:password:uid:gid:about:home:shell`.
fn home_of(uid: u32, users: &str) -> Option<PathBuf> {
    users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let is_it = fields.get(2).and_then(|field| field.parse().ok()) == Some(uid);
        fields.get(5).filter(|home| is_it && home.starts_with('/')).map(PathBuf::from)
    })
}

fn read(path: &Path, caller: Option<u32>) -> Result<Config, String> {
    let Ok(mut file) = File::open(path) else { return Ok(Config::default()) };
    let about = file.metadata().map_err(|error| error.to_string())?;
    if !about.is_file() || caller.is_some_and(|uid| about.uid() != uid) {
        return Err("it does not belong to the user who called sudo, so it is not read; remove it, or give it to them.".to_owned());
    }
    if about.len() > LIMIT {
        return Err(format!("it is longer than {LIMIT} bytes."));
    }
    let mut text = String::new();
    file.by_ref().take(LIMIT).read_to_string(&mut text).map_err(|_| "it is no text in UTF-8.".to_owned())?;
    Config::read(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_that_of_who_uses_the_program() {
        let users = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n";
        let variables = |set: &'static [(&str, &str)]| move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let told = |caller, set| path(caller, variables(set), users).map(|path| path.display().to_string());
        assert_eq!(told(None, &[("HOME", "/home/ann")]).as_deref(), Some("/home/ann/.config/tattletale/config.toml"));
        assert_eq!(told(None, &[("HOME", "/home/ann"), ("XDG_CONFIG_HOME", "/etc/ann")]).as_deref(), Some("/etc/ann/tattletale/config.toml"));
        assert_eq!(told(None, &[("HOME", "/home/ann"), ("XDG_CONFIG_HOME", "not/absolute")]).as_deref(), Some("/home/ann/.config/tattletale/config.toml"));
        assert_eq!(told(Some(1_000), &[("HOME", "/sudo"), ("XDG_CONFIG_HOME", "/sudo/x")]).as_deref(), Some("/home/ann/.config/tattletale/config.toml"));
        assert_eq!(told(Some(7), &[("HOME", "/sudo")]), None);
    }

    #[test]
    fn a_missing_file_is_no_mistake_and_a_folder_is() {
        assert!(read(Path::new("/nonexistent/config.toml"), None).is_ok());
        assert!(read(&env::temp_dir(), None).is_err());
    }
}
