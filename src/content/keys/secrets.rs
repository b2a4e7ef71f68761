//! Names of fields that open something: passwords, networks, tokens, accounts, money.

use super::meaning::Meaning;

/// By what they hold; in lower case, without signs.
#[rustfmt::skip]
pub(super) static NAMES: &[(Meaning, &[&str])] = &[
    (Meaning::Password, &[
        "password", "passwd", "pass", "pwd", "passcode", "userpassword", "userpwd", "loginpassword", "loginpwd", "adminpassword", "passw", "psw",
        "pw", "passwort", "kennwort", "motdepasse", "mdp", "contrasena", "senha", "wachtwoord", "haslo", "adgangskode", "heslo", "salasana",
    ]),
    (Meaning::NetworkKey, &[
        "psk", "wpa", "wpapsk", "wpa2psk", "wpakey", "passphrase", "wifipassword", "wifipasswd", "wifipwd", "wifipass", "wifikey", "wlanpassword",
        "wlankey", "wlanpwd", "networkkey", "networkpassword", "appassword", "appwd", "presharedkey", "wepkey", "ssidpassword", "ssidpwd",
        "routerpassword", "keypassphrase",
    ]),
    (Meaning::NetworkName, &["ssid", "wifissid", "wlanssid", "essid", "wifiname", "networkname", "apssid", "wifi"]),
    (Meaning::Token { strong: true }, &[
        "token", "accesstoken", "authtoken", "sessiontoken", "refreshtoken", "idtoken", "usertoken", "apikey", "apisecret", "secret",
        "clientsecret", "secretkey", "accesskey", "appsecret", "privatekey", "authkey", "bearer", "sessionkey", "jwt", "devicesecret", "localkey",
    ]),
    (Meaning::Token { strong: false }, &[
        "sessionid", "session", "sid", "sessid", "jsessionid", "phpsessid", "auth", "authorization", "key", "ticket",
    ]),
    (Meaning::Card, &[
        "cardnumber", "cardno", "creditcard", "creditcardnumber", "ccnumber", "ccnum", "pan", "debitcard", "cardnum", "paymentcard",
        "kartennummer", "numerocarte",
    ]),
    (Meaning::Iban, &["iban", "bankaccount", "accountiban", "ibannumber"]),
    (Meaning::NationalId, &[
        "ssn", "socialsecuritynumber", "nationalid", "nationalidnumber", "nationalnumber", "idnumber", "idcard", "idcardno", "idcardnumber",
        "personalnumber", "personalid", "nin", "nino", "nir", "dni", "nie", "bsn", "burgerservicenummer", "steuerid", "idnr", "codicefiscale",
        "pesel", "personnummer", "cpf", "aadhaar", "aadhar", "nhsnumber", "nhs", "rijksregisternummer", "identitycard", "taxid",
    ]),
    (Meaning::Username, &["username", "user", "login", "loginname", "account", "accountname", "useraccount", "loginid"]),
];
