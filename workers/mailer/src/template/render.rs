// SPDX-License-Identifier: EUPL-1.2
//! From a template and its parameters to a mail's three texts.

use campanella_domain::mail::MailTemplate;
use minijinja::{Environment, context, value::Serde};
use serde_json::Value;

use super::{environment::environment, wrap::wrap};
use crate::{letterhead::Letterhead, mail::one_line};

/// A mail's texts. `Debug` does not print them.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, without line end.
    pub subject: String,
    /// Plain text, at most 76 characters a line (a link apart).
    pub text: String,
    /// A whole HTML page, without images or anything else to be loaded.
    pub html: String,
}

/// Why a mail could not be rendered: a fault of what was asked or of a template. It quotes keys, never values.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RenderError {
    /// The parameters are no JSON object.
    #[error("template {template}: the parameters are not a JSON object")]
    NotAnObject {
        /// The template.
        template: &'static str,
    },
    /// A key is missing.
    #[error("template {template}: the parameter {key:?} is missing")]
    Missing {
        /// The template.
        template: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A key is there that the template does not have.
    #[error("template {template}: it has no parameter {key:?}")]
    Unexpected {
        /// The template.
        template: &'static str,
        /// The key.
        key: String,
    },
    /// A link is not an `https` address.
    #[error("template {template}: the parameter \"link\" is not an https address")]
    Link {
        /// The template.
        template: &'static str,
    },
    /// A template failed.
    #[error("template {file}, line {line}: {problem}")]
    Template {
        /// The file, without `.j2`.
        file: String,
        /// The line, from 1; 0 if unknown.
        line: usize,
        /// What kind of fault, without values.
        problem: String,
    },
}

/// Renders mails. Made once, used for all.
#[derive(Debug)]
pub struct Renderer {
    environment: Environment<'static>,
}

impl Renderer {
    /// Parses every embedded template.
    ///
    /// # Errors
    /// [`RenderError::Template`]: a template does not parse; a test makes sure that this cannot be.
    pub fn new() -> Result<Self, RenderError> {
        Ok(Self { environment: environment().map_err(|error| failed(&error))? })
    }

    /// Renders a template with `parameters` (JSON, see [`MailTemplate::parameters`]) under the head and foot of an office.
    ///
    /// # Errors
    /// [`RenderError`], which names template and key.
    pub fn render(
        &self,
        template: MailTemplate,
        parameters: &str,
        letterhead: &Letterhead,
    ) -> Result<Rendered, RenderError> {
        let parameters = checked(template, parameters)?;
        let parameters = minijinja::Value::from(Serde(&parameters));
        let context = context! { office => minijinja::Value::from(Serde(letterhead)), ..parameters };
        let subject = one_line(&self.file(template, "subject", &context)?);
        let context = context! { subject => subject.clone(), ..context };
        Ok(Rendered {
            text: wrap(&self.file(template, "body.txt", &context)?),
            html: self.file(template, "body.html", &context)? + "\n",
            subject,
        })
    }

    fn file(
        &self,
        template: MailTemplate,
        file: &str,
        context: &minijinja::Value,
    ) -> Result<String, RenderError> {
        self.environment
            .get_template(&format!("{}/{file}", template.name()))
            .and_then(|template| template.render(context))
            .map_err(|error| failed(&error))
    }
}

/// Exactly the template's keys: one too many might carry what a mail must not tell.
fn checked(template: MailTemplate, parameters: &str) -> Result<Value, RenderError> {
    let name = template.name();
    let Ok(Value::Object(object)) = serde_json::from_str(parameters) else {
        return Err(RenderError::NotAnObject { template: name });
    };
    if let Some(key) = template.parameters().iter().find(|key| !object.contains_key(**key)) {
        return Err(RenderError::Missing { template: name, key });
    }
    if let Some(key) = object.keys().find(|key| !template.parameters().contains(&key.as_str())) {
        return Err(RenderError::Unexpected { template: name, key: key.clone() });
    }
    if object.get("link").is_some_and(|link| !link.as_str().is_some_and(is_https)) {
        return Err(RenderError::Link { template: name });
    }
    Ok(Value::Object(object))
}

fn is_https(link: &str) -> bool {
    link.starts_with("https://") && !link.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Only the kind of the error: its detail may quote a value.
fn failed(error: &minijinja::Error) -> RenderError {
    RenderError::Template {
        file: error.name().unwrap_or("?").to_owned(),
        line: error.line().unwrap_or(0),
        problem: error.kind().to_string(),
    }
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Rendered([redacted])")
    }
}
