//! Companies whose business is to watch, measure or advertise. A company's own hosts for that stand with the company.

use super::entry::Group;
use super::entry::Purpose::{Advertising, Analytics, Crash, Media, Push};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // The company's privacy policy.
    Group {
        name: "33Across",
        makers: &[],
        domains: &[
            ("33across.com", "", Advertising),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Acxiom",
        makers: &[],
        domains: &[
            ("liveramp.com", "LiveRamp", Advertising), ("rlcdn.com", "LiveRamp", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "AdColony",
        makers: &[],
        domains: &[
            ("adcolony.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Adform",
        makers: &[],
        domains: &[
            ("adform.net", "", Advertising),
        ],
    },
    // Adjust's developer documentation (endpoints of its SDK).
    Group {
        name: "Adjust",
        makers: &[],
        domains: &[
            ("adjust.com", "", Analytics), ("adjust.io", "", Analytics), ("adjust.net.in", "", Analytics), ("adjust.world", "", Analytics),
        ],
    },
    // Adobe's documentation (Experience Cloud).
    Group {
        name: "Adobe",
        makers: &[],
        domains: &[
            ("2o7.net", "", Analytics), ("adobe.com", "", Analytics), ("adobedtm.com", "", Analytics), ("demdex.net", "", Advertising),
            ("everesttech.net", "", Advertising), ("omtrdc.net", "", Analytics),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Alphonso",
        makers: &[],
        domains: &[
            ("alphonso.tv", "", Analytics),
        ],
    },
    // Amplitude's developer documentation.
    Group {
        name: "Amplitude",
        makers: &[],
        domains: &[
            ("amplitude.com", "", Analytics),
        ],
    },
    // AppLovin's developer documentation.
    Group {
        name: "AppLovin",
        makers: &[],
        domains: &[
            ("applovin.com", "", Advertising), ("applvn.com", "", Advertising),
        ],
    },
    // AppsFlyer's developer documentation (hosts of its SDK).
    Group {
        name: "AppsFlyer",
        makers: &[],
        domains: &[
            ("appsflyer.com", "", Analytics), ("appsflyersdk.com", "", Analytics), ("onelink.me", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Apptentive",
        makers: &[],
        domains: &[
            ("apptentive.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Bidswitch",
        makers: &[],
        domains: &[
            ("bidswitch.net", "", Advertising),
        ],
    },
    // Branch's developer documentation (hosts of its SDK).
    Group {
        name: "Branch",
        makers: &[],
        domains: &[
            ("app.link", "", Analytics), ("bnc.lt", "", Analytics), ("branch.io", "", Analytics),
        ],
    },
    // Braze's documentation (SDK endpoints).
    Group {
        name: "Braze",
        makers: &[],
        domains: &[
            ("appboy-images.com", "", Analytics), ("appboy.com", "", Analytics), ("braze.com", "", Analytics), ("braze.eu", "", Analytics),
        ],
    },
    // Splunk's documentation (MINT).
    Group {
        name: "BugSense",
        makers: &[],
        domains: &[
            ("bugsense.com", "", Crash), ("splkmobile.com", "", Crash),
        ],
    },
    // The company's documentation.
    Group {
        name: "Bugsnag",
        makers: &[],
        domains: &[
            ("bugsnag.com", "", Crash),
        ],
    },
    // The company's documentation.
    Group {
        name: "Chartbeat",
        makers: &[],
        domains: &[
            ("chartbeat.com", "", Analytics), ("chartbeat.net", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Chartboost",
        makers: &[],
        domains: &[
            ("chartboost.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "CleverTap",
        makers: &[],
        domains: &[
            ("clevertap-prod.com", "", Analytics), ("clevertap.com", "", Analytics), ("wzrkt.com", "", Analytics),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Comscore",
        makers: &[],
        domains: &[
            ("comscore.com", "", Analytics), ("scorecardresearch.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Conviva",
        makers: &[],
        domains: &[
            ("conviva.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Countly",
        makers: &[],
        domains: &[
            ("count.ly", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Criteo",
        makers: &[],
        domains: &[
            ("criteo.com", "", Advertising), ("criteo.net", "", Advertising),
        ],
    },
    // The company's documentation (Fyber, InnerActive).
    Group {
        name: "Digital Turbine",
        makers: &[],
        domains: &[
            ("fyber.com", "", Advertising), ("inner-active.mobi", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "DoubleVerify",
        makers: &[],
        domains: &[
            ("doubleverify.com", "", Advertising),
        ],
    },
    // Comcast's documentation.
    Group {
        name: "FreeWheel",
        makers: &[],
        domains: &[
            ("fwmrm.net", "", Advertising), ("stickyadstv.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "GameAnalytics",
        makers: &[],
        domains: &[
            ("gameanalytics.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Heap",
        makers: &[],
        domains: &[
            ("heap.io", "", Analytics), ("heapanalytics.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Hotjar",
        makers: &[],
        domains: &[
            ("hotjar.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Index Exchange",
        makers: &[],
        domains: &[
            ("casalemedia.com", "", Advertising), ("indexww.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "InMobi",
        makers: &[],
        domains: &[
            ("inmobi.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Innovid",
        makers: &[],
        domains: &[
            ("innovid.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Instabug",
        makers: &[],
        domains: &[
            ("instabug.com", "", Crash),
        ],
    },
    // The company's documentation.
    Group {
        name: "Integral Ad Science",
        makers: &[],
        domains: &[
            ("adsafeprotected.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "ironSource",
        makers: &[],
        domains: &[
            ("ironsrc.com", "", Advertising), ("ironsrc.mobi", "", Advertising), ("supersonicads.com", "", Advertising),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "iSpot",
        makers: &[],
        domains: &[
            ("ispot.tv", "", Analytics),
        ],
    },
    // Kochava's documentation.
    Group {
        name: "Kochava",
        makers: &[],
        domains: &[
            ("kochava.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Leanplum",
        makers: &[],
        domains: &[
            ("leanplum.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "LivePerson",
        makers: &[],
        domains: &[
            ("liveperson.net", "", Analytics), ("lpsnmedia.net", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "LiveRail",
        makers: &[],
        domains: &[
            ("liverail.com", "", Advertising),
        ],
    },
    // Upland's documentation.
    Group {
        name: "Localytics",
        makers: &[],
        domains: &[
            ("localytics.com", "", Analytics),
        ],
    },
    // SolarWinds' documentation.
    Group {
        name: "Loggly",
        makers: &[],
        domains: &[
            ("loggly.com", "", Crash),
        ],
    },
    // The company's documentation.
    Group {
        name: "LogRocket",
        makers: &[],
        domains: &[
            ("logrocket.com", "", Analytics), ("lr-ingest.io", "", Analytics),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Lotame",
        makers: &[],
        domains: &[
            ("crwdcntrl.net", "", Advertising),
        ],
    },
    // Magnite's documentation.
    Group {
        name: "Magnite",
        makers: &[],
        domains: &[
            ("rubiconproject.com", "", Advertising), ("spotx.tv", "", Advertising), ("spotxchange.com", "", Advertising),
            ("telaria.com", "", Advertising), ("tremorhub.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "MediaMath",
        makers: &[],
        domains: &[
            ("mathtag.com", "", Advertising),
        ],
    },
    // Mixpanel's developer documentation (API hosts).
    Group {
        name: "Mixpanel",
        makers: &[],
        domains: &[
            ("mixpanel.com", "", Analytics), ("mxpnl.com", "", Analytics),
        ],
    },
    // Oracle's documentation.
    Group {
        name: "Moat",
        makers: &[],
        domains: &[
            ("bluekai.com", "", Advertising), ("moatads.com", "", Advertising), ("moatpixel.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "MoEngage",
        makers: &[],
        domains: &[
            ("moengage.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "MoPub",
        makers: &[],
        domains: &[
            ("mopub.com", "", Advertising),
        ],
    },
    // New Relic's documentation.
    Group {
        name: "New Relic",
        makers: &[],
        domains: &[
            ("newrelic.com", "", Analytics), ("nr-data.net", "", Analytics),
        ],
    },
    // Nielsen's documentation (SDK).
    Group {
        name: "Nielsen",
        makers: &[],
        domains: &[
            ("exelator.com", "", Analytics), ("imrworldwide.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "OpenX",
        makers: &[],
        domains: &[
            ("openx.com", "", Advertising), ("openx.net", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Optimizely",
        makers: &[],
        domains: &[
            ("optimizely.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Outbrain",
        makers: &[],
        domains: &[
            ("outbrain.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Pendo",
        makers: &[],
        domains: &[
            ("pendo.io", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "PostHog",
        makers: &[],
        domains: &[
            ("posthog.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "PubMatic",
        makers: &[],
        domains: &[
            ("pubmatic.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Quantcast",
        makers: &[],
        domains: &[
            ("quantcast.com", "", Analytics), ("quantserve.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Rollbar",
        makers: &[],
        domains: &[
            ("rollbar.com", "", Crash),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Samba TV",
        makers: &[],
        domains: &[
            ("flingo.tv", "", Analytics), ("samba.tv", "", Analytics), ("sambatv.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Sensors Data",
        makers: &[],
        domains: &[
            ("sensorsdata.cn", "", Analytics),
        ],
    },
    // Sentry's documentation (ingestion hosts).
    Group {
        name: "Sentry",
        makers: &[],
        domains: &[
            ("sentry-cdn.com", "", Crash), ("sentry.io", "", Crash),
        ],
    },
    // The company's documentation.
    Group {
        name: "Sharethrough",
        makers: &[],
        domains: &[
            ("sharethrough.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Singular",
        makers: &[],
        domains: &[
            ("singular.net", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Sizmek",
        makers: &[],
        domains: &[
            ("serving-sys.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Smaato",
        makers: &[],
        domains: &[
            ("smaato.net", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Smart AdServer",
        makers: &[],
        domains: &[
            ("smartadserver.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Snowplow",
        makers: &[],
        domains: &[
            ("snplow.net", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "SpringServe",
        makers: &[],
        domains: &[
            ("springserve.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "StartApp",
        makers: &[],
        domains: &[
            ("startappservice.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Sumo Logic",
        makers: &[],
        domains: &[
            ("sumologic.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "Supersonic",
        makers: &[],
        domains: &[
            ("supersonic.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Taboola",
        makers: &[],
        domains: &[
            ("taboola.com", "", Advertising), ("taboolasyndication.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "TalkingData",
        makers: &[],
        domains: &[
            ("talkingdata.com", "", Analytics), ("talkingdata.net", "", Analytics),
        ],
    },
    // The company's privacy policy.
    Group {
        name: "Tapad",
        makers: &[],
        domains: &[
            ("tapad.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Tapjoy",
        makers: &[],
        domains: &[
            ("tapjoy.com", "", Advertising), ("tapjoyads.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Teads",
        makers: &[],
        domains: &[
            ("teads.tv", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Tealium",
        makers: &[],
        domains: &[
            ("tealiumiq.com", "", Analytics), ("tiqcdn.com", "", Analytics),
        ],
    },
    // The company's documentation.
    Group {
        name: "The Trade Desk",
        makers: &[],
        domains: &[
            ("adsrvr.org", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Treasure Data",
        makers: &[],
        domains: &[
            ("treasuredata.com", "", Analytics),
        ],
    },
    // Tubi's pages.
    Group {
        name: "Tubi",
        makers: &[],
        domains: &[
            ("adrise.tv", "", Advertising), ("tubitv.com", "", Media),
        ],
    },
    // Unity's documentation (Ads, Analytics).
    Group {
        name: "Unity",
        makers: &[],
        domains: &[
            ("unity3d.com", "", Analytics), ("unityads.unity3d.com", "", Advertising),
        ],
    },
    // Airship's documentation.
    Group {
        name: "Urban Airship",
        makers: &[],
        domains: &[
            ("airship.com", "", Push), ("urbanairship.com", "", Push),
        ],
    },
    // Liftoff's documentation.
    Group {
        name: "Vungle",
        makers: &[],
        domains: &[
            ("liftoff.io", "", Advertising), ("vungle.com", "", Advertising),
        ],
    },
    // Xandr's documentation.
    Group {
        name: "Xandr",
        makers: &[],
        domains: &[
            ("adnxs-simple.com", "", Advertising), ("adnxs.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "Yieldmo",
        makers: &[],
        domains: &[
            ("yieldmo.com", "", Advertising),
        ],
    },
    // The company's documentation.
    Group {
        name: "YuMe",
        makers: &[],
        domains: &[
            ("yumenetworks.com", "", Advertising),
        ],
    },
    // Names seen beside Baidu's in certificates.
    Group {
        name: "Zservey",
        makers: &[],
        domains: &[
            ("zservey.net", "", Analytics),
        ],
    },
];
