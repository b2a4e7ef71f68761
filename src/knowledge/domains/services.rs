//! Companies that a person knows by name: media, social networks, messages, payment, maps, weather, speech.

use super::entry::Group;
use super::entry::Purpose::{
    Analytics, Check, Delivery, Hosting, Location, Maker, Media, Messaging, Names, Pages, Payment, Relay, Social, Speech, Time, Weather,
};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // The company's developer pages.
    Group {
        name: "AccuWeather",
        makers: &[],
        domains: &[
            ("accuweather.com", "", Weather),
        ],
    },
    // The broadcasters' pages.
    Group {
        name: "ARD",
        makers: &[],
        domains: &[
            ("ard.de", "", Media), ("ardmediathek.de", "", Media), ("zdf.de", "ZDF", Media),
        ],
    },
    // The company's developer pages.
    Group {
        name: "AutoNavi",
        makers: &[],
        domains: &[
            ("autonavi.com", "", Location),
        ],
    },
    // The broadcaster's pages.
    Group {
        name: "BBC",
        makers: &[],
        domains: &[
            ("bbc.co.uk", "", Media), ("bbc.com", "", Media), ("bbci.co.uk", "", Media),
        ],
    },
    // Names in the company's certificates.
    Group {
        name: "Bilibili",
        makers: &[],
        domains: &[
            ("bilibili.com", "", Media), ("bilivideo.com", "", Media), ("hdslb.com", "", Delivery),
        ],
    },
    // The company's documentation.
    Group {
        name: "DataDog",
        makers: &[],
        domains: &[
            ("datadoghq.com", "", Analytics), ("datadoghq.eu", "", Analytics),
        ],
    },
    // The company's pages.
    Group {
        name: "DAZN",
        makers: &[],
        domains: &[
            ("dazn.com", "", Media), ("indazn.com", "", Media),
        ],
    },
    // The company's developer pages.
    Group {
        name: "Deezer",
        makers: &[],
        domains: &[
            ("deezer.com", "", Media), ("dzcdn.net", "", Media),
        ],
    },
    // The company's developer pages.
    Group {
        name: "Discord",
        makers: &[],
        domains: &[
            ("discord.com", "", Messaging), ("discord.gg", "", Messaging), ("discordapp.com", "", Messaging), ("discordapp.net", "", Messaging),
        ],
    },
    // The company's support pages.
    Group {
        name: "Disney",
        makers: &[],
        domains: &[
            ("bamgrid.com", "Disney+", Media), ("disney-plus.net", "Disney+", Media), ("disney.com", "", Media), ("disneyplus.com", "Disney+", Media),
            ("dssott.com", "Disney+", Media), ("espn.com", "ESPN", Media), ("hulu.com", "Hulu", Media), ("huluim.com", "Hulu", Delivery),
            ("hulustream.com", "Hulu", Media),
        ],
    },
    // The company's support pages.
    Group {
        name: "Dropbox",
        makers: &[],
        domains: &[
            ("dropbox.com", "", Hosting), ("dropboxapi.com", "", Hosting), ("dropboxusercontent.com", "", Hosting),
        ],
    },
    // The company's pages.
    Group {
        name: "Flipboard",
        makers: &[],
        domains: &[
            ("flipboard.com", "", Media),
        ],
    },
    // The company's support pages.
    Group {
        name: "HBO",
        makers: &[],
        domains: &[
            ("hbo.com", "", Media), ("hbomax.com", "", Media), ("max.com", "", Media),
        ],
    },
    // The company's developer pages.
    Group {
        name: "HERE",
        makers: &[],
        domains: &[
            ("here.com", "", Location), ("hereapi.com", "", Location),
        ],
    },
    // The project's pages.
    Group {
        name: "Home Assistant",
        makers: &[],
        domains: &[
            ("home-assistant.io", "", Maker), ("nabucasa.com", "Nabu Casa", Maker), ("ui.nabu.casa", "Nabu Casa", Relay),
        ],
    },
    // The company's developer pages.
    Group {
        name: "IFTTT",
        makers: &[],
        domains: &[
            ("ifttt.com", "", Maker),
        ],
    },
    // The company's pages.
    Group {
        name: "iHeart",
        makers: &[],
        domains: &[
            ("iheart.com", "", Media),
        ],
    },
    // Names in the company's certificates.
    Group {
        name: "JD",
        makers: &[],
        domains: &[
            ("360buyimg.com", "", Delivery), ("jd.com", "", Pages), ("jdcloud.com", "JD Cloud", Hosting),
        ],
    },
    // The company's documentation.
    Group {
        name: "Klarna",
        makers: &[],
        domains: &[
            ("klarna.com", "", Payment),
        ],
    },
    // The company's developer pages.
    Group {
        name: "LINE",
        makers: &[],
        domains: &[
            ("line-apps.com", "", Messaging), ("line.me", "", Messaging),
        ],
    },
    // The company's pages.
    Group {
        name: "LinkedIn",
        makers: &[],
        domains: &[
            ("licdn.com", "", Delivery), ("linkedin.com", "", Social),
        ],
    },
    // The services' pages: they tell an address' place.
    Group {
        name: "Look-up of places",
        makers: &[],
        domains: &[
            ("api.ipify.org", "", Location), ("db-ip.com", "", Location), ("freegeoip.app", "", Location), ("freegeoip.net", "", Location),
            ("geojs.io", "", Location), ("geoplugin.net", "", Location), ("icanhazip.com", "", Location), ("ident.me", "", Location),
            ("ifconfig.co", "", Location), ("ifconfig.me", "", Location), ("ip-api.com", "", Location), ("ip.sb", "", Location),
            ("ipapi.co", "", Location), ("ipdata.co", "", Location), ("ipgeolocation.io", "", Location), ("ipify.org", "", Location),
            ("ipinfo.io", "", Location), ("ipip.net", "", Location), ("ipstack.com", "", Location), ("myip.com", "", Location),
            ("whatismyip.com", "", Location), ("worldtimeapi.org", "", Time), ("wtfismyip.com", "", Location),
        ],
    },
    // The company's documentation.
    Group {
        name: "Mapbox",
        makers: &[],
        domains: &[
            ("mapbox.com", "", Location),
        ],
    },
    // The company's documentation.
    Group {
        name: "MaxMind",
        makers: &[],
        domains: &[
            ("maxmind.com", "", Location),
        ],
    },
    // Names in the company's certificates.
    Group {
        name: "Meituan",
        makers: &[],
        domains: &[
            ("dianping.com", "", Pages), ("meituan.com", "", Pages), ("meituan.net", "", Pages),
        ],
    },
    // The project's pages.
    Group {
        name: "Mycroft",
        makers: &[],
        domains: &[
            ("mycroft.ai", "", Speech),
        ],
    },
    // The company's pages.
    Group {
        name: "Napster",
        makers: &[],
        domains: &[
            ("napster.com", "", Media), ("rhapsody.com", "", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "NetEase",
        makers: &[],
        domains: &[
            ("126.net", "", Delivery), ("163.com", "", Media), ("netease.com", "", Media),
        ],
    },
    // The company's support pages (Open Connect).
    Group {
        name: "Netflix",
        makers: &[],
        domains: &[
            ("netflix.com", "", Media), ("netflix.net", "", Media), ("nflxext.com", "", Media), ("nflximg.com", "", Media),
            ("nflximg.net", "", Media), ("nflxsearch.net", "", Media), ("nflxso.net", "", Media), ("nflxvideo.net", "", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Nuance",
        makers: &[],
        domains: &[
            ("nuance.com", "", Speech), ("nuancemobility.net", "", Speech),
        ],
    },
    // The company's pages.
    Group {
        name: "Ookla",
        makers: &[],
        domains: &[
            ("ookla.com", "", Check), ("speedtest.net", "", Check),
        ],
    },
    // The company's documentation.
    Group {
        name: "OpenAI",
        makers: &[],
        domains: &[
            ("oaistatic.com", "", Delivery), ("oaiusercontent.com", "", Delivery), ("openai.com", "", Speech),
        ],
    },
    // The foundation's pages.
    Group {
        name: "OpenStreetMap",
        makers: &[],
        domains: &[
            ("openstreetmap.org", "", Location),
        ],
    },
    // The company's documentation.
    Group {
        name: "OpenWeather",
        makers: &[],
        domains: &[
            ("openweathermap.org", "", Weather),
        ],
    },
    // The company's pages.
    Group {
        name: "Pandora",
        makers: &[],
        domains: &[
            ("p-cdn.com", "", Media), ("pandora.com", "", Media), ("siriusxm.com", "SiriusXM", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Paramount",
        makers: &[],
        domains: &[
            ("cbs.com", "", Media), ("paramountplus.com", "", Media), ("pluto.tv", "Pluto TV", Media),
        ],
    },
    // The company's documentation.
    Group {
        name: "PayPal",
        makers: &[],
        domains: &[
            ("braintreegateway.com", "Braintree", Payment), ("paypal.com", "", Payment), ("paypalobjects.com", "", Payment),
        ],
    },
    // The company's pages.
    Group {
        name: "Peacock",
        makers: &[],
        domains: &[
            ("peacocktv.com", "", Media), ("sky.com", "Sky", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Pinterest",
        makers: &[],
        domains: &[
            ("pinimg.com", "", Delivery), ("pinterest.com", "", Social),
        ],
    },
    // The company's support pages.
    Group {
        name: "Plex",
        makers: &[],
        domains: &[
            ("plex.direct", "", Names), ("plex.tv", "", Media), ("plexapp.com", "", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Poe",
        makers: &[],
        domains: &[
            ("poe.com", "", Speech), ("poecdn.net", "", Delivery),
        ],
    },
    // The project's pages.
    Group {
        name: "Psiphon",
        makers: &[],
        domains: &[
            ("psiphon3.net", "", Relay),
        ],
    },
    // The company's pages.
    Group {
        name: "Qobuz",
        makers: &[],
        domains: &[
            ("qobuz.com", "", Media),
        ],
    },
    // The companies' pages.
    Group {
        name: "Rakuten",
        makers: &[],
        domains: &[
            ("rakuten.tv", "", Media), ("viki.com", "", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Reddit",
        makers: &[],
        domains: &[
            ("redd.it", "", Social), ("reddit.com", "", Social), ("redditmedia.com", "", Delivery),
        ],
    },
    // The company's pages.
    Group {
        name: "Riot Games",
        makers: &[],
        domains: &[
            ("leagueoflegends.com", "", Media), ("pvp.net", "", Media), ("rgpub.io", "", Media), ("riotcdn.net", "", Delivery),
            ("riotgames.com", "", Media),
        ],
    },
    // The company's documentation (it tells a place from the Wi-Fi around).
    Group {
        name: "Skyhook",
        makers: &[],
        domains: &[
            ("skyhook.com", "", Location), ("skyhookwireless.com", "", Location),
        ],
    },
    // The company's documentation.
    Group {
        name: "Slack",
        makers: &[],
        domains: &[
            ("slack-edge.com", "", Delivery), ("slack.com", "", Messaging),
        ],
    },
    // The company's developer pages.
    Group {
        name: "Snap",
        makers: &[],
        domains: &[
            ("sc-cdn.net", "", Delivery), ("snapchat.com", "", Social),
        ],
    },
    // The company's pages.
    Group {
        name: "SoundCloud",
        makers: &[],
        domains: &[
            ("sndcdn.com", "", Media), ("soundcloud.com", "", Media),
        ],
    },
    // Spotify's developer pages.
    Group {
        name: "Spotify",
        makers: &[],
        domains: &[
            ("pscdn.co", "", Delivery), ("scdn.co", "", Media), ("spotify.com", "", Media), ("spotifycdn.com", "", Media),
            ("spotilocal.com", "", Media),
        ],
    },
    // The company's documentation.
    Group {
        name: "Stripe",
        makers: &[],
        domains: &[
            ("stripe.com", "", Payment), ("stripe.network", "", Payment),
        ],
    },
    // The company's documentation.
    Group {
        name: "Telegram",
        makers: &[],
        domains: &[
            ("t.me", "", Messaging), ("telegram.org", "", Messaging),
        ],
    },
    // The company's developer pages.
    Group {
        name: "The Weather Company",
        makers: &[],
        domains: &[
            ("imwx.com", "", Weather), ("weather.com", "", Weather), ("wunderground.com", "", Weather), ("wxug.com", "", Weather),
        ],
    },
    // TiVo's support pages.
    Group {
        name: "TiVo",
        makers: &["tivo"],
        domains: &[
            ("digitalsmiths.net", "", Analytics), ("tivo.com", "", Maker), ("tivoservice.com", "", Maker),
        ],
    },
    // The company's developer pages.
    Group {
        name: "TomTom",
        makers: &["tomtom"],
        domains: &[
            ("tomtom.com", "", Location),
        ],
    },
    // TuneIn's support pages.
    Group {
        name: "TuneIn",
        makers: &[],
        domains: &[
            ("radiotime.com", "", Media), ("tunein.com", "", Media),
        ],
    },
    // The company's support pages.
    Group {
        name: "Valve",
        makers: &["valve"],
        domains: &[
            ("steamcontent.com", "", Media), ("steampowered.com", "", Media), ("steamstatic.com", "", Delivery),
        ],
    },
    // The company's support pages.
    Group {
        name: "Viber",
        makers: &[],
        domains: &[
            ("viber.com", "", Messaging),
        ],
    },
    // The company's pages.
    Group {
        name: "Vimeo",
        makers: &[],
        domains: &[
            ("vimeo.com", "", Media), ("vimeocdn.com", "", Media),
        ],
    },
    // The company's pages.
    Group {
        name: "Vudu",
        makers: &[],
        domains: &[
            ("vudu.com", "", Media),
        ],
    },
    // The company's documentation.
    Group {
        name: "What3words",
        makers: &[],
        domains: &[
            ("what3words.com", "", Location),
        ],
    },
    // The company's developer pages.
    Group {
        name: "X",
        makers: &[],
        domains: &[
            ("t.co", "", Social), ("twimg.com", "", Delivery), ("twitter.com", "", Social), ("x.com", "", Social),
        ],
    },
    // The company's pages (Gracenote, TiVo's sister).
    Group {
        name: "Xperi",
        makers: &[],
        domains: &[
            ("gracenote.com", "Gracenote", Analytics),
        ],
    },
    // The company's pages.
    Group {
        name: "Yahoo",
        makers: &[],
        domains: &[
            ("flurry.com", "Flurry", Analytics), ("yahoo.com", "", Pages), ("yahooapis.com", "", Pages), ("yimg.com", "", Delivery),
        ],
    },
    // The company's developer pages.
    Group {
        name: "Yandex",
        makers: &["yandex"],
        domains: &[
            ("appmetrica.yandex.com", "AppMetrica", Analytics), ("mc.yandex.ru", "Yandex Metrica", Analytics), ("yandex.com", "", Pages),
            ("yandex.net", "", Delivery), ("yandex.ru", "", Pages), ("yastatic.net", "", Delivery),
        ],
    },
    // The company's support pages.
    Group {
        name: "Zoom",
        makers: &[],
        domains: &[
            ("zoom.us", "", Messaging),
        ],
    },
];
