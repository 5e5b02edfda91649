//! How fast the door is: creates and right checks in process, each answered after its commit.
//!
//! `cargo bench -p store --bench door -- [postgres://…] [thousands] [callers]`; without a URL, SQLite
//! in a folder of its own, which is removed. A PostgreSQL database must be empty, and keeps what was written.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it measures, prints, and stops at what is wrong")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime},
};

use domain::{
    channel::Channel,
    digest::{Fixed, sha256},
    id::{MessageId, OperationId, ServiceId, VerificationId, v4, v7},
    key::{KeyId, KeyRing, Secret},
    limit::{LimitKey, Rule},
    locale::Locale,
    service::Policy,
    time::{Time, minutes},
    verification::{Answer, Create, Event, Operation, Purpose, Recipient},
};
use store::{Database, Store, StoreConfig};

fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Time::from_ms(i64::try_from(since.as_millis()).unwrap())
}

struct Load {
    store: Store,
    keys: Arc<KeyRing>,
    policy: Arc<Policy>,
    seed: u64,
    count: AtomicU64,
}

impl Load {
    fn unique<const N: usize>(&self) -> [u8; N] {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let digest = sha256(&[self.seed.to_be_bytes(), count.to_be_bytes()].concat());
        std::array::from_fn(|place| digest.0[place])
    }

    fn operation(&self, source: Option<LimitKey>, verification: Option<VerificationId>, event: Event) -> Operation {
        let rules = vec![Rule::new(minutes(10), 1_000_000)];
        Operation {
            id: OperationId(v7(now(), 0, self.unique())),
            service: Some(ServiceId(v4([1; 16]))),
            verification,
            policy: self.policy.clone(),
            sources: source.map(|source| (source, rules)).into_iter().collect(),
            event,
        }
    }

    async fn create_and_check(&self) {
        let to = Recipient {
            number: Fixed(self.unique()),
            phone: Fixed(self.unique()),
            address: self.unique::<32>().to_vec(),
            channel: Channel::Sms,
        };
        let create = Create {
            id: VerificationId(v7(now(), to.number.0[0], self.unique())),
            service: ServiceId(v4([1; 16])),
            to,
            purpose: Purpose::VerifyPhone,
            priority: None,
            binding: Fixed([0; 32]),
            context: Fixed(self.unique()),
            known: false,
            locale: Locale::default(),
            host: None,
            salt: Fixed(self.unique()),
            message: MessageId(v7(now(), 0, self.unique())),
            reserved: None,
        };
        let source = Fixed(self.unique());
        let created = self.store.apply(self.operation(Some(source), None, Event::Create(create))).await;
        let Ok(Answer::Verification(begun)) = created else { panic!("{created:?}") };
        let typed = begun.code(begun.newest(), &self.keys).unwrap().digits().to_owned();
        let check = Event::Check { typed, proof: Fixed(self.unique()) };
        self.store.apply(self.operation(None, Some(begun.id), check)).await.unwrap();
    }
}

#[tokio::main]
async fn main() {
    // Cargo adds options of its own.
    let own = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let (urls, numbers): (Vec<String>, Vec<String>) = own.partition(|arg| arg.contains("://"));
    let thousands: u64 = numbers.first().map_or(20, |n| n.parse().unwrap());
    let callers: u64 = numbers.get(1).map_or(256, |n| n.parse().unwrap());
    let folder = std::env::temp_dir().join(format!("tegata-door-{}", std::process::id()));
    let database = match urls.first() {
        Some(url) => Database::Postgres { url: url.clone() },
        None => {
            std::fs::create_dir(&folder).unwrap();
            Database::Sqlite(folder.join("tegata.db"))
        }
    };
    store::migrate(&database).unwrap();
    let keys = Arc::new(KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).unwrap());
    let store = Store::open(&StoreConfig::new(database), keys.clone(), Arc::new(now)).unwrap();
    let seed = now().ms().unsigned_abs();
    let load = Arc::new(Load { store, keys, policy: Arc::default(), seed, count: AtomicU64::new(0) });
    let began = Instant::now();
    let callers = (0..callers).map(|_| {
        let load = load.clone();
        let share = thousands * 1_000 / callers;
        tokio::spawn(async move {
            for _ in 0..share {
                load.create_and_check().await;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    let per_second = 2_000.0 * thousands as f64 / began.elapsed().as_secs_f64();
    println!("{per_second:.0} operations a second, each durable");
    load.store.clone().close().await;
    if urls.is_empty() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
