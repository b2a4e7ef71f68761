//! Every scenario told again, with other people, times and noise, and in other ways.

use std::collections::BTreeSet;

use crate::common::labelled::{Fault, labelled};
use crate::make_captures::{self, Variant};

/// How many there are.
pub fn count() -> usize {
    make_captures::files().iter().filter(|file| file.name.ends_with(".label.json")).count()
}

/// What is wrong in these tellings: seed, whether the cast is held out, variant.
pub fn measure(tellings: &[(u64, bool, Variant)]) -> Vec<(Fault, String)> {
    let (mut faults, mut missing) = (Vec::new(), BTreeSet::new());
    for (seed, is_held_out, variant) in tellings {
        let folder = std::env::temp_dir().join(format!("tattletale-quality-{}-{seed}-{is_held_out}-{variant:?}", std::process::id()).replace(['(', ')'], "-"));
        std::fs::create_dir_all(&folder).unwrap();
        for file in make_captures::files_of(*seed, *is_held_out, *variant) {
            std::fs::write(folder.join(&file.name), &file.bytes).unwrap();
        }
        let is_cut = matches!(variant, Variant::Cut(_));
        for labelled in labelled(&folder) {
            let all = labelled.faults(is_cut, &mut missing).into_iter().chain(labelled.values(is_cut));
            faults.extend(all.map(|fault| (fault, format!("seed {seed}, {variant:?}"))));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
    println!("cards not built: {}", missing.into_iter().collect::<Vec<_>>().join(" "));
    faults
}
