//! What provisions of standards and laws are about, in a few words, so that a finding that is evidence relevant to one can say why.
//!
//! Sources: ETSI EN 303 645 V2.1.1; EN 18031-1, -2, -3 (2024), mechanism families; Directive 2014/53/EU, article 3(3); the PSTI regulations (UK, 2023/1007),
//! schedule 1; NIST IR 8425; Regulation (EU) 2016/679; 16 CFR part 312; MITRE's CWE list; OWASP IoT Top 10 of 2018. All in words of our own.

/// Provisions, by how findings name them.
#[rustfmt::skip]
static PROVISIONS: &[(&str, &str)] = &[
    ("ETSI EN 303 645 5.1-1", "passwords are unique to each device or set by the user"),
    ("ETSI EN 303 645 5.1-3", "whoever logs in is checked with good cryptography"),
    ("ETSI EN 303 645 5.3-2", "there is a secure way to install updates"),
    ("ETSI EN 303 645 5.3-7", "updates use good cryptography"),
    ("ETSI EN 303 645 5.3-9", "a device checks that updates are genuine and whole"),
    ("ETSI EN 303 645 5.3-10", "updates over a network are checked to be genuine and whole"),
    ("ETSI EN 303 645 5.5-1", "a device communicates with good cryptography"),
    ("ETSI EN 303 645 5.5-2", "cryptography is reviewed or evaluated"),
    ("ETSI EN 303 645 5.5-3", "cryptography can be updated"),
    ("ETSI EN 303 645 5.5-4", "functions are reached over a network only after a login"),
    ("ETSI EN 303 645 5.5-5", "settings that matter for security are changed only after a login"),
    ("ETSI EN 303 645 5.5-6", "critical settings are confidential in transit"),
    ("ETSI EN 303 645 5.5-7", "critical settings are confidential over interfaces that can be reached remotely"),
    ("ETSI EN 303 645 5.6-1", "interfaces that are not used are closed"),
    ("ETSI EN 303 645 5.6-2", "what a device tells without a login is as little as possible"),
    ("ETSI EN 303 645 5.6-5", "only services that are needed run"),
    ("ETSI EN 303 645 5.8-1", "personal data is confidential in transit"),
    ("ETSI EN 303 645 5.8-2", "sensitive personal data is confidential in transit"),
    ("ETSI EN 303 645 5.8-3", "what a device can sense is documented"),
    ("ETSI EN 303 645 5.9-3", "a device connects to networks in an orderly way"),
    ("ETSI EN 303 645 5.10-1", "telemetry is looked at for anomalies"),
    ("ETSI EN 303 645 6.1-1", "users are told which personal data is processed, by whom and what for, advertisers included"),
    ("ETSI EN 303 645 6.1-4", "telemetry holds as little personal data as possible"),
    ("ETSI EN 303 645 6.1-5", "users are told which telemetry is collected and what for"),
    ("EN 18031 AUM", "whoever logs in is authenticated well"),
    ("EN 18031 CRY", "cryptography is up to date"),
    ("EN 18031-1 ACM", "access is controlled"),
    ("EN 18031-1 AUM", "whoever logs in is authenticated well"),
    ("EN 18031-1 CRY", "cryptography is up to date"),
    ("EN 18031-1 GEC", "only interfaces and services that are needed are exposed"),
    ("EN 18031-1 NMM", "networks are watched"),
    ("EN 18031-1 RLM", "a device withstands floods"),
    ("EN 18031-1 SCM", "communication is secured"),
    ("EN 18031-1 SUM", "updates are secured"),
    ("EN 18031-1 TCM", "traffic is controlled"),
    ("EN 18031-2 ACM", "access is controlled, to toys and devices of childcare in particular"),
    ("EN 18031-2 CRY", "cryptography that guards personal data is up to date"),
    ("EN 18031-2 DLM", "personal data can be deleted"),
    ("EN 18031-2 LGM", "what concerns personal data is logged"),
    ("EN 18031-2 SCM", "communication of personal data is secured"),
    ("EN 18031-2 UNM", "users are told of what concerns their data"),
    ("EN 18031-3 SCM", "communication about money is secured"),
    ("RED 3(3)(d)", "radio equipment does not harm networks"),
    ("RED 3(3)(e)", "radio equipment guards personal data and privacy"),
    ("PSTI Sch. 1 para. 1", "passwords are unique to each product or set by the user"),
    ("NIST IR 8425 State Awareness", "a device can tell whether it is secure"),
    ("NIST IR 8425 Data Protection", "data is protected when it is stored and sent"),
    ("GDPR Art. 5, 6", "personal data is processed fairly, sparingly and on a legal ground"),
    ("GDPR Art. 5, 8, 32", "children's data is processed with consent and kept secure"),
    ("GDPR Art. 5, 25, 32", "personal data is processed sparingly, by design, and kept secure"),
    ("GDPR Art. 5, 32", "personal data is processed fairly and kept secure"),
    ("GDPR Art. 6", "personal data is processed on a legal ground"),
    ("GDPR Art. 7", "consent is given freely"),
    ("GDPR Art. 13", "people are told who gets their data"),
    ("GDPR Art. 32", "personal data is kept secure"),
    ("GDPR ch. V", "personal data leaves the union only where it stays protected"),
    ("GDPR Art. 44", "personal data leaves the union only where it stays protected"),
    ("COPPA 312.2", "what counts as a child's personal information"),
    ("COPPA 312.5", "parents consent before a child's data is collected"),
    ("COPPA 312.8", "a child's data is kept confidential, secure and whole"),
    ("CWE-200", "sensitive information is shown to who should not see it"),
    ("CWE-201", "sensitive information is put into data that is sent"),
    ("CWE-284", "access is not controlled well"),
    ("CWE-295", "certificates are not checked well"),
    ("CWE-296", "a certificate's chain of trust is not followed"),
    ("CWE-297", "a certificate for another host is accepted"),
    ("CWE-298", "an expired certificate is accepted"),
    ("CWE-306", "a critical function asks for no login"),
    ("CWE-311", "sensitive data is not encrypted"),
    ("CWE-319", "sensitive data is sent as readable text"),
    ("CWE-321", "a key is the same in all devices"),
    ("CWE-326", "encryption is too weak"),
    ("CWE-327", "cryptography is broken or risky"),
    ("CWE-359", "private information is shown to who should not see it"),
    ("CWE-494", "code is fetched and not checked"),
    ("CWE-506", "harmful code is built in or was put in"),
    ("CWE-522", "passwords are not protected well"),
    ("CWE-523", "passwords are sent unprotected"),
    ("CWE-598", "sensitive data stands in an address that is asked for"),
    ("CWE-639", "who knows a number gets what belongs to it"),
    ("CWE-656", "security rests on a secret that anyone can find"),
    ("CWE-668", "something is reached from a place that should not reach it"),
    ("CWE-757", "a weaker algorithm is agreed on than both could"),
    ("CWE-778", "too little is logged"),
    ("CWE-798", "a password is built in"),
    ("CWE-862", "nobody checks whether who asks may have it"),
    ("CWE-912", "a function is hidden"),
    ("CWE-1188", "what is preset is not secure"),
    ("CWE-1392", "the password from the factory is kept"),
    ("OWASP IoT 2018 I1", "passwords are weak, guessable or built in"),
    ("OWASP IoT 2018 I2", "network services are insecure"),
    ("OWASP IoT 2018 I3", "interfaces around the device are insecure"),
    ("OWASP IoT 2018 I4", "updates are not secured"),
    ("OWASP IoT 2018 I5", "parts are insecure or out of date"),
    ("OWASP IoT 2018 I6", "privacy is not protected enough"),
    ("OWASP IoT 2018 I7", "data is stored or sent insecurely"),
    ("OWASP IoT 2018 I8", "devices are not managed"),
    ("RFC 8520", "a maker says what its device talks to"),
    ("RFC 8996", "TLS 1.0 and 1.1 are not to be used any more"),
    ("OWASP IoT 2018 I9", "what is preset is not secure"),
    ("RFC 9726", "devices use the resolver that the network offers"),
];

/// What a provision is about.
pub fn about(provision: &str) -> Option<&'static str> {
    PROVISIONS.iter().find(|(name, _)| *name == provision).map(|(_, about)| *about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provision_stands_once() {
        let mut names: Vec<&str> = PROVISIONS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(about("CWE-319"), Some("sensitive data is sent as readable text"));
        assert_eq!(about("CWE-1"), None);
    }
}
