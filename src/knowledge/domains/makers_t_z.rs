//! Makers of devices, T to Z.

use super::entry::Group;
use super::entry::Purpose::{Analytics, Delivery, Maker, Media, Platform, Relay};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // Names that the makers publish for the watches' apps (SeTracker and others).
    Group {
        name: "3G Electronics",
        makers: &["3g electronics", "setracker", "wonlex"],
        domains: &[
            ("3g-elec.com", "SeTracker", Maker), ("5gcity.com", "ThinkRace", Maker), ("aqsh.cc", "", Maker), ("myaqsh.com", "SeTracker", Maker),
            ("setracker.com", "SeTracker", Maker), ("smart-locator.com", "SeTracker", Maker), ("thinkrace.com", "ThinkRace", Maker),
            ("wonlex.com", "Wonlex", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "tado",
        makers: &["tado"],
        domains: &[
            ("tado.com", "", Maker),
        ],
    },
    // TCL's support pages (MoveTime).
    Group {
        name: "TCL",
        makers: &["alcatel", "huizhou tcl", "movetime", "shenzhen tcl", "tcl", "tcl communication", "tct mobile"],
        domains: &[
            ("alcatel-move.com", "", Maker), ("tcl-move.com", "", Maker), ("tcl.com", "", Maker), ("tclclouds.com", "", Maker),
            ("tclusa.com", "", Maker), ("tctmobile.com", "", Maker), ("tctmobile.net", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Tesla",
        makers: &["tesla"],
        domains: &[
            ("tesla.com", "", Maker), ("tesla.services", "", Maker), ("teslamotors.com", "", Maker),
        ],
    },
    // The maker's support pages (Cookidoo).
    Group {
        name: "Thermomix",
        makers: &["vorwerk"],
        domains: &[
            ("cookidoo.de", "", Maker), ("vorwerk-digital.com", "", Maker), ("vorwerk.com", "", Maker),
        ],
    },
    // ThroughTek's documentation (Kalay: servers of its peer-to-peer service).
    Group {
        name: "ThroughTek",
        makers: &[],
        domains: &[
            ("iotcplatform.com", "", Relay), ("kalayservice.com", "", Relay), ("throughtek.cn", "", Relay), ("throughtek.com", "", Relay),
            ("tutk.com", "", Relay),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Tile",
        makers: &["tile"],
        domains: &[
            ("thetileapp.com", "", Maker), ("tile-api.com", "", Maker),
        ],
    },
    // Tonies' support pages.
    Group {
        name: "tonies",
        makers: &["boxine", "toniebox", "tonies"],
        domains: &[
            ("bxcl.de", "", Maker), ("tonie.cloud", "", Maker), ("tonies.com", "", Maker), ("tonies.de", "", Maker),
        ],
    },
    // TP-Link's support pages (hosts of Kasa and Tapo).
    Group {
        name: "TP-Link",
        makers: &["kasa", "tapo", "tp-link", "tp-link corporation", "tp-link systems", "tplink"],
        domains: &[
            ("kasasmart.com", "Kasa", Maker), ("tp-link.com", "", Maker), ("tp-link.com.cn", "", Maker), ("tplink.com", "", Maker),
            ("tplinkcloud.com", "", Maker), ("tplinkcloud.com.cn", "", Maker), ("tplinknbu.com", "", Maker), ("tplinkra.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Tractive",
        makers: &["tractive"],
        domains: &[
            ("tractive.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Trane",
        makers: &["nexia", "trane"],
        domains: &[
            ("mynexia.com", "", Maker), ("nexiahome.com", "", Maker), ("trane.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "TRENDnet",
        makers: &["trendnet"],
        domains: &[
            ("trendnet.com", "", Maker),
        ],
    },
    // Tuya's developer documentation (data centres, MQTT hosts) and names published by its modules.
    Group {
        name: "Tuya",
        makers: &["hangzhou tuya", "tuya"],
        domains: &[
            ("airtakeapp.com", "", Platform), ("getairtake.com", "", Platform), ("iotbing.com", "", Platform), ("smart321.com", "", Platform),
            ("tuya-inc.com", "", Platform), ("tuya.com", "", Platform), ("tuyacdn.com", "", Delivery), ("tuyacloud.com", "", Platform),
            ("tuyacn.com", "", Platform), ("tuyaeu.com", "", Platform), ("tuyaus.com", "", Platform), ("wgine.com", "", Platform),
        ],
    },
    // Ubiquiti's support pages (hosts of UniFi).
    Group {
        name: "Ubiquiti",
        makers: &["ubiquiti", "ubnt"],
        domains: &[
            ("ubnt.com", "", Maker), ("ui.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Velux",
        makers: &["velux"],
        domains: &[
            ("velux-active.com", "", Maker), ("velux.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "VeSync",
        makers: &["arovast", "cosori", "etekcity", "levoit", "vesync"],
        domains: &[
            ("etekcity.com", "", Maker), ("vesync.com", "", Maker), ("vesync.eu", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Vivint",
        makers: &["vivint"],
        domains: &[
            ("vivint.com", "", Maker), ("vivintsky.com", "", Maker),
        ],
    },
    // Vizio's support pages.
    Group {
        name: "Vizio",
        makers: &["vizio"],
        domains: &[
            ("cognitivenetworks.com", "Inscape", Analytics), ("inscape.tv", "Inscape", Analytics), ("tvinteractive.tv", "Inscape", Analytics),
            ("vizio.com", "", Maker), ("viziocast.com", "", Maker),
        ],
    },
    // The company's support pages (V by Vodafone: watches and trackers).
    Group {
        name: "Vodafone",
        makers: &[],
        domains: &[
            ("vodafone.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Wahoo",
        makers: &["wahoo fitness"],
        domains: &[
            ("wahoofitness.com", "", Maker), ("wahooligan.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Wansview",
        makers: &["ajcloud", "shenzhen wansview", "wansview"],
        domains: &[
            ("ajcloud.net", "", Maker), ("wansview.com", "", Maker),
        ],
    },
    // The maker's support pages (My Cloud).
    Group {
        name: "WD",
        makers: &["wd", "western digital"],
        domains: &[
            ("mycloud.com", "", Maker), ("remotewd.com", "", Maker), ("wd2go.com", "", Maker), ("wdc.com", "", Maker),
            ("westerndigital.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Whirlpool",
        makers: &["bauknecht", "kitchenaid", "whirlpool"],
        domains: &[
            ("whirlpool.com", "", Maker), ("whrcloud.com", "", Maker), ("whrcloud.eu", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Winix",
        makers: &["winix"],
        domains: &[
            ("winix-iot.com", "", Maker), ("winix.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Wink",
        makers: &["quirky", "wink"],
        domains: &[
            ("wink.com", "", Maker), ("winkapp.com", "", Maker),
        ],
    },
    // Withings' developer pages.
    Group {
        name: "Withings",
        makers: &["nokia health", "withings"],
        domains: &[
            ("health.nokia.com", "Nokia Health", Maker), ("withings.com", "", Maker), ("withings.net", "", Maker),
        ],
    },
    // The maker's support pages (Landroid).
    Group {
        name: "Worx",
        makers: &["positec"],
        domains: &[
            ("worx.com", "", Maker), ("worxlandroid.com", "", Maker),
        ],
    },
    // Wyze's support pages.
    Group {
        name: "Wyze",
        makers: &["hualai", "wyze", "wyze labs"],
        domains: &[
            ("hualaikeji.com", "Hualai", Maker), ("wyze.com", "", Maker), ("wyzecam.com", "", Maker),
        ],
    },
    // The maker's support pages (Xplora's watches).
    Group {
        name: "Xplora",
        makers: &["xplora"],
        domains: &[
            ("myxplora.com", "", Maker), ("xplora.com", "", Maker),
        ],
    },
    // Yamaha's support pages (MusicCast).
    Group {
        name: "Yamaha",
        makers: &["yamaha"],
        domains: &[
            ("vtuner.com", "vTuner", Media), ("yamaha.com", "", Maker),
        ],
    },
    // The makers' support pages (YI Home, Kami).
    Group {
        name: "YI",
        makers: &["kami vision", "shanghai xiaoyi", "xiaoyi", "yi technology"],
        domains: &[
            ("kamihome.com", "", Maker), ("xiaoyi.com", "", Maker), ("xiaoyi.com.cn", "", Maker), ("yitechnology.com", "", Maker),
        ],
    },
    // Yoto's support pages.
    Group {
        name: "Yoto",
        makers: &["yoto"],
        domains: &[
            ("yotoplay.com", "", Maker),
        ],
    },
    // The maker's pages (cloud of Wi-Fi modules).
    Group {
        name: "Yunext",
        makers: &[],
        domains: &[
            ("yunext.com", "", Platform),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Zmodo",
        makers: &["meshare", "zmodo"],
        domains: &[
            ("meshare.com", "", Maker), ("zmodo.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Zyxel",
        makers: &["zyxel"],
        domains: &[
            ("myzyxel.com", "", Maker), ("zyxel.com", "", Maker),
        ],
    },
];
