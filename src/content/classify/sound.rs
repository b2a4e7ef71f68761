//! Sound without any form: samples of sixteen bits, or of eight by G.711 (ITU-T). Neighbouring samples of a sound are alike, those of anything else are not.

/// Bytes of one look.
const WINDOW: usize = 1_024;
/// Looks that must all but one show it.
const WINDOWS: usize = 3;
/// How alike neighbouring samples must be: 1 is the same, 0 is noise.
const ALIKE: f64 = 0.8;
/// The same of G.711, whose samples are coarse.
const ALIKE_COARSE: f64 = 0.65;
/// A sample that is no silence, of 32,768.
const LOUD: i32 = 500;
/// Samples further apart that must be less alike than neighbours: records repeat at their own length.
const FURTHER: std::ops::RangeInclusive<usize> = 2..=16;

/// What sound the bytes are; `bytes` is what messages of one direction hold, one behind the other.
pub fn sound(bytes: &[u8]) -> Option<&'static str> {
    let windows: Vec<&[u8]> = bytes.chunks_exact(WINDOW).collect();
    let all_but_one = |is: &dyn Fn(&[u8]) -> bool| windows.len() >= WINDOWS && windows.iter().filter(|window| is(window)).count() + 1 >= windows.len();
    let is_words = |window: &[u8]| [0, 1].into_iter().any(|skip| [true, false].into_iter().any(|is_big| is_wave(&words(window, skip, is_big), ALIKE)));
    if all_but_one(&is_words) {
        return Some("pcm");
    }
    let is_coarse =
        |window: &[u8], law: fn(u8) -> i32| !dwells(window, law) && is_wave(&window.iter().map(|byte| law(*byte)).collect::<Vec<_>>(), ALIKE_COARSE);
    if all_but_one(&|window| is_coarse(window, mu_law)) {
        return Some("pcmu");
    }
    all_but_one(&|window| is_coarse(window, a_law)).then_some("pcma")
}

/// Whether one loud value comes again and again, as fillings under a mask do. Only silence dwells on a value.
fn dwells(window: &[u8], law: fn(u8) -> i32) -> bool {
    let mut counts = [0_usize; 256];
    for byte in window {
        counts.iter_mut().skip(usize::from(*byte)).take(1).for_each(|count| *count += 1);
    }
    (0..=u8::MAX).zip(counts).any(|(byte, count)| law(byte).abs() > LOUD && count * 10 > window.len())
}

fn words(window: &[u8], skip: usize, is_big: bool) -> Vec<i32> {
    let pairs = window.get(skip..).unwrap_or_default().as_chunks::<2>().0;
    pairs.iter().map(|pair| i32::from(if is_big { i16::from_be_bytes(*pair) } else { i16::from_le_bytes(*pair) })).collect()
}

/// Whether samples go up and down around a middle, neighbours alike, and with many values.
fn is_wave(samples: &[i32], alike: f64) -> bool {
    let count = samples.len().max(1) as f64;
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / count;
    let above = samples.iter().filter(|sample| f64::from(**sample) > mean).count() as f64 / count;
    let crossings = samples.windows(2).filter(|pair| matches!(pair, [one, next] if (f64::from(*one) > mean) != (f64::from(*next) > mean))).count();
    let mut values = samples.to_vec();
    values.sort_unstable();
    values.dedup();
    if !(0.2..=0.8).contains(&above) || crossings < 8 || values.len() < 40 {
        return false;
    }
    let near = likeness(samples, mean, 1);
    near >= alike && FURTHER.into_iter().all(|lag| likeness(samples, mean, lag) < near)
}

/// How alike samples are that lie `lag` apart.
fn likeness(samples: &[i32], mean: f64, lag: usize) -> f64 {
    let off = |sample: &i32| f64::from(*sample) - mean;
    let power: f64 = samples.iter().map(|sample| off(sample).powi(2)).sum();
    let product: f64 = samples.iter().zip(samples.iter().skip(lag)).map(|(one, next)| off(one) * off(next)).sum();
    if power > 0.0 { product / power } else { 0.0 }
}

fn mu_law(byte: u8) -> i32 {
    let bits = !byte;
    let size = (((i32::from(bits & 0x0f) << 3) + 0x84) << (bits >> 4 & 7)) - 0x84;
    if bits & 0x80 == 0 { size } else { -size }
}

fn a_law(byte: u8) -> i32 {
    let bits = byte ^ 0x55;
    let (step, exponent) = (i32::from(bits & 0x0f) << 4, bits >> 4 & 7);
    let size = if exponent == 0 { step + 8 } else { (step + 0x108) << (exponent - 1) };
    if bits & 0x80 == 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::super::histogram::tests::noise_of;
    use super::*;

    /// Speech-like: a few tones that come and go.
    fn voice(count: usize) -> Vec<i16> {
        let tone = |n: usize, step: f64| (n as f64 * step).sin();
        (0..count).map(|n| (3_000.0 * tone(n, 0.13) + 1_500.0 * tone(n, 0.41) * tone(n, 0.003) + 300.0 * tone(n, 0.9)) as i16).collect()
    }

    /// The byte whose value is nearest.
    fn coded(law: fn(u8) -> i32, sample: i16) -> u8 {
        (0..=255).min_by_key(|byte| (law(*byte) - i32::from(sample)).abs()).unwrap()
    }

    #[test]
    fn sound_is_known_by_its_waves() {
        let voice = voice(4_096);
        assert_eq!(sound(&voice.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<_>>()), Some("pcm"));
        assert_eq!(sound(&voice.iter().flat_map(|sample| sample.to_be_bytes()).collect::<Vec<_>>()), Some("pcm"));
        assert_eq!(sound(&voice.iter().map(|sample| coded(mu_law, *sample)).collect::<Vec<_>>()), Some("pcmu"));
        assert!(matches!(sound(&voice.iter().map(|sample| coded(a_law, *sample)).collect::<Vec<_>>()), Some("pcma" | "pcmu")));
    }

    #[test]
    fn other_bytes_are_no_sound() {
        let records: Vec<u8> = (0..1_000_u32).flat_map(|n| [0x10, 0x02, (n % 7) as u8, 0, (n >> 8) as u8, n as u8, 0xff, 3]).collect();
        let counters: Vec<u8> = (0..3_000_u32).flat_map(u32::to_le_bytes).collect();
        for seed in 1..200 {
            assert_eq!(sound(&noise_of(seed, 4_096)), None);
        }
        // Calls of procedures under a mask of one byte: numbers with many zeros.
        let calls: Vec<u8> = (0..1_024_u32).flat_map(|n| [n / 3, n % 7].map(u32::to_le_bytes).concat()).map(|byte| byte ^ 0xa5).collect();
        assert_eq!(sound(&calls), None);
        assert_eq!((sound(&records), sound(&counters), sound(&[0; 4_096]), sound(&[0xff; 4_096]), sound(b"")), (None, None, None, None, None));
    }
}
