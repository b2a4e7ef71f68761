//! Words, keys and shapes that must not be looked at while the tool is made better: they say how well it does on what nobody tuned it for.

use crate::templates::Templates;

/// Not to be looked at.
pub const HELD_OUT: Templates = Templates {
    words: &["ventilator", "stopped", "after", "a", "long", "night", "of", "frost", "mówi", "że", "wieczór", "jest", "ciepły", "sensor", "reports", "no", "motion", "since", "noon", "stairs", "cellar", "pump", "dry", "çocuk", "oda", "ışık"],
    keys: &["st", "pwr", "cur", "t1", "t2", "co2", "lux", "up", "cnt", "prog", "valve", "build", "zone", "err", "queue"],
    shapes: &[r#"{"payload":[{"k":0,{}}]}"#, r#"{"v":2,"body":{"attrs":{{},"q":[1,2,3]}}}"#, r#"{{}}"#, r#"{"evt":"up","ctx":{"x":null,{},"y":false}}"#],
    named: &[
        ("email", &["emailAddress", "parent_mail", "e_mail", "login_email"]),
        ("phone", &["phoneNumber", "msisdn", "mobile_number", "emergency_phone"]),
        ("imei", &["deviceImei", "imei1", "imei_no", "equipment_imei"]),
        ("imsi", &["imsi1", "simImsi"]),
        ("iccid", &["simIccid", "iccid1", "ccid"]),
        ("mac", &["macAddress", "hwaddr", "deviceMac"]),
        ("serial", &["serial_no", "deviceSerial", "sn_code", "did"]),
        ("uuid", &["udid", "deviceUuid", "installationId"]),
        ("network-name", &["wifiName", "ap_ssid", "wlan_ssid"]),
        ("position", &["position", "coords", "gps_location"]),
        ("password", &["userPassword", "login_pass", "pass"]),
        ("network-key", &["wifiPassword", "wlan_key", "passphrase"]),
        ("token", &["accessToken", "auth_token", "apikey", "refresh_token"]),
    ],
    people: [&["noa", "ben", "tia", "kofi"], &["probemax", "fantasia", "inventa"], &["post.example", "example.net", "kids.example.org"]],
    places: &["55.676098,12.568337", "48.208493,16.373118", "-22.951916,-43.210487", "35.658581,139.745433"],
    networks: &["Rabbit_7", "Villa 22", "dritter-stock", "LAN of Milk"],
    passwords: &["Zwei&Drei=5Aepfl", "correct horse 99", "9f2Kq!mZx0Lp", "hunter2hunt"],
};
