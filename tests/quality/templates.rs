//! Words, keys and shapes that may be looked at while the tool is made better; those of `held_out.rs` may not.

/// What samples are made of.
pub struct Templates {
    /// Words of texts and values.
    pub words: &'static [&'static str],
    /// Keys that mean nothing personal.
    pub keys: &'static [&'static str],
    /// JSON around a key and its value.
    pub shapes: &'static [&'static str],
    /// Key names by class.
    pub named: &'static [(&'static str, &'static [&'static str])],
    /// First names, surnames, mail domains.
    pub people: [&'static [&'static str]; 3],
    /// Places that are public, as text.
    pub places: &'static [&'static str],
    /// Names of networks.
    pub networks: &'static [&'static str],
    /// Passwords.
    pub passwords: &'static [&'static str],
}

/// May be looked at.
pub const TUNING: Templates = Templates {
    words: &[
        "lamp", "is", "on", "the", "door", "room", "warm", "and", "light", "off", "window", "open", "children", "sleep", "rain", "garden", "Küche", "türe",
        "fenêtre", "calor", "evening", "music", "kitchen", "battery", "charged", "update",
    ],
    keys: &["state", "watt", "volt", "heat", "humidity", "uptime", "seq", "mode", "level", "fw", "room", "rssi", "retries", "free_heap", "cycle"],
    shapes: &[r#"{"n":1,{},"z":2}"#, r#"{"device":{{},"fw":"1.0.9"},"seq":41}"#, r#"[{"n":7},{{}}]"#, r#"{"data":{"user":{"a":1,{}}},"ok":true}"#],
    named: &[
        ("email", &["email", "mail", "user_email", "contact"]),
        ("phone", &["phone", "mobile", "tel", "sos1"]),
        ("imei", &["imei", "IMEI", "device_imei", "imeiNumber"]),
        ("imsi", &["imsi", "IMSI", "sim_imsi"]),
        ("iccid", &["iccid", "ICCID", "sim_iccid"]),
        ("mac", &["mac", "macaddr", "wifi_mac"]),
        ("serial", &["serial", "sn", "serialNumber", "device_id"]),
        ("uuid", &["uuid", "device_uuid", "deviceId"]),
        ("network-name", &["ssid", "wifi_ssid", "networkName"]),
        ("position", &["location", "gps", "latlng"]),
        ("password", &["password", "pwd", "passwd"]),
        ("network-key", &["psk", "wifi_password", "wpa_key"]),
        ("token", &["token", "access_token", "api_key"]),
    ],
    people: [&["mia", "leo", "ida", "tom", "eva"], &["testkind", "beispiel", "muster", "sample"], &["example.org", "example.com", "mail.example.net"]],
    places: &["48.858370,2.294481", "52.516275,13.377704", "41.890210,12.492231", "-33.856784,151.215297"],
    networks: &["TestHome", "HausNetz", "Nest 12", "family-wifi"],
    passwords: &["korrekt-pferd-42", "sichere-katze-77", "Tr@ckMe-2026", "p3ilsender"],
};
