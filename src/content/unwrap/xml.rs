//! XML, SOAP and HTML: the texts and attributes of elements. Not a validating reader; what is cut off gives what is there.

use super::entities;
use super::siblings::Siblings;
use super::walk::{Format, Layer, Trail, Walk, next};
use crate::content::find::find;
use crate::content::keys;
use crate::content::kinds::Kinds;

/// See the file.
pub(super) static FORMAT: Format = Format { name: "xml", open };

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    let is_xml = matches!(layer.bytes, [b'<', b'?' | b'!' | b'/' | b'a'..=b'z' | b'A'..=b'Z', ..]);
    if is_xml {
        walk.xml(layer);
    }
    is_xml
}

/// Elements of HTML whose attribute `name` is what a program calls them.
const PARTS: &[&str] =
    &["meta", "input", "form", "a", "img", "iframe", "frame", "param", "map", "select", "textarea", "button", "object", "embed", "fieldset", "slot", "output"];
/// Latitude and longitude in elements further apart belong to different things.
const REACH: usize = 200;

impl Walk<'_> {
    /// All element texts and attribute values.
    pub(super) fn xml(&mut self, layer: Layer<'_>) {
        let bytes = layer.bytes;
        let group = self.group();
        let mut siblings = Siblings::default();
        // The name that a text has: its element's, or what a property list's `key` or a `name` attribute said.
        let (mut name, mut listed) = ("", "");
        let mut at = 0;
        while at < bytes.len() {
            let tag = find(b'<', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |found| at + found);
            let text = if tag > at { trimmed(layer, at, tag) } else { layer.cut(at, at) };
            if name == "key" {
                listed = std::str::from_utf8(text.bytes).unwrap_or("");
            }
            self.xml_value(name, text, group, &mut siblings);
            let rest = bytes.get(tag..).unwrap_or_default();
            if let Some(data) = rest.strip_prefix(b"<![CDATA[") {
                let length = memchr::memmem::find(data, b"]]>").unwrap_or(data.len());
                self.xml_value(name, trimmed(layer, tag + 9, tag + 9 + length), group, &mut siblings);
                at = tag + 9 + length + 3;
                continue;
            }
            let end = find(b'>', rest).map_or(bytes.len(), |found| tag + found);
            name = if matches!(rest.get(1), Some(b'/' | b'!' | b'?') | None) { "" } else { self.tag(layer.cut(tag + 1, end), group, &mut siblings) };
            if matches!(name, "string" | "integer" | "real") && !listed.is_empty() {
                name = std::mem::take(&mut listed);
            }
            at = end + 1;
        }
    }

    /// The attributes of an element; returns the name that its text has.
    fn tag<'l>(&mut self, layer: Layer<'l>, group: u32, siblings: &mut Siblings) -> &'l str {
        let bytes = layer.bytes;
        let mut at = next(bytes, 0, |byte| byte.is_ascii_whitespace() || byte == b'/').unwrap_or(bytes.len());
        let element = local(bytes.get(..at).unwrap_or_default());
        let mut name = element;
        while let Some(equals) = find(b'=', bytes.get(at..).unwrap_or_default()).map(|found| at + found) {
            let key = local(bytes.get(at..equals).unwrap_or_default().trim_ascii());
            let quote = bytes.get(equals + 1).copied().filter(|byte| matches!(byte, b'"' | b'\''));
            let (start, end) = match quote {
                Some(quote) => (equals + 2, find(quote, bytes.get(equals + 2..).unwrap_or_default()).map_or(bytes.len(), |found| equals + 2 + found)),
                None => (equals + 1, next(bytes, equals + 1, |byte| byte.is_ascii_whitespace()).unwrap_or(bytes.len())),
            };
            let value = layer.cut(start.min(bytes.len()), end);
            match key {
                "name" | "key" => {
                    // What pages call their parts is nobody's name.
                    let is_of_a_page = PARTS.iter().any(|part| element.eq_ignore_ascii_case(part));
                    name = std::str::from_utf8(value.bytes).unwrap_or(name);
                    self.xml_value(if is_of_a_page { "" } else { key }, value, group, siblings);
                }
                "value" => self.xml_value(name, value, group, siblings),
                // Web Services Security, UsernameToken profile, section 3.1: not the password, but a hash of it with something that changes.
                "Type" if value.bytes.ends_with(b"#PasswordDigest") => name = "PasswordDigest",
                _ => self.xml_value(key, value, group, siblings),
            }
            at = (end + 1).max(equals + 1);
        }
        name
    }

    fn xml_value(&mut self, key: &str, layer: Layer<'_>, group: u32, siblings: &mut Siblings) {
        if layer.bytes.is_empty() {
            return;
        }
        let trail = Trail { outer: layer.trail, form: "xml", within: "", name: key };
        let layer = layer.step(&trail);
        let meaning = keys::meaning(key);
        siblings.note(key, meaning, layer, group, REACH, self);
        let kinds = Kinds::of(layer.bytes);
        match if kinds.has(Kinds::AMPERSAND) { entities::decoded(layer.bytes) } else { None } {
            Some(plain) if self.afford(plain.len()) => {
                self.value(key, meaning, Layer { bytes: &plain, origin: layer.origin.decoded(0, layer.bytes.len()), ..layer }, group);
            }
            _ => self.value_of(kinds, key, meaning, layer, group),
        }
    }
}

/// From `start` to `end` without blanks at the ends.
fn trimmed(layer: Layer<'_>, start: usize, end: usize) -> Layer<'_> {
    let piece = layer.cut(start, end);
    let is_at_ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if !is_at_ends(piece.bytes.first()) && !is_at_ends(piece.bytes.last()) {
        return piece;
    }
    let blank = piece.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let length = piece.bytes.trim_ascii().len();
    piece.cut(blank, blank + length)
}

/// A name without its namespace prefix.
fn local(name: &[u8]) -> &str {
    let start = name.iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1);
    name.get(start..).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    fn xml(text: &str) -> Vec<String> {
        list(Role::Body, None, Some("text/xml"), text.as_bytes())
    }

    #[test]
    fn elements_and_attributes_are_named() {
        let all = xml(
            "<?xml version='1.0'?><s:Envelope xmlns:s=\"urn:x\"><s:Body><u:sn>AB123456</u:sn><p mac='00:00:5e:00:53:01'/><d><![CDATA[a<b]]></d></s:Body></s:Envelope>",
        );
        for want in ["xml:sn|sn|AB123456", "xml:mac|mac|00:00:5e:00:53:01", "xml:d|d|a<b"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn a_property_list_and_named_values_keep_their_names() {
        let all = xml("<plist><key>imei</key><string>352099001761481</string><param name=\"ssid\" value=\"Example\"/><x name=\"psk\">secret99</x></plist>");
        for want in ["xml:imei|imei|352099001761481", "xml:ssid|ssid|Example", "xml:psk|psk|secret99"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn the_digest_of_a_password_is_none() {
        let token =
            |kind| xml(&format!("<a:UsernameToken><a:Password Type=\"http://docs.example.org/wss-1.0#{kind}\">dHVPU3BHbA==</a:Password></a:UsernameToken>"));
        assert!(token("PasswordText").iter().any(|piece| piece.starts_with("xml:Password|Password|")));
        assert!(token("PasswordDigest").iter().any(|piece| piece.starts_with("xml:PasswordDigest|PasswordDigest|")));
    }

    #[test]
    fn coordinates_of_a_point_are_joined() {
        let all = xml("<trkpt lat=\"48.8584\" lon=\"2.2945\"><ele>3</ele></trkpt>");
        assert!(all.contains(&"xml:lon|lat,lon|48.8584,2.2945".to_owned()), "{all:?}");
        let all = xml("<loc><Latitude>48.8584</Latitude> <Longitude>2.2945</Longitude></loc>");
        assert!(all.contains(&"xml:Longitude|Latitude,Longitude|48.8584,2.2945".to_owned()), "{all:?}");
    }
}
