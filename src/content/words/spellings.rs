//! How a word of the family may be written before anything encodes it.

use sha1::Digest;

/// What kind of word it is: it decides how the word may be spelled and where it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// A person's name.
    Name,
    /// A day of birth.
    Birthday,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A hardware address.
    Mac,
    /// Any other text.
    Text,
}

/// Every way in which the word is looked for as a whole.
pub(super) fn spellings(word: &str, class: Class) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    match class {
        Class::Phone => all.extend(phones(word)),
        Class::Email => all.extend(gmail(word)),
        Class::Mac => all = macs(word),
        Class::Birthday => all = birthdays(word),
        Class::Name | Class::Text => {
            let parts: Vec<&str> = word.split_whitespace().collect();
            if class == Class::Name && parts.len() > 1 {
                all.extend(["", ".", "_", "-"].iter().map(|joint| parts.join(joint)));
                all.extend(parts.split_last().map(|(last, first)| format!("{last}, {}", first.join(" "))));
            }
        }
    }
    let plain: Vec<String> = all.iter().flat_map(|text| accents(text)).collect();
    all.extend(plain);
    all.retain(|text| !text.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

/// With accents apart (NFD), together (NFC), without them, and with two letters for one.
fn accents(text: &str) -> Vec<String> {
    if text.is_ascii() {
        return Vec::new();
    }
    let apart = decomposed(text);
    let without: String = apart.chars().filter(|c| !is_mark(*c)).map(plain).collect();
    let two: String = composed(text).chars().map(|c| two_letters(c).map_or_else(|| c.to_string(), str::to_owned)).collect();
    let two: String = decomposed(&two).chars().filter(|c| !is_mark(*c)).map(plain).collect();
    vec![composed(text), apart, without, two]
}

/// Without its accents.
pub(super) fn without_accents(text: &str) -> String {
    decomposed(text).chars().filter(|c| !is_mark(*c)).map(plain).collect()
}

/// Combining diacritical marks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Letters of a stroke or a form of their own, which no mark makes.
fn plain(c: char) -> char {
    match c {
        'ł' => 'l',
        'Ł' => 'L',
        'ø' => 'o',
        'Ø' => 'O',
        'đ' => 'd',
        'Đ' => 'D',
        'ı' => 'i',
        _ => c,
    }
}

fn two_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'Ä' | 'Æ' => "Ae",
        'Ö' | 'Œ' => "Oe",
        'Ü' => "Ue",
        'ß' => "ss",
        'å' => "aa",
        _ => return None,
    })
}

/// The letter and the mark of Latin letters with one mark (Unicode Character Database, canonical decompositions of U+00C0 to U+017E).
const MARKED: &[(char, &str)] = &[
    ('\u{300}', "AÀEÈIÌOÒUÙaàeèiìoòuùNǸnǹ"),
    ('\u{301}', "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzź"),
    ('\u{302}', "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ"),
    ('\u{303}', "AÃNÑOÕaãnñoõIĨiĩUŨuũ"),
    ('\u{308}', "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸ"),
    ('\u{30a}', "AÅaåUŮuů"),
    ('\u{327}', "CÇcçGĢKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ"),
    ('\u{304}', "AĀaāEĒeēIĪiīOŌoōUŪuū"),
    ('\u{306}', "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭ"),
    ('\u{307}', "CĊcċEĖeėGĠgġIİZŻzż"),
    ('\u{328}', "AĄaąEĘeęIĮiįUŲuų"),
    ('\u{30c}', "CČcčDĎdďEĚeěNŇnňRŘrřSŠsšTŤtťZŽzž"),
    ('\u{30b}', "OŐoőUŰuű"),
];

fn decomposed(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        let pair = if c.is_ascii() { None } else { MARKED.iter().find_map(|(mark, pairs)| base(pairs, c).map(|base| (base, *mark))) };
        match pair {
            Some((base, mark)) => apart.extend([base, mark]),
            None => apart.push(c),
        }
    }
    apart
}

fn base(pairs: &str, wanted: char) -> Option<char> {
    let mut letters = pairs.chars();
    while let (Some(base), Some(marked)) = (letters.next(), letters.next()) {
        if marked == wanted {
            return Some(base);
        }
    }
    None
}

fn composed(text: &str) -> String {
    let mut together = String::with_capacity(text.len());
    for c in text.chars() {
        let pairs = MARKED.iter().find(|(mark, _)| *mark == c).map(|(_, pairs)| *pairs);
        let marked = pairs.zip(together.chars().last()).and_then(|(pairs, base)| {
            let letters: Vec<char> = pairs.chars().collect();
            letters.chunks_exact(2).find_map(|pair| if pair.first() == Some(&base) { pair.get(1).copied() } else { None })
        });
        match marked {
            Some(marked) => {
                together.pop();
                together.push(marked);
            }
            None => together.push(c),
        }
    }
    together
}

/// Digits only, with the country's code in its usual spellings, and as it is dialled within the country.
fn phones(word: &str) -> Vec<String> {
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let mut all = vec![digits.clone()];
    let international = word.trim().starts_with('+') || digits.starts_with("00");
    let number = digits.trim_start_matches("00");
    if international && let Ok(parsed) = phonenumber::parse(None, format!("+{number}")) {
        let national = parsed.national().to_string();
        let code = parsed.code().value();
        all.extend([format!("+{number}"), format!("00{number}"), number.to_owned(), format!("0{national}")]);
        all.extend([format!("+{code} {national}"), format!("+{code}-{national}"), format!("+{code}0{national}"), format!("{code}0{national}")]);
        // Enough digits to be nobody else's.
        if national.len() >= 8 {
            all.push(national);
        }
    } else if let Some(national) = digits.strip_prefix('0').filter(|national| national.len() >= 8) {
        all.push(national.to_owned());
    }
    all
}

/// Without dots and what follows a plus, which this provider does not look at.
fn gmail(word: &str) -> Vec<String> {
    let lower = word.trim().to_ascii_lowercase();
    let Some((local, domain)) = lower.split_once('@').filter(|(_, domain)| matches!(*domain, "gmail.com" | "googlemail.com")) else { return vec![lower] };
    let plain = local.split('+').next().unwrap_or(local).replace('.', "");
    vec![format!("{plain}@{domain}"), format!("{plain}@gmail.com"), lower]
}

/// Six bytes with colons, dashes, dots or nothing between them, in this order and the reverse one.
fn macs(word: &str) -> Vec<String> {
    let Some(bytes) = mac_bytes(word) else { return vec![word.to_owned()] };
    let mut reversed = bytes;
    reversed.reverse();
    let mut all = Vec::new();
    for bytes in [bytes, reversed] {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        all.extend([pairs.join(":"), pairs.join("-"), pairs.concat()]);
        all.push(pairs.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join("."));
    }
    all
}

/// The six bytes that a word spells, if it is a hardware address.
pub(super) fn mac_bytes(word: &str) -> Option<[u8; 6]> {
    let written: String = word.trim().chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    let is_split = word.contains([':', '-', '.']) || word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let number = u64::from_str_radix(&written, 16).ok().filter(|_| written.len() == 12 && is_split)?;
    let [_, _, bytes @ ..] = number.to_be_bytes();
    Some(bytes)
}

/// Year first, day first, month first, with the usual signs between.
fn birthdays(word: &str) -> Vec<String> {
    let numbers: Vec<u32> = word.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let (year, month, day) = match *numbers.as_slice() {
        [year, month, day] if year >= 1_000 => (year, month, day),
        [day, month, year] if year >= 1_000 => (year, month, day),
        _ => return vec![word.to_owned()],
    };
    let mut all = vec![word.to_owned(), format!("{year:04}{month:02}{day:02}"), format!("{day:02}{month:02}{year:04}")];
    for sign in ["-", "/", "."] {
        all.push(format!("{year:04}{sign}{month:02}{sign}{day:02}"));
        all.push(format!("{day:02}{sign}{month:02}{sign}{year:04}"));
        all.push(format!("{month:02}{sign}{day:02}{sign}{year:04}"));
        all.push(format!("{day}{sign}{month}{sign}{year:04}"));
        all.push(format!("{month}{sign}{day}{sign}{year:04}"));
    }
    all
}

/// The digests that stand for a word: of the usual spellings, each as typed, in lower and in upper letters.
pub(super) fn digests(spelling: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    for text in [spelling.to_owned(), spelling.trim().to_lowercase(), spelling.trim().to_uppercase()] {
        let bytes = text.as_bytes();
        all.push(("md5", md5::Md5::digest(bytes).to_vec()));
        all.push(("sha1", sha1::Sha1::digest(bytes).to_vec()));
        all.push(("sha224", sha2::Sha224::digest(bytes).to_vec()));
        all.push(("sha256", sha2::Sha256::digest(bytes).to_vec()));
        all.push(("sha384", sha2::Sha384::digest(bytes).to_vec()));
        all.push(("sha512", sha2::Sha512::digest(bytes).to_vec()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_usual_spellings() {
        let all = spellings("Zoë Müller", Class::Name);
        for want in ["Zoë Müller", "Zoe Muller", "Zoë Mueller".replace('ë', "e").as_str(), "ZoëMüller", "Zoë.Müller", "Müller, Zoë", "Zoe\u{308} Mu\u{308}ller"]
        {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
    }

    #[test]
    fn numbers_and_dates_have_theirs() {
        let all = spellings("+44 7700 900123", Class::Phone);
        for want in ["+44 7700 900123", "447700900123", "+447700900123", "07700900123", "7700900123", "00447700900123"] {
            assert!(all.contains(&want.to_owned()), "{want}: {all:?}");
        }
        let all = spellings("2018-05-04", Class::Birthday);
        assert!(["20180504", "04.05.2018", "05/04/2018", "4.5.2018"].iter().all(|want| all.contains(&(*want).to_owned())), "{all:?}");
        let all = spellings("00:00:5E:00:53:01", Class::Mac);
        assert!(
            ["00:00:5e:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301", "00005e005301", "0153005e0000"].iter().all(|want| all.contains(&(*want).to_owned()))
        );
        assert!(spellings("Anna.Smith+toy@gmail.com", Class::Email).contains(&"annasmith@gmail.com".to_owned()));
    }
}
