//! What people call countries and territories, by their two letters (ISO 3166-1), as they stand in a sentence; and which of them share rules on data.

/// In the order of their letters.
#[rustfmt::skip]
static NAMES: &[(&[u8; 2], &str)] = &[
    (b"AD", "Andorra"), (b"AE", "the United Arab Emirates"), (b"AF", "Afghanistan"), (b"AG", "Antigua and Barbuda"), (b"AI", "Anguilla"), (b"AL", "Albania"),
    (b"AM", "Armenia"), (b"AO", "Angola"), (b"AQ", "Antarctica"), (b"AR", "Argentina"), (b"AS", "American Samoa"), (b"AT", "Austria"), (b"AU", "Australia"),
    (b"AW", "Aruba"), (b"AX", "Åland"), (b"AZ", "Azerbaijan"), (b"BA", "Bosnia and Herzegovina"), (b"BB", "Barbados"), (b"BD", "Bangladesh"),
    (b"BE", "Belgium"), (b"BF", "Burkina Faso"), (b"BG", "Bulgaria"), (b"BH", "Bahrain"), (b"BI", "Burundi"), (b"BJ", "Benin"), (b"BL", "Saint Barthélemy"),
    (b"BM", "Bermuda"), (b"BN", "Brunei"), (b"BO", "Bolivia"), (b"BQ", "Bonaire"), (b"BR", "Brazil"), (b"BS", "the Bahamas"), (b"BT", "Bhutan"),
    (b"BW", "Botswana"), (b"BY", "Belarus"), (b"BZ", "Belize"), (b"CA", "Canada"), (b"CC", "the Cocos Islands"), (b"CD", "Congo (Kinshasa)"),
    (b"CF", "the Central African Republic"), (b"CG", "Congo (Brazzaville)"), (b"CH", "Switzerland"), (b"CI", "Ivory Coast"), (b"CK", "the Cook Islands"),
    (b"CL", "Chile"), (b"CM", "Cameroon"), (b"CN", "China"), (b"CO", "Colombia"), (b"CR", "Costa Rica"), (b"CU", "Cuba"), (b"CV", "Cape Verde"),
    (b"CW", "Curaçao"), (b"CX", "Christmas Island"), (b"CY", "Cyprus"), (b"CZ", "Czechia"), (b"DE", "Germany"), (b"DJ", "Djibouti"), (b"DK", "Denmark"),
    (b"DM", "Dominica"), (b"DO", "the Dominican Republic"), (b"DZ", "Algeria"), (b"EC", "Ecuador"), (b"EE", "Estonia"), (b"EG", "Egypt"),
    (b"EH", "Western Sahara"), (b"ER", "Eritrea"), (b"ES", "Spain"), (b"ET", "Ethiopia"), (b"FI", "Finland"), (b"FJ", "Fiji"),
    (b"FK", "the Falkland Islands"), (b"FM", "Micronesia"), (b"FO", "the Faroe Islands"), (b"FR", "France"), (b"GA", "Gabon"), (b"GB", "the United Kingdom"),
    (b"GD", "Grenada"), (b"GE", "Georgia"), (b"GF", "French Guiana"), (b"GG", "Guernsey"), (b"GH", "Ghana"), (b"GI", "Gibraltar"), (b"GL", "Greenland"),
    (b"GM", "the Gambia"), (b"GN", "Guinea"), (b"GP", "Guadeloupe"), (b"GQ", "Equatorial Guinea"), (b"GR", "Greece"), (b"GT", "Guatemala"), (b"GU", "Guam"),
    (b"GW", "Guinea-Bissau"), (b"GY", "Guyana"), (b"HK", "Hong Kong"), (b"HN", "Honduras"), (b"HR", "Croatia"), (b"HT", "Haiti"), (b"HU", "Hungary"),
    (b"ID", "Indonesia"), (b"IE", "Ireland"), (b"IL", "Israel"), (b"IM", "the Isle of Man"), (b"IN", "India"), (b"IO", "the British Indian Ocean Territory"),
    (b"IQ", "Iraq"), (b"IR", "Iran"), (b"IS", "Iceland"), (b"IT", "Italy"), (b"JE", "Jersey"), (b"JM", "Jamaica"), (b"JO", "Jordan"), (b"JP", "Japan"),
    (b"KE", "Kenya"), (b"KG", "Kyrgyzstan"), (b"KH", "Cambodia"), (b"KI", "Kiribati"), (b"KM", "the Comoros"), (b"KN", "Saint Kitts and Nevis"),
    (b"KP", "North Korea"), (b"KR", "South Korea"), (b"KW", "Kuwait"), (b"KY", "the Cayman Islands"), (b"KZ", "Kazakhstan"), (b"LA", "Laos"),
    (b"LB", "Lebanon"), (b"LC", "Saint Lucia"), (b"LI", "Liechtenstein"), (b"LK", "Sri Lanka"), (b"LR", "Liberia"), (b"LS", "Lesotho"), (b"LT", "Lithuania"),
    (b"LU", "Luxembourg"), (b"LV", "Latvia"), (b"LY", "Libya"), (b"MA", "Morocco"), (b"MC", "Monaco"), (b"MD", "Moldova"), (b"ME", "Montenegro"),
    (b"MF", "Saint Martin"), (b"MG", "Madagascar"), (b"MH", "the Marshall Islands"), (b"MK", "North Macedonia"), (b"ML", "Mali"), (b"MM", "Myanmar"),
    (b"MN", "Mongolia"), (b"MO", "Macao"), (b"MP", "the Northern Mariana Islands"), (b"MQ", "Martinique"), (b"MR", "Mauritania"), (b"MS", "Montserrat"),
    (b"MT", "Malta"), (b"MU", "Mauritius"), (b"MV", "the Maldives"), (b"MW", "Malawi"), (b"MX", "Mexico"), (b"MY", "Malaysia"), (b"MZ", "Mozambique"),
    (b"NA", "Namibia"), (b"NC", "New Caledonia"), (b"NE", "Niger"), (b"NF", "Norfolk Island"), (b"NG", "Nigeria"), (b"NI", "Nicaragua"),
    (b"NL", "the Netherlands"), (b"NO", "Norway"), (b"NP", "Nepal"), (b"NR", "Nauru"), (b"NU", "Niue"), (b"NZ", "New Zealand"), (b"OM", "Oman"),
    (b"PA", "Panama"), (b"PE", "Peru"), (b"PF", "French Polynesia"), (b"PG", "Papua New Guinea"), (b"PH", "the Philippines"), (b"PK", "Pakistan"),
    (b"PL", "Poland"), (b"PM", "Saint Pierre and Miquelon"), (b"PR", "Puerto Rico"), (b"PS", "Palestine"), (b"PT", "Portugal"), (b"PW", "Palau"),
    (b"PY", "Paraguay"), (b"QA", "Qatar"), (b"RE", "Réunion"), (b"RO", "Romania"), (b"RS", "Serbia"), (b"RU", "Russia"), (b"RW", "Rwanda"),
    (b"SA", "Saudi Arabia"), (b"SB", "the Solomon Islands"), (b"SC", "the Seychelles"), (b"SD", "Sudan"), (b"SE", "Sweden"), (b"SG", "Singapore"),
    (b"SH", "Saint Helena"), (b"SI", "Slovenia"), (b"SK", "Slovakia"), (b"SL", "Sierra Leone"), (b"SM", "San Marino"), (b"SN", "Senegal"), (b"SO", "Somalia"),
    (b"SR", "Suriname"), (b"SS", "South Sudan"), (b"ST", "São Tomé and Príncipe"), (b"SV", "El Salvador"), (b"SX", "Sint Maarten"), (b"SY", "Syria"),
    (b"SZ", "Eswatini"), (b"TC", "the Turks and Caicos Islands"), (b"TD", "Chad"), (b"TG", "Togo"), (b"TH", "Thailand"), (b"TJ", "Tajikistan"),
    (b"TK", "Tokelau"), (b"TL", "Timor-Leste"), (b"TM", "Turkmenistan"), (b"TN", "Tunisia"), (b"TO", "Tonga"), (b"TR", "Turkey"),
    (b"TT", "Trinidad and Tobago"), (b"TV", "Tuvalu"), (b"TW", "Taiwan"), (b"TZ", "Tanzania"), (b"UA", "Ukraine"), (b"UG", "Uganda"),
    (b"US", "the United States"), (b"UY", "Uruguay"), (b"UZ", "Uzbekistan"), (b"VA", "Vatican City"), (b"VC", "Saint Vincent and the Grenadines"),
    (b"VE", "Venezuela"), (b"VG", "the British Virgin Islands"), (b"VI", "the US Virgin Islands"), (b"VN", "Vietnam"), (b"VU", "Vanuatu"),
    (b"WF", "Wallis and Futuna"), (b"WS", "Samoa"), (b"XK", "Kosovo"), (b"YE", "Yemen"), (b"YT", "Mayotte"), (b"ZA", "South Africa"), (b"ZM", "Zambia"),
    (b"ZW", "Zimbabwe"),
];

/// The European Economic Area: personal data may move in it freely (GDPR, Article 1; Decision 154/2018 of its Joint Committee).
#[rustfmt::skip]
static AREA: &[&[u8; 2]] = &[
    b"AT", b"BE", b"BG", b"CY", b"CZ", b"DE", b"DK", b"EE", b"ES", b"FI", b"FR", b"GR", b"HR", b"HU", b"IE", b"IS", b"IT", b"LI", b"LT", b"LU", b"LV",
    b"MT", b"NL", b"NO", b"PL", b"PT", b"RO", b"SE", b"SI", b"SK",
];

/// What people call a country: `the Netherlands`.
pub fn name(letters: [u8; 2]) -> Option<&'static str> {
    let at = NAMES.binary_search_by(|(known, _)| known.cmp(&&letters)).ok()?;
    NAMES.get(at).map(|(_, name)| *name)
}

/// Whether two countries are one region for personal data.
pub fn is_one_region(one: [u8; 2], other: [u8; 2]) -> bool {
    one == other || AREA.contains(&&one) && AREA.contains(&&other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_names() {
        assert!(NAMES.is_sorted_by(|(a, _), (b, _)| a < b) && AREA.is_sorted());
        assert_eq!((name(*b"NL"), name(*b"CN"), name(*b"ZZ")), (Some("the Netherlands"), Some("China"), None));
        assert!(AREA.iter().all(|letters| name(**letters).is_some()));
    }

    #[test]
    fn regions_share_rules() {
        assert!(is_one_region(*b"DE", *b"NO") && is_one_region(*b"US", *b"US"));
        assert!(!is_one_region(*b"DE", *b"CH") && !is_one_region(*b"US", *b"CA"));
    }
}
