//! The own protocols of makers of smart-home devices, toys and cameras.
//!
//! Comes in: bytes of a flow. Goes out: what a device says of itself, orders to it, and what its home-made scrambling hides, unpacked by the key that is
//! the same in every device. Nothing is ever guessed: only what was published, and what proves itself by what it unpacks, is undone.

mod aes_fixed;
mod framed;
mod part;

pub mod broadlink;
pub mod dahua;
pub mod dlink;
pub mod drone;
pub mod edimax;
pub mod esphome;
pub mod foscam;
pub mod kasa;
pub mod lan_json;
pub mod lifx;
pub mod miio;
pub mod pppp;
pub mod sadp;
pub mod shp;
pub mod tutk;
pub mod tuya;
pub mod xm;
pub mod yeelight;
