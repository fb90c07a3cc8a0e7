// SPDX-License-Identifier: EUPL-1.2
//! Help and complaints about the command line, in Italian.
//!
//! clap has no translations. Help is translated by template, headings and usage lines; an error is told anew from its
//! kind and context. What clap fixes in English elsewhere (possible and default values) is hidden and written by hand.

use clap::{
    Arg, Command, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use super::{Cli, Exit, mask};

/// What is said of arguments that are no text.
pub(super) const NOT_UTF8: &str = "Errore: un argomento contiene caratteri che non sono UTF-8\n\
    Che cosa fare: scriverlo di nuovo; un file che ha quel nome va rinominato\n";

/// What stands for a person's data on the command line, or is looked up and so takes a name by mistake, by the names help gives
/// to the values.
const PERSONAL: [&str; 6] = ["<DOMANDA>", "<INDIRIZZO>", "<IBAN>", "<CASO>", "<CODICE>", "<ID>"];

const TEMPLATE: &str = "{about-with-newline}\nUso: {usage}\n\n{all-args}{after-help}\n";

/// Why no command is run.
#[derive(Debug)]
pub(super) enum Stop {
    /// Help or version was asked for.
    Answered(String),
    /// The command line is wrong.
    Wrong(String),
}

/// Reads the command line.
pub(super) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Cli, Stop> {
    let matches = command().try_get_matches_from(arguments);
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Answered(error.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Stop::Wrong(error.render().to_string()),
        _ => Stop::Wrong(complaint(&error)),
    })
}

/// The command line with Italian headings throughout.
pub(super) fn command() -> Command {
    let mut command = translated(Cli::command().after_help(Exit::legend()));
    // Building fills in what usage lines need.
    command.build();
    with_usage(command)
}

fn translated(command: Command) -> Command {
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .help_template(TEMPLATE)
        .subcommand_help_heading("Comandi")
        .subcommand_value_name("COMANDO")
        .mut_args(|argument: Arg| {
            if argument.is_positional() {
                argument.help_heading("Argomenti")
            } else if argument.get_help_heading().is_none() {
                argument.help_heading("Opzioni")
            } else {
                argument
            }
        })
        .mut_subcommands(translated)
}

fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("[OPTIONS]", "[OPZIONI]");
    command.override_usage(usage).mut_subcommands(with_usage)
}

/// What was typed is repeated only where it cannot be somebody's data: a complaint may end in the log of a supervisor or in
/// the mail of a nightly job.
fn complaint(error: &Error) -> String {
    let text = |kind| error.get(kind).map(value).filter(|text| !text.is_empty());
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let given = text(ContextKind::InvalidValue).unwrap_or_default();
    let personal = PERSONAL.iter().any(|name| argument.contains(name));
    let shown = mask::typed(&given).filter(|_| !personal);
    let problem = match error.kind() {
        // What stands in the place of a command may be a name; whoever typed it sees it anyhow.
        ErrorKind::InvalidSubcommand => "il comando scritto non esiste".to_owned(),
        ErrorKind::MissingSubcommand => {
            let parent = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("dopo «{parent}» manca il comando")
        }
        ErrorKind::UnknownArgument => match mask::typed(&argument).filter(|word| word.starts_with('-')) {
            Some(option) => format!("l'argomento «{option}» non è previsto"),
            None => "c'è un argomento che non è previsto".to_owned(),
        },
        ErrorKind::MissingRequiredArgument => format!("manca un argomento necessario: {argument}"),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(prior) if prior != argument => format!("«{argument}» non va insieme a «{prior}»"),
            _ => format!("«{argument}» può essere indicato una volta sola"),
        },
        ErrorKind::InvalidValue if given.is_empty() => format!("a «{argument}» manca il valore"),
        ErrorKind::InvalidValue => match shown {
            Some(given) => format!("«{given}» non è un valore ammesso per «{argument}»"),
            None => format!("il valore dato a «{argument}» non è fra quelli ammessi"),
        },
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(|reason| format!(": {reason}"));
            let reason = reason.unwrap_or_default();
            match shown {
                Some(given) => format!("«{given}» non è un valore valido per «{argument}»{reason}"),
                None => format!("il valore dato a «{argument}» non è valido{reason}"),
            }
        }
        ErrorKind::TooManyValues => format!("a «{argument}» sono stati dati troppi valori"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("il numero di valori dati a «{argument}» non è quello previsto")
        }
        ErrorKind::NoEquals => format!("fra «{argument}» e il suo valore ci vuole il segno ="),
        _ => "il comando non è scritto correttamente".to_owned(),
    };
    format!("Errore: {problem}\nChe cosa fare: {}\n", remedy(error))
}

fn remedy(error: &Error) -> String {
    let text = |kind| error.get(kind).map(value).filter(|text| !text.is_empty());
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(meant) = near.into_iter().find_map(text) {
        return format!("forse si intendeva «{meant}»");
    }
    if let Some(known) = [ContextKind::ValidValue, ContextKind::ValidSubcommand].into_iter().find_map(text) {
        return format!("scegliere fra: {known}");
    }
    "l'elenco dei comandi e delle opzioni è in «campanella --help»".to_owned()
}

fn value(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::ArgAction;

    use super::*;

    fn stopped(arguments: &[&str]) -> Stop {
        let arguments = ["campanella"].iter().chain(arguments).map(|&argument| argument.to_owned());
        parse(arguments).map(|_| ()).unwrap_err()
    }

    fn wrong(arguments: &[&str]) -> String {
        match stopped(arguments) {
            Stop::Wrong(text) => text,
            Stop::Answered(text) => panic!("{text}"),
        }
    }

    fn every(command: &Command, look: &mut impl FnMut(&Command)) {
        look(command);
        for inner in command.get_subcommands() {
            every(inner, look);
        }
    }

    #[test]
    fn no_help_page_says_a_word_of_english() {
        every(&command(), &mut |command| {
            let page = command.clone().render_long_help().to_string();
            for english in [
                "Usage",
                "Options",
                "Commands",
                "Arguments",
                "OPTIONS",
                "COMMAND",
                "Print ",
                "possible",
                "default:",
            ] {
                assert!(
                    !page.contains(english),
                    "«{english}» in the help of {}:\n{page}",
                    command.get_name()
                );
            }
            assert!(page.contains("Uso: campanella"), "{page}");
            assert!(page.contains("Mostra questo aiuto"), "{page}");
        });
    }

    #[test]
    fn everything_that_can_be_typed_is_explained() {
        every(&command(), &mut |command| {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let flag = matches!(argument.get_action(), ArgAction::Help | ArgAction::Version);
                assert!(
                    flag || argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
        });
    }

    #[test]
    fn help_names_the_exit_codes() {
        let Stop::Answered(page) = stopped(&["--help"]) else { panic!("not help") };
        assert!(page.contains("Comandi:") && page.contains("Opzioni comuni:"), "{page}");
        for exit in Exit::ALL {
            assert!(page.contains(exit.meaning()), "{page}");
        }
    }

    #[test]
    fn mistakes_are_told_in_italian_with_what_was_typed_and_what_to_do() {
        for (arguments, expected) in [
            (
                &["worker"][..],
                "Errore: il comando scritto non esiste\nChe cosa fare: forse si intendeva «workers»\n",
            ),
            (
                &["queues", "--jsn"],
                "Errore: l'argomento «--jsn» non è previsto\nChe cosa fare: forse si intendeva «--json»\n",
            ),
            (
                &["queues", "--log-format", "xml"],
                "Errore: «xml» non è un valore ammesso per «--log-format <FORMA>»\nChe cosa fare: scegliere fra: human, json\n",
            ),
            (&["queues", "--data"], "Errore: a «--data <CARTELLA>» manca il valore\n"),
            (&["explain"], "Errore: manca un argomento necessario: <DOMANDA>\n"),
            (
                &["explain", "42"],
                "Errore: il valore dato a «<DOMANDA>» non è valido: il numero di una domanda",
            ),
        ] {
            let told = wrong(arguments);
            assert!(told.starts_with(expected), "{told}");
        }
    }

    #[test]
    fn what_may_be_a_persons_data_or_a_password_is_not_repeated() {
        for (arguments, expected) in [
            (&["explain", "RSSMRA80A01H501U"][..], "il valore dato a «<DOMANDA>» non è valido: il numero"),
            (&["explain", "rossi"], "il valore dato a «<DOMANDA>» non è valido"),
            (&["cases", "show", "rossi"], "il valore dato a «<CASO>» non è valido"),
            (&["school", "show", "rossi"], "il valore dato a «<CODICE>» non è valido"),
            (&["mail", "show", "rossi"], "il valore dato a «<ID>» non è valido"),
            (&["explain", "2025-004217", "RSSMRA80A01H501U"], "c'è un argomento che non è previsto"),
            (&["applications", "list", "ada.prova@posta.example"], "c'è un argomento che non è previsto"),
            (&["RSSMRA80A01H501U"], "il comando scritto non esiste"),
            (&["applications", "change", "2025-004217", "--iban", "segreta"], "non è un IBAN valido"),
            (&["applications", "change", "2025-004217", "--email", "segreta"], "non è un indirizzo e-mail"),
            (
                &["lists", "draft", "--kind", "Maria Rossi"],
                "il valore dato a «--kind <TIPO>» non è fra quelli",
            ),
            (&["explain", "2025-004217", "rossi"], "c'è un argomento che non è previsto"),
            (&["rossi"], "il comando scritto non esiste"),
            (&["postgres://u:segreta@h"], "il comando scritto non esiste"),
            (&["migrate", "postgres://u:segreta@h/d"], "c'è un argomento che non è previsto"),
            (
                &["run", "--only", "https://portale.example/?cf=RSSMRA80A01H501U"],
                "«https://portale.example» non è un valore",
            ),
            (&["migrate", "postgres://u:se greta@h"], "c'è un argomento che non è previsto"),
            (&["run", "--only", "amqp://u:segreta@h"], "«amqp://u:***@h» non è un valore valido"),
        ] {
            let told = wrong(arguments);
            assert!(told.contains(expected), "{told}");
            for word in arguments.iter().skip(1).filter(|word| word.contains(char::is_uppercase)) {
                assert!(!told.contains(word), "{told}");
            }
            for secret in ["RSSMRA", "rossi", "ada.prova", "segreta", "greta@"] {
                assert!(!told.contains(secret), "«{secret}»: {told}");
            }
        }
    }

    #[test]
    fn without_a_command_the_help_is_shown_as_an_error() {
        assert!(wrong(&[]).contains("Comandi:"));
    }
}
