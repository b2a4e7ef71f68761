//! What a device is, by what it says it offers: only where the word leaves little doubt. Traits in; a kind and why out.

use super::snapshot::KnownTrait;
use crate::event::{DeviceKind, TraitKind};

/// What a kind of device or service says, in lower case, wherever it stands in the word; the first that fits counts.
const WORDS: &[(&str, DeviceKind)] = &[
    (":device:internetgatewaydevice:", DeviceKind::Router),
    ("lldp:router", DeviceKind::Router),
    ("lldp:wlan-access-point", DeviceKind::Router),
    ("cdp:router", DeviceKind::Router),
    ("wsd:networkvideotransmitter", DeviceKind::Camera),
    ("onvif:network_video_transmitter", DeviceKind::Camera),
    ("onvif:video_encoder", DeviceKind::Camera),
    (":device:digitalsecuritycamera:", DeviceKind::Camera),
    (":device:printer:", DeviceKind::Printer),
    ("wsd:printdevicetype", DeviceKind::Printer),
    ("_pdl-datastream._tcp", DeviceKind::Printer),
    ("_printer._tcp", DeviceKind::Printer),
    ("_hue._tcp", DeviceKind::Hub),
    (":device:binarylight:", DeviceKind::Light),
    (":device:dimmablelight:", DeviceKind::Light),
    ("belkin:device:insight:", DeviceKind::Plug),
    ("belkin:device:controllee:", DeviceKind::Plug),
    ("belkin:device:socket:", DeviceKind::Plug),
    ("belkin:device:lightswitch:", DeviceKind::Plug),
    ("belkin:device:bridge:", DeviceKind::Hub),
    (":device:hvac_system:", DeviceKind::Thermostat),
    (":device:zoneplayer:", DeviceKind::Speaker),
    ("_sonos._tcp", DeviceKind::Speaker),
    ("dial-multiscreen-org:service:dial:", DeviceKind::Streamer),
    ("_googlecast._tcp", DeviceKind::Streamer),
    (":device:mediarenderer:", DeviceKind::Streamer),
    ("lldp:telephone", DeviceKind::Phone),
    ("cdp:telephone", DeviceKind::Phone),
    ("wsd:computer", DeviceKind::Computer),
    ("_ipp._tcp", DeviceKind::Printer),
    ("_hap._tcp", DeviceKind::Other),
];

/// The kind that a device's own words show, and why.
pub fn told(traits: &[KnownTrait]) -> Option<(DeviceKind, String)> {
    let services: Vec<String> = traits.iter().filter(|told| told.kind == TraitKind::Service).map(|told| told.value.to_ascii_lowercase()).collect();
    let (word, kind) = WORDS.iter().find(|(word, _)| services.iter().any(|service| service.contains(word)))?;
    let said = traits.iter().find(|told| told.kind == TraitKind::Service && told.value.to_ascii_lowercase().contains(word))?;
    Some((*kind, format!("it says that it is or offers {}", said.value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(services: &[&str]) -> Option<DeviceKind> {
        let traits: Vec<KnownTrait> = services.iter().map(|value| KnownTrait { kind: TraitKind::Service, value: (*value).to_owned() }).collect();
        told(&traits).map(|(kind, _)| kind)
    }

    #[test]
    fn plain_words_decide_and_others_do_not() {
        assert_eq!(kind(&["urn:schemas-upnp-org:device:InternetGatewayDevice:1"]), Some(DeviceKind::Router));
        assert_eq!(kind(&["urn:schemas-upnp-org:device:MediaRenderer:1", "urn:schemas-upnp-org:device:ZonePlayer:1"]), Some(DeviceKind::Speaker));
        assert_eq!(kind(&["wsd:Device", "wsd:NetworkVideoTransmitter"]), Some(DeviceKind::Camera));
        assert_eq!(kind(&["urn:schemas-upnp-org:device:Basic:1", "wsd:Device", "_http._tcp"]), None);
        let maker = [KnownTrait { kind: TraitKind::Maker, value: "_sonos._tcp".to_owned() }];
        assert_eq!(told(&maker), None);
    }

    #[test]
    fn the_reason_quotes_the_device() {
        let traits = [KnownTrait { kind: TraitKind::Service, value: "_Sonos._tcp".to_owned() }];
        assert_eq!(told(&traits), Some((DeviceKind::Speaker, "it says that it is or offers _Sonos._tcp".to_owned())));
    }
}
