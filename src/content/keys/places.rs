//! Names of fields that hold a place, or help to find one.

use super::meaning::{CellPart, Meaning};

/// By what they hold; in lower case, without signs.
#[rustfmt::skip]
pub(super) static NAMES: &[(Meaning, &[&str])] = &[
    (Meaning::Latitude { scale: 0 }, &[
        "lat", "latitude", "gpslat", "gpslatitude", "geolat", "mlat", "userlat", "curlat", "homelat", "poslat", "devlat", "locationlat",
        "locationlatitude",
    ]),
    (Meaning::Longitude { scale: 0 }, &[
        "lon", "lng", "long", "longitude", "gpslon", "gpslng", "gpslong", "gpslongitude", "geolon", "geolng", "geolong", "mlon", "mlng",
    ]),
    (Meaning::Longitude { scale: 0 }, &[
        "userlon", "userlng", "curlon", "curlng", "homelon", "homelng", "poslon", "poslng", "devlon", "devlng", "locationlon", "locationlng",
        "locationlongitude",
    ]),
    (Meaning::Latitude { scale: 4 }, &["latitudei", "lati"]),
    (Meaning::Longitude { scale: 4 }, &["longitudei", "loni", "lngi"]),
    (Meaning::Latitude { scale: 5 }, &["late5", "latitudee5"]),
    (Meaning::Longitude { scale: 5 }, &["lone5", "lnge5", "longitudee5"]),
    (Meaning::Latitude { scale: 6 }, &["late6", "latitudee6", "latmicro", "latitudemicro"]),
    (Meaning::Longitude { scale: 6 }, &["lone6", "lnge6", "longitudee6", "lonmicro", "lngmicro", "longitudemicro"]),
    (Meaning::Latitude { scale: 7 }, &["late7", "latitudee7", "lat1e7"]),
    (Meaning::Longitude { scale: 7 }, &["lone7", "lnge7", "longitudee7", "lon1e7"]),
    (Meaning::Place { strong: true, longitude_first: false }, &[
        "loc", "location", "latlng", "latlon", "latlong", "gps", "gpsloc", "gpsposition", "gpslocation", "geo", "geoloc", "geolocation",
        "geopoint", "ll", "homelocation", "lastlocation",
    ]),
    (Meaning::Place { strong: true, longitude_first: true }, &["lnglat", "lonlat", "longlat"]),
    (Meaning::Place { strong: false, longitude_first: false }, &[
        "pos", "position", "point", "coord", "coords", "coordinate", "center", "where", "place", "fix",
    ]),
    (Meaning::Place { strong: false, longitude_first: true }, &["coordinates"]),
    (Meaning::Geohash, &["geohash", "gh", "geohash5", "geohash6", "geohash7", "locationhash"]),
    (Meaning::GridCell, &["s2token", "s2cell", "s2cellid", "s2celltoken"]),
    (Meaning::HexagonCell, &["h3", "h3index", "h3cell", "h3cellid", "h3id", "h3address", "h3token", "hexid"]),
    (Meaning::Polyline, &["polyline", "encodedpolyline", "overviewpolyline", "routepolyline", "trackpolyline", "points"]),
    (Meaning::Signal, &[
        "rssi", "signalstrength", "signal", "signallevel", "level", "dbm", "strength", "signaldbm", "rxlevel", "rssidbm", "ss", "sig",
    ]),
    (Meaning::Cell(CellPart::Country), &["mcc", "mobilecountrycode", "homemobilecountrycode"]),
    (Meaning::Cell(CellPart::Network), &["mnc", "mobilenetworkcode", "homemobilenetworkcode"]),
    (Meaning::Cell(CellPart::Area), &["lac", "tac", "locationareacode", "trackingareacode", "areacode"]),
    (Meaning::Cell(CellPart::Cell), &["cid", "ci", "cellid", "cell", "celltowerid", "eci", "nci", "enodebid"]),
];
