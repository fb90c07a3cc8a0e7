// SPDX-License-Identifier: EUPL-1.2
//! Messages as they come from a queue.

use campanella_messages::{
    ArdisApplicationRecorded, ArdisIseeRecorded, ArdisListPublished, ArdisTermReached,
    ArsCommunicationRecorded, ArsPeriodClosed, ArsStudentAtRisk, Envelope, MailRequested, Message,
    ReminderDue,
};
use uuid::Uuid;

use super::{assert_quotes_nothing, text};

/// What its type makes of the data is written and read as the same; a refusal quotes nothing.
fn decoded<M: Message>(envelope: &Envelope) {
    match envelope.decode::<M>() {
        Ok(message) => {
            let written = serde_json::to_value(&message).unwrap_or_default();
            let mut again = envelope.clone();
            again.data.clone_from(&written);
            assert!(
                again
                    .decode::<M>()
                    .is_ok_and(|read| serde_json::to_value(read).is_ok_and(|it| it == written))
            );
        }
        Err(error) => assert_quotes_nothing(&error.to_string()),
    }
}

/// An envelope: it comes back as written, and so do a retry and a replay of it.
pub fn envelope(input: &[u8]) {
    let Some(body) = text(input) else { return };
    let envelope = match Envelope::from_json(body) {
        Ok(envelope) => envelope,
        Err(error) => return assert_quotes_nothing(&error.to_string()),
    };
    let (retry, replay) = (envelope.next_attempt(Uuid::nil()), envelope.replay(Uuid::nil()));
    assert!(retry.attempt >= envelope.attempt.max(1) || envelope.attempt == u16::MAX);
    assert_eq!((replay.attempt, replay.causationid), (1, Some(envelope.id)));
    for message in [&envelope, &retry, &replay] {
        let written = message.to_json();
        assert!(Envelope::from_json(&written).is_ok_and(|again| again == *message), "{written}");
        assert_eq!(message.originid, envelope.originid);
    }
    decoded::<ArdisApplicationRecorded>(&envelope);
    decoded::<ArdisIseeRecorded>(&envelope);
    decoded::<ArdisListPublished>(&envelope);
    decoded::<ArdisTermReached>(&envelope);
    decoded::<ArsCommunicationRecorded>(&envelope);
    decoded::<ArsPeriodClosed>(&envelope);
    decoded::<ArsStudentAtRisk>(&envelope);
    decoded::<MailRequested>(&envelope);
    decoded::<ReminderDue>(&envelope);
}
