//! A database of addresses in MaxMind's format (<https://maxmind.github.io/MaxMind-DB/>), of the ranges that scenarios use: three countries, a network
//! each, and one range that is answered everywhere.

use std::net::Ipv6Addr;

/// What is said of a range.
#[derive(Clone, Copy)]
pub struct Range {
    /// Its first three numbers, of version 4.
    pub net: [u8; 3],
    /// Two letters.
    pub country: &'static str,
    /// The number of its network (RFC 5398).
    pub number: u32,
    /// Who holds it.
    pub holder: &'static str,
    /// Whether it is answered in many places.
    pub is_anycast: bool,
}

/// A branch of the tree.
#[derive(Clone, Copy)]
enum Branch {
    Nothing,
    Node(usize),
    Data(usize),
}

/// The database of these ranges, and of those that take their place where everybody uses version 6.
pub fn database(ranges: &[Range]) -> Vec<u8> {
    let mut nodes = vec![[Branch::Nothing; 2]];
    let mut data = Vec::new();
    for range in ranges {
        let at = data.len();
        data.extend(record(range));
        let [a, b, c] = range.net;
        // Version 4 lies below ::/96.
        insert(&mut nodes, u128::from(u32::from_be_bytes([a, b, c, 0])), 120, at);
        insert(&mut nodes, Ipv6Addr::new(0x2001, 0xdb8, 0x1000 | u16::from(a), u16::from(c), 0, 0, 0, 0).to_bits(), 64, at);
    }
    let mut out = Vec::new();
    for node in &nodes {
        for branch in node {
            let value = match branch {
                Branch::Nothing => nodes.len(),
                Branch::Node(at) => *at,
                Branch::Data(at) => nodes.len() + 16 + at,
            };
            out.extend(&(value as u32).to_be_bytes()[1..]);
        }
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    out.extend(about(nodes.len()));
    out
}

fn insert(nodes: &mut Vec<[Branch; 2]>, first: u128, length: u32, at: usize) {
    let mut node = 0;
    for depth in 0..length {
        let side = (first >> (127 - depth) & 1) as usize;
        if depth + 1 == length {
            nodes[node][side] = Branch::Data(at);
            return;
        }
        node = match nodes[node][side] {
            Branch::Node(next) => next,
            Branch::Nothing | Branch::Data(_) => {
                nodes.push([Branch::Nothing; 2]);
                let next = nodes.len() - 1;
                nodes[node][side] = Branch::Node(next);
                next
            }
        };
    }
}

fn record(range: &Range) -> Vec<u8> {
    let mut traits = vec![("is_anycast", vec![range.is_anycast.into(), 7])];
    traits.retain(|_| range.is_anycast);
    let mut fields = vec![
        ("country", map(&[("iso_code", text(range.country))])),
        ("autonomous_system_number", number(6, u64::from(range.number))),
        ("autonomous_system_organization", text(range.holder)),
    ];
    if !traits.is_empty() {
        fields.push(("traits", map(&traits)));
    }
    map(&fields)
}

fn about(nodes: usize) -> Vec<u8> {
    map(&[
        ("binary_format_major_version", number(5, 2)),
        ("binary_format_minor_version", number(5, 0)),
        // 2026-04-22, when every capture begins.
        ("build_epoch", number(9, 1_776_844_800)),
        ("database_type", text("Example-Country-ASN")),
        ("description", map(&[("en", text("Ranges for documentation"))])),
        ("ip_version", number(5, 6)),
        ("languages", vec![1, 4, 0x42, b'e', b'n']),
        ("node_count", number(6, nodes as u64)),
        ("record_size", number(5, 24)),
    ])
}

/// Fewer than 29 entries.
fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![7 << 5 | fields.len() as u8];
    for (key, value) in fields {
        out.extend(text(key));
        out.extend(value);
    }
    out
}

/// Fewer than 285 bytes.
fn text(text: &str) -> Vec<u8> {
    let head = if text.len() < 29 { vec![2 << 5 | text.len() as u8] } else { vec![2 << 5 | 0x1d, (text.len() - 29) as u8] };
    [head, text.as_bytes().to_vec()].concat()
}

/// A number of this type, in as few bytes as it takes.
fn number(kind: u8, number: u64) -> Vec<u8> {
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let length = bytes.len() as u8;
    // Types from 8 on stand in a byte of their own.
    let head = if kind < 8 { vec![kind << 5 | length] } else { vec![length, kind - 7] };
    [head, bytes].concat()
}
