// SPDX-License-Identifier: EUPL-1.2
//! A database, a clock that stands, and a transport that does what it is told.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use anyhow::Context as _;
use async_trait::async_trait;
use campanella_domain::mail::MailTemplate;
use campanella_mailer::{
    Delivery, MailSettings, Mailer, OutgoingMail, Proof, Transport, Unavailable, transport::Folder,
};
use campanella_runtime::{Backoff, Outbound as _, Progress, clock, clock::SimulatedClock};
use campanella_store::{
    Store, StoreSettings,
    notification::{self, NewNotification, Precondition},
};
use campanella_testkit::PrivatePostgres;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{address, at, id, letterheads, sample};

/// When everything is due.
pub(crate) const NOON: &str = "2026-04-15T10:00:00Z";

pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) settings: MailSettings,
    /// The transport was handed mails.
    pub(crate) reached: Arc<Notify>,
    script: Arc<Mutex<Script>>,
    place: TempDir,
    postgres: Option<PrivatePostgres>,
}

#[derive(Debug)]
struct Script {
    up: bool,
    hangs: bool,
    /// Ends the process while the n-th mail is being delivered.
    end: Option<(usize, CancellationToken)>,
    answers: HashMap<Uuid, Delivery>,
    sent: Vec<Uuid>,
    bytes: Vec<Vec<u8>>,
}

/// Accepts what the script does not answer otherwise; knows nothing of the past, as a relay.
#[derive(Debug, Clone)]
struct Scripted(Arc<Mutex<Script>>, Arc<Notify>);

#[async_trait]
impl Transport for Scripted {
    fn group(&self) -> usize {
        1
    }

    async fn prepare(&mut self) -> Result<(), Unavailable> {
        if self.0.lock().unwrap().up { Ok(()) } else { Err(Unavailable("down".into())) }
    }

    async fn deliver(&mut self, mails: &[OutgoingMail]) -> Vec<Delivery> {
        self.1.notify_one();
        if self.0.lock().unwrap().hangs {
            std::future::pending::<()>().await;
        }
        let mut script = self.0.lock().unwrap();
        script.sent.extend(mails.iter().map(OutgoingMail::id));
        if let Some((at, end)) = &script.end
            && script.sent.len() >= *at
        {
            end.cancel();
        }
        script.bytes.extend(mails.iter().map(|mail| mail.bytes().to_vec()));
        let accepted = Delivery::Accepted { answer: "250 2.0.0 fine".into() };
        mails
            .iter()
            .map(|mail| script.answers.get(&mail.id()).cloned().unwrap_or_else(|| accepted.clone()))
            .collect()
    }

    async fn proof(&mut self, _id: Uuid) -> Proof {
        Proof::Unknown
    }

    async fn rest(&mut self) {}
}

/// A provisional-list mail to a family of its own.
pub(crate) fn queued(number: u128) -> NewNotification {
    let (mut parameters, _) = sample(MailTemplate::ArdisProvisionalList);
    parameters["instance_number"] = format!("2025-{number:06}").into();
    NewNotification {
        id: id(number),
        dedupe_key: format!("ardis:provisional-list:2025-{number:06}"),
        template: MailTemplate::ArdisProvisionalList,
        recipient: address(&format!("famiglia{number}@posta.example")),
        parameters: parameters.to_string(),
        priority: 10,
        due_at: at(NOON),
        not_after: None,
        precondition: Precondition::None,
        subject_id: None,
        created_at: at(NOON),
    }
}

/// The defaults, with retries in minutes.
pub(crate) fn settings() -> anyhow::Result<MailSettings> {
    let mut defaults: toml::Table = toml::from_str(MailSettings::DEFAULTS)?;
    let section = defaults.remove("mail").context("the defaults have no section [mail]")?;
    let mut settings: MailSettings = section.try_into()?;
    settings.retry = Backoff { attempts: 3, first_seconds: 60, longest_seconds: 600 };
    Ok(settings)
}

/// «accepted 2, queued 1»
pub(crate) async fn states(store: &Store) -> anyhow::Result<String> {
    let mut tx = store.read().await?;
    let mut states: BTreeMap<String, i64> = BTreeMap::new();
    for count in notification::counts(&mut tx).await? {
        *states.entry(count.state).or_default() += count.count;
    }
    let texts: Vec<_> = states.into_iter().map(|(state, count)| format!("{state} {count}")).collect();
    Ok(texts.join(", "))
}

impl Bench {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let place = tempfile::tempdir()?;
        let store = Store::open_file(&place.path().join("campanella.db"), StoreSettings::default()).await?;
        Self::over(store, place, None).await
    }

    pub(crate) async fn at(now: &str) -> anyhow::Result<Self> {
        Ok(Self { clock: Arc::new(SimulatedClock::at(at(now))), ..Self::new().await? })
    }

    pub(crate) async fn on_postgres() -> anyhow::Result<Self> {
        let postgres = PrivatePostgres::start()?;
        let store = Store::open(&postgres.create_database("mails")?, StoreSettings::default()).await?;
        Self::over(store, tempfile::tempdir()?, Some(postgres)).await
    }

    async fn over(store: Store, place: TempDir, postgres: Option<PrivatePostgres>) -> anyhow::Result<Self> {
        store.migrate().await?;
        let script = Script {
            up: true,
            hangs: false,
            end: None,
            answers: HashMap::new(),
            sent: Vec::new(),
            bytes: Vec::new(),
        };
        Ok(Self {
            store,
            clock: Arc::new(SimulatedClock::at(at(NOON))),
            settings: settings()?,
            reached: Arc::default(),
            script: Arc::new(Mutex::new(script)),
            place,
            postgres,
        })
    }

    pub(crate) fn mail_folder(&self) -> PathBuf {
        self.place.path().join("mail")
    }

    pub(crate) fn folder_mailer(&self) -> Mailer {
        self.mailer(Box::new(Folder::new(self.mail_folder(), 100)))
    }

    pub(crate) fn scripted_mailer(&self) -> Mailer {
        self.mailer(Box::new(Scripted(self.script.clone(), self.reached.clone())))
    }

    fn mailer(&self, transport: Box<dyn Transport>) -> Mailer {
        Mailer::new(self.store.clone(), self.clock.clone(), transport, letterheads(), self.settings.clone())
            .unwrap()
    }

    pub(crate) fn answer(&self, id: Uuid, delivery: Delivery) {
        self.script.lock().unwrap().answers.insert(id, delivery);
    }

    pub(crate) fn set_up(&self, up: bool) {
        self.script.lock().unwrap().up = up;
    }

    /// Asks for the end while the n-th mail is being delivered.
    pub(crate) fn end_at(&self, mails: usize, end: CancellationToken) {
        self.script.lock().unwrap().end = Some((mails, end));
    }

    pub(crate) fn set_hanging(&self, hangs: bool) {
        self.script.lock().unwrap().hangs = hangs;
    }

    pub(crate) fn sent(&self) -> Vec<Uuid> {
        self.script.lock().unwrap().sent.clone()
    }

    /// The mails as they were handed over.
    pub(crate) fn bytes(&self) -> Vec<Vec<u8>> {
        self.script.lock().unwrap().bytes.clone()
    }

    pub(crate) async fn insert(&self, mails: &[NewNotification]) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        notification::insert(&mut tx, mails).await?;
        Ok(tx.commit().await?)
    }

    /// As a newer release would have queued it, under a template this one does not have. On PostgreSQL only.
    pub(crate) fn is_of_a_newer_release(&self, mail: Uuid) -> anyhow::Result<()> {
        let postgres = self.postgres.as_ref().context("only psql writes what the store cannot")?;
        let sql = format!("UPDATE notification SET template = 'di-domani' WHERE id = '{mail}'");
        postgres.run_sql("mails", &sql)?;
        Ok(())
    }

    /// Steps until nothing is left to do now.
    pub(crate) async fn run(&self, mailer: &mut Mailer) -> anyhow::Result<()> {
        while mailer.step().await? != Progress::Idle {}
        Ok(())
    }

    /// Another process claims everything due, begins to send some of it, and dies; its lease is over at once.
    pub(crate) async fn die_after_claim(&self, sending: &[Uuid]) -> anyhow::Result<()> {
        let owner = clock::new_id();
        let mut tx = self.store.begin().await?;
        let now = campanella_runtime::clock::Clock::now(self.clock.as_ref());
        let claimed = notification::claim(&mut tx, owner, now, clock::machine_now(), 1_000).await?;
        let begun: Vec<_> = claimed
            .mails
            .iter()
            .filter(|mail| sending.contains(&mail.id))
            .map(|mail| (mail.id, mail.attempt))
            .collect();
        notification::start_sending(&mut tx, owner, &begun).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn states(&self) -> anyhow::Result<String> {
        states(&self.store).await
    }

    /// What is stored of the answers, by id.
    pub(crate) async fn answers(&self) -> anyhow::Result<Vec<String>> {
        let mut tx = self.store.read().await?;
        let rows = notification::list(&mut tx, None, 1_000).await?;
        Ok(rows.into_iter().filter_map(|row| row.answer).collect())
    }
}
