//! What the name of a field says about its value.
//!
//! Names are compared without case, without `_` and `-`, by their last part (`gps.lat`, `user[imei]`). The name is the context that decides
//! whether a number is a device's or an order's; nothing here looks at a value.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// What a field holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A latitude; whole numbers count 10^-`scale` degrees.
    Latitude {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// A longitude, likewise.
    Longitude {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// Both, joined by a comma: made by [`super::unwrap`] of two fields of one object.
    Coordinates {
        /// 0 for plain degrees.
        scale: u8,
    },
    /// A place as one value.
    Place {
        /// Whether the name is used for nothing else than places on Earth.
        strong: bool,
        /// Whether the longitude comes first (`GeoJSON`, RFC 7946).
        longitude_first: bool,
    },
    /// International Mobile Equipment Identity.
    Imei,
    /// International Mobile Subscriber Identity.
    Imsi,
    /// SIM card number.
    Iccid,
    /// A hardware address.
    Mac,
    /// The hardware address of an access point or router.
    Bssid,
    /// A maker's serial number or device identifier.
    Serial,
    /// Some identifier of some device: proves a number of a known form only.
    Device,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone {
        /// Whether the name is used for nothing else than phone numbers.
        strong: bool,
    },
    /// A password.
    Password,
    /// A Wi-Fi password.
    NetworkKey,
    /// The name of a Wi-Fi network.
    NetworkName,
    /// A key to an account.
    Token {
        /// Whether the name is used for nothing else than secrets.
        strong: bool,
    },
    /// A login name.
    Username,
    /// A place in the letters of a geohash.
    Geohash,
    /// The strength of a radio signal.
    Signal,
    /// A part of a mobile cell's identity.
    Cell(CellPart),
    /// A payment card's number.
    Card,
    /// A bank account's number.
    Iban,
    /// A number by which a state knows a person.
    NationalId,
    /// An identifier for advertising.
    AdId,
    /// A person's name.
    PersonName {
        /// Whether the name is used for nothing else than persons.
        strong: bool,
    },
    /// A detail of a person's life.
    Profile(Detail),
    /// A measure of health.
    Health {
        /// Whether things have it as well: a height, a weight.
        body: bool,
    },
}

/// What a profile says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A day or year of birth.
    Birthday,
    /// Years.
    Age,
    /// A gender.
    Gender,
    /// A street, or an address with one.
    Street,
    /// A town.
    City,
    /// A postcode.
    Postcode,
    /// School, religion.
    Other,
}

/// A part of a mobile cell's identity (3GPP TS 23.003, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellPart {
    /// Mobile country code.
    Country,
    /// Mobile network code.
    Network,
    /// Location or tracking area.
    Area,
    /// The cell.
    Cell,
}

impl Meaning {
    /// Whether it is of a person's profile and named so that nothing else is meant.
    pub fn is_profile(self) -> bool {
        matches!(self, Self::PersonName { strong: true } | Self::Profile(_) | Self::Health { body: false })
    }

    /// Whether it names a person or a detail of one: the context in which a short word of the family is believed.
    pub fn is_of_a_person(self) -> bool {
        matches!(self, Self::PersonName { .. } | Self::Profile(_) | Self::Username | Self::NetworkName | Self::Email | Self::Phone { .. })
    }

    /// Whether a text that is no record of fields may hold it under its key. Words like `name:` stand in any prose.
    pub fn is_believed_in_prose(self) -> bool {
        !matches!(self, Self::PersonName { .. } | Self::Profile(_) | Self::Health { .. } | Self::Signal | Self::Cell(_))
    }

    /// Whether a number or address is what it names: the only names believed in paths, topics and comma lists, where words stand beside words.
    pub fn is_identifier(self) -> bool {
        matches!(self, Self::Imei | Self::Imsi | Self::Iccid | Self::Mac | Self::Bssid | Self::Serial | Self::Device | Self::Phone { strong: true })
    }
}

/// Longer names are no names.
const LONGEST: usize = 40;

/// What the field called `key` holds; none where the name says nothing.
pub fn meaning(key: &str) -> Option<Meaning> {
    // What a picture's editor noted (XMP) names pictures.
    if key.len() < 2 || key.len() > 2 * LONGEST || key.starts_with("xmp") {
        return None;
    }
    let mut buffer = [0; LONGEST];
    let name = match plain(key, &mut buffer) {
        Plain::Name(name) => name,
        Plain::Two => return both(key),
        Plain::Other => return None,
    };
    let (first, last) = (name.bytes().next()?, name.bytes().last()?);
    let found = if TABLE.may_hold(first, name.len()) { by_name(name) } else { None };
    found.or_else(|| if first == b'x' { by_name(name.get(1..)?) } else { None }).or_else(|| match last {
        b'0'..=b'9' => by_name(name.trim_end_matches(|c: char| c.is_ascii_digit())),
        b'd' | b'e' | b'n' | b'y' | b'i' | b'r' | b's' | b'l' | b'h' => by_ending(name),
        _ => None,
    })
}

/// `lat,lon`: the key of two fields that were joined.
fn both(key: &str) -> Option<Meaning> {
    let (first, second) = key.split_once(',')?;
    match (meaning(first), meaning(second)) {
        (Some(Meaning::Latitude { scale }), Some(Meaning::Longitude { scale: other })) if scale == other => Some(Meaning::Coordinates { scale }),
        _ => None,
    }
}

/// A key as it is compared.
enum Plain<'b> {
    /// The last name in it (`device[imei]`, `gps.lat`, `ns:serial`), in lower case without `_`, `-` and blanks.
    Name(&'b str),
    /// Two names joined.
    Two,
    /// Nothing that could be in the list: those are ASCII letters and digits that begin with a letter.
    Other,
}

fn plain<'b>(key: &str, buffer: &'b mut [u8; LONGEST]) -> Plain<'b> {
    let mut length = 0;
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => {
                let Some(slot) = buffer.get_mut(length) else { return Plain::Other };
                *slot = byte.to_ascii_lowercase();
                length += 1;
            }
            b'_' | b'-' | b']' | b' ' | b'"' | b'\'' => {}
            b'.' | b'[' | b':' | b'/' => length = 0,
            b',' => return Plain::Two,
            _ => return Plain::Other,
        }
    }
    match buffer.get(..length).and_then(|name| std::str::from_utf8(name).ok()) {
        Some(name) if name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_lowercase()) => Plain::Name(name),
        _ => Plain::Other,
    }
}

fn by_name(name: &str) -> Option<Meaning> {
    TABLE.names.get(name).copied()
}

/// Names that makers build by putting a word before: `homeWifiPassword`.
fn by_ending(name: &str) -> Option<Meaning> {
    const PAGING: &[&str] =
        &["pagetoken", "nexttoken", "continuationtoken", "synctoken", "csrftoken", "xsrftoken", "csrfmiddlewaretoken", "requestverificationtoken"];
    // The last letters of all of them.
    const LAST: &[&[u8; 4]] =
        &[b"word", b"sswd", b"rase", b"oken", b"ikey", b"imei", b"imsi", b"ccid", b"mber", b"ress", b"ssid", b"mail", b"name", b"hday", b"date"];
    if !name.as_bytes().last_chunk::<4>().is_some_and(|last| LAST.contains(&last)) {
        return None;
    }
    let (_, meaning) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending))?;
    (!PAGING.iter().any(|word| name.ends_with(word))).then_some(*meaning)
}

static ENDINGS: &[(&str, Meaning)] = &[
    ("wifipassword", Meaning::NetworkKey),
    ("password", Meaning::Password),
    ("passwd", Meaning::Password),
    ("passphrase", Meaning::NetworkKey),
    ("token", Meaning::Token { strong: true }),
    ("apikey", Meaning::Token { strong: true }),
    ("imei", Meaning::Imei),
    ("imsi", Meaning::Imsi),
    ("iccid", Meaning::Iccid),
    ("serialnumber", Meaning::Serial),
    ("macaddress", Meaning::Mac),
    ("ssid", Meaning::NetworkName),
    ("phonenumber", Meaning::Phone { strong: true }),
    ("email", Meaning::Email),
    ("firstname", Meaning::PersonName { strong: true }),
    ("lastname", Meaning::PersonName { strong: true }),
    ("nickname", Meaning::PersonName { strong: true }),
    ("birthday", Meaning::Profile(Detail::Birthday)),
    ("birthdate", Meaning::Profile(Detail::Birthday)),
];

/// The list, and a quick way to see that a name is not in it.
struct Table {
    names: HashMap<&'static str, Meaning, FixedState>,
    /// By first letter: bit `n` says that a name of `n` bytes begins so.
    lengths: [u64; 26],
}

impl Table {
    fn may_hold(&self, first: u8, length: usize) -> bool {
        let lengths = self.lengths.get(usize::from(first.wrapping_sub(b'a'))).copied().unwrap_or(0);
        length < 64 && lengths >> length & 1 == 1
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { names: HashMap::default(), lengths: [0; 26] };
    for (meaning, names) in GROUPS {
        for name in *names {
            table.names.insert(*name, *meaning);
            if let Some(lengths) = name.bytes().next().and_then(|first| table.lengths.get_mut(usize::from(first.wrapping_sub(b'a')))) {
                *lengths |= 1 << name.len();
            }
        }
    }
    table
});

static GROUPS: &[(Meaning, &[&str])] = &[
    (
        Meaning::Latitude { scale: 0 },
        &["lat", "latitude", "gpslat", "gpslatitude", "geolat", "mlat", "userlat", "curlat", "homelat", "poslat", "devlat", "locationlat", "locationlatitude"],
    ),
    (
        Meaning::Longitude { scale: 0 },
        &["lon", "lng", "long", "longitude", "gpslon", "gpslng", "gpslong", "gpslongitude", "geolon", "geolng", "geolong", "mlon", "mlng"],
    ),
    (
        Meaning::Longitude { scale: 0 },
        &[
            "userlon",
            "userlng",
            "curlon",
            "curlng",
            "homelon",
            "homelng",
            "poslon",
            "poslng",
            "devlon",
            "devlng",
            "locationlon",
            "locationlng",
            "locationlongitude",
        ],
    ),
    (Meaning::Latitude { scale: 4 }, &["latitudei", "lati"]),
    (Meaning::Longitude { scale: 4 }, &["longitudei", "loni", "lngi"]),
    (Meaning::Latitude { scale: 5 }, &["late5", "latitudee5"]),
    (Meaning::Longitude { scale: 5 }, &["lone5", "lnge5", "longitudee5"]),
    (Meaning::Latitude { scale: 6 }, &["late6", "latitudee6", "latmicro", "latitudemicro"]),
    (Meaning::Longitude { scale: 6 }, &["lone6", "lnge6", "longitudee6", "lonmicro", "lngmicro", "longitudemicro"]),
    (Meaning::Latitude { scale: 7 }, &["late7", "latitudee7", "lat1e7"]),
    (Meaning::Longitude { scale: 7 }, &["lone7", "lnge7", "longitudee7", "lon1e7"]),
    (
        Meaning::Place { strong: true, longitude_first: false },
        &[
            "loc",
            "location",
            "latlng",
            "latlon",
            "latlong",
            "gps",
            "gpsloc",
            "gpsposition",
            "gpslocation",
            "geo",
            "geoloc",
            "geolocation",
            "geopoint",
            "ll",
            "homelocation",
            "lastlocation",
        ],
    ),
    (Meaning::Place { strong: true, longitude_first: true }, &["lnglat", "lonlat", "longlat"]),
    (
        Meaning::Place { strong: false, longitude_first: false },
        &["pos", "position", "point", "coord", "coords", "coordinate", "center", "where", "place", "fix"],
    ),
    (Meaning::Place { strong: false, longitude_first: true }, &["coordinates"]),
    (Meaning::Imei, &["imei", "imeino", "imeinumber", "imeisv", "meid"]),
    (Meaning::Imsi, &["imsi", "imsino", "imsinumber", "subscriberid"]),
    (Meaning::Iccid, &["iccid", "ccid", "simserial", "simserialnumber", "simiccid", "uiccid"]),
    (
        Meaning::Mac,
        &[
            "mac",
            "macaddr",
            "macaddress",
            "devmac",
            "devicemac",
            "wifimac",
            "wlanmac",
            "ethmac",
            "btmac",
            "blemac",
            "bluetoothmac",
            "hwaddr",
            "hwaddress",
            "hardwareaddress",
            "macid",
            "wlan0",
            "eth0",
        ],
    ),
    (Meaning::Bssid, &["bssid", "apmac", "routermac", "gatewaymac", "gwmac", "apbssid", "wifibssid"]),
    (
        Meaning::Serial,
        &[
            "sn",
            "serial",
            "serialno",
            "serialnum",
            "serialnumber",
            "deviceserial",
            "devicesn",
            "devsn",
            "deviceid",
            "devid",
            "did",
            "uuid",
            "udid",
            "duid",
            "udn",
            "hwid",
            "hardwareid",
            "chipid",
            "cpuid",
            "machineid",
            "deviceuuid",
            "gwid",
            "devicekeyid",
            "androidid",
            "duerosdeviceid",
            "dsn",
            "usn",
            "productsn",
            "robotid",
            "cameraid",
            "watchid",
            "toyid",
        ],
    ),
    (
        Meaning::Device,
        &[
            "id",
            "device",
            "devices",
            "dev",
            "client",
            "clientid",
            "terminal",
            "terminalid",
            "tid",
            "tracker",
            "trackerid",
            "watch",
            "watches",
            "uid",
            "thing",
            "things",
            "unit",
            "unitid",
        ],
    ),
    (Meaning::Email, &["email", "mail", "emailaddress", "useremail", "mailto", "contactemail", "parentemail"]),
    (
        Meaning::Phone { strong: true },
        &[
            "phone",
            "phonenumber",
            "phoneno",
            "phonenum",
            "mobile",
            "mobilenumber",
            "mobileno",
            "mobilephone",
            "msisdn",
            "tel",
            "telephone",
            "telno",
            "cellphone",
            "cellnumber",
            "callerid",
            "contactphone",
            "userphone",
            "simnumber",
            "simno",
            "smsnumber",
            "emergencynumber",
            "parentphone",
            "motherphone",
            "fatherphone",
            "guardianphone",
            "telefon",
            "telefono",
            "telefoonnummer",
            "handy",
            "handynummer",
            "mobil",
            "mobilnummer",
            "portable",
            "movil",
            "cellulare",
            "celular",
            "sosnumber",
            "centernumber",
        ],
    ),
    (Meaning::Phone { strong: false }, &["sos", "center", "caller", "monitor", "contact", "callee"]),
    (
        Meaning::Password,
        &["password", "passwd", "pass", "pwd", "passcode", "userpassword", "userpwd", "loginpassword", "loginpwd", "adminpassword", "passw", "psw"],
    ),
    (
        Meaning::NetworkKey,
        &[
            "psk",
            "wpa",
            "wpapsk",
            "wpa2psk",
            "wpakey",
            "passphrase",
            "wifipassword",
            "wifipasswd",
            "wifipwd",
            "wifipass",
            "wifikey",
            "wlanpassword",
            "wlankey",
            "wlanpwd",
            "networkkey",
            "networkpassword",
            "appassword",
            "appwd",
            "presharedkey",
            "wepkey",
            "ssidpassword",
            "ssidpwd",
            "routerpassword",
            "keypassphrase",
        ],
    ),
    (Meaning::NetworkName, &["ssid", "wifissid", "wlanssid", "essid", "wifiname", "networkname", "apssid", "wifi"]),
    (
        Meaning::Token { strong: true },
        &[
            "token",
            "accesstoken",
            "authtoken",
            "sessiontoken",
            "refreshtoken",
            "idtoken",
            "usertoken",
            "apikey",
            "apisecret",
            "secret",
            "clientsecret",
            "secretkey",
            "accesskey",
            "appsecret",
            "privatekey",
            "authkey",
            "bearer",
            "sessionkey",
            "jwt",
            "devicesecret",
            "localkey",
        ],
    ),
    (Meaning::Token { strong: false }, &["sessionid", "session", "sid", "sessid", "jsessionid", "phpsessid", "auth", "authorization", "key", "ticket"]),
    (Meaning::PersonName { strong: false }, &["name", "displayname", "owner", "contactname", "person", "member"]),
    (
        Meaning::PersonName { strong: true },
        &[
            "firstname",
            "lastname",
            "surname",
            "familyname",
            "givenname",
            "middlename",
            "fullname",
            "realname",
            "nickname",
            "childname",
            "kidname",
            "kidsname",
            "babyname",
            "sonname",
            "daughtername",
            "parentname",
            "mothername",
            "fathername",
            "ownername",
            "personname",
            "studentname",
            "patientname",
            "wearername",
            "vorname",
            "nachname",
            "rufname",
            "prenom",
            "nomdefamille",
            "nombre",
            "apellido",
            "apellidos",
            "cognome",
            "imie",
            "nazwisko",
            "voornaam",
            "achternaam",
            "sobrenome",
            "fornamn",
            "efternamn",
            "childnickname",
            "childfirstname",
            "kidnickname",
            "babynickname",
            "guardianname",
            "pupilname",
        ],
    ),
    (
        Meaning::Profile(Detail::Birthday),
        &[
            "birthday",
            "birthdate",
            "dateofbirth",
            "dob",
            "born",
            "birth",
            "bday",
            "birthyear",
            "yearofbirth",
            "childbirthday",
            "geburtstag",
            "geburtsdatum",
            "datenaissance",
            "naissance",
            "fechanacimiento",
            "fechadenacimiento",
            "datanascita",
            "dataurodzenia",
            "geboortedatum",
            "nascimento",
            "babybirthday",
            "kidbirthday",
        ],
    ),
    (Meaning::Profile(Detail::Age), &["age", "childage", "kidage", "userage", "agemonths", "ageyears"]),
    (Meaning::Profile(Detail::Gender), &["gender", "sex", "childgender", "usergender", "geschlecht"]),
    (
        Meaning::Profile(Detail::Street),
        &[
            "street",
            "streetaddress",
            "homeaddress",
            "postaladdress",
            "address",
            "address1",
            "addressline",
            "addressline1",
            "strasse",
            "streetname",
            "road",
            "rue",
            "calle",
            "ulica",
            "straat",
            "adresse",
            "direccion",
            "indirizzo",
            "adres",
            "endereco",
            "anschrift",
            "deliveryaddress",
            "shippingaddress",
            "billingaddress",
        ],
    ),
    (
        Meaning::Profile(Detail::City),
        &["city", "town", "cityname", "locality", "homecity", "stadt", "ort", "wohnort", "ville", "ciudad", "citta", "miasto", "stad", "cidade"],
    ),
    (
        Meaning::Profile(Detail::Postcode),
        &["postcode", "postalcode", "zip", "zipcode", "postleitzahl", "plz", "codepostal", "codigopostal", "kodpocztowy", "cep", "pincode"],
    ),
    (
        Meaning::Profile(Detail::Other),
        &[
            "school",
            "schoolname",
            "kindergarten",
            "religion",
            "nationality",
            "ethnicity",
            "maritalstatus",
            "allergies",
            "schoolgrade",
            "schoolclass",
            "guardian",
            "relation",
            "relationship",
            "kinship",
            "schule",
            "ecole",
            "escuela",
            "scuola",
            "szkola",
        ],
    ),
    (Meaning::Geohash, &["geohash", "gh", "geohash5", "geohash6", "geohash7", "locationhash"]),
    (Meaning::Signal, &["rssi", "signalstrength", "signal", "signallevel", "level", "dbm", "strength", "signaldbm", "rxlevel", "rssidbm", "ss", "sig"]),
    (Meaning::Cell(CellPart::Country), &["mcc", "mobilecountrycode", "homemobilecountrycode"]),
    (Meaning::Cell(CellPart::Network), &["mnc", "mobilenetworkcode", "homemobilenetworkcode"]),
    (Meaning::Cell(CellPart::Area), &["lac", "tac", "locationareacode", "trackingareacode", "areacode"]),
    (Meaning::Cell(CellPart::Cell), &["cid", "ci", "cellid", "cell", "celltowerid", "eci", "nci", "enodebid"]),
    (
        Meaning::Card,
        &[
            "cardnumber",
            "cardno",
            "creditcard",
            "creditcardnumber",
            "ccnumber",
            "ccnum",
            "pan",
            "debitcard",
            "cardnum",
            "paymentcard",
            "kartennummer",
            "numerocarte",
        ],
    ),
    (Meaning::Iban, &["iban", "bankaccount", "accountiban", "ibannumber"]),
    (
        Meaning::NationalId,
        &[
            "ssn",
            "socialsecuritynumber",
            "nationalid",
            "nationalidnumber",
            "nationalnumber",
            "idnumber",
            "idcard",
            "idcardno",
            "idcardnumber",
            "personalnumber",
            "personalid",
            "nin",
            "nino",
            "nir",
            "dni",
            "nie",
            "bsn",
            "burgerservicenummer",
            "steuerid",
            "idnr",
            "codicefiscale",
            "pesel",
            "personnummer",
            "cpf",
            "aadhaar",
            "aadhar",
            "nhsnumber",
            "nhs",
            "rijksregisternummer",
            "identitycard",
            "taxid",
        ],
    ),
    (
        Meaning::AdId,
        &[
            "gaid",
            "adid",
            "idfa",
            "idfv",
            "aaid",
            "rdid",
            "rida",
            "tifa",
            "lgudid",
            "psid",
            "advertisingid",
            "advertiserid",
            "adsid",
            "adsidentifier",
            "googleadid",
            "googleadvertisingid",
            "gpsadid",
            "fireadvertisingid",
            "fireadid",
            "ifa",
            "ifv",
            "oaid",
            "vaid",
            "msai",
            "rokuadid",
            "rokuadvertisingid",
            "devicead",
            "deviceifa",
            "tvadid",
            "appsflyerid",
            "branchid",
            "fbp",
            "mixpanelid",
            "anonymousid",
        ],
    ),
    (Meaning::Health { body: true }, &["height", "weight"]),
    (
        Meaning::Health { body: false },
        &[
            "bodyheight",
            "bodyweight",
            "heartrate",
            "pulse",
            "bloodpressure",
            "systolic",
            "diastolic",
            "spo2",
            "bloodoxygen",
            "bloodtype",
            "bloodgroup",
            "bloodsugar",
            "glucose",
            "bodytemperature",
            "bodyfat",
            "bmi",
            "stepcount",
            "sleepminutes",
        ],
    ),
    (Meaning::Username, &["username", "user", "login", "loginname", "account", "accountname", "useraccount", "loginid"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_mean_the_same() {
        for key in ["serialNumber", "serial_number", "SERIAL-NUMBER", "device.serialNumber", "x[serial_number]", "X-Serial-Number", "ns:serialNumber"] {
            assert_eq!(meaning(key), Some(Meaning::Serial), "{key}");
        }
        assert_eq!(meaning("latitude_i"), Some(Meaning::Latitude { scale: 4 }));
        assert_eq!(meaning("mobileCountryCode"), Some(Meaning::Cell(CellPart::Country)));
        assert_eq!(meaning("roku.adid"), Some(Meaning::AdId));
        assert_eq!(meaning("date_naissance"), Some(Meaning::Profile(Detail::Birthday)));
        assert_eq!(meaning("lat,lng"), Some(Meaning::Coordinates { scale: 0 }));
        assert_eq!(meaning("phone2"), Some(Meaning::Phone { strong: true }));
        assert_eq!(meaning("homeWifiPassword"), Some(Meaning::NetworkKey));
        assert_eq!(meaning("parentEmail"), Some(Meaning::Email));
    }

    #[test]
    fn other_names_mean_nothing() {
        for key in [
            "",
            "a",
            "version",
            "order",
            "nextPageToken",
            "csrf_token",
            "csrfmiddlewaretoken",
            "client-name",
            "lat,version",
            "ключ",
            "timestamp",
            "trace_id",
            "xmp.did",
            "hostname",
            "filename",
            "modelName",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
        assert_eq!(meaning(&"x".repeat(500)), None);
    }

    #[test]
    fn every_ending_is_found() {
        for (ending, meaning) in ENDINGS {
            assert_eq!(by_ending(&format!("my{ending}")), Some(*meaning), "{ending}");
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut all: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        // `center` is both a place and a watch's main contact; the later group decides.
        assert_eq!(count - all.len(), 1);
    }
}
