//! `doctor`: can this computer capture, and where? Each failing line comes with the command that mends it. It sends nothing.

use std::fmt::Write;

use super::args::DoctorArgs;
use super::code::Code;
use super::stdout::print;
use super::tell;
use crate::capture::interfaces::{self, Interface};
use crate::error::CaptureError;
use crate::printable::clean;

/// Where the ways to see other devices' traffic are described.
const GUIDE: &str = "\
This computer sees its own traffic; switches and Wi-Fi hide that of other devices.
Three ways to see it:
  share this computer's connection with them, and watch the shared interface
  mirror a port of the router or switch to this computer
  record on the router, then:  tattletale inspect file.pcap
";

/// Runs it.
pub(super) fn run(_args: &DoctorArgs) -> Code {
    let list = interfaces::list();
    let checked: Vec<_> = list.iter().map(|interface| (interface, interfaces::may_capture(&interface.name).err())).collect();
    let (text, code) = findings(&checked, interfaces::default().as_deref());
    let printed = print(&text);
    code.max(printed)
}

/// The whole text, and the code: 0 where at least one interface that is up can be listened on.
fn findings(checked: &[(&Interface, Option<CaptureError>)], usual: Option<&str>) -> (String, Code) {
    let mut out = String::from("✓ Reading captures: needs no rights (tattletale inspect FILE, tattletale demo)\n");
    if checked.is_empty() {
        out.push_str("✗ Listening: this computer shows no network interface\n");
        return (out, Code::Permission);
    }
    for (interface, problem) in checked {
        let mark = if problem.is_none() { '✓' } else { '✗' };
        let right = if problem.is_none() { "may be listened on" } else { "may not be listened on" };
        let usual = if usual == Some(interface.name.as_str()) { ", the usual one" } else { "" };
        let _ = writeln!(out, "{mark} {}: {right}; {}{usual}", clean(&interface.name), describe(interface));
    }
    let usable = checked.iter().any(|(interface, problem)| problem.is_none() && interface.is_up);
    out.push('\n');
    match checked.iter().find_map(|(_, problem)| problem.as_ref()) {
        Some(problem) if !usable => {
            for line in problem.to_string().lines() {
                let _ = writeln!(out, "{}", clean(line));
            }
        }
        _ if usable => {
            let name = usual.map(|name| format!(" -i {}", clean(name))).unwrap_or_default();
            let _ = writeln!(out, "Listen:  tattletale watch{name}");
        }
        _ => out.push_str("No interface is up. Connect this computer to the network first.\n"),
    }
    out.push('\n');
    out.push_str(GUIDE);
    let denied = checked.iter().any(|(_, problem)| problem.as_ref().is_some_and(|problem| tell::code(problem) == Code::Permission));
    (out, if usable || !denied { Code::Done } else { Code::Permission })
}

/// `up, 192.168.1.7, 00:00:5e:00:53:01`.
fn describe(interface: &Interface) -> String {
    let mut parts = vec![if interface.is_up { "up" } else { "down" }.to_owned()];
    if interface.is_loopback {
        parts.push("this computer only".to_owned());
    }
    parts.extend(interface.addresses.iter().take(3).map(ToString::to_string));
    parts.extend(interface.mac.map(|mac| mac.to_string()));
    if !interface.description.is_empty() {
        parts.push(clean(&interface.description).into_owned());
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Mac;

    fn interface(name: &str) -> Interface {
        Interface {
            name: name.to_owned(),
            mac: Some(Mac([0, 0, 0x5e, 0, 0x53, 1])),
            addresses: vec!["192.0.2.7".parse().unwrap()],
            is_up: true,
            is_loopback: false,
            description: String::new(),
        }
    }

    #[test]
    fn a_missing_right_comes_with_what_mends_it() {
        let (eth, wifi) = (interface("eth0"), interface("wlan0"));
        let denied = || CaptureError::Permission { name: "eth0".to_owned(), remedy: "Easiest:  sudo tattletale watch".to_owned() };
        let (text, code) = findings(&[(&eth, Some(denied()))], Some("eth0"));
        assert!(text.contains("✗ eth0: may not be listened on; up, 192.0.2.7, 00:00:5e:00:53:01, the usual one"), "{text}");
        assert!(text.contains("sudo tattletale watch"), "{text}");
        assert_eq!(code, Code::Permission);
        let (text, code) = findings(&[(&eth, Some(denied())), (&wifi, None)], Some("wlan0"));
        assert!(text.contains("✓ wlan0: may be listened on") && text.contains("Listen:  tattletale watch -i wlan0"), "{text}");
        assert_eq!(code, Code::Done);
    }
}
