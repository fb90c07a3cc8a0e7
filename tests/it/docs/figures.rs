// SPDX-License-Identifier: EUPL-1.2
//! Figures that the prose repeats.

use campanella_runtime::{BORN_CLAIMED, RunnerSettings};

use super::page;

#[test]
fn the_life_of_a_message_is_told_with_the_figures_of_the_code() -> anyhow::Result<()> {
    let page = page("ARCHITECTURE.md")?;
    let runner = RunnerSettings::default();
    for told in [
        format!("`due_at` lies {} seconds ahead", BORN_CLAIMED.num_seconds()),
        format!("receives up to {} messages", runner.batch),
        format!("After {} deaths it is a dead letter", runner.suspect_attempts),
    ] {
        assert!(page.text.contains(&told), "ARCHITECTURE.md does not say: {told}");
    }
    Ok(())
}
