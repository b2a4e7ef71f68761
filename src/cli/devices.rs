//! `devices`: the user's own names of devices, and which of them they know.

use std::fmt::Write;

use super::args::{DevicesArgs, DevicesCommand};
use super::code::Code;
use super::own::{self, Place};
use super::stdout::print;
use super::tell;
use crate::home::own::{Own, Owned};

/// Runs it.
pub(super) fn run(args: &DevicesArgs) -> Code {
    let Some(place) = Place::usual() else {
        tell::problem("There is no folder for your configuration: HOME is not set.");
        return Code::Output;
    };
    let mut owned = match place.load() {
        Ok(owned) => owned,
        Err(problem) => {
            tell::problem(&problem);
            return Code::Input;
        }
    };
    let Some(command) = &args.command else { return print(&list(&owned)) };
    let said = match change(&mut owned, command) {
        Ok(said) => said,
        Err(problem) => {
            tell::problem(&problem);
            return Code::Usage;
        }
    };
    if let Err(problem) = place.save(&owned) {
        tell::problem(&problem);
        return Code::Output;
    }
    print(&said)
}

/// Does what was asked for; what to say of it.
fn change(owned: &mut Owned, command: &DevicesCommand) -> Result<String, String> {
    let known = |id: &str| own::id(id).ok_or_else(|| format!("\"{id}\" is no device's id: write its hardware address, or its address, as reports show it."));
    match command {
        DevicesCommand::Name { id, name } => {
            let (id, name) = (known(id)?, own::name(name).map_err(|why| format!("That is no name: {why}."))?);
            let said = format!("{id} is called {name} from now on.\n");
            owned.entry(id).or_default().name = Some(name);
            Ok(said)
        }
        DevicesCommand::Trust { id } => {
            let id = known(id)?;
            owned.entry(id.clone()).or_default().trusted = true;
            Ok(format!("{id} is marked as one that you know.\n"))
        }
        DevicesCommand::Forget { id } => {
            let id = known(id)?;
            match owned.remove(&id) {
                Some(_) => Ok(format!("{id} is forgotten.\n")),
                None => Err(format!("Nothing is kept of {id}. All that is: tattletale devices")),
            }
        }
    }
}

/// One line a device.
fn list(owned: &Owned) -> String {
    if owned.is_empty() {
        return "You have named no device yet:  tattletale devices name 00:00:5e:00:53:01 \"Kitchen lamp\"\n".to_owned();
    }
    let mut out = String::new();
    for (id, Own { name, trusted }) in owned {
        let line = format!("{id:17}  {:8} {}", if *trusted { "trusted" } else { "" }, name.as_deref().unwrap_or_default());
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_trusted_and_forgotten() {
        let mut owned = Owned::new();
        let id = || "00-00-5E-00-53-01".to_owned();
        assert!(list(&owned).contains("tattletale devices name"));
        assert_eq!(
            change(&mut owned, &DevicesCommand::Name { id: id(), name: " Lamp ".to_owned() }),
            Ok("00:00:5e:00:53:01 is called Lamp from now on.\n".to_owned())
        );
        assert!(change(&mut owned, &DevicesCommand::Trust { id: id() }).is_ok());
        assert_eq!(list(&owned), "00:00:5e:00:53:01  trusted  Lamp\n");
        assert!(change(&mut owned, &DevicesCommand::Name { id: "lamp".to_owned(), name: "x".to_owned() }).is_err());
        assert!(change(&mut owned, &DevicesCommand::Name { id: id(), name: "\u{1b}[2J".to_owned() }).is_err());
        assert!(change(&mut owned, &DevicesCommand::Forget { id: id() }).is_ok() && owned.is_empty());
        assert!(change(&mut owned, &DevicesCommand::Forget { id: id() }).is_err());
    }
}
