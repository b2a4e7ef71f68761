//! Text trackers whose protocol is known: each in a file of its own says how it begins, where messages end and what they tell; the rest is here.

use super::scan::{self, Begin, Scan};
use super::telling::Telling;
use super::text::{Grammar, Messages};
use crate::protocols::protocol::{Carrier, Nature, Parser, Probe, Protocol, Verdict};
use crate::wire::Direction;

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The tracker: the client.
    Tracker,
    /// Its server.
    Server,
    /// Either of them.
    Either,
}

/// A tracker's protocol.
pub trait Tracker: 'static {
    /// Its name: `flow.protocol`.
    const NAME: &'static str;
    /// Bytes that end a message, each; they belong to it.
    const ENDS: &'static [u8];
    /// Usual ports.
    const PORTS: &'static [u16];

    /// Whether a text begins as this protocol's messages do, and who says it.
    fn begins(scan: &mut Scan<'_>) -> Option<Speaker>;

    /// Tells what a message says; whatever is not told by itself is told as readable afterwards.
    fn tell(told: &mut Telling<'_, '_, '_>);
}

/// The protocol in streams.
pub const fn stream<T: Tracker>() -> Protocol {
    Protocol { name: T::NAME, carrier: Carrier::Stream, nature: Nature::Clear, ports: T::PORTS, probe: probe::<T>, open: in_stream::<T> }
}

/// The protocol in datagrams.
pub const fn datagrams<T: Tracker>() -> Protocol {
    Protocol { carrier: Carrier::Datagram, open: in_datagrams::<T>, ..stream::<T>() }
}

/// Holds the grammar of a tracker for as long as the program runs.
struct Known<T>(std::marker::PhantomData<T>);

impl<T: Tracker> Known<T> {
    const GRAMMAR: &'static Grammar = &Grammar {
        ends: T::ENDS,
        tell: |message, say| {
            let mut told = Telling::new(message, T::ENDS, say);
            T::tell(&mut told);
            told.finish();
        },
    };
}

fn in_stream<T: Tracker>() -> Box<dyn Parser> {
    Messages::in_stream(Known::<T>::GRAMMAR)
}

fn in_datagrams<T: Tracker>() -> Box<dyn Parser> {
    Messages::in_datagrams(Known::<T>::GRAMMAR)
}

fn probe<T: Tracker>(probe: &Probe<'_>) -> Verdict {
    // A line end may be left over from the message before.
    match scan::begin(probe.bytes.trim_ascii_start(), T::begins) {
        // Picked up in the middle, what is said shows who is who.
        Begin::Whole(Speaker::Tracker) if !probe.from_start && probe.direction == Direction::ToClient => Verdict::Swapped,
        Begin::Whole(Speaker::Server) if !probe.from_start && probe.direction == Direction::ToServer => Verdict::Swapped,
        Begin::Whole(_) => Verdict::Yes,
        Begin::Cut => Verdict::Unsure,
        Begin::No => Verdict::No,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::protocols::testing::drive_split;

    /// What a protocol tells of a text, however it is split; what is readable is left out.
    pub fn told(protocol: &Protocol, direction: Direction, text: &str) -> Vec<String> {
        let lines = drive_split(protocol.open, &[(direction, text.as_bytes())]);
        lines.iter().filter(|line| !line.starts_with("Payload")).map(|line| short(line)).collect()
    }

    fn short(line: &str) -> String {
        let line = line.strip_prefix("value ").unwrap_or(line);
        let line = line.strip_suffix(" []").unwrap_or(line);
        match line.strip_prefix("exchange ") {
            Some(exchange) => format!("word {}", exchange.split(" - ").next().unwrap_or_default()),
            None => line.to_owned(),
        }
    }

    /// What a protocol's probe says of a text, and of each of its beginnings that is shorter than `least`: those are only cut.
    pub fn asked(protocol: &Protocol, text: &str) -> Verdict {
        let ask = |bytes: &[u8]| (protocol.probe)(&Probe { bytes, direction: Direction::ToServer, from_port: 40_000, to_port: 9, from_start: true });
        let verdict = ask(text.as_bytes());
        if verdict == Verdict::Yes {
            let cuts: Vec<Verdict> = (0..text.len()).map(|cut| ask(&text.as_bytes()[..cut])).collect();
            assert!(cuts.iter().all(|verdict| matches!(verdict, Verdict::Unsure | Verdict::Yes)), "{text}: {cuts:?}");
        }
        verdict
    }

    /// Texts that no tracker's protocol takes.
    pub fn refuses(protocol: &Protocol) {
        for other in [
            "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
            "220 mail.example.org ESMTP\r\n",
            "SSH-2.0-OpenSSH_9.6\r\n",
            "{\"imei\":\"490154203237518\",\"lat\":48.85837}",
            "$6$salt$hash",
            "*2\r\n$4\r\nLLEN\r\n",
            "#!/bin/sh\nimei:490154203237518\n",
            "(lp0\nS'a'\n",
            ">>> import this\n",
            "!<arch>\n",
            "@echo off\r\n",
            "+OK ready\r\n",
            "1010000001,2024\n",
            "[2026-04-22 08:09:12] imei=490154203237518 48.858370,2.294490",
        ] {
            assert_eq!(asked(protocol, other), Verdict::No, "{other}");
        }
    }

    const HEADS: &str = r"(imei:490154203237518,|\(490154203237518|\*HQ,4901542032,|\+RESP:GTFRI,|AT\+GTRTO=|\$\$F9,490154203237518,|IWAP0[0-9],|IWBP[1-3][0-9],|>R[A-Z]{2}|\*AI2009,AH&A|@P,93D1,1,1,490154203237518,|#L#|!D,|\$SLU1,06,|[0-9]{12},|)";

    proptest::proptest! {
        #[test]
        fn nothing_panics(head in HEADS, text in r"[0-9A-Z,.;:#*$&+\-|=() ]{0,120}", noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let bytes = [head.as_bytes(), text.as_bytes(), &noise].concat();
            for protocol in crate::protocols::PROTOCOLS.iter().filter(|protocol| protocol.nature == Nature::Clear && protocol.carrier == Carrier::Stream) {
                crate::protocols::testing::drive((protocol.open)(), &[(Direction::ToServer, &bytes), (Direction::ToClient, &bytes)]);
                (protocol.probe)(&Probe { bytes: &bytes, direction: Direction::ToClient, from_port: 9, to_port: 40_000, from_start: false });
            }
        }
    }
}
