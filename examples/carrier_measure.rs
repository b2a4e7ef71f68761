//! temp
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used)]
use std::path::Path;
use tattletale::capture::{
    self,
    source::{Block, Fill},
};
use tattletale::decode::{decode, packet::Decoded};
fn show(number: u64, link: u32, d: &Decoded) {
    match d {
        Decoded::Packet(p) => println!("{number}|{link}|P|{}|{}|{:?}", p.from, p.to, p.body.transport()),
        Decoded::Fragment(f) => println!("{number}|{link}|F|{}|{}|{} {} {}", f.from, f.to, f.offset, f.more, f.protocol),
        Decoded::Unread(u) => println!("{number}|{link}|U|{}|{}|", u.layer, u.reason),
        Decoded::Several(v) => v.iter().for_each(|d| show(number, link, d)),
    }
}
fn main() {
    for file in std::io::stdin().lines() {
        let file = file.unwrap();
        println!("FILE {file}");
        let Ok(mut s) = capture::open(Path::new(&file)) else { continue };
        let mut b = Block::default();
        loop {
            b.clear();
            let f = s.fill(&mut b);
            for fr in &b.frames {
                show(fr.number, fr.link, &decode(fr.link, fr.wire as usize, b.frame(fr)));
            }
            match f {
                Ok(Fill::End) | Err(_) => break,
                _ => {}
            }
        }
    }
}
