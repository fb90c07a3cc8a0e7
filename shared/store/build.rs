// SPDX-License-Identifier: EUPL-1.2
//! `sqlx::migrate!` embeds the files; cargo must know when they change.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
