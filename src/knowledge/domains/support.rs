//! Companies that carry and keep for others: hosting, delivery, names, time, push messages, certificates, relays.

use super::entry::Group;
use super::entry::Purpose::{
    Analytics, Broker, Certificates, Check, Delivery, Firmware, Hosting, Line, Location, Maker, Media, Messaging, Names, Pages, Platform, Push, Relay, Social,
    Speech, Time,
};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // The company's developer documentation.
    Group {
        name: "Agora",
        makers: &[],
        domains: &[
            ("agora.io", "", Relay), ("agoraio.cn", "", Relay), ("sd-rtn.com", "", Relay),
        ],
    },
    // Akamai's documentation (edge host names).
    Group {
        name: "Akamai",
        makers: &[],
        domains: &[
            ("akadns.net", "", Names), ("akam.net", "", Names), ("akamai.com", "", Delivery), ("akamai.net", "", Delivery),
            ("akamaiedge.net", "", Delivery), ("akamaihd.net", "", Delivery), ("akamaized.net", "", Delivery), ("edgekey.net", "", Delivery),
            ("edgesuite.net", "", Delivery), ("linode.com", "Linode", Hosting), ("linodeobjects.com", "Linode", Hosting),
        ],
    },
    // The company's pages.
    Group {
        name: "Aruba",
        makers: &[],
        domains: &[
            ("aruba.it", "", Hosting),
        ],
    },
    // The company's pages.
    Group {
        name: "Automattic",
        makers: &[],
        domains: &[
            ("wordpress.com", "WordPress", Pages), ("wp.com", "WordPress", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "Bunny",
        makers: &[],
        domains: &[
            ("b-cdn.net", "", Delivery), ("bunnycdn.com", "", Delivery),
        ],
    },
    // ByteDance's documentation.
    Group {
        name: "ByteDance",
        makers: &[],
        domains: &[
            ("bytecdn.cn", "", Delivery), ("bytedance.com", "", Maker), ("bytedns.net", "", Names), ("byteimg.com", "", Delivery),
            ("pstatp.com", "", Delivery), ("snssdk.com", "", Social), ("tiktok.com", "TikTok", Social), ("tiktokcdn.com", "TikTok", Delivery),
            ("tiktokv.com", "TikTok", Social), ("volcengine.com", "", Hosting), ("volces.com", "", Hosting),
        ],
    },
    // Canonical's documentation (Ubuntu, snaps).
    Group {
        name: "Canonical",
        makers: &[],
        domains: &[
            ("canonical.com", "", Firmware), ("connectivity-check.ubuntu.com", "", Check), ("ntp.ubuntu.com", "", Time),
            ("snapcraft.io", "", Firmware), ("snapcraftcontent.com", "", Firmware), ("ubuntu.com", "", Firmware),
        ],
    },
    // The company's documentation.
    Group {
        name: "CDN77",
        makers: &[],
        domains: &[
            ("cdn77.com", "", Delivery), ("cdn77.org", "", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "CDNetworks",
        makers: &[],
        domains: &[
            ("cdnetworks.net", "", Delivery), ("cdngc.net", "", Delivery), ("gccdn.net", "", Delivery),
        ],
    },
    // The company's pages.
    Group {
        name: "ChinaCache",
        makers: &[],
        domains: &[
            ("ccgslb.com", "", Delivery), ("ccgslb.net", "", Delivery),
        ],
    },
    // Wangsu's documentation.
    Group {
        name: "ChinaNetCenter",
        makers: &[],
        domains: &[
            ("lxdns.com", "", Delivery), ("wscdns.com", "", Delivery), ("wscloudcdn.com", "", Delivery), ("wsglb0.com", "", Delivery),
            ("wswebcdn.com", "", Delivery),
        ],
    },
    // Cloudflare's documentation (DNS, time, network error logging, Workers).
    Group {
        name: "Cloudflare",
        makers: &[],
        domains: &[
            ("argotunnel.com", "", Relay), ("cloudflare-dns.com", "", Names), ("cloudflare-quic.com", "", Delivery), ("cloudflare.com", "", Delivery),
            ("cloudflare.net", "", Delivery), ("cloudflareinsights.com", "", Analytics), ("cloudflaressl.com", "", Certificates),
            ("cloudflarestorage.com", "", Hosting), ("cloudflarestream.com", "", Media), ("nel.cloudflare.com", "", Analytics),
            ("one.one.one.one", "", Names), ("pages.dev", "", Hosting), ("time.cloudflare.com", "", Time), ("workers.dev", "", Hosting),
        ],
    },
    // The project's pages.
    Group {
        name: "Debian",
        makers: &[],
        domains: &[
            ("debian.org", "", Firmware),
        ],
    },
    // Open Telekom Cloud's documentation (service endpoints).
    Group {
        name: "Deutsche Telekom",
        makers: &[],
        domains: &[
            ("otc.t-systems.com", "Open Telekom Cloud", Hosting),
        ],
    },
    // The authority's documents (OCSP and CRL hosts).
    Group {
        name: "DigiCert",
        makers: &[],
        domains: &[
            ("digicert.cn", "", Certificates), ("digicert.com", "", Certificates), ("geotrust.com", "", Certificates),
            ("quovadisglobal.com", "", Certificates), ("symcb.com", "", Certificates), ("symcd.com", "", Certificates),
            ("thawte.com", "", Certificates), ("verisign.com", "", Certificates),
        ],
    },
    // The company's documentation.
    Group {
        name: "DigitalOcean",
        makers: &[],
        domains: &[
            ("digitalocean.com", "", Hosting), ("digitaloceanspaces.com", "", Hosting), ("ondigitalocean.app", "", Hosting),
        ],
    },
    // The company's documentation.
    Group {
        name: "Docker",
        makers: &[],
        domains: &[
            ("docker.com", "", Firmware), ("docker.io", "", Firmware),
        ],
    },
    // Oracle's documentation.
    Group {
        name: "Dyn",
        makers: &[],
        domains: &[
            ("checkip.dyndns.org", "", Location), ("dyn.com", "", Names), ("dyndns.com", "", Names), ("dyndns.org", "", Names),
        ],
    },
    // The company's documentation.
    Group {
        name: "Edgio",
        makers: &[],
        domains: &[
            ("edgecastcdn.net", "", Delivery), ("lldns.net", "", Delivery), ("llnwd.net", "", Delivery), ("llnwi.net", "", Delivery),
            ("systemcdn.net", "", Delivery),
        ],
    },
    // The company's documentation (public and hosted MQTT brokers).
    Group {
        name: "EMQ",
        makers: &[],
        domains: &[
            ("emqx.cloud", "", Broker), ("emqx.io", "", Broker), ("emqxsl.com", "", Broker),
        ],
    },
    // The authority's documents.
    Group {
        name: "Entrust",
        makers: &[],
        domains: &[
            ("entrust.net", "", Certificates),
        ],
    },
    // Fastly's documentation.
    Group {
        name: "Fastly",
        makers: &[],
        domains: &[
            ("fastly-edge.com", "", Delivery), ("fastly.com", "", Delivery), ("fastly.net", "", Delivery), ("fastlylb.net", "", Delivery),
        ],
    },
    // The company's pages.
    Group {
        name: "Fastweb",
        makers: &[],
        domains: &[
            ("fastweb.it", "", Line), ("fastwebnet.it", "", Line),
        ],
    },
    // The service's pages.
    Group {
        name: "FreeDNS",
        makers: &[],
        domains: &[
            ("afraid.org", "", Names), ("mooo.com", "", Names),
        ],
    },
    // The company's documentation.
    Group {
        name: "G-Core",
        makers: &[],
        domains: &[
            ("gcdn.co", "", Delivery), ("gcore.com", "", Delivery),
        ],
    },
    // GitHub's documentation.
    Group {
        name: "GitHub",
        makers: &[],
        domains: &[
            ("github.com", "", Firmware), ("github.io", "", Hosting), ("githubassets.com", "", Delivery), ("githubusercontent.com", "", Firmware),
        ],
    },
    // The authority's documents.
    Group {
        name: "GlobalSign",
        makers: &[],
        domains: &[
            ("globalsign.com", "", Certificates), ("globalsign.net", "", Certificates),
        ],
    },
    // The authority's documents.
    Group {
        name: "GoDaddy",
        makers: &[],
        domains: &[
            ("godaddy.com", "", Certificates), ("secureserver.net", "", Hosting), ("starfieldtech.com", "", Certificates),
        ],
    },
    // Heroku's documentation.
    Group {
        name: "Heroku",
        makers: &[],
        domains: &[
            ("heroku.com", "", Hosting), ("herokuapp.com", "", Hosting), ("herokudns.com", "", Names),
        ],
    },
    // Hetzner's documentation.
    Group {
        name: "Hetzner",
        makers: &[],
        domains: &[
            ("hetzner.cloud", "", Hosting), ("hetzner.com", "", Hosting), ("hetzner.de", "", Hosting), ("your-objectstorage.com", "", Hosting),
            ("your-server.de", "", Hosting),
        ],
    },
    // The company's documentation.
    Group {
        name: "HiveMQ",
        makers: &[],
        domains: &[
            ("hivemq.cloud", "", Broker), ("hivemq.com", "", Broker),
        ],
    },
    // IBM's documentation (Cloud, Watson IoT Platform).
    Group {
        name: "IBM",
        makers: &[],
        domains: &[
            ("bluemix.net", "", Hosting), ("ibm.com", "", Hosting), ("internetofthings.ibmcloud.com", "", Platform), ("softlayer.com", "", Hosting),
            ("watson.cloud.ibm.com", "", Speech),
        ],
    },
    // The authority's documents.
    Group {
        name: "Identrust",
        makers: &[],
        domains: &[
            ("identrust.com", "", Certificates),
        ],
    },
    // The company's documentation.
    Group {
        name: "Imperva",
        makers: &[],
        domains: &[
            ("impervadns.net", "", Delivery), ("incapdns.net", "", Delivery),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "INRIM",
        makers: &[],
        domains: &[
            ("inrim.it", "", Time),
        ],
    },
    // The organisation's pages.
    Group {
        name: "Internet Systems Consortium",
        makers: &[],
        domains: &[
            ("isc.org", "", Names),
        ],
    },
    // Aurora's developer documentation.
    Group {
        name: "JPush",
        makers: &[],
        domains: &[
            ("jiguang.cn", "", Push), ("jpush.cn", "", Push), ("jpush.io", "", Push),
        ],
    },
    // The project's pages.
    Group {
        name: "jsDelivr",
        makers: &[],
        domains: &[
            ("jsdelivr.net", "", Delivery), ("unpkg.com", "", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "KeyCDN",
        makers: &[],
        domains: &[
            ("kxcdn.com", "", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "Kingsoft Cloud",
        makers: &[],
        domains: &[
            ("ks-cdn.com", "", Delivery), ("ksyna.com", "", Delivery), ("ksyun.com", "", Hosting), ("ksyuncdn.com", "", Delivery),
            ("ksyuncs.com", "", Hosting),
        ],
    },
    // The authority's documents.
    Group {
        name: "Let's Encrypt",
        makers: &[],
        domains: &[
            ("lencr.org", "", Certificates), ("letsencrypt.org", "", Certificates),
        ],
    },
    // The company's documentation.
    Group {
        name: "LiveKit",
        makers: &[],
        domains: &[
            ("livekit.cloud", "", Relay),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "METAS",
        makers: &[],
        domains: &[
            ("metas.ch", "", Time),
        ],
    },
    // Mozilla's documentation.
    Group {
        name: "Mozilla",
        makers: &[],
        domains: &[
            ("detectportal.firefox.com", "", Check), ("firefox.com", "", Firmware), ("incoming.telemetry.mozilla.org", "", Analytics),
            ("mozilla.com", "", Firmware), ("mozilla.net", "", Firmware), ("mozilla.org", "", Firmware), ("push.services.mozilla.com", "", Push),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "National Physical Laboratory",
        makers: &[],
        domains: &[
            ("npl.co.uk", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "Netlify",
        makers: &[],
        domains: &[
            ("netlify.app", "", Hosting), ("netlify.com", "", Hosting),
        ],
    },
    // The company's pages on time.
    Group {
        name: "Netnod",
        makers: &[],
        domains: &[
            ("netnod.se", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "NextDNS",
        makers: &[],
        domains: &[
            ("nextdns.io", "", Names),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "NICT",
        makers: &[],
        domains: &[
            ("nict.jp", "", Time),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "NIST",
        makers: &[],
        domains: &[
            ("nist.gov", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "No-IP",
        makers: &[],
        domains: &[
            ("ddns.net", "", Names), ("hopto.org", "", Names), ("no-ip.com", "", Names), ("no-ip.org", "", Names), ("noip.com", "", Names),
        ],
    },
    // The project's pages for vendors.
    Group {
        name: "NTP Pool Project",
        makers: &[],
        domains: &[
            ("ntp.org", "", Time), ("ntppool.org", "", Time),
        ],
    },
    // The centre's pages on time.
    Group {
        name: "NTSC",
        makers: &[],
        domains: &[
            ("ntsc.ac.cn", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "OneSignal",
        makers: &[],
        domains: &[
            ("onesignal.com", "", Push),
        ],
    },
    // Cisco's documentation.
    Group {
        name: "OpenDNS",
        makers: &[],
        domains: &[
            ("opendns.com", "", Names), ("umbrella.com", "", Names),
        ],
    },
    // The project's pages.
    Group {
        name: "OpenWrt",
        makers: &[],
        domains: &[
            ("openwrt.org", "", Firmware),
        ],
    },
    // Oracle's documentation.
    Group {
        name: "Oracle",
        makers: &[],
        domains: &[
            ("oracle.com", "", Hosting), ("oraclecloud.com", "", Hosting), ("oracleiaas.com", "", Hosting),
        ],
    },
    // The brokers' own pages (for tests; anyone may listen).
    Group {
        name: "Other brokers",
        makers: &[],
        domains: &[
            ("mosquitto.org", "", Broker), ("shiftr.io", "", Broker),
        ],
    },
    // OVH's documentation.
    Group {
        name: "OVH",
        makers: &[],
        domains: &[
            ("ovh.ca", "", Hosting), ("ovh.com", "", Hosting), ("ovh.net", "", Hosting),
        ],
    },
    // The institute's pages on time.
    Group {
        name: "PTB",
        makers: &[],
        domains: &[
            ("ptb.de", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "PubNub",
        makers: &[],
        domains: &[
            ("pndsn.com", "", Broker), ("pubnub.com", "", Broker), ("pubnubapi.com", "", Broker),
        ],
    },
    // The company's documentation.
    Group {
        name: "Pusher",
        makers: &[],
        domains: &[
            ("pusher.com", "", Push), ("pusherapp.com", "", Push),
        ],
    },
    // The company's documentation.
    Group {
        name: "Pushover",
        makers: &[],
        domains: &[
            ("pushover.net", "", Push),
        ],
    },
    // The company's documentation.
    Group {
        name: "Pushwoosh",
        makers: &[],
        domains: &[
            ("pushwoosh.com", "", Push),
        ],
    },
    // The company's documentation.
    Group {
        name: "Qiniu",
        makers: &[],
        domains: &[
            ("qbox.me", "", Hosting), ("qiniu.com", "", Hosting), ("qiniuapi.com", "", Hosting), ("qiniucdn.com", "", Delivery),
            ("qiniudns.com", "", Names),
        ],
    },
    // The foundation's documentation.
    Group {
        name: "Quad9",
        makers: &[],
        domains: &[
            ("quad9.net", "", Names),
        ],
    },
    // The company's documentation.
    Group {
        name: "Rackspace",
        makers: &[],
        domains: &[
            ("rackcdn.com", "", Delivery), ("rackspacecloud.com", "", Hosting),
        ],
    },
    // The foundation's documentation.
    Group {
        name: "Raspberry Pi",
        makers: &["raspberry pi"],
        domains: &[
            ("raspberrypi.com", "", Firmware), ("raspberrypi.org", "", Firmware), ("raspbian.org", "", Firmware),
        ],
    },
    // The company's documentation.
    Group {
        name: "Render",
        makers: &[],
        domains: &[
            ("onrender.com", "", Hosting),
        ],
    },
    // The registry's pages.
    Group {
        name: "RIPE NCC",
        makers: &[],
        domains: &[
            ("ripe.net", "", Names),
        ],
    },
    // The observatory's pages on time.
    Group {
        name: "Royal Observatory of Belgium",
        makers: &[],
        domains: &[
            ("oma.be", "", Time),
        ],
    },
    // The company's documentation.
    Group {
        name: "Scaleway",
        makers: &[],
        domains: &[
            ("scaleway.com", "", Hosting), ("scw.cloud", "", Hosting),
        ],
    },
    // The authority's documents.
    Group {
        name: "Sectigo",
        makers: &[],
        domains: &[
            ("comodo.com", "", Certificates), ("comodoca.com", "", Certificates), ("sectigo.com", "", Certificates),
            ("trust-provider.com", "", Certificates), ("usertrust.com", "", Certificates),
        ],
    },
    // The authority's documents.
    Group {
        name: "SSL.com",
        makers: &[],
        domains: &[
            ("ssl.com", "", Certificates),
        ],
    },
    // The company's documentation.
    Group {
        name: "StackPath",
        makers: &[],
        domains: &[
            ("bootstrapcdn.com", "", Delivery), ("hwcdn.net", "", Delivery), ("netdna-cdn.com", "", Delivery), ("stackpathcdn.com", "", Delivery),
            ("stackpathdns.com", "", Delivery),
        ],
    },
    // Public STUN servers of telephone companies, as their pages name them.
    Group {
        name: "STUN of telephone companies",
        makers: &[],
        domains: &[
            ("counterpath.com", "", Relay), ("ekiga.net", "", Relay), ("iptel.org", "", Relay), ("schlund.de", "", Relay), ("sipgate.net", "", Relay),
            ("voiparound.com", "", Relay), ("voipbuster.com", "", Relay), ("voipstunt.com", "", Relay),
        ],
    },
    // The project's pages.
    Group {
        name: "StunProtocol",
        makers: &[],
        domains: &[
            ("stunprotocol.org", "", Relay),
        ],
    },
    // The foundation's pages.
    Group {
        name: "SWITCH",
        makers: &[],
        domains: &[
            ("switch.ch", "", Names),
        ],
    },
    // The company's pages.
    Group {
        name: "Telia",
        makers: &[],
        domains: &[
            ("telia.com", "", Line),
        ],
    },
    // Twilio's documentation (relays, messages).
    Group {
        name: "Twilio",
        makers: &[],
        domains: &[
            ("segment.com", "Segment", Analytics), ("segment.io", "Segment", Analytics), ("sendgrid.net", "SendGrid", Messaging),
            ("twilio.com", "", Relay),
        ],
    },
    // The company's documentation.
    Group {
        name: "UPYUN",
        makers: &[],
        domains: &[
            ("upaiyun.com", "", Delivery), ("upyun.com", "", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "Vercel",
        makers: &[],
        domains: &[
            ("vercel.app", "", Hosting), ("vercel.com", "", Hosting),
        ],
    },
    // The company's documentation.
    Group {
        name: "Vultr",
        makers: &[],
        domains: &[
            ("vultr.com", "", Hosting),
        ],
    },
    // The company's documentation.
    Group {
        name: "Wasabi",
        makers: &[],
        domains: &[
            ("wasabisys.com", "", Hosting),
        ],
    },
    // The company's pages.
    Group {
        name: "Welcome Italia",
        makers: &[],
        domains: &[
            ("welcomeitalia.it", "", Line),
        ],
    },
    // The company's documentation.
    Group {
        name: "Xirsys",
        makers: &[],
        domains: &[
            ("xirsys.com", "", Relay),
        ],
    },
    // The company's documentation.
    Group {
        name: "Yunba",
        makers: &[],
        domains: &[
            ("yunba.io", "", Push),
        ],
    },
];
