//! What rows say of themselves: what the filter compares, the search looks through and the completion offers. Harmless already.

use crate::finding::{Finding, Severity};
use crate::home::snapshot::{Carried, Device, Endpoint, Snapshot};
use crate::tui::filter::{Field, Said};
use crate::tui::sanitize::clean;
use crate::tui::words;

/// A device. `worst`: the worst severity of its findings.
pub fn device(device: &Device, worst: Option<Severity>) -> Said {
    let mut said = vec![
        (Field::Device, words::device(device)),
        (Field::Grade, clean(&device.grade.letter.to_string()).into_owned()),
        (Field::Kind, device.kind.word().to_owned()),
        (Field::Text, clean(&device.id).into_owned()),
    ];
    said.extend(device.trusted.then(|| (Field::Is, "known".to_owned())));
    said.extend(worst.map(|worst| (Field::Level, worst.plain().to_owned())));
    said.extend(device.names.iter().map(|known| (Field::Device, clean(&known.name).into_owned())));
    said.extend(device.addresses.iter().map(|address| (Field::Device, address.to_string())));
    said.extend(device.mac.map(|mac| (Field::Device, mac.to_string())));
    said.extend(device.vendor.iter().map(|vendor| (Field::Company, clean(vendor).into_owned())));
    said
}

/// A finding, and the device that it concerns.
pub fn finding(finding: &Finding, device: Option<&Device>) -> Said {
    let mut said = vec![
        (Field::Text, clean(&finding.title).into_owned()),
        (Field::Code, finding.code.to_owned()),
        (Field::Level, finding.severity.plain().to_owned()),
        (Field::Protocol, finding.protocol.to_owned()),
    ];
    match device {
        Some(device) => {
            said.push((Field::Device, words::device(device)));
            said.push((Field::Kind, device.kind.word().to_owned()));
            said.extend(device.addresses.iter().take(8).map(|address| (Field::Device, address.to_string())));
        }
        None => said.push((Field::Device, clean(&finding.device.id).into_owned())),
    }
    said.extend(finding.values.iter().map(|value| (Field::Value, value.kind.plain().to_owned())));
    if let Some(endpoint) = &finding.endpoint {
        said.push((Field::To, endpoint.address.to_string()));
        said.push((Field::Port, endpoint.port.to_string()));
        said.push((Field::Party, words::party(endpoint.party).to_owned()));
        said.extend(endpoint.name.iter().map(|name| (Field::To, clean(name).into_owned())));
        said.extend(endpoint.country.iter().map(|country| (Field::Country, clean(country).into_owned())));
    }
    said
}

/// An endpoint.
pub fn endpoint(snapshot: &Snapshot, endpoint: &Endpoint) -> Said {
    let mut said = vec![
        (Field::To, endpoint.address.to_string()),
        (Field::Port, endpoint.port.to_string()),
        (Field::Party, words::party(endpoint.party).to_owned()),
        (Field::Is, readable(snapshot.watched.carried.get(&(endpoint.address, endpoint.port))).to_owned()),
    ];
    said.extend(endpoint.names.iter().map(|known| (Field::To, clean(&known.name).into_owned())));
    let told = [
        (Field::Company, &endpoint.owner),
        (Field::Company, &endpoint.tracker),
        (Field::Purpose, &endpoint.purpose),
        (Field::Country, &endpoint.country),
        (Field::Text, &endpoint.registrable_domain),
    ];
    said.extend(told.into_iter().filter_map(|(field, text)| Some((field, clean(text.as_deref()?).into_owned()))));
    for id in &endpoint.devices {
        said.push((Field::Device, snapshot.device(id).map_or_else(|| clean(id).into_owned(), words::device)));
    }
    said.extend(endpoint.tracker.is_some().then(|| (Field::Is, "tracker".to_owned())));
    said
}

/// Whether others can read what went to an endpoint.
pub fn readable(carried: Option<&Carried>) -> &'static str {
    match carried {
        Some(carried) if carried.readable > 0 && carried.encrypted > carried.readable.saturating_mul(4) => "partly readable",
        Some(carried) if carried.readable > 0 => "readable",
        Some(carried) if carried.encrypted > 0 && carried.encrypted >= carried.unknown => "encrypted",
        _ => "not known",
    }
}
