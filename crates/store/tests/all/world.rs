//! A store of its own for each test, and what tests ask of it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use domain::{
    channel::Channel,
    digest::{Digest, Fixed, sha256},
    id::{MessageId, OperationId, ServiceId, VerificationId, v4, v7},
    key::{KeyId, KeyRing, Secret},
    locale::Locale,
    refusal::Refusal,
    service::Policy,
    time::{Millis, Time, hours},
    verification::{Answer, Create, Event, Operation, Purpose, Recipient, Resend, Verification},
};
use store::{Database, OpenError, Statement, Store, StoreConfig};
use tokio::task::JoinSet;

use crate::place::{self, Place};

/// A world on each engine that can be tested here, one after the other.
pub fn each() -> impl Iterator<Item = World> {
    [|| Some(place::sqlite()), place::postgres].into_iter().filter_map(|place| place()).map(World::new)
}

/// How many jobs may wait for one worker.
const QUEUE_MAX: usize = 512;

/// Operations that wait, with their places.
pub type Waiting = JoinSet<(usize, Result<Answer, Refusal>)>;

/// What those who wait are told, in their order.
pub async fn answers(waiting: Waiting) -> Vec<Result<Answer, Refusal>> {
    let mut answers = waiting.join_all().await;
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Workers that are held; see [`World::hold`].
pub struct Held(Vec<std::sync::mpsc::Sender<()>>);

impl Held {
    pub fn release(self) {
        drop(self.0);
    }
}

/// One open store with its clock.
pub struct World {
    pub store: Store,
    pub place: Place,
    pub keys: Arc<KeyRing>,
    now: Arc<AtomicI64>,
    count: AtomicU64,
}

impl World {
    /// A migrated, empty store.
    pub fn new(place: Place) -> World {
        store::migrate(&place.database).unwrap();
        let keys = Arc::new(KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).unwrap());
        let now = Arc::new(AtomicI64::new(hours(500_000)));
        let store = open(&place.database, &keys, &now).unwrap();
        World { store, place, keys, now, count: AtomicU64::new(1) }
    }

    /// Another handle on the same database, after the first was closed.
    pub async fn reopen(&mut self) {
        self.store.clone().close().await;
        self.store = self.open().unwrap();
    }

    /// Opens what was not prepared.
    pub fn open_at(place: &Place) -> Result<Store, OpenError> {
        let keys = Arc::new(KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).unwrap());
        open(&place.database, &keys, &Arc::new(AtomicI64::new(0)))
    }

    /// Another handle on the same database.
    pub fn open(&self) -> Result<Store, OpenError> {
        open(&self.place.database, &self.keys, &self.now)
    }

    pub fn now(&self) -> Time {
        Time::from_ms(self.now.load(Ordering::Relaxed))
    }

    pub fn advance(&self, span: Millis) {
        self.now.fetch_add(span, Ordering::Relaxed);
    }

    /// Bytes that no other call gives.
    pub fn unique<const N: usize>(&self) -> [u8; N] {
        let digest = sha256(&self.count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        std::array::from_fn(|place| digest.0[place])
    }

    pub fn operation(&self, verification: Option<VerificationId>, event: Event) -> Operation {
        Operation {
            id: OperationId(v7(self.now(), 0, self.unique())),
            service: Some(service()),
            verification,
            policy: Arc::new(Policy::default()),
            sources: Vec::new(),
            event,
        }
    }

    /// A create for the phone of this name.
    pub fn create(&self, phone: &str) -> Operation {
        let to = recipient(phone);
        let create = Create {
            id: VerificationId(v7(self.now(), to.number.0[0], self.unique())),
            service: service(),
            to,
            purpose: Purpose::VerifyPhone,
            priority: None,
            binding: Fixed([0; 32]),
            context: sha256(phone.as_bytes()),
            known: false,
            locale: Locale::default(),
            host: None,
            salt: Fixed(self.unique()),
            message: MessageId(v7(self.now(), 0, self.unique())),
            reserved: None,
        };
        self.operation(None, Event::Create(create))
    }

    pub fn check(&self, id: VerificationId, typed: &str) -> Operation {
        self.operation(Some(id), Event::Check { typed: typed.into(), proof: Fixed(self.unique()) })
    }

    pub fn resend(&self, id: VerificationId, to: Option<Recipient>) -> Operation {
        let message = MessageId(v7(self.now(), 0, self.unique()));
        self.operation(
            Some(id),
            Event::Resend(Resend {
                channel: Channel::Sms,
                to,
                salt: Fixed(self.unique()),
                message,
                reserved: None,
                locale: None,
            }),
        )
    }

    /// The answers to operations that wait together, in their order.
    pub async fn at_once(&self, operations: impl Iterator<Item = Operation>) -> Vec<Result<Answer, Refusal>> {
        answers(self.queue(operations).await).await
    }

    /// Puts operations into the queues, without waiting for their [`answers`].
    pub async fn queue(&self, operations: impl Iterator<Item = Operation>) -> Waiting {
        let mut waiting = JoinSet::new();
        for (place, operation) in operations.enumerate() {
            let store = self.store.clone();
            waiting.spawn(async move { (place, store.apply(operation).await) });
        }
        // Tests run on one thread: by then each task has begun.
        for _ in 0..waiting.len() {
            tokio::task::yield_now().await;
        }
        waiting
    }

    /// Stops every worker until released, so that what comes meanwhile is one batch.
    pub async fn hold(&self) -> Held {
        let mut gates = Vec::new();
        for _ in 0..self.store.queue().1 / QUEUE_MAX {
            let (gate, closed) = std::sync::mpsc::channel::<()>();
            let (held, holding) = tokio::sync::oneshot::channel();
            let mut held = Some(held);
            let store = self.store.clone();
            tokio::spawn(async move {
                let hold = store.write(move |_| {
                    held.take().map(|held| held.send(()));
                    // Ends when the gate is dropped.
                    let _ = closed.recv();
                    Ok(())
                });
                hold.await.unwrap();
            });
            holding.await.unwrap();
            gates.push(gate);
        }
        Held(gates)
    }

    /// How many jobs may wait for all workers together.
    pub fn queue_max(&self) -> usize {
        self.store.queue().1
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &'static str) -> i64 {
        let text: &'static str = format!("SELECT COUNT(*) FROM {table}").leak();
        let count = Statement::new(format!("test.{table}").leak(), text);
        self.store.read(move |tx| tx.query_one(&count, &[])?.unwrap().read()).await.unwrap()
    }

    /// A verification that has just begun.
    pub async fn begun(&self, phone: &str) -> Verification {
        verification(self.store.apply(self.create(phone)).await)
    }

    /// The right code.
    pub fn code(&self, verification: &Verification) -> String {
        verification.code(verification.newest(), &self.keys).unwrap().digits().to_owned()
    }

    /// A code that is not right.
    pub fn wrong(&self, verification: &Verification) -> String {
        let right: u32 = self.code(verification).parse().unwrap();
        format!("{:06}", (right + 1) % 1_000_000)
    }
}

fn open(database: &Database, keys: &Arc<KeyRing>, now: &Arc<AtomicI64>) -> Result<Store, OpenError> {
    let now = now.clone();
    let clock = Arc::new(move || Time::from_ms(now.load(Ordering::Relaxed)));
    let config = StoreConfig { queue_max: QUEUE_MAX, ..StoreConfig::new(database.clone()) };
    Store::open(&config, keys.clone(), clock)
}

pub fn service() -> ServiceId {
    ServiceId(v4([5; 16]))
}

pub fn recipient(phone: &str) -> Recipient {
    let named = |kind: &str| -> Digest { sha256(format!("{kind} {phone}").as_bytes()) };
    let (number, address) = (named("number"), phone.as_bytes().to_vec());
    Recipient { number, phone: named("phone"), address, channel: Channel::Sms }
}

#[track_caller]
pub fn verification(answer: Result<Answer, Refusal>) -> Verification {
    match answer {
        Ok(Answer::Verification(verification)) => *verification,
        other => panic!("no verification: {other:?}"),
    }
}
