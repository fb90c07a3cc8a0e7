// SPDX-License-Identifier: EUPL-1.2
//! What follows from a key of a policy that is not as recommended, in the words of whoever runs the broker.

use std::cmp::Ordering;

use serde_json::Value;

/// What is there instead of what is recommended.
fn against(found: Option<&Value>, wanted: &Value) -> Option<Ordering> {
    let found = found?.as_i64()?;
    // No limit at all, as RabbitMQ 4 writes it.
    let found = if found < 0 { i64::MAX } else { found };
    Some(found.cmp(&wanted.as_i64()?))
}

/// What follows from a recommended key that is missing (`found` is none) or has another value. `is_net`: on the queue of what the
/// broker gave up on.
pub(super) fn of_a_difference(
    key: &str,
    found: Option<&Value>,
    wanted: &Value,
    is_net: bool,
) -> &'static str {
    match (key, against(found, wanted)) {
        ("delivery-limit", Some(Ordering::Greater)) if is_net => "non cambia nulla",
        ("delivery-limit", None) if is_net => "RabbitMQ 4 butta dopo 20 consegne ciò che non ha altro posto",
        ("delivery-limit", _) if is_net => "dopo tante consegne il broker butta ciò che non ha altro posto",
        ("delivery-limit", Some(Ordering::Greater)) => {
            "a un messaggio che uccide chi lo riceve resta il limite di runner.suspect_attempts"
        }
        ("delivery-limit", None) => {
            "RabbitMQ 4 ne ammette 20: un worker che cade spesso porta tra i messaggi non elaborati anche quelli senza colpa"
        }
        ("delivery-limit", _) => {
            "un worker che cade spesso porta tra i messaggi non elaborati anche quelli senza colpa"
        }
        ("dead-letter-exchange", _) => "non cambia nulla: prevale quello con cui la coda è stata creata",
        ("dead-letter-strategy", _) => {
            "se un nodo cade mentre il broker rinuncia a un messaggio, quel messaggio può andare perduto"
        }
        ("overflow", _) => {
            "oltre max-length il broker toglie dalla coda i messaggi più vecchi invece di rifiutare i nuovi, e \
             dead-letter-strategy non ha effetto"
        }
        ("max-length", Some(Ordering::Less)) => {
            "il broker rifiuta messaggi prima del previsto; attendono nell'outbox, che dà l'allarme"
        }
        ("max-length", _) => "un arretrato molto lungo può riempire il disco del broker",
        _ => "non è come consigliato",
    }
}

/// What follows from a key nobody recommends, if it does harm.
pub(super) fn of_an_addition(key: &str, is_net: bool) -> Option<&'static str> {
    match key {
        "message-ttl" if is_net => {
            Some("ciò a cui il broker ha rinunciato va perduto se attende più a lungo")
        }
        "message-ttl" => Some("un messaggio che attende più a lungo finisce tra quelli non elaborati"),
        "expires" => Some("una coda da cui nessuno riceve viene eliminata con i suoi messaggi"),
        "max-length" | "max-length-bytes" if is_net => {
            Some("oltre il limite il broker butta i messaggi più vecchi")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_worse_below_than_above_and_none_is_the_broker_s_own() {
        let told = |found: Option<i64>, is_net| {
            of_a_difference("delivery-limit", found.map(Value::from).as_ref(), &Value::from(100), is_net)
        };
        assert!(told(Some(5), false).contains("senza colpa"));
        assert!(told(None, false).starts_with("RabbitMQ 4"));
        assert!(told(Some(500), false).contains("runner.suspect_attempts"));
        assert_eq!(told(Some(500), false), told(Some(-1), false), "-1 is no limit");
        assert!(told(Some(5), true).contains("butta") && told(None, true).contains("butta"));
    }
}
