//! User names and passwords that cameras and recorders leave the factory with. They are facts that anyone can read:
//!
//! * manuals and pages of the makers: Hikvision (`admin:12345` until 2015), Dahua (`admin:admin`, `888888:888888`, `666666:666666`), Axis (`root:pass`
//!   until 2018), Samsung Techwin (`admin:4321`), Sony, Panasonic, Vivotek, Foscam, D-Link, TP-Link, ACTi, Arecont, Ubiquiti (`ubnt:ubnt`), Xiongmai;
//! * the list of pairs that the Mirai worm tried, published with its source in 2016 (`scanner.c`) and quoted in M. Antonakakis et al.,
//!   "Understanding the Mirai Botnet", USENIX Security 2017, table 5;
//! * what the Sofia protocol sends for an empty password.

/// User name and password.
#[rustfmt::skip]
pub(super) const PAIRS: &[(&str, &str)] = &[
    ("admin", ""), ("admin", "admin"), ("admin", "1234"), ("admin", "12345"), ("admin", "123456"), ("admin", "1111"), ("admin", "1111111"),
    ("admin", "111111"), ("admin", "4321"), ("admin", "54321"), ("admin", "9999"), ("admin", "888888"), ("admin", "666666"), ("admin", "password"),
    ("admin", "pass"), ("admin", "admin1234"), ("admin", "admin123"), ("admin", "smcadmin"), ("admin", "meinsm"), ("admin", "7ujMko0admin"),
    ("admin", "fliradmin"), ("admin", "jvc"), ("admin", "model"), ("admin", "tlJwpbo6"), ("admin", "default"), ("admin", "camera"),
    ("Admin", "1234"), ("Admin", "123456"), ("Admin", "12345"), ("ADMIN", "admin"), ("admin1", "password"), ("administrator", "1234"),
    ("administrator", ""), ("Administrator", ""), ("Administrator", "admin"), ("Admin", ""), ("Dinion", ""), ("adm", ""),
    ("root", ""), ("root", "root"), ("root", "pass"), ("root", "password"), ("root", "admin"), ("root", "default"), ("root", "system"),
    ("root", "user"), ("root", "1234"), ("root", "12345"), ("root", "123456"), ("root", "54321"), ("root", "1111"), ("root", "666666"),
    ("root", "888888"), ("root", "00000000"), ("root", "xc3511"), ("root", "vizxv"), ("root", "xmhdipc"), ("root", "juantech"), ("root", "klv123"),
    ("root", "klv1234"), ("root", "Zte521"), ("root", "hi3518"), ("root", "jvbzd"), ("root", "anko"), ("root", "zlxx."), ("root", "7ujMko0vizxv"),
    ("root", "7ujMko0admin"), ("root", "ikwb"), ("root", "dreambox"), ("root", "realtek"), ("root", "camera"), ("root", "ismart12"),
    ("888888", "888888"), ("666666", "666666"), ("default", "tluafed"), ("default", "default"), ("default", ""), ("guest", "guest"), ("guest", "12345"),
    ("guest", ""), ("user", "user"), ("support", "support"), ("service", "service"), ("supervisor", "supervisor"), ("supervisor", "zyad1234"),
    ("tech", "tech"), ("ubnt", "ubnt"), ("operator", "operator"), ("viewer", "viewer"),
];
