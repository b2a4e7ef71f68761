//! What devices say of themselves in JSON that anyone at home may fetch: Hue bridges, Chromecasts, televisions of Samsung, Sonos, Shelly, Nanoleaf, Tasmota.
//!
//! Comes in: a body as any protocol tells it. Goes out: a name and traits of the server that gave it. No protocol of its own; a list of forms.

use serde_json::Value as Json;

use super::protocol::Say;
use crate::event::{Event, Name, NameSource, Readable, Subject, Trait, TraitKind};

/// A form must show within so many bytes.
const LOOK: usize = 16 << 10;
/// A longer body is not read.
const READ: usize = 64 << 10;
/// A longer value is none.
const LONGEST: usize = 256;

/// A form of description.
struct Form {
    /// What only it has.
    marks: &'static [&'static str],
    /// Its maker, where the body doesn't say.
    maker: Option<&'static str>,
    /// Where a name or trait stands (RFC 6901), in the order in which they are told; none: the name that its owner gave it.
    fields: &'static [(&'static str, Option<TraitKind>)],
}

const MODEL: Option<TraitKind> = Some(TraitKind::Model);
const SOFTWARE: Option<TraitKind> = Some(TraitKind::Software);
const MAKER: Option<TraitKind> = Some(TraitKind::Maker);
const SERVICE: Option<TraitKind> = Some(TraitKind::Service);

const FORMS: &[Form] = &[
    // Philips Hue CLIP API v1, `/api/config`.
    Form {
        marks: &["\"bridgeid\"", "\"modelid\"", "\"swversion\""],
        maker: Some("Signify"),
        fields: &[("/name", None), ("/config/name", None), ("/modelid", MODEL), ("/config/modelid", MODEL), ("/swversion", SOFTWARE)],
    },
    // Google Cast, `/setup/eureka_info`.
    Form {
        marks: &["\"cast_build_revision\""],
        maker: None,
        fields: &[
            ("/name", None),
            ("/device_info/name", None),
            ("/device_info/manufacturer", MAKER),
            ("/device_info/model_name", MODEL),
            ("/model_name", MODEL),
            ("/cast_build_revision", SOFTWARE),
            ("/build_info/cast_build_revision", SOFTWARE),
        ],
    },
    // Samsung, `/api/v2/`.
    Form {
        marks: &["\"Samsung SmartTV\"", "\"modelName\""],
        maker: Some("Samsung"),
        fields: &[("/device/name", None), ("/device/modelName", MODEL), ("/device/firmwareVersion", SOFTWARE), ("/device/type", SERVICE)],
    },
    // Sonos, `/api/v1/players/local/info`.
    Form {
        marks: &["\"householdId\"", "\"playerId\"", "\"softwareVersion\""],
        maker: Some("Sonos"),
        fields: &[("/device/name", None), ("/device/modelDisplayName", MODEL), ("/device/softwareVersion", SOFTWARE)],
    },
    // Shelly, `/shelly`, of both generations.
    Form {
        marks: &["\"fw_id\"", "\"gen\"", "\"app\""],
        maker: Some("Shelly"),
        fields: &[("/name", None), ("/app", MODEL), ("/model", MODEL), ("/ver", SOFTWARE)],
    },
    Form { marks: &["\"type\":\"SH", "\"mac\"", "\"fw\""], maker: Some("Shelly"), fields: &[("/type", MODEL), ("/fw", SOFTWARE)] },
    // Nanoleaf OpenAPI.
    Form {
        marks: &["\"panelLayout\"", "\"serialNo\""],
        maker: Some("Nanoleaf"),
        fields: &[("/name", None), ("/model", MODEL), ("/firmwareVersion", SOFTWARE)],
    },
    // Tasmota, `Status 0`.
    Form { marks: &["\"StatusFWR\"", "\"FriendlyName\""], maker: None, fields: &[("/Status/FriendlyName/0", None), ("/StatusFWR/Version", SOFTWARE)] },
];

/// Tells what a body says of its server, if it is a description.
pub(super) fn tell(body: &Readable<'_>, say: Say<'_>) {
    let bytes = body.bytes;
    if bytes.trim_ascii_start().first() != Some(&b'{') || bytes.len() > READ {
        return;
    }
    let begin = bytes.get(..LOOK).unwrap_or(bytes);
    let has = |mark: &&str| memchr::memmem::find(begin, mark.as_bytes()).is_some();
    let Some(form) = FORMS.iter().find(|form| form.marks.iter().all(has)) else { return };
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else { return };
    let at = body.place.at(0, bytes.len());
    if let Some(value) = form.maker {
        say(Event::Trait(Trait { kind: TraitKind::Maker, value, subject: Subject::Server, at }));
    }
    for (path, kind) in form.fields {
        let Some(value) = json.pointer(path).and_then(Json::as_str).filter(|value| !value.is_empty() && value.len() <= LONGEST) else { continue };
        match *kind {
            Some(kind) => say(Event::Trait(Trait { kind, value, subject: Subject::Server, at })),
            None => say(Event::Name(Name { source: NameSource::Ssdp, name: value, subject: Subject::Server, at })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;
    use crate::event::{Place, Role};
    use crate::wire::At;

    fn told(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let body = Readable {
            role: Role::Body,
            bytes: text.as_bytes(),
            field: None,
            media: Some("application/json"),
            chain: &["http-body"],
            place: Place::Unpacked(At::default()),
        };
        tell(&body, &mut |event| lines.push(line(&event)));
        lines
    }

    #[test]
    fn devices_say_what_they_are() {
        let bridge = r#"{"name":"Hall","datastoreversion":"99","swversion":"1957","apiversion":"1.57.0","mac":"00:00:5e:00:53:01","bridgeid":"00005EFFFE005301","modelid":"BSB002"}"#;
        let want = ["trait maker Signify Server", "name ssdp Hall Server", "trait model BSB002 Server", "trait software 1957 Server"];
        assert_eq!(told(bridge), want);
        let shelly = r#"{"type":"SHPLG-S","mac":"00005E005301","auth":false,"fw":"20230913-113421/v1.14.0-gcb84623"}"#;
        assert_eq!(told(shelly)[..2], ["trait maker Shelly Server", "trait model SHPLG-S Server"]);
        let tv = r#"{"device":{"type":"Samsung SmartTV","modelName":"QE55Q60A","name":"Living room"},"version":"2.0.25"}"#;
        assert_eq!(told(tv).last().map(String::as_str), Some("trait service Samsung SmartTV Server"));
    }

    #[test]
    fn other_documents_are_not_descriptions() {
        for other in ["", "{}", "[\"bridgeid\",\"modelid\",\"swversion\"]", "{\"bridgeid\":1,\"modelid\":2,\"swversion\":", "<a>\"StatusFWR\"</a>"] {
            assert_eq!(told(other), Vec::<String>::new(), "{other}");
        }
    }
}
