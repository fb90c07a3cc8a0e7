// SPDX-License-Identifier: EUPL-1.2
//! Every dependency may be distributed inside a work under the EUPL-1.2.

use std::path::Path;

use spdx::{Expression, LicenseReq, ParseMode};

use super::{assert_none, metadata, root};

/// Permissive licences, and the MPL-2.0, whose duties stay with its own files and which the appendix of
/// the EUPL names. Another copyleft licence needs a decision, not a line here.
const ALLOWED: [&str; 16] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "EUPL-1.2",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn is_allowed(licence: &str) -> bool {
    let allowed = |requirement: &LicenseReq| ALLOWED.contains(&requirement.to_string().as_str());
    // Old manifests write `MIT/Apache-2.0` for a choice.
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| expression.evaluate(allowed))
}

#[test]
fn every_dependency_goes_with_the_eupl() -> anyhow::Result<()> {
    let described = |licence: Option<&String>| licence.cloned().unwrap_or_else(|| "no licence".to_owned());
    let packages = metadata()?.packages.iter();
    let refused = packages.filter(|package| !package.license.as_deref().is_some_and(is_allowed));
    let refused = refused.map(|package| format!("{}: {}", package.name, described(package.license.as_ref())));
    assert_none(&refused.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_licence_that_does_not_go_with_the_eupl_is_refused() {
    for refused in ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "SSPL-1.0", "proprietary", ""] {
        assert!(!is_allowed(refused), "{refused}");
    }
    for allowed in ["GPL-2.0-only OR MIT", "MIT/X11 OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(is_allowed(allowed), "{allowed}");
    }
}

#[test]
fn the_licence_is_the_eupl() -> anyhow::Result<()> {
    let text = std::fs::read_to_string(Path::join(root(), "LICENSE"))?;
    assert!(text.starts_with("EUROPEAN UNION PUBLIC LICENCE v. 1.2"));
    Ok(())
}
