// SPDX-License-Identifier: EUPL-1.2
//! The mails this product writes: one folder of `templates/` each, embedded.

mod environment;
mod render;
mod sources;
mod wrap;

pub use render::{RenderError, Rendered, Renderer};
