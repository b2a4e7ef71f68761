//! Makers of devices, A to L.

use super::entry::Group;
use super::entry::Purpose::{Advertising, Analytics, Delivery, Firmware, Maker, Names, Platform, Relay, Time};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // The maker's support pages.
    Group {
        name: "Acer",
        makers: &["acer"],
        domains: &[
            ("acer.com", "", Maker),
        ],
    },
    // Schlage's support pages.
    Group {
        name: "Allegion",
        makers: &["allegion", "schlage"],
        domains: &[
            ("allegion.com", "", Maker), ("allegionengage.com", "Schlage", Maker), ("schlage.com", "Schlage", Maker),
        ],
    },
    // The maker's support pages (ports and hosts).
    Group {
        name: "Amcrest",
        makers: &["amcrest"],
        domains: &[
            ("amcrest.com", "", Maker), ("amcrestcloud.com", "", Maker), ("amcrestview.com", "", Maker),
        ],
    },
    // Eufy's support pages.
    Group {
        name: "Anker",
        makers: &["anker", "anker innovations", "eufy", "soundcore"],
        domains: &[
            ("anker-in.com", "", Maker), ("anker.com", "", Maker), ("eufy.com", "Eufy", Maker), ("eufylife.com", "Eufy", Maker),
            ("eufysecurity.com", "Eufy", Maker), ("soundcore.com", "Soundcore", Maker),
        ],
    },
    // Arlo's support pages (ports and hosts).
    Group {
        name: "Arlo",
        makers: &["arlo", "arlo technologies"],
        domains: &[
            ("arlo.com", "", Maker), ("arlocloud.com", "", Maker), ("arloxcld.com", "", Maker),
        ],
    },
    // The company's documentation (its platform for makers).
    Group {
        name: "Arrayent",
        makers: &[],
        domains: &[
            ("arrayent.com", "", Platform),
        ],
    },
    // August's and Yale's support pages.
    Group {
        name: "Assa Abloy",
        makers: &["assa abloy", "august", "august home", "yale"],
        domains: &[
            ("aaecosystem.com", "August", Maker), ("august.com", "August", Maker), ("yalehome.com", "Yale", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Asus",
        makers: &["asus", "asustek"],
        domains: &[
            ("asus.com", "", Maker), ("asuscomm.com", "", Maker),
        ],
    },
    // AVM's support pages (services of FRITZ!Box).
    Group {
        name: "AVM",
        makers: &["avm", "fritz!box", "fritz.box"],
        domains: &[
            ("avm.de", "", Maker), ("fritz.com", "", Maker), ("myfritz.net", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Awair",
        makers: &["awair"],
        domains: &[
            ("getawair.com", "", Maker),
        ],
    },
    // Axis' documentation (One-Click Cloud Connection).
    Group {
        name: "Axis",
        makers: &["axis", "axis communications"],
        domains: &[
            ("axis-guardian.com", "", Maker), ("axis.com", "", Maker),
        ],
    },
    // The company's documentation (its platform for makers).
    Group {
        name: "Ayla",
        makers: &[],
        domains: &[
            ("aylanetworks.com", "", Platform),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Bang & Olufsen",
        makers: &["bang & olufsen"],
        domains: &[
            ("bang-olufsen.com", "", Maker), ("beoplay.com", "", Maker),
        ],
    },
    // Belkin's support pages (WeMo).
    Group {
        name: "Belkin",
        makers: &["belkin", "linksys", "wemo"],
        domains: &[
            ("belkin.com", "", Maker), ("linksys.com", "Linksys", Maker), ("linksyssmartwifi.com", "Linksys", Maker), ("lswf.net", "Linksys", Maker),
            ("wemo.com", "", Maker), ("xbcs.net", "", Maker),
        ],
    },
    // Home Connect's developer pages; Bosch Smart Home's pages.
    Group {
        name: "Bosch",
        makers: &["bosch", "bsh hausgeraete", "bsh hausgeräte", "gaggenau", "home connect", "neff", "robert bosch", "siemens home"],
        domains: &[
            ("bosch-home.com", "", Maker), ("bosch-iot-cloud.com", "", Maker), ("bosch-smarthome.com", "", Maker), ("bosch.com", "", Maker),
            ("home-connect.cn", "Home Connect", Maker), ("home-connect.com", "Home Connect", Maker),
        ],
    },
    // The maker's support pages (SoundTouch, Music).
    Group {
        name: "Bose",
        makers: &["bose"],
        domains: &[
            ("bose.com", "", Maker), ("bose.io", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Broadlink",
        makers: &["broadlink", "hangzhou broadlink", "ibroadlink"],
        domains: &[
            ("broadlink.com.cn", "", Maker), ("ibroadlink.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Brother",
        makers: &["brother", "brother industries"],
        domains: &[
            ("brother.co.jp", "", Maker), ("brother.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Canary",
        makers: &["canary connect"],
        domains: &[
            ("canary.is", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Canon",
        makers: &["canon"],
        domains: &[
            ("c-ij.com", "", Maker), ("canon.com", "", Maker),
        ],
    },
    // The maker's support pages (myQ).
    Group {
        name: "Chamberlain",
        makers: &["chamberlain", "liftmaster", "myq"],
        domains: &[
            ("chamberlain.com", "", Maker), ("myqdevice.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Cubo",
        makers: &["cubo", "yunyun ai"],
        domains: &[
            ("cuboai.com", "", Maker),
        ],
    },
    // D-Link's support pages (mydlink).
    Group {
        name: "D-Link",
        makers: &["d-link", "d-link corporation", "d-link international", "dlink"],
        domains: &[
            ("dlink.com", "", Maker), ("dlink.com.tw", "", Maker), ("dlinkddns.com", "", Names), ("mydlink.com", "", Maker),
            ("ntp1.dlink.com", "", Time), ("wrpd.dlink.com", "", Firmware),
        ],
    },
    // Dahua's documentation (P2P, Easy4ip, Imou).
    Group {
        name: "Dahua",
        makers: &["dahua", "hangzhou huacheng", "imou", "lechange", "zhejiang dahua"],
        domains: &[
            ("dahuaddns.com", "", Names), ("dahuap2pcloud.com", "", Relay), ("dahuasecurity.com", "", Maker), ("easy4ip.com", "", Maker),
            ("easy4ipcloud.com", "", Maker), ("imoulife.com", "Imou", Maker), ("lechange.cn", "", Maker), ("lechange.com", "", Maker),
        ],
    },
    // The maker's support pages (HEOS).
    Group {
        name: "Denon",
        makers: &["d&m holdings", "denon", "marantz", "sound united"],
        domains: &[
            ("denon.com", "", Maker), ("heosapp.com", "", Maker), ("skyegloup.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "devolo",
        makers: &["devolo"],
        domains: &[
            ("devolo.com", "", Maker), ("devolo.net", "", Maker), ("mydevolo.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Dyson",
        makers: &["dyson"],
        domains: &[
            ("dyson.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Ecobee",
        makers: &["ecobee"],
        domains: &[
            ("ecobee.com", "", Maker),
        ],
    },
    // Names published for its robots by the maker's app and users' integrations.
    Group {
        name: "Ecovacs",
        makers: &["ecovacs", "ecovacs robotics", "suzhou ecovacs"],
        domains: &[
            ("ecouser.net", "", Maker), ("ecovacs.cn", "", Maker), ("ecovacs.com", "", Maker),
        ],
    },
    // The maker's support pages (EdiLife, EdiView).
    Group {
        name: "Edimax",
        makers: &["edimax", "localcam"],
        domains: &[
            ("edilife.net", "", Maker), ("edimax.com", "", Maker), ("edimax.com.tw", "", Maker), ("myedimax.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Electrolux",
        makers: &["aeg", "electrolux"],
        domains: &[
            ("electrolux.com", "", Maker), ("electrolux.one", "", Maker),
        ],
    },
    // The makers' support pages.
    Group {
        name: "Elgato",
        makers: &["corsair", "elgato", "eve systems"],
        domains: &[
            ("corsair.com", "", Maker), ("elgato.com", "", Maker), ("evehome.com", "Eve", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Emporia",
        makers: &["emporia"],
        domains: &[
            ("emporiaenergy.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Epson",
        makers: &["epson", "seiko epson"],
        domains: &[
            ("epson.com", "", Maker), ("epsonconnect.com", "", Maker),
        ],
    },
    // The maker's support pages (Homematic IP).
    Group {
        name: "eQ-3",
        makers: &["eq 3", "eq-3", "homematic"],
        domains: &[
            ("eq-3.com", "", Maker), ("eq-3.de", "", Maker), ("homematic-ip.com", "", Maker), ("homematic.com", "", Maker),
            ("homematicip.com", "", Maker),
        ],
    },
    // Espressif's documentation (RainMaker, Insights).
    Group {
        name: "Espressif",
        makers: &[],
        domains: &[
            ("espressif.cn", "", Platform), ("espressif.com", "", Platform),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Essence",
        makers: &["essence security"],
        domains: &[
            ("essence-grp.com", "", Maker),
        ],
    },
    // The makers' support pages.
    Group {
        name: "Ezlo",
        makers: &["ezlo", "mios", "vera control"],
        domains: &[
            ("ezlo.com", "", Maker), ("getvera.com", "Vera", Maker), ("mios.com", "Vera", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Fibaro",
        makers: &["fibar group", "fibaro", "nice s.p.a"],
        domains: &[
            ("fibaro.com", "", Maker), ("niceforyou.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Fisher & Paykel",
        makers: &["fisher & paykel"],
        domains: &[
            ("fisherpaykel.com", "", Maker),
        ],
    },
    // Foscam's support pages.
    Group {
        name: "Foscam",
        makers: &["foscam", "shenzhen foscam"],
        domains: &[
            ("foscam.cn", "", Maker), ("foscam.com", "", Maker), ("foscam.us", "", Maker), ("myfoscam.cn", "", Maker), ("myfoscam.com", "", Maker),
            ("myfoscam.org", "", Names),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Furbo",
        makers: &["furbo", "tomofun"],
        domains: &[
            ("furbo.com", "", Maker), ("tomofun.com", "", Maker),
        ],
    },
    // Husqvarna's developer pages.
    Group {
        name: "Gardena",
        makers: &["gardena", "husqvarna"],
        domains: &[
            ("gardena.com", "", Maker), ("husqvarna.com", "", Maker), ("husqvarnagroup.net", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Garmin",
        makers: &["garmin"],
        domains: &[
            ("garmin.cn", "", Maker), ("garmin.com", "", Maker), ("garmincdn.com", "", Delivery),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Gigaset",
        makers: &["gigaset"],
        domains: &[
            ("gigaset-elements.com", "", Maker), ("gigaset.com", "", Maker), ("gigaset.net", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "GoPro",
        makers: &["gopro"],
        domains: &[
            ("gopro.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Govee",
        makers: &["govee", "ihoment", "shenzhen intellirocks"],
        domains: &[
            ("govee.com", "", Maker),
        ],
    },
    // The maker's app.
    Group {
        name: "Gree",
        makers: &["gree"],
        domains: &[
            ("gree.com", "", Maker),
        ],
    },
    // The makers' developer pages.
    Group {
        name: "Haier",
        makers: &["candy hoover", "ge appliances", "haier", "haier us", "hoover"],
        domains: &[
            ("candy-hoover.com", "", Maker), ("geappliances.com", "", Maker), ("haier.com", "", Maker), ("haier.net", "", Maker),
            ("haieriot.net", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Hatch",
        makers: &["hatch", "hatch baby"],
        domains: &[
            ("hatch.co", "", Maker), ("hatchbaby.com", "", Maker),
        ],
    },
    // The maker's documentation of its Wi-Fi modules.
    Group {
        name: "Hi-Flying",
        makers: &[],
        domains: &[
            ("hi-flying.com", "", Platform),
        ],
    },
    // Hikvision's documentation (Hik-Connect) and EZVIZ' support pages.
    Group {
        name: "Hikvision",
        makers: &["annke", "ezviz", "hangzhou ezviz", "hangzhou hikvision", "hikvision"],
        domains: &[
            ("ezviz.com", "EZVIZ", Maker), ("ezviz7.com", "EZVIZ", Maker), ("ezvizlife.com", "EZVIZ", Maker), ("hiddns.com", "", Names),
            ("hik-connect.com", "", Maker), ("hik-online.com", "", Maker), ("hikvision.com", "", Maker), ("hikvisioneurope.com", "", Maker),
            ("ys7.com", "EZVIZ", Maker),
        ],
    },
    // The maker's pages (VIDAA).
    Group {
        name: "Hisense",
        makers: &["hisense", "qingdao hisense", "vidaa"],
        domains: &[
            ("hisense.com", "", Maker), ("hismarttv.com", "", Maker), ("vidaa.com", "VIDAA", Maker), ("vidaahub.com", "VIDAA", Maker),
        ],
    },
    // Athom's developer pages.
    Group {
        name: "Homey",
        makers: &["athom"],
        domains: &[
            ("athom.com", "", Maker), ("homey.app", "", Maker),
        ],
    },
    // Honeywell Home's developer pages.
    Group {
        name: "Honeywell",
        makers: &["ademco", "first alert", "honeywell", "resideo"],
        domains: &[
            ("alarmnet.com", "Resideo", Maker), ("honeywell.com", "", Maker), ("honeywellhome.com", "Resideo", Maker),
            ("mytotalconnectcomfort.com", "Resideo", Maker), ("resideo.com", "Resideo", Maker),
        ],
    },
    // HP's support pages (Web services of printers).
    Group {
        name: "HP",
        makers: &["hewlett packard", "hewlett-packard", "hp", "hp inc"],
        domains: &[
            ("hp.com", "", Maker), ("hpconnected.com", "", Maker), ("hpeprint.com", "", Maker), ("hpsmart.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "iBaby",
        makers: &["ibaby"],
        domains: &[
            ("ibabycloud.com", "", Maker), ("ibabylabs.com", "", Maker),
        ],
    },
    // IKEA's support pages (firmware of its gateways).
    Group {
        name: "IKEA",
        makers: &["dirigera", "ikea", "ikea of sweden", "tradfri"],
        domains: &[
            ("fw.ota.homesmart.ikea.com", "", Firmware), ("fw.ota.homesmart.ikea.net", "", Firmware), ("ikea.com", "", Maker),
            ("ikea.net", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Insta360",
        makers: &["arashi vision", "insta360"],
        domains: &[
            ("insta360.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Instant Brands",
        makers: &["instant brands"],
        domains: &[
            ("instantpot.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Insteon",
        makers: &["insteon", "smartlabs"],
        domains: &[
            ("insteon.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "iRobot",
        makers: &["irobot", "roomba"],
        domains: &[
            ("irobot.cn", "", Maker), ("irobot.com", "", Maker), ("irobotapi.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Kidde",
        makers: &["carrier", "kidde"],
        domains: &[
            ("kidde.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Kwikset",
        makers: &["kwikset", "spectrum brands"],
        domains: &[
            ("kwikset.com", "", Maker),
        ],
    },
    // LG's developer pages (webOS, ThinQ).
    Group {
        name: "LG",
        makers: &["lg", "lg electronics", "lg innotek", "lge", "lgwebostv"],
        domains: &[
            ("ibis.lgappstv.com", "", Analytics), ("lgads.tv", "LG Ads", Advertising), ("lgappstv.com", "", Maker), ("lge.com", "", Maker),
            ("lgeapi.com", "", Maker), ("lgsmartad.com", "LG Ads", Advertising), ("lgthinq.com", "", Maker), ("lgtvcommon.com", "", Maker),
            ("lgtvsdp.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "LIFX",
        makers: &["feit", "lifi labs", "lifx"],
        domains: &[
            ("lifx.co", "", Maker), ("lifx.com", "", Maker),
        ],
    },
    // Logitech's support pages (Harmony, Circle).
    Group {
        name: "Logitech",
        makers: &["harmony", "logitech", "logitech far east"],
        domains: &[
            ("logi.com", "", Maker), ("logitech.com", "", Maker), ("logitech.io", "", Maker), ("myharmony.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Lorex",
        makers: &["lorex"],
        domains: &[
            ("lorex.com", "", Maker), ("lorexddns.net", "", Names), ("mylorexcloud.com", "", Maker),
        ],
    },
    // Lutron's support pages (Caseta).
    Group {
        name: "Lutron",
        makers: &["lutron"],
        domains: &[
            ("lutron.com", "", Maker), ("lutron.io", "", Maker),
        ],
    },
    // VTech's and LeapFrog's support pages.
    Group {
        name: "VTech",
        makers: &["leapfrog", "vtech", "vtech telecommunications"],
        domains: &[
            ("kidicomconnect.com", "", Maker), ("leapfrog.com", "", Maker), ("vtech.com", "", Maker), ("vtechda.com", "", Maker),
            ("vtechkids.com", "", Maker), ("vtechphones.com", "", Maker),
        ],
    },
];
