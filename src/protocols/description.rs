//! What devices say of themselves in a document that anyone at home may fetch: UPnP descriptions (UPnP Device Architecture 2.0, section 2), ONVIF
//! device information, the metadata of web services' device profile (DPWS 1.1, section 5) and Roku's device information.
//!
//! Comes in: a body as any protocol tells it. Goes out: a name and traits of the server that gave it. No protocol of its own; a list of forms.

use super::description_json;
use super::protocol::Say;
use super::xml::{self, Leaf};
use crate::event::{Event, Name, NameSource, Readable, Role, Subject, Trait, TraitKind};

/// A form must show within so many bytes.
const LOOK: usize = 4_096;
/// So much of a description is read.
const READ: usize = 64 << 10;
/// Most kinds of services that are told of one description.
const SERVICES: usize = 32;
/// A longer value is none.
const LONGEST: usize = 256;

/// A form of description.
struct Form {
    /// What only it has, near its beginning.
    marks: &'static [&'static [u8]],
    /// What its elements mean, in the order in which they are told.
    fields: &'static [(&'static str, Field)],
}

/// What an element means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    /// The name that its owner gave it.
    Name,
    /// A trait that a device has once: the first counts, for the device itself comes before those within it.
    Once(TraitKind),
    /// A kind of device or service.
    Service,
}

const FORMS: &[Form] = &[
    Form {
        marks: &[b"urn:schemas-upnp-org:device-1-0"],
        fields: &[
            ("friendlyName", Field::Name),
            ("manufacturer", Field::Once(TraitKind::Maker)),
            ("modelName", Field::Once(TraitKind::Model)),
            ("modelNumber", Field::Once(TraitKind::Model)),
            ("modelDescription", Field::Once(TraitKind::Model)),
            ("firmwareVersion", Field::Once(TraitKind::Software)),
            ("softwareVersion", Field::Once(TraitKind::Software)),
            ("deviceType", Field::Service),
            ("serviceType", Field::Service),
        ],
    },
    Form {
        marks: &[b"GetDeviceInformationResponse", b"http://www.onvif.org/ver10/device/wsdl"],
        fields: &[
            ("Manufacturer", Field::Once(TraitKind::Maker)),
            ("Model", Field::Once(TraitKind::Model)),
            ("FirmwareVersion", Field::Once(TraitKind::Software)),
        ],
    },
    Form { marks: &[b"http://schemas.xmlsoap.org/ws/2006/02/devprof", b"FriendlyName"], fields: DEVICE_PROFILE },
    Form { marks: &[b"http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01", b"FriendlyName"], fields: DEVICE_PROFILE },
    Form {
        marks: &[b"<device-info", b"<model-name"],
        fields: &[
            ("user-device-name", Field::Name),
            ("friendly-device-name", Field::Name),
            ("vendor-name", Field::Once(TraitKind::Maker)),
            ("model-name", Field::Once(TraitKind::Model)),
            ("software-version", Field::Once(TraitKind::Software)),
        ],
    },
];

const DEVICE_PROFILE: &[(&str, Field)] = &[
    ("FriendlyName", Field::Name),
    ("Manufacturer", Field::Once(TraitKind::Maker)),
    ("ModelName", Field::Once(TraitKind::Model)),
    ("ModelNumber", Field::Once(TraitKind::Model)),
    ("FirmwareVersion", Field::Once(TraitKind::Software)),
];

/// Tells what a body says of its server, if it is a description.
pub(super) fn tell(body: &Readable<'_>, say: Say<'_>) {
    if body.role != Role::Body {
        return;
    }
    if !xml::may_be(body.bytes) {
        description_json::tell(body, say);
        return;
    }
    let begin = body.bytes.get(..LOOK).unwrap_or(body.bytes);
    let has = |mark: &&[u8]| memchr::memmem::find(begin, mark).is_some();
    let Some(form) = FORMS.iter().find(|form| form.marks.iter().all(has)) else { return };
    let mut found: Vec<Option<Leaf<'_>>> = vec![None; form.fields.len()];
    let mut services: Vec<Leaf<'_>> = Vec::new();
    for leaf in xml::leaves(body.bytes.get(..READ).unwrap_or(body.bytes)) {
        if leaf.raw.is_empty() || leaf.raw.len() > LONGEST {
            continue;
        }
        let is_new = services.len() < SERVICES && !services.iter().any(|known| known.raw == leaf.raw);
        match form.fields.iter().zip(&mut found).find(|((name, _), _)| *name == leaf.name) {
            Some(((_, Field::Service), _)) if is_new => services.push(leaf),
            Some(((_, Field::Name | Field::Once(_)), place)) => {
                place.get_or_insert(leaf);
            }
            _ => {}
        }
    }
    let fields = form.fields.iter().zip(&found).filter_map(|((_, field), leaf)| Some((*field, leaf.as_ref()?)));
    for (field, leaf) in fields.chain(services.iter().map(|leaf| (Field::Service, leaf))) {
        tell_field(field, leaf, body, say);
    }
}

fn tell_field(field: Field, leaf: &Leaf<'_>, body: &Readable<'_>, say: Say<'_>) {
    let (value, at) = (leaf.text(), body.place.at(leaf.range.start, leaf.range.len()));
    let (value, subject) = (value.as_ref(), Subject::Server);
    match field {
        Field::Name => say(Event::Name(Name { source: NameSource::Ssdp, name: value, subject, at })),
        Field::Once(kind) => say(Event::Trait(Trait { kind, value, subject, at })),
        Field::Service => say(Event::Trait(Trait { kind: TraitKind::Service, value, subject, at })),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::event::Place;
    use crate::wire::At;

    const UPNP: &str = "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><specVersion><major>1</major></specVersion><URLBase>http://192.0.2.7/</URLBase>\
        <device><deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType><friendlyName>Emma&apos;s lamp</friendlyName>\
        <manufacturer>Example</manufacturer><modelName>Lamp 2</modelName><modelNumber></modelNumber><serialNumber>00005E005343</serialNumber>\
        <serviceList><service><serviceType>urn:schemas-upnp-org:service:AVTransport:1</serviceType></service>\
        <service><serviceType>urn:schemas-upnp-org:service:AVTransport:1</serviceType></service></serviceList>\
        <deviceList><device><friendlyName>inner</friendlyName></device></deviceList></device></root>";

    fn told(role: Role, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let readable =
            Readable { role, bytes: text.as_bytes(), field: None, media: Some("text/xml"), chain: &["http-body"], place: Place::Unpacked(At::default()) };
        tell(&readable, &mut |event| lines.push(line(&event)));
        lines
    }

    #[test]
    fn a_description_names_its_device() {
        let want = [
            "name ssdp Emma's lamp Server",
            "trait maker Example Server",
            "trait model Lamp 2 Server",
            "trait service urn:schemas-upnp-org:device:MediaRenderer:1 Server",
            "trait service urn:schemas-upnp-org:service:AVTransport:1 Server",
        ];
        assert_eq!(told(Role::Body, UPNP), want);
        assert_eq!(told(Role::Payload, UPNP), Vec::<String>::new());
    }

    #[test]
    fn a_camera_says_what_it_is() {
        let text = "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:tds='http://www.onvif.org/ver10/device/wsdl'><s:Body>\
            <tds:GetDeviceInformationResponse><tds:Manufacturer>Example</tds:Manufacturer><tds:Model>Cam 3</tds:Model>\
            <tds:FirmwareVersion>1.0</tds:FirmwareVersion></tds:GetDeviceInformationResponse></s:Body></s:Envelope>";
        assert_eq!(told(Role::Body, text), ["trait maker Example Server", "trait model Cam 3 Server", "trait software 1.0 Server"]);
    }

    #[test]
    fn an_answer_of_http_describes_its_server_however_it_comes() {
        use super::super::{http1::HTTP, testing::drive_split};
        use crate::wire::Direction::{ToClient, ToServer};
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
        let length = format!("{head}Content-Length: {}\r\n\r\n{UPNP}", UPNP.len());
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{UPNP}\r\n0\r\n\r\n", UPNP.len());
        for answer in [length, chunked] {
            let lines = drive_split(HTTP.open, &[(ToServer, b"GET /d.xml HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n"), (ToClient, answer.as_bytes())]);
            assert_eq!(lines.iter().filter(|line| *line == "name ssdp Emma's lamp Server").count(), 1, "{lines:?}");
            assert!(lines.contains(&"trait maker Example Server".to_owned()), "{lines:?}");
        }
    }

    #[test]
    fn other_documents_are_not_descriptions() {
        for other in ["", "{}", "<html><friendlyName>x</friendlyName></html>", "urn:schemas-upnp-org:device-1-0"] {
            assert_eq!(told(Role::Body, other), Vec::<String>::new(), "{other}");
        }
    }

    #[test]
    fn cuts_never_panic() {
        for length in (0..UPNP.len()).filter(|length| UPNP.is_char_boundary(*length)) {
            told(Role::Body, &UPNP[..length]);
        }
    }
}
