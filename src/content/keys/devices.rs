//! Names of fields that hold the identity of a device, its radio or its user's advertising profile.

use super::meaning::Meaning;

/// By what they hold; in lower case, without signs.
#[rustfmt::skip]
pub(super) static NAMES: &[(Meaning, &[&str])] = &[
    (Meaning::Imei, &["imei", "imeino", "imeinumber", "imeisv", "meid"]),
    (Meaning::Imsi, &["imsi", "imsino", "imsinumber", "subscriberid"]),
    (Meaning::Iccid, &["iccid", "ccid", "simserial", "simserialnumber", "simiccid", "uiccid"]),
    (Meaning::Mac, &[
        "mac", "macaddr", "macaddress", "devmac", "devicemac", "wifimac", "wlanmac", "ethmac", "btmac", "blemac", "bluetoothmac", "hwaddr",
        "hwaddress", "hardwareaddress", "macid", "wlan0", "eth0",
    ]),
    (Meaning::Bssid, &["bssid", "apmac", "routermac", "gatewaymac", "gwmac", "apbssid", "wifibssid"]),
    (Meaning::Serial, &[
        "sn", "serial", "serialno", "serialnum", "serialnumber", "deviceserial", "devicesn", "devsn", "deviceid", "devid", "did", "uuid", "udid", "guid",
        "duid", "udn", "hwid", "hardwareid", "chipid", "cpuid", "machineid", "deviceuuid", "gwid", "devicekeyid", "androidid", "duerosdeviceid",
        "dsn", "usn", "productsn", "robotid", "cameraid", "watchid", "toyid",
    ]),
    (Meaning::Device, &[
        "id", "device", "devices", "dev", "client", "clientid", "terminal", "terminalid", "tid", "tracker", "trackerid", "watch", "watches", "uid",
        "thing", "things", "unit", "unitid",
    ]),
    (Meaning::AdId, &[
        "gaid", "adid", "idfa", "idfv", "aaid", "rdid", "rida", "tifa", "lgudid", "psid", "advertisingid", "advertiserid", "adsid",
        "adsidentifier", "googleadid", "googleadvertisingid", "gpsadid", "fireadvertisingid", "fireadid", "ifa", "ifv", "oaid", "vaid", "msai",
        "rokuadid", "rokuadvertisingid", "devicead", "deviceifa", "tvadid", "appsflyerid", "branchid", "fbp", "mixpanelid", "anonymousid",
    ]),
];
