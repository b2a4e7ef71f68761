//! What a camera notes in a picture: the texts and the place in a JPEG file's Exif part (CIPA DC-008, TIFF 6.0).

use super::tokens::{Token, Tokens, big, little};
use super::walk::{Format, Layer, Walk};

/// A JPEG file.
pub(super) static FORMAT: Format = Format { name: "exif", open };

/// Fields of one directory.
const FIELDS: usize = 256;
/// Bytes of a text.
const TEXT: u64 = 256;

fn open(walk: &mut Walk<'_>, _: &str, layer: Layer<'_>) -> bool {
    if !layer.bytes.starts_with(b"\xff\xd8\xff") {
        return false;
    }
    if let Some((start, end)) = exif(layer.bytes)
        && let Some(tokens) = read(layer.bytes.get(start..end).unwrap_or_default())
    {
        walk.record(layer.cut(start, end), "exif", &tokens.0);
    }
    // What else is in a picture is the picture.
    true
}

/// Where the TIFF structure in the picture stands.
fn exif(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if !matches!(marker, 0xe0..=0xef | 0xc0..=0xcf | 0xdb | 0xdd | 0xfe) {
            return None;
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([*high, *low]));
        if *marker == 0xe1 && bytes.get(at + 4..)?.starts_with(b"Exif\0\0") {
            return Some((at + 10, end.min(bytes.len())));
        }
        at = end.max(at + 4);
    }
    None
}

struct Tiff<'b> {
    bytes: &'b [u8],
    is_big: bool,
}

/// A field of a directory: its number, its type, how many, and where it stands.
struct Field {
    tag: u64,
    kind: u64,
    count: u64,
    at: usize,
}

impl Tiff<'_> {
    fn number(&self, at: usize, width: usize) -> Option<u64> {
        self.bytes.get(at..at.checked_add(width)?).map(|bytes| if self.is_big { big(bytes) } else { little(bytes) })
    }

    fn offset(&self, at: usize) -> Option<usize> {
        usize::try_from(self.number(at, 4)?).ok()
    }

    fn fields(&self, directory: usize) -> Vec<Field> {
        let count = self.number(directory, 2).unwrap_or(0) as usize;
        let field = |index: usize| {
            let at = directory + 2 + index * 12;
            let (tag, kind, count) = (self.number(at, 2)?, self.number(at + 2, 2)?, self.number(at + 4, 4)?);
            let width = *[0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8].get(kind as usize)?;
            let at = if count.checked_mul(width)? <= 4 { at + 8 } else { self.offset(at + 8)? };
            Some(Field { tag, kind, count, at })
        };
        (0..count.min(FIELDS)).map_while(field).collect()
    }

    fn text(&self, field: &Field) -> Option<(usize, usize)> {
        let length = usize::try_from(field.count).ok().filter(|_| field.kind == 2 && field.count <= TEXT)?;
        let bytes = self.bytes.get(field.at..field.at.checked_add(length)?)?;
        let text = bytes.iter().take_while(|byte| **byte != 0).count();
        (text > 0).then_some((field.at, field.at + text))
    }

    /// Degrees, minutes and seconds, each as a fraction.
    fn degrees(&self, field: &Field) -> Option<f64> {
        let fraction = |index: usize| {
            let at = field.at + index * 8;
            let (above, below) = (self.number(at, 4)?, self.number(at + 4, 4)?);
            Some(if below == 0 { 0.0 } else { above as f64 / below as f64 })
        };
        (field.kind == 5 && field.count == 3).then_some(())?;
        Some(fraction(0)? + fraction(1)? / 60.0 + fraction(2)? / 3_600.0)
    }
}

/// The texts and the place of a TIFF structure.
fn read(bytes: &[u8]) -> Option<Tokens<'static>> {
    let is_big = match bytes.get(..4)? {
        b"MM\0\x2a" => true,
        b"II\x2a\0" => false,
        _ => return None,
    };
    let tiff = Tiff { bytes, is_big };
    let mut tokens = Tokens::default();
    let mut open = vec![(tiff.offset(4)?, "")];
    tokens.push(Token::Object);
    while let Some((directory, form)) = open.pop() {
        let fields = tiff.fields(directory);
        if form == "gps" {
            place(&tiff, &fields, &mut tokens);
            continue;
        }
        for field in &fields {
            match field.tag {
                0x8825 if form.is_empty() => open.extend(tiff.offset(field.at).map(|at| (at, "gps"))),
                0x8769 if form.is_empty() => open.extend(tiff.offset(field.at).map(|at| (at, "exif"))),
                _ => {
                    let name = match field.tag {
                        0x10e => "description",
                        0x13b => "artist",
                        0x8298 => "copyright",
                        0xa430 => "ownerName",
                        0xa431 => "serialNumber",
                        _ => continue,
                    };
                    if let Some((start, end)) = tiff.text(field) {
                        tokens.push(Token::Key(name.into()));
                        tokens.push(Token::Bytes(start, end));
                    }
                }
            }
        }
    }
    tokens.push(Token::End);
    Some(tokens)
}

/// The latitude and longitude of a GPS directory: tags 1 to 4.
fn place(tiff: &Tiff<'_>, fields: &[Field], tokens: &mut Tokens<'static>) {
    let find = |tag: u64| fields.iter().find(|field| field.tag == tag);
    let sign = |tag: u64| find(tag).and_then(|field| tiff.bytes.get(field.at)).map_or(1.0, |byte| if matches!(byte, b'S' | b'W') { -1.0 } else { 1.0 });
    let (Some(latitude), Some(longitude)) = (find(2), find(4)) else { return };
    let (Some(north), Some(east)) = (tiff.degrees(latitude), tiff.degrees(longitude)) else { return };
    for (key, degrees, field) in [("gpsLatitude", north * sign(1), latitude), ("gpsLongitude", east * sign(3), longitude)] {
        tokens.push(Token::Key(key.into()));
        tokens.push(Token::Written(format!("{degrees:.6}"), field.at, field.at + 24));
    }
}

#[cfg(test)]
pub(in crate::content) mod tests {
    use super::super::tests::list;
    use crate::event::Role;

    /// A JPEG file's beginning with a place: 48° 51' 30.132" N, 2° 17' 40.128" E.
    pub fn picture(with_place: bool) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
        let field = |out: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            out.extend_from_slice(&tag.to_be_bytes());
            out.extend_from_slice(&kind.to_be_bytes());
            out.extend_from_slice(&count.to_be_bytes());
            out.extend_from_slice(&value);
        };
        tiff.extend_from_slice(&[0, 1]);
        field(&mut tiff, if with_place { 0x8825 } else { 0x112 }, 4, 1, [0, 0, 0, 26]);
        tiff.extend_from_slice(&[0; 4]);
        tiff.extend_from_slice(&[0, 4]);
        field(&mut tiff, 1, 2, 2, *b"N\0\0\0");
        field(&mut tiff, 2, 5, 3, [0, 0, 0, 80]);
        field(&mut tiff, 3, 2, 2, *b"E\0\0\0");
        field(&mut tiff, 4, 5, 3, [0, 0, 0, 104]);
        tiff.resize(80, 0);
        for (above, below) in [(48_u32, 1_u32), (51, 1), (30_132, 1_000), (2, 1), (17, 1), (40_128, 1_000)] {
            tiff.extend_from_slice(&above.to_be_bytes());
            tiff.extend_from_slice(&below.to_be_bytes());
        }
        let mut bytes = b"\xff\xd8\xff\xe1".to_vec();
        bytes.extend_from_slice(&(tiff.len() as u16 + 8).to_be_bytes());
        bytes.extend_from_slice(b"Exif\0\0");
        bytes.extend_from_slice(&tiff);
        bytes.extend_from_slice(b"\xff\xda\0\x02");
        bytes
    }

    #[test]
    fn a_picture_gives_its_place() {
        let all = list(Role::Body, None, Some("image/jpeg"), &picture(true));
        assert!(all.contains(&"exif:gpsLongitude|gpsLatitude,gpsLongitude|48.858370,2.294480".to_owned()), "{all:?}");
        assert!(!list(Role::Body, None, None, &picture(false)).iter().any(|piece| piece.contains("gps")));
        for cut in 0..picture(true).len() {
            let _ = list(Role::Body, None, None, &picture(true)[..cut]);
        }
    }
}
