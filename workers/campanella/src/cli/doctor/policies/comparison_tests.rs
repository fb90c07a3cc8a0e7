// SPDX-License-Identifier: EUPL-1.2

use campanella_bus::rabbitmq::ABANDONED;
use serde_json::json;

use super::*;

const OF_WORKERS: [&str; 2] = ["registry", "mailer"];

fn recommended() -> [Recommended; 2] {
    Recommended::shipped(OF_WORKERS.map(str::to_owned).into()).unwrap()
}

/// All is as recommended.
fn well() -> Seen {
    let [workers, net] = recommended();
    let queue = |name: &str, recommended: &Recommended| ManagedQueue {
        name: name.to_owned(),
        policy: Some(recommended.policy.name.clone()),
        operator_policy: None,
        effective: Some(recommended.policy.definition.clone()),
    };
    let queues = OF_WORKERS.iter().map(|name| queue(name, &workers));
    let queues = queues.chain([queue(ABANDONED, &net), queue("altrui", &net)]).collect();
    let policies = Some(vec![workers.policy.clone(), net.policy.clone()]);
    Seen { virtual_host: "campanella".to_owned(), queues, policies }
}

/// What holds on the queue of this place.
fn on(seen: &mut Seen, place: usize) -> &mut Definition {
    seen.queues[place].effective.get_or_insert_default()
}

fn told(seen: &Seen) -> Vec<(String, String)> {
    compare(&recommended(), seen).into_iter().map(|finding| (finding.says, finding.remedy)).collect()
}

#[track_caller]
fn assert_told(seen: &Seen, expected: &[&str]) {
    let told = told(seen);
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for ((says, _), expected) in told.iter().zip(expected) {
        assert!(says.contains(expected), "«{expected}» is not in «{says}»");
    }
}

#[test]
fn nothing_is_said_of_queues_on_which_the_recommended_holds_whoever_set_it() {
    let mut seen = well();
    assert_told(&seen, &["su tutte le code vale quella consigliata"]);
    // Another name for the same is the same; a key that does no harm is the administrator's.
    for queue in &mut seen.queues {
        queue.policy = Some("regione".to_owned());
        queue.effective.get_or_insert_default().insert("queue-leader-locator".to_owned(), json!("balanced"));
    }
    assert_told(&seen, &["su tutte le code vale quella consigliata"]);
}

#[test]
fn a_key_that_differs_is_told_with_both_values_and_what_follows() {
    let mut seen = well();
    for place in [0, 1] {
        on(&mut seen, place).insert("delivery-limit".to_owned(), json!(5));
        on(&mut seen, place).remove("overflow");
    }
    let of_workers = "su tutte le code dei worker ";
    assert_told(
        &seen,
        &[
            &format!("{of_workers}delivery-limit è 5 invece di 100: un worker che cade spesso"),
            &format!("{of_workers}manca overflow = reject-publish: oltre max-length"),
        ],
    );
    let (_, remedy) = told(&seen).pop().unwrap();
    assert!(
        remedy.starts_with("«rabbitmqctl set_policy --vhost 'campanella' --priority 10 --apply-to queues"),
        "{remedy}"
    );
    assert!(remedy.contains(r#"campanella-workers '^[a-z][a-z-]*$' '{""#), "{remedy}");
}

#[test]
fn a_key_that_does_harm_is_told_though_nobody_recommends_it() {
    let mut seen = well();
    on(&mut seen, 1).insert("message-ttl".to_owned(), json!(60_000));
    assert_told(&seen, &["su mailer c'è message-ttl = 60000: un messaggio che attende più a lungo finisce"]);
}

#[test]
fn no_policy_is_told_apart_from_one_that_does_not_match() {
    let mut seen = well();
    seen.queues[2].policy = None;
    on(&mut seen, 2).clear();
    let missing = "manca delivery-limit = 1000000: RabbitMQ 4 butta dopo 20 consegne";
    assert_told(
        &seen,
        &[
            "sulla coda campanella.abandoned non vale nessuna policy: «campanella-abandoned» c'è, ma per code",
            missing,
        ],
    );
    seen.policies.as_mut().unwrap().pop();
    assert_told(
        &seen,
        &["sulla coda campanella.abandoned non vale nessuna policy: «campanella-abandoned» manca", missing],
    );
}

#[test]
fn a_policy_that_prevails_is_named_with_its_priority_and_what_it_lacks() {
    let mut seen = well();
    seen.queues[0].policy = Some("regione".to_owned());
    on(&mut seen, 0).remove("dead-letter-strategy");
    let lacks = "su registry manca dead-letter-strategy = at-least-once: se un nodo cade";
    // Our user may not see policies.
    let policies = seen.policies.take();
    assert_told(&seen, &["su registry vale «regione» al posto di «campanella-workers»", lacks]);
    assert!(
        !told(&seen)[0].1.contains("rabbitmqctl"),
        "which priority would do is not known: {:?}",
        told(&seen)
    );
    seen.policies = policies;
    let theirs = Policy { name: "regione".to_owned(), priority: 50, ..recommended()[0].policy.clone() };
    seen.policies.as_mut().unwrap().push(theirs);
    assert_told(
        &seen,
        &["su registry vale «regione» (priorità 50) al posto di «campanella-workers» (priorità 10)", lacks],
    );
    assert!(told(&seen)[0].1.contains("--priority 51"), "{:?}", told(&seen));
}

#[test]
fn before_there_are_queues_the_policies_themselves_are_compared() {
    let mut seen = well();
    seen.queues.clear();
    assert_told(&seen, &["su tutte le code vale quella consigliata"]);
    let policies = seen.policies.as_mut().unwrap();
    policies[0].definition.insert("max-length".to_owned(), json!(10));
    policies.pop();
    assert_told(
        &seen,
        &["max-length è 10 invece di 5000000: il broker rifiuta", "policy: «campanella-abandoned» manca"],
    );
    seen.policies = None;
    assert_told(
        &seen,
        &["su tutte le code dei worker non si vede", "sulla coda campanella.abandoned non si vede"],
    );
}

#[test]
fn a_queue_that_has_not_told_yet_is_no_queue_without_a_policy() {
    let mut seen = well();
    seen.queues[1].effective = None;
    assert_told(&seen, &["su mailer il broker non dice ancora che cosa vale"]);
}
