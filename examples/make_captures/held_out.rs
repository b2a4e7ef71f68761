//! Casts and templates that must not be looked at while the tool is made better: they say how well it does on what nobody tuned it for.

use super::cast::{Swaps, cast};

/// Never read while tuning.
pub const HELD_OUT: &[Swaps] = &[
    cast!(
        "Mia Testkind" => "Noa Probemax", "Oma Testfrau" => "Mrs Exemplar", "2018-05-04" => "2017-08-30", "Testschule" => "Hill House",
        "001017000000011" => "001017000000078", "001017000000029" => "001017000000086", "+4477009004" => "+4477009002",
        "48.858370" => "55.676098", "2.294481" => "12.56834", "48.861120" => "55.673582", "2.288930" => "12.56460", "48.860611" => "55.692900",
        "2.337644" => "12.59930", "48.852968" => "55.675310", "2.349902" => "12.57030", "TestHome" => "Rabbit_7", "korrekt-pferd-42" => "Zwei&Drei=5Aepfl",
        "tr4cker-pass" => "9f2Kq!mZx0Lp", "h3ater-pass" => "letmein2026", "mia.testkind@example.org" => "noa_probemax@example.net",
        "SN20260042" => "SNQ7X1K0P4",
    ),
    cast!(
        "Mia Testkind" => "Ben Fantasia", "Oma Testfrau" => "Tia Inventa.", "2018-05-04" => "2020-12-01", "Testschule" => "CEIP Prado",
        "001017000000011" => "001017000000094", "001017000000029" => "001017000000102", "+4477009004" => "+4477009001",
        "48.858370" => "48.208493", "2.294481" => "16.37311", "48.861120" => "48.210033", "2.288930" => "16.36345", "48.860611" => "48.184860",
        "2.337644" => "16.31220", "48.852968" => "48.206600", "2.349902" => "16.36540", "TestHome" => "Villa 22", "korrekt-pferd-42" => "correct horse 99",
        "tr4cker-pass" => "secret#tr4ck", "h3ater-pass" => "hunter2hunt", "mia.testkind@example.org" => "ben.fantasia@example.org",
        "SN20260042" => "SN00A1B2C3",
    ),
];
