//! What both ends agreed on: it takes both hellos, and up to TLS 1.2 what follows them.
//!
//! In come the messages of one connection in the order in which they were captured, and where either end changed to its keys; out goes one
//! [`Agreement`] a handshake. TLS 1.3 says in the ServerHello whether an earlier session goes on (`pre_shared_key`). Before, it shows
//! behind it: in a full handshake a certificate follows and the client changes first, in an abbreviated one no certificate follows, the server
//! changes first, and calls the session as the client did (RFC 5246, section 7.3; RFC 5077, section 3.4).

use super::certificate;
use super::hello::{self, Choice, Offer};
use super::message::{CERTIFICATE, CLIENT_HELLO, Message, SERVER_HELLO};
use super::telling::{Learnt, Telling, is_13};
use crate::event::{Agreement, Event};
use crate::protocols::protocol::Say;
use crate::wire::At;

/// What is known of a handshake so far.
#[derive(Debug, Default)]
pub struct Agreeing {
    /// The client's offer, where it was seen.
    offer: Option<Offer>,
    /// The server's choice up to TLS 1.2, until it shows whether an earlier session goes on.
    chosen: Option<(Choice, At)>,
}

impl Agreeing {
    /// Tells what a message says, and the agreement as soon as it is known.
    pub fn tell(&mut self, telling: &Telling<'_>, message: &Message<'_>, say: Say<'_>) -> Learnt {
        if message.kind == CERTIFICATE && telling.of_server {
            self.settle(|_, _| false, say);
        }
        match telling.hear(message, say) {
            Heard::Offer(offer) => {
                self.end(say);
                self.offer = Some(offer);
                Learnt::ClientHello
            }
            Heard::Choice(choice) => {
                self.end(say);
                self.choose(choice, telling.completed(message.body), say)
            }
            Heard::Certificates { of_tor } => {
                let may_be_tors = self.offer.as_ref().is_none_or(|offer| !offer.is_named_plainly);
                Learnt::Certificate { of_tor: of_tor && may_be_tors && telling.of_server }
            }
            Heard::Nothing => Learnt::Nothing,
        }
    }

    /// One end changed to the keys that were agreed on (ChangeCipherSpec).
    pub fn changed(&mut self, of_server: bool, say: Say<'_>) {
        self.settle(|choice, offer| of_server && goes_on(choice, offer), say);
    }

    /// The server will say nothing more that can be read.
    pub fn end(&mut self, say: Say<'_>) {
        self.settle(|choice, offer| offer.is_some_and(|offer| is_same_session(choice, offer)), say);
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        let sessions = [self.offer.as_ref().map(|offer| &offer.session), self.chosen.as_ref().map(|(choice, _)| &choice.session)];
        sessions.into_iter().flatten().map(Vec::capacity).sum()
    }

    fn choose(&mut self, choice: Choice, at: At, say: Say<'_>) -> Learnt {
        let (version, suite) = (choice.version, choice.suite);
        if choice.is_retry {
            return Learnt::Retry;
        }
        self.chosen = Some((choice, at));
        if is_13(version) {
            self.settle(|choice, _| choice.has_shared_key, say);
        }
        Learnt::ServerHello { version, suite }
    }

    /// Tells what was agreed on, if that is still to be told.
    fn settle(&mut self, is_resumed: impl FnOnce(&Choice, Option<&Offer>) -> bool, say: Say<'_>) {
        let Some((choice, at)) = self.chosen.take() else { return };
        let resumed = is_resumed(&choice, self.offer.as_ref());
        let named = self.offer.as_ref().is_some_and(|offer| offer.is_named);
        say(Event::Agreement(Agreement { version: choice.version, suite: choice.suite, named, resumed, at }));
    }
}

/// Whether a server that changes before its client, and showed no certificate, goes on with an earlier session. Where the client was not seen,
/// that the server gives the session a name must do.
fn goes_on(choice: &Choice, offer: Option<&Offer>) -> bool {
    offer.map_or(!choice.session.is_empty(), |offer| offer.has_ticket || is_same_session(choice, offer))
}

fn is_same_session(choice: &Choice, offer: &Offer) -> bool {
    !choice.session.is_empty() && choice.session == offer.session
}

/// What a message was, in full.
enum Heard {
    Offer(Offer),
    Choice(Choice),
    Certificates { of_tor: bool },
    Nothing,
}

impl Telling<'_> {
    /// Tells what a message says by itself. Use [`Agreeing::tell`] where one connection is read from its beginning.
    pub fn tell(&self, message: &Message<'_>, say: Say<'_>) -> Learnt {
        match self.hear(message, say) {
            Heard::Offer(_) => Learnt::ClientHello,
            Heard::Choice(choice) if choice.is_retry => Learnt::Retry,
            Heard::Choice(choice) => Learnt::ServerHello { version: choice.version, suite: choice.suite },
            Heard::Certificates { of_tor } => Learnt::Certificate { of_tor },
            Heard::Nothing => Learnt::Nothing,
        }
    }

    fn hear(&self, message: &Message<'_>, say: Say<'_>) -> Heard {
        match message.kind {
            CLIENT_HELLO => hello::client(message.body, self, say).map_or(Heard::Nothing, Heard::Offer),
            SERVER_HELLO => hello::server(message.body, self, say).map_or(Heard::Nothing, Heard::Choice),
            CERTIFICATE => match certificate::chain(message.body, self, say) {
                certificate::Chain::Broken => Heard::Nothing,
                chain => Heard::Certificates { of_tor: chain == certificate::Chain::Tors },
            },
            _ => Heard::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::NameSource;
    use crate::protocols::handshake::sample;
    use crate::protocols::testing::line;

    /// One handshake, and the agreements that it told.
    #[derive(Default)]
    struct Talk {
        agreeing: Agreeing,
        told: Vec<String>,
    }

    impl Talk {
        fn say(&mut self, of_server: bool, message: &[u8]) -> Learnt {
            let telling = Telling { source: NameSource::Sni, of_server, at: &|_| At::default() };
            let message = Message { kind: message[0], body: &message[4..], index: None };
            let told = &mut self.told;
            self.agreeing.tell(&telling, &message, &mut |event| keep(told, &event))
        }

        fn change(&mut self, of_server: bool) {
            let told = &mut self.told;
            self.agreeing.changed(of_server, &mut |event| keep(told, &event));
        }

        fn end(mut self) -> Vec<String> {
            let told = &mut self.told;
            self.agreeing.end(&mut |event| keep(told, &event));
            self.told
        }
    }

    fn keep(told: &mut Vec<String>, event: &Event<'_>) {
        if let Event::Agreement(_) = event {
            told.push(line(event));
        }
    }

    #[test]
    fn tls_1_3_is_agreed_on_with_the_server_hello() {
        let mut talk = Talk::default();
        talk.say(false, &sample::client_hello("cam.example"));
        assert_eq!(talk.say(true, &sample::server_hello(0x0304, 0x1301, true)), Learnt::Retry);
        talk.say(false, &sample::client_hello("cam.example"));
        talk.say(true, &sample::server_hello(0x0304, 0x1301, false));
        assert_eq!(talk.told, ["agreement 0304 1301 named true resumed false"]);
        let mut again = Talk::default();
        again.say(true, &sample::server_hello_with(0x1302, &[], &[(43, &[3, 4]), (41, &[0, 0])]));
        assert_eq!(again.end(), ["agreement 0304 1302 named false resumed true"]);
    }

    #[test]
    fn a_certificate_or_a_client_that_changes_first_shows_a_new_session() {
        let mut shown = Talk::default();
        shown.say(false, &sample::client_hello_with("cam.example", &[7; 32], &[(35, &[1, 2, 3])]));
        shown.say(true, &sample::server_hello_with(0xc02f, &[7; 32], &[]));
        assert_eq!(shown.told, [""; 0], "not known yet");
        shown.say(true, &sample::certificate("cam.example"));
        assert_eq!(shown.told, ["agreement 0303 c02f named true resumed false"]);
        let mut hidden = Talk::default();
        hidden.say(false, &sample::client_hello_with("", &[], &[(35, &[1])]));
        hidden.say(true, &sample::server_hello_with(0x0018, &[5; 32], &[]));
        hidden.change(false);
        assert_eq!(hidden.told, ["agreement 0303 0018 named false resumed false"]);
        hidden.change(true);
        assert_eq!(hidden.told.len(), 1, "once a handshake");
    }

    #[test]
    fn a_server_that_changes_first_goes_on_with_an_earlier_session() {
        type Extensions<'e> = &'e [(u16, &'e [u8])];
        let resumed = |client: Option<(&[u8], Extensions<'_>)>, server: &[u8]| {
            let mut talk = Talk::default();
            if let Some((session, extensions)) = client {
                talk.say(false, &sample::client_hello_with("cam.example", session, extensions));
            }
            talk.say(true, &sample::server_hello_with(0xc02f, server, &[]));
            talk.change(true);
            talk.told == [format!("agreement 0303 c02f named {} resumed true", client.is_some())]
        };
        assert!(resumed(Some((&[7; 32], &[])), &[7; 32]), "the same session");
        assert!(resumed(Some((&[], &[(35, &[1, 2])])), &[]), "a ticket");
        assert!(resumed(None, &[7; 32]), "only the server was seen");
        assert!(!resumed(Some((&[7; 32], &[])), &[8; 32]), "another session");
        assert!(!resumed(Some((&[], &[(35, &[])])), &[]), "an empty ticket asks for one");
        assert!(!resumed(None, &[]));
    }

    #[test]
    fn each_handshake_is_told_also_where_it_breaks_off() {
        let mut talk = Talk::default();
        talk.say(true, &sample::server_hello_with(0xc02f, &[7; 32], &[]));
        talk.say(false, &sample::client_hello_with("cam.example", &[7; 32], &[]));
        talk.say(true, &sample::server_hello_with(0xc030, &[7; 32], &[]));
        assert_eq!(talk.end(), ["agreement 0303 c02f named false resumed false", "agreement 0303 c030 named true resumed true"]);
    }

    #[test]
    fn only_tors_own_certificates_are_tors() {
        let tors = sample::tors_certificate("www.ab2cdefghi.net", "www.zyx7wvuts.com");
        let learnt = |name: &str, certificate: &[u8]| {
            let mut talk = Talk::default();
            talk.say(false, &sample::client_hello_with(name, &[], &[]));
            talk.say(true, &sample::server_hello_with(0xc02f, &[], &[]));
            talk.say(true, certificate)
        };
        assert_eq!(learnt("", &tors), Learnt::Certificate { of_tor: true });
        assert_eq!(learnt("www.gfhmzq5sc.com", &tors), Learnt::Certificate { of_tor: true });
        assert_eq!(learnt("www.example.org", &tors), Learnt::Certificate { of_tor: false }, "a site of that name");
        assert_eq!(learnt("", &sample::certificate("www.ab2cdefghi.net")), Learnt::Certificate { of_tor: false });
        assert_eq!(learnt("", &sample::tors_certificate("www.ab2cdefghi.net", "Example CA")), Learnt::Certificate { of_tor: false });
    }
}
