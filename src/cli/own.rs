//! The user's own words for devices: where they are kept, how they are read and written.
//!
//! `$XDG_CONFIG_HOME/tattletale/devices.toml`, else below `~/.config` (XDG Base Directory Specification), readable by its owner only. Under sudo it is that of
//! the user who called sudo, and is given to them.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown, fchown};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::home::own::{Own, Owned};
use crate::printable::{is_hidden, width};

/// A longer file is not read.
const LONGEST: u64 = 256 << 10;
/// More devices are not kept.
const DEVICES: usize = 1_000;
/// A longer name is refused: columns.
const NAME: usize = 64;
/// Where the system tells users' home folders.
const USERS: &str = "/etc/passwd";

/// Whose files they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Caller {
    uid: u32,
    gid: u32,
}

/// Where the words lie, and who they belong to where sudo was used.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    caller: Option<Caller>,
}

impl Place {
    /// The one of who uses the program.
    pub(super) fn usual() -> Option<Self> {
        let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
        let caller = number("SUDO_UID").zip(number("SUDO_GID")).map(|(uid, gid)| Caller { uid, gid });
        let folder = folder(caller, |name| env::var(name).ok(), &fs::read_to_string(USERS).unwrap_or_default())?;
        Some(Self { path: folder.join("tattletale").join("devices.toml"), caller })
    }

    /// What is kept there; nothing where there is no file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is someone else's, or is not what this program writes: why.
    pub(super) fn load(&self) -> Result<Owned, String> {
        let told = |why: String| format!("Your names of devices could not be read ({}): {why}", self.path.display());
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Owned::new()),
            Err(error) => return Err(told(error.to_string())),
        };
        let about = file.metadata().map_err(|error| told(error.to_string()))?;
        if !about.is_file() || self.caller.is_some_and(|caller| about.uid() != caller.uid && about.uid() != 0) {
            return Err(told("it does not belong to the user who called sudo".to_owned()));
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(|error| told(error.to_string()))?;
        read(&text).map_err(told)
    }

    /// Keeps them: under another name first, so that the file is whole or as it was.
    ///
    /// # Errors
    ///
    /// Nothing could be written there: why.
    pub(super) fn save(&self, owned: &Owned) -> Result<(), String> {
        self.write(write(owned).as_bytes()).map_err(|error| format!("\"{}\" could not be written: {error}", self.path.display()))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let Some(folder) = self.path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            if let Some(caller) = self.caller {
                chown(folder, Some(caller.uid), Some(caller.gid))?;
            }
        }
        let beside = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let written = self.fill(&beside, bytes).and_then(|()| fs::rename(&beside, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn fill(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        if let Some(caller) = self.caller {
            fchown(&file, Some(caller.uid), Some(caller.gid))?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    }
}

/// The folder of configuration.
fn folder(caller: Option<Caller>, variable: impl Fn(&str) -> Option<String>, users: &str) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    match caller {
        Some(caller) => Some(home_of(caller.uid, users)?.join(".config")),
        None => set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config"))),
    }
}

/// `name:password:uid:gid:about:home:shell`.
fn home_of(uid: u32, users: &str) -> Option<PathBuf> {
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let mut of_user = fields.filter(|fields| fields.get(2).and_then(|field| field.parse().ok()) == Some(uid));
    of_user.find_map(|fields| fields.get(5).filter(|home| home.starts_with('/')).map(PathBuf::from))
}

/// What the text of a file means.
fn read(text: &str) -> Result<Owned, String> {
    let table: Table = text.parse().map_err(|_| "it is no TOML".to_owned())?;
    let mut owned = BTreeMap::new();
    let list = table.get("device").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for device in list.iter().take(DEVICES) {
        let text = |key: &str| device.get(key).and_then(Value::as_str);
        let id = text("id").and_then(id).ok_or("a device in it has no id")?;
        let name = text("name").map(name).transpose()?;
        owned.insert(id, Own { name, trusted: device.get("trusted").and_then(Value::as_bool).unwrap_or(false) });
    }
    Ok(owned)
}

/// The text of a file. JSON's texts are basic strings of TOML.
fn write(owned: &Owned) -> String {
    let text = |text: &str| serde_json::Value::String(text.to_owned()).to_string();
    let device = |(id, own): (&String, &Own)| {
        let name = own.name.as_ref().map(|name| format!("name = {}\n", text(name))).unwrap_or_default();
        format!("\n[[device]]\nid = {}\n{name}trusted = {}\n", text(id), own.trusted)
    };
    format!("# Written by tattletale devices.\n{}", owned.iter().take(DEVICES).map(device).collect::<String>())
}

/// A device's id as records write it: a hardware address or an address.
pub(super) fn id(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase().replace('-', ":");
    let octets: Vec<&str> = text.split(':').collect();
    let is_mac = octets.len() == 6 && octets.iter().all(|octet| octet.len() == 2 && octet.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if is_mac {
        return Some(text);
    }
    text.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}

/// A name that can be shown.
///
/// # Errors
///
/// It can't: why.
pub(super) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text {
        "" => Err("a name can't be empty".to_owned()),
        text if width(text) > NAME => Err(format!("a name can't be longer than {NAME} letters")),
        text if text.chars().any(is_hidden) => Err("a name can't hold hidden characters".to_owned()),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00:00:5e:00:53:01";

    #[test]
    fn what_is_written_is_read_again() {
        let owned = Owned::from([
            (ID.to_owned(), Own { name: Some("Mia's \"watch\" \\ ü".to_owned()), trusted: true }),
            ("192.0.2.7".to_owned(), Own { name: None, trusted: false }),
        ]);
        assert_eq!(read(&write(&owned)), Ok(owned));
        assert_eq!(read(""), Ok(Owned::new()));
        assert!(read("[[device]]\nname = \"x\"").is_err() && read("no").is_err() && read("[[device]]\nid = \"192.0.2.7\"\nname = \"\\u001b[2J\"").is_err());
    }

    #[test]
    fn ids_are_as_records_write_them() {
        assert_eq!(id("00-00-5E-00-53-01").as_deref(), Some(ID));
        assert_eq!(id("2001:DB8:0::7").as_deref(), Some("2001:db8::7"));
        assert_eq!((id("00:00:5e"), id("watch"), id("")), (None, None, None));
    }

    #[test]
    fn the_folder_is_that_of_who_uses_the_program() {
        let users = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n";
        let of = |caller: Option<u32>, set: &[(&str, &str)]| {
            let variable = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            folder(caller.map(|uid| Caller { uid, gid: uid }), variable, users).map(|path| path.display().to_string())
        };
        assert_eq!(of(None, &[("HOME", "/home/ann"), ("XDG_CONFIG_HOME", "/etc/ann")]).as_deref(), Some("/etc/ann"));
        assert_eq!(of(None, &[("HOME", "/home/ann"), ("XDG_CONFIG_HOME", "not/absolute")]).as_deref(), Some("/home/ann/.config"));
        assert_eq!(of(Some(1_000), &[("HOME", "/root")]).as_deref(), Some("/home/ann/.config"));
        assert_eq!((of(Some(7), &[("HOME", "/root")]), of(None, &[])), (None, None));
    }

    #[test]
    fn the_file_is_its_owners_alone_and_whole() {
        let folder = env::temp_dir().join(format!("tattletale-own-{}", std::process::id()));
        let place = Place { path: folder.join("tattletale").join("devices.toml"), caller: None };
        assert_eq!(place.load(), Ok(Owned::new()));
        for name in ["one", "two"] {
            let owned = Owned::from([(ID.to_owned(), Own { name: Some(name.to_owned()), trusted: false })]);
            place.save(&owned).unwrap();
            assert_eq!(place.load(), Ok(owned));
        }
        assert_eq!(fs::metadata(&place.path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.join("tattletale")).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(folder).unwrap();
    }
}
