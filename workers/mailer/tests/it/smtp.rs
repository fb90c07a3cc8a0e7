// SPDX-License-Identifier: EUPL-1.2
//! The SMTP transport against relays that behave and relays that do not.

use std::{net::SocketAddr, time::Duration};

use campanella_mailer::{
    Delivery, OutgoingMail, Proof, Rendered, Stage, Transport as _, compose,
    transport::{RelayUrl, Smtp, TransportUrl, smtp::Timeouts},
};
use mailparse::{MailHeaderMap as _, parse_mail};

use crate::{
    relay::{Fault, Relay, scripted},
    support::{address, at, id, mail, sender},
};

fn relay_url(address: SocketAddr) -> RelayUrl {
    match format!("smtp://{address}").parse() {
        Ok(TransportUrl::Relay(relay)) => relay,
        other => panic!("{other:?}"),
    }
}

fn smtp(address: SocketAddr, connections: usize) -> Smtp {
    let timeouts = Timeouts {
        connect: Duration::from_secs(10),
        command: Duration::from_secs(10),
        body: Duration::from_secs(10),
    };
    Smtp::new(relay_url(address), connections, "test.example".into(), timeouts)
}

/// For relays that fall silent: what is waited for is the timeout itself.
fn impatient(address: SocketAddr) -> Smtp {
    let short = Duration::from_millis(300);
    Smtp::new(
        relay_url(address),
        1,
        "test.example".into(),
        Timeouts { connect: short, command: short, body: short },
    )
}

fn mail_to(number: u128, recipient: &str) -> OutgoingMail {
    let rendered = Rendered {
        subject: "Prova".into(),
        text: ".\nUna riga che è solo un punto, sopra.\n".into(),
        html: "<p>Prova</p>\n".into(),
    };
    let recipient = address(recipient);
    let date = at("2026-04-15T10:00:00Z");
    OutgoingMail::new(id(number), &compose(id(number), &recipient, &rendered, &sender(), date).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mails_on_two_connections_arrive_whole_and_once() {
    let (address, relay) = Relay::start();
    let mut smtp = smtp(address, 2);
    let mails: Vec<_> =
        (1..=1_000).map(|number| mail_to(number, &format!("f{number}@posta.example"))).collect();
    for group in mails.chunks(smtp.group()) {
        for delivery in smtp.deliver(group).await {
            assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}");
        }
    }
    smtp.rest().await;
    assert_eq!(*relay.connections.lock().unwrap(), 2);
    let counts = relay.count_by_recipient();
    assert_eq!(counts.len(), 1_000);
    assert!(counts.values().all(|count| *count == 1));
    for (recipient, bytes) in relay.taken.lock().unwrap().iter() {
        let parsed = parse_mail(bytes).unwrap();
        assert_eq!(&parsed.headers.get_first_value("To").unwrap(), recipient);
        assert!(
            parsed.subparts[0].get_body().unwrap().starts_with(".\r\nUna riga che è solo"),
            "dot stuffing"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipient_gets_its_own_verdict_and_the_connection_goes_on() {
    let (address, relay) = Relay::start();
    let mut smtp = smtp(address, 1);
    let mut verdicts = Vec::new();
    for (number, name) in [(1, "anna"), (2, "450bruno"), (3, "550carla"), (4, "dario")] {
        verdicts.extend(smtp.deliver(&[mail_to(number, &format!("{name}@posta.example"))]).await);
    }
    assert_eq!(verdicts[0], Delivery::Accepted { answer: "250 OK".into() });
    assert_eq!(verdicts[1], Delivery::Deferred { answer: "450 4.2.1 [redacted] try again later".into() });
    assert_eq!(verdicts[2], Delivery::Refused { answer: "550 5.1.1 [redacted] does not exist".into() });
    assert_eq!(verdicts[3], Delivery::Accepted { answer: "250 OK".into() });
    assert_eq!(relay.count_by_recipient().len(), 2);
    assert_eq!(*relay.connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_mail_put_off_after_it_was_read_is_deferred() {
    let (address, _) = scripted(Fault::DeferAfterData).await;
    let deferred = Delivery::Deferred { answer: "450 4.3.0 no room just now".into() };
    let deliveries = smtp(address, 1).deliver(&[mail(id(1)), mail(id(2))]).await;
    assert_eq!(deliveries, [deferred.clone(), deferred]);
}

#[tokio::test]
async fn no_answer_after_the_mail_is_a_doubt() {
    let doubt = || Delivery::Uncertain { stage: Stage::Body };
    let (address, taken) = scripted(Fault::HangAfterData).await;
    assert_eq!(impatient(address).deliver(&[mail(id(1))]).await, [doubt()]);
    assert_eq!(*taken.lock().unwrap(), 1, "the relay has it: sending again would double it");
    let (address, _) = scripted(Fault::CloseAfterData).await;
    let mut smtp = smtp(address, 1);
    assert_eq!(smtp.deliver(&[mail(id(1)), mail(id(2))]).await, [doubt(), doubt()]);
    assert_eq!(smtp.proof(id(1)).await, Proof::Unknown);
}

#[tokio::test]
async fn a_connection_the_relay_is_tired_of_is_replaced_unnoticed() {
    let (address, taken) = scripted(Fault::TiresOfConnection).await;
    let mut smtp = smtp(address, 1);
    for number in 1..=3 {
        let delivery = smtp.deliver(&[mail(id(number))]).await;
        let Delivery::Accepted { answer } = &delivery[0] else { panic!("{delivery:?}") };
        assert_eq!(answer, "250 2.0.0 queued for [redacted]");
    }
    assert_eq!(*taken.lock().unwrap(), 3);
}

#[tokio::test]
async fn a_mail_that_breaks_every_connection_is_deferred_and_stops_no_other() {
    let (address, _) = scripted(Fault::CloseAtRcpt).await;
    let delivery = smtp(address, 1).deliver(&[mail(id(1))]).await;
    assert!(matches!(delivery[..], [Delivery::Deferred { .. }]), "{delivery:?}");
}

#[tokio::test]
async fn a_relay_that_is_away_silent_or_refuses_us_costs_no_recipient_its_mail() {
    let (address, _) = scripted(Fault::RefuseConnection).await;
    assert!(smtp(address, 1).prepare().await.is_err());
    let (address, _) = scripted(Fault::Silent).await;
    assert!(impatient(address).prepare().await.is_err());
    let (address, _) = scripted(Fault::RefuseSender).await;
    let refused = smtp(address, 1).deliver(&[mail(id(1)), mail(id(2))]).await;
    assert!(refused.iter().all(|delivery| matches!(delivery, Delivery::Unavailable { .. })), "{refused:?}");
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    assert!(smtp(closed, 1).prepare().await.is_err());
}
