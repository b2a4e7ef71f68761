//! Makers of devices, M to S.

use super::entry::Group;
use super::entry::Purpose::{Advertising, Analytics, Check, Delivery, Firmware, Maker, Media, Names, Push, Relay, Time};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // Mattel's support pages.
    Group {
        name: "Mattel",
        makers: &["fisher-price", "mattel"],
        domains: &[
            ("fisher-price.com", "", Maker), ("mattel.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Meater",
        makers: &["apption labs"],
        domains: &[
            ("meater.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Meross",
        makers: &["chengdu meross", "meross"],
        domains: &[
            ("meross.com", "", Maker), ("refoss.net", "", Maker),
        ],
    },
    // Miele's developer pages.
    Group {
        name: "Miele",
        makers: &["miele"],
        domains: &[
            ("miele.com", "", Maker), ("miele.de", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Mill",
        makers: &["mill international", "mill norway"],
        domains: &[
            ("millheat.com", "", Maker),
        ],
    },
    // Hubble's support pages (Motorola's baby monitors).
    Group {
        name: "Motorola",
        makers: &["binatone", "cvision", "hubble connected", "motorola"],
        domains: &[
            ("hubble.in", "Hubble", Maker), ("hubbleconnected.com", "Hubble", Maker), ("motorola.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Nanit",
        makers: &["nanit"],
        domains: &[
            ("nanit.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Nanoleaf",
        makers: &["nanoleaf"],
        domains: &[
            ("nanoleaf.com", "", Maker), ("nanoleaf.me", "", Maker),
        ],
    },
    // Netatmo's developer pages.
    Group {
        name: "Netatmo",
        makers: &["bticino", "legrand", "netatmo"],
        domains: &[
            ("legrand.com", "Legrand", Maker), ("netatmo.com", "", Maker), ("netatmo.net", "", Maker),
        ],
    },
    // Netgear's support pages.
    Group {
        name: "Netgear",
        makers: &["netgear"],
        domains: &[
            ("netgear.com", "", Maker), ("ngxcld.com", "", Maker), ("orbilogin.com", "", Maker), ("routerlogin.net", "", Maker),
            ("time-g.netgear.com", "", Time), ("time-h.netgear.com", "", Time),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Netvue",
        makers: &["netvue"],
        domains: &[
            ("netvue.com", "", Maker), ("nvts.co", "", Maker),
        ],
    },
    // Nintendo's support pages (hosts and ports).
    Group {
        name: "Nintendo",
        makers: &["nintendo"],
        domains: &[
            ("ctest.cdn.nintendo.net", "", Check), ("nintendo-europe.com", "", Maker), ("nintendo.co.jp", "", Maker), ("nintendo.com", "", Maker),
            ("nintendo.net", "", Maker), ("nintendoswitch.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Nuki",
        makers: &["nuki"],
        domains: &[
            ("nuki.io", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Onkyo",
        makers: &["gibson", "onkyo", "pioneer"],
        domains: &[
            ("onkyo.com", "", Maker),
        ],
    },
    // Osram's and Ledvance's support pages.
    Group {
        name: "Osram",
        makers: &["ledvance", "lightify", "osram"],
        domains: &[
            ("ledvance.com", "Ledvance", Maker), ("lightify-api.org", "", Maker), ("lightify.com", "", Maker), ("osram.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Owlet",
        makers: &["owlet"],
        domains: &[
            ("owletcare.com", "", Maker), ("owletdata.com", "", Maker),
        ],
    },
    // Panasonic's support pages.
    Group {
        name: "Panasonic",
        makers: &["panasonic"],
        domains: &[
            ("panasonic.com", "", Maker), ("panasonic.jp", "", Maker), ("vieraconnect.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Peloton",
        makers: &["peloton"],
        domains: &[
            ("onepeloton.com", "", Maker), ("pelotoncycle.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Petcube",
        makers: &["petcube"],
        domains: &[
            ("petcube.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "PetKit",
        makers: &["petkit"],
        domains: &[
            ("petkit.cn", "", Maker), ("petkit.com", "", Maker),
        ],
    },
    // The makers' support pages.
    Group {
        name: "PetSafe",
        makers: &["petsafe", "radio systems", "sure petcare", "sureflap"],
        domains: &[
            ("petsafe.com", "", Maker), ("petsafe.net", "", Maker), ("surehub.io", "SureFlap", Maker), ("surepetcare.io", "SureFlap", Maker),
        ],
    },
    // Philips' and Signify's developer pages (Hue, WiZ); TP Vision's support pages.
    Group {
        name: "Philips",
        makers: &["hue", "koninklijke philips", "philips", "philips consumer", "philips hue", "philips lighting", "philips personal health", "royal philips", "signify", "tpv", "wiz", "wiz connected"],
        domains: &[
            ("meethue.com", "Signify", Maker), ("nettvservices.com", "Philips TV", Maker), ("philips-hue.com", "Signify", Maker),
            ("philips.com", "", Maker), ("philips.nl", "", Maker), ("signify.com", "Signify", Maker), ("wiz.world", "WiZ", Maker),
            ("wizconnected.com", "WiZ", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Polar",
        makers: &["polar electro"],
        domains: &[
            ("polar.com", "", Maker), ("polar.fi", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Qardio",
        makers: &["qardio"],
        domains: &[
            ("getqardio.com", "", Maker),
        ],
    },
    // QNAP's support pages (myQNAPcloud).
    Group {
        name: "QNAP",
        makers: &["qnap"],
        domains: &[
            ("myqnapcloud.com", "", Maker), ("myqnapcloud.io", "", Maker), ("qnap.com", "", Maker),
        ],
    },
    // The maker's developer pages.
    Group {
        name: "Rachio",
        makers: &["rachio"],
        domains: &[
            ("rach.io", "", Maker), ("rachio.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Rain Bird",
        makers: &["rain bird"],
        domains: &[
            ("rainbird.com", "", Maker),
        ],
    },
    // Reolink's support pages (domains and ports of its P2P).
    Group {
        name: "Reolink",
        makers: &["baichuan", "reolink", "shenzhen reolink"],
        domains: &[
            ("p2p.reolink.com", "", Relay), ("p2p1.reolink.com", "", Relay), ("p2p2.reolink.com", "", Relay), ("pushx.reolink.com", "", Push),
            ("reolink.com", "", Maker), ("reolink.us", "", Maker),
        ],
    },
    // Roku's developer and support pages.
    Group {
        name: "Roku",
        makers: &["roku"],
        domains: &[
            ("ads.roku.com", "", Advertising), ("cti.roku.com", "", Analytics), ("liberty.logs.roku.com", "", Analytics),
            ("logs.roku.com", "", Analytics), ("ravm.tv", "", Analytics), ("roku.com", "", Maker), ("rokucdn.com", "", Delivery),
            ("rokucontent.com", "", Media), ("rokutime.com", "", Time), ("scribe.logs.roku.com", "", Analytics),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Sengled",
        makers: &["sengled"],
        domains: &[
            ("sengled.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Sense",
        makers: &["sense labs"],
        domains: &[
            ("sense.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Shark",
        makers: &["sharkninja"],
        domains: &[
            ("sharkninja.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Sharp",
        makers: &["sharp"],
        domains: &[
            ("sharp.co.jp", "", Maker),
        ],
    },
    // Shelly's technical documentation (cloud and firmware hosts).
    Group {
        name: "Shelly",
        makers: &["allterco", "shelly", "shelly europe", "shelly group"],
        domains: &[
            ("allterco.com", "", Maker), ("repo.shelly.cloud", "", Firmware), ("shelly.cloud", "", Maker), ("shelly.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Simplisafe",
        makers: &["simplisafe"],
        domains: &[
            ("simplisafe.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Skylight",
        makers: &[],
        domains: &[
            ("ourskylight.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Sleep Number",
        makers: &["select comfort", "sleep number"],
        domains: &[
            ("sleepnumber.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Smarter",
        makers: &["smarter", "smarter applications"],
        domains: &[
            ("smarter.am", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Snoo",
        makers: &["happiest baby"],
        domains: &[
            ("happiestbaby.com", "", Maker),
        ],
    },
    // Somfy's developer pages.
    Group {
        name: "Somfy",
        makers: &["myfox", "overkiz", "somfy"],
        domains: &[
            ("myfox.io", "", Maker), ("overkiz.com", "", Maker), ("somfy.com", "", Maker), ("tahomalink.com", "", Maker),
        ],
    },
    // CoolKit's developer pages (eWeLink).
    Group {
        name: "Sonoff",
        makers: &["coolkit", "ewelink", "itead", "shenzhen sonoff", "sonoff"],
        domains: &[
            ("coolkit.cc", "", Maker), ("coolkit.cn", "", Maker), ("ewelink.cc", "", Maker), ("ewelink.cn", "", Maker), ("itead.cc", "", Maker),
        ],
    },
    // Sonos' support pages (hosts and ports).
    Group {
        name: "Sonos",
        makers: &["sonos"],
        domains: &[
            ("sonos.com", "", Maker), ("sonos.radio", "", Media), ("sonosx.com", "", Maker),
        ],
    },
    // The maker's support pages.
    Group {
        name: "Sphero",
        makers: &["sphero"],
        domains: &[
            ("sphero.com", "", Maker),
        ],
    },
    // Swann's support pages.
    Group {
        name: "Swann",
        makers: &["swann", "swann communications"],
        domains: &[
            ("swann.com", "", Maker), ("swannone.com", "", Maker), ("swannsecurity.com", "", Maker),
        ],
    },
    // SwitchBot's developer pages.
    Group {
        name: "SwitchBot",
        makers: &["switchbot", "woan technology", "wonderlabs"],
        domains: &[
            ("switch-bot.com", "", Maker), ("wonderlabs.com", "", Maker),
        ],
    },
    // Synology's support pages (QuickConnect; services and ports).
    Group {
        name: "Synology",
        makers: &["synology"],
        domains: &[
            ("quickconnect.to", "", Relay), ("synology.com", "", Maker), ("synology.me", "", Names),
        ],
    },
];
