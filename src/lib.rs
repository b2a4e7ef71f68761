//! tattletale reads what smart-home devices send, and tells what it means: what left, to whom, and who could listen.
//!
//! Packets come down through [`capture`], [`decode`], [`flow`] and [`protocols`] and become events ([`event`]). What they carry is judged where the
//! bytes lie ([`content`]); what is worth remembering becomes a small owned [`fact`]. The [`home`] takes the facts in capture order, knows
//! who lives here and whom they talk to, and [`detect`] turns facts into [`finding`]s, each kept once. Reports ([`report`]) and the terminal UI
//! ([`tui`]) only read the home. The [`engine`] owns the only threads; [`cli`] turns what was typed into what is meant.
//!
//! Who may import whom is drawn in `docs/architecture.md` and proved by `tests/layers.rs`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, clippy::print_stdout))]

pub mod capture;
pub mod cli;
pub mod content;
pub mod decode;
pub mod detect;
pub mod engine;
pub mod error;
pub mod event;
pub mod fact;
pub mod finding;
pub mod flow;
pub mod home;
pub mod knowledge;
pub mod printable;
pub mod protocols;
pub mod report;
pub mod tui;
pub mod value;
pub mod wire;
