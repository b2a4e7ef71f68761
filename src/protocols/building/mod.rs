//! What buildings are run with: heating, light, meters and door openers that speak without a password.

pub mod bacnet;
pub mod knx;
pub mod modbus;
