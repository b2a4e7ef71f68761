//! What a cookie is for, by its name.

/// See the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It opens an account.
    Session,
    /// It counts visits, or follows who visits.
    Tracking,
    /// It guards a form, balances load or holds a choice.
    Harmless,
    /// Nobody knows.
    Unknown,
}

pub(super) fn cookie(field: &str) -> Use {
    const HARMLESS_STARTS: &[&str] =
        &["s_cc", "s_sq", "s_ppv", "amcvs_", "s_dfa", "_dy", "pardot", "_gat", "_hj", "_pk_", "__cf", "cf_", "awsalb", "bigip", "_clsk", "__hs"];
    const TRACKING_STARTS: &[&str] = &[
        "_ga",
        "_gid",
        "_gcl",
        "_fbp",
        "_fbc",
        "__utm",
        "amcv",
        "ampmv",
        "_pk_id",
        "_hjid",
        "_hjsessionuser",
        "_clck",
        "ajs_",
        "mp_",
        "amp_",
        "s_vi",
        "s_fid",
        "_chartbeat",
        "optimizely",
        "__hstc",
        "hubspotutk",
        "_scid",
        "_uetvid",
        "_ttp",
        "muid",
        "uuid2",
        "anj",
    ];
    const HARMLESS_PARTS: &[&str] = &[
        "csrf",
        "xsrf",
        "consent",
        "lang",
        "locale",
        "theme",
        "country",
        "currency",
        "timezone",
        "visitor",
        "analytics",
        "nonce",
        "cookietest",
        "testcookie",
        "redirect",
        "-tabs",
    ];
    const SESSION_PARTS: &[&str] = &["sess", "sid", "auth", "token", "login", "user", "account", "jwt", "ticket", "passport", "remember"];
    let name = field.rsplit([':', ' ']).next().unwrap_or(field).to_ascii_lowercase();
    if TRACKING_STARTS.iter().any(|start| name.starts_with(start)) && !name.starts_with("_gat") && !name.starts_with("amcvs_") {
        return Use::Tracking;
    }
    if HARMLESS_STARTS.iter().any(|start| name.starts_with(start)) || HARMLESS_PARTS.iter().any(|part| name.contains(part)) {
        Use::Harmless
    } else if SESSION_PARTS.iter().any(|part| name.contains(part)) {
        Use::Session
    } else {
        Use::Unknown
    }
}
