//! Who plays: values that take the place of those that stand in the scenarios, of the same length, so that no frame's length is wrong.
//!
//! [`TUNING`] may be looked at while the tool is made better; `held_out` may not. A scenario's own values are the first cast.

use super::held_out::HELD_OUT;

/// One after another: what stands in a scenario, and what is said in its place.
pub type Swaps = &'static [(&'static str, &'static str)];

/// The values of one telling.
#[derive(Clone, Copy, Default)]
pub struct Cast(Swaps);

macro_rules! cast {
    ($($own:literal => $other:literal),* $(,)?) => { &[$(($own, $other)),*] };
}
pub(super) use cast;

/// Casts that may be looked at while the tool is made better.
pub const TUNING: &[Swaps] = &[
    cast!(
        "Mia Testkind" => "Leo Beispiel", "Oma Testfrau" => "Opa Probmann", "2018-05-04" => "2016-11-23", "Testschule" => "Bergschule",
        "001017000000011" => "001017000000037", "001017000000029" => "001017000000045", "+4477009004" => "+4477009007",
        "48.858370" => "52.516275", "2.294481" => "13.37770", "48.861120" => "52.518611", "2.288930" => "13.37619", "48.860611" => "52.514540",
        "2.337644" => "13.35010", "48.852968" => "52.520815", "2.349902" => "13.40941", "TestHome" => "HausNetz", "korrekt-pferd-42" => "sichere-katze-77",
        "tr4cker-pass" => "p3ilsender-x", "h3ater-pass" => "w4rm-kammer", "mia.testkind@example.org" => "leo.beispiel@example.com",
        "SN20260042" => "SN20261177",
    ),
    cast!(
        "Mia Testkind" => "Ida Musterin", "Oma Testfrau" => "Ann Samplers", "2018-05-04" => "2019-02-14", "Testschule" => "St. Sample",
        "001017000000011" => "001017000000052", "001017000000029" => "001017000000060", "+4477009004" => "+4477009008",
        "48.858370" => "41.890210", "2.294481" => "12.49223", "48.861120" => "41.892464", "2.288930" => "12.48532", "48.860611" => "41.898614",
        "2.337644" => "12.47687", "48.852968" => "41.902168", "2.349902" => "12.45394", "TestHome" => "NestNo12", "korrekt-pferd-42" => "0ur_h0use_ru1es!",
        "tr4cker-pass" => "Tr@ckMe-2026", "h3ater-pass" => "so-warm-918", "mia.testkind@example.org" => "i.musterin+toy@example.net",
        "SN20260042" => "SN99031145",
    ),
];

impl Cast {
    /// The cast of a seed: 0 is the scenarios' own.
    pub fn of(seed: u64, is_held_out: bool) -> Self {
        let casts = if is_held_out { HELD_OUT } else { TUNING };
        let index = seed.checked_sub(1).map(|index| index as usize % casts.len());
        Self(index.and_then(|index| casts.get(index)).copied().unwrap_or_default())
    }

    /// Bytes with this cast's values in place of the scenario's.
    pub fn say(self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for (own, other) in self.0 {
            put(&mut bytes, own.as_bytes(), other.as_bytes());
            let wide = |text: &str| text.encode_utf16().map(|unit| format!("{unit:04X}")).collect::<String>();
            put(&mut bytes, wide(own).as_bytes(), wide(other).as_bytes());
        }
        bytes
    }

    /// The same of a text.
    pub fn word(self, text: &str) -> String {
        String::from_utf8(self.say(text.as_bytes())).unwrap_or_default()
    }
}

fn put(bytes: &mut [u8], own: &[u8], other: &[u8]) {
    let places: Vec<usize> = memchr::memmem::find_iter(bytes, own).collect();
    for place in places {
        if let Some(target) = bytes.get_mut(place..place + own.len()).filter(|target| target.len() == other.len()) {
            target.copy_from_slice(other);
        }
    }
}
