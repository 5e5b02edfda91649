//! Two nodes on one database that lease of the same budgets and give back to them.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use domain::{
    address::PhoneNumber,
    channel::Channel,
    id::{ServiceId, v4},
    key::{KeyId, KeyRing, Secret},
    refusal::Refusal,
    service::{Policy, Service},
    time::{Time, days, hours, seconds},
};
use rstest::rstest;
use store::{
    Database, Fault, Faults, Store, StoreConfig,
    budget::{Taken, list},
};

use super::{Spent, day};
use crate::{
    app::{App, service::Known},
    clock::Clock,
    config::Config,
    guide::Library,
};

/// A database in a folder of its own, which goes with the test.
struct Ground {
    folder: PathBuf,
    clock: Arc<Clock>,
}

/// A node, and what befalls its commits.
struct Node {
    app: App,
    faults: Faults,
}

impl Ground {
    fn new(name: &str) -> Ground {
        let folder = std::env::temp_dir().join(format!("tegata_budgets_{name}_{}", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        // No day ends during a test.
        let clock = Clock::default();
        let past_ms = clock.now().since(Time::from_ms(day(clock.now()) * days(1)));
        clock.advance(days(1) - past_ms + hours(1));
        let ground = Ground { folder, clock: Arc::new(clock) };
        store::migrate(&ground.database()).expect("the schema can be made");
        ground
    }

    fn database(&self) -> Database {
        Database::Sqlite(self.folder.join("tegata.db"))
    }

    fn node(&self) -> Node {
        let keys = Arc::new(KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).expect("one key"));
        let faults = Faults::of(&self.database());
        let (now, opened) = (self.clock.clone(), StoreConfig::new(self.database()));
        let store = Store::visit(&opened, keys.clone(), Arc::new(move || now.now())).expect("the store opens");
        let config =
            "public_url = \"https://a.example\"\ndatabase = \"sqlite:none.db\"\nsecrets = \"none\"\ncountry = \"JP\"";
        let config: Config = toml::from_str(config).expect("a configuration");
        let guides = Arc::new(Library::open(None).expect("those in the binary are whole"));
        let (clock, config) = (self.clock.clone(), Arc::new(config));
        Node { app: App::new(store, keys, clock, config, Vec::new(), guides, Arc::default()), faults }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // What is left in the system's temporary folder hurts nobody.
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Node {
    async fn spend(&self, known: &Known, number: &str) -> Result<Spent, Refusal> {
        let number = PhoneNumber::from_e164(number).expect("a number");
        self.app.spend(known, &number, number.country(), Channel::Sms).await
    }

    /// What the database says of the service's day: everywhere, then of the places.
    async fn day(&self) -> Vec<Taken> {
        let from = Time::from_ms(day(self.app.now()) * days(1));
        let lines = self.app.store.read(move |tx| list(tx, from, 100)).await.expect("it is read");
        lines.into_iter().filter(|line| line.owner.is_some() && line.from == from).collect()
    }
}

/// A service with so many messages a day, of which so many go to one prefix.
fn service(sms_per_day: u32, to_prefix: u32) -> Known {
    let budgets = serde_json::json!([{ "place": "+8190", "sms_per_day": to_prefix }]);
    let budgets = serde_json::from_value(budgets).expect("budgets");
    let policy = Policy { sms_per_day, budgets, ..Policy::default() };
    let service = Service {
        id: ServiceId(v4([1; 16])),
        brand: "Shop".into(),
        brand_en: None,
        sender: None,
        color: None,
        return_urls: Vec::new(),
        host: None,
        embed_origins: Vec::new(),
        email_code_url: None,
        contacts: Vec::new(),
        logo: None,
        policy: policy.clone(),
        changed_at: Time::from_ms(0),
    };
    Known { service, policy: Arc::new(policy), version: 1 }
}

/// What was spent at the prefix and elsewhere.
type Sent = Arc<Mutex<[i64; 2]>>;

/// Asks for so many messages to both places in turn, and puts back some.
async fn ask(node: Arc<Node>, known: Arc<Known>, times: usize, sent: Sent) {
    for nth in 0..times {
        let number = ["+819012345678", "+818012345678"][nth % 2];
        match node.spend(&known, number).await {
            Ok(spent) if nth % 5 == 0 => node.app.unspend(&spent),
            Ok(_) => sent.lock().expect("nobody panicked")[nth % 2] += 1,
            // Too much befell the store for the tries that there are.
            Err(Refusal::Busy { .. } | Refusal::Unavailable) => {}
            Err(refusal) => panic!("{refusal:?}"),
        }
        tokio::task::yield_now().await;
    }
}

/// Gives back what lies idle, as the worker does, while others ask.
async fn settle(node: Arc<Node>, faults: &[Fault]) {
    for nth in 0..10 {
        node.app.clock.advance(seconds(3));
        faults.iter().cycle().skip(nth).take(1).for_each(|fault| node.faults.strike(*fault));
        let settled = node.app.settle_budgets().await;
        assert!(settled.is_ok() || !faults.is_empty(), "{settled:?}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[rstest]
#[case::calm(&[])]
#[case::in_storms(&[Fault::InDoubt, Fault::Lost, Fault::Conflict])]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_two_nodes_that_race_are_never_over(#[case] faults: &'static [Fault]) {
    let ground = Ground::new(if faults.is_empty() { "calm" } else { "storms" });
    let nodes = [Arc::new(ground.node()), Arc::new(ground.node())];
    let (known, sent) = (Arc::new(service(200, 90)), Sent::default());
    let mut tasks = tokio::task::JoinSet::new();
    for node in &nodes {
        (0..3).for_each(|_| drop(tasks.spawn(ask(node.clone(), known.clone(), 40, sent.clone()))));
        tasks.spawn(settle(node.clone(), faults));
    }
    tasks.join_all().await;
    nodes.iter().for_each(|node| node.faults.calm());
    // What one node is refused for lies idle at the other for seconds only.
    for node in nodes.iter().chain(&nodes) {
        ground.clock.advance(seconds(10));
        for idle in &nodes {
            idle.app.settle_budgets().await.expect("it comes through");
        }
        ask(node.clone(), known.clone(), 150, sent.clone()).await;
    }
    for node in &nodes {
        node.app.give_budgets_back().await.expect("it comes through");
    }
    let [there, elsewhere] = *sent.lock().expect("nobody panicked");
    assert!(there <= 90 && there + elsewhere <= 200, "{there} and {elsewhere}");
    let day = nodes[0].day().await;
    let taken = |place: &str| day.iter().find(|line| line.place == place).map(|line| (line.sms, line.leased));
    if faults.is_empty() {
        assert_eq!((there, elsewhere), (90, 110), "to the last one");
        assert_eq!([taken("+8190"), taken("")], [Some((90, 0)), Some((200, 0))]);
    } else {
        let is_kept = |taken: Option<(i64, i64)>, spent| taken.is_some_and(|(sms, _)| sms >= spent);
        assert!(is_kept(taken("+8190"), there) && is_kept(taken(""), there + elsewhere), "{day:?}, {sent:?}");
    }
}

/// One whose commit came and whose answer was lost, and one that did not come: nobody can tell which it was.
#[rstest]
#[case::it_happened(Fault::InDoubt, (1, 0))]
#[case::it_did_not(Fault::Lost, (10, 10))]
#[case::another_was_faster(Fault::Conflict, (1, 0))]
#[tokio::test]
async fn m2_a_give_back_in_doubt_is_not_done_again(#[case] fault: Fault, #[case] left: (i64, i64)) {
    let ground = Ground::new(&format!("{fault:?}"));
    let (node, known) = (ground.node(), service(20, 20));
    node.spend(&known, "+818012345678").await.map(|_| ()).expect("there is room");
    ground.clock.advance(seconds(10));
    node.faults.strike(fault);
    for _ in 0..2 {
        node.app.settle_budgets().await.expect("it comes through");
        let day = node.day().await;
        assert_eq!((day[0].sms, day[0].leased), left);
    }
}

#[tokio::test]
async fn m2_who_pumps_into_a_budget_that_is_used_up_does_not_reach_the_store() {
    let ground = Ground::new("used_up");
    let (node, known) = (ground.node(), service(1, 1));
    let is_busy = |spent: Result<Spent, Refusal>| matches!(spent, Err(Refusal::Busy { .. }));
    node.spend(&known, "+818012345678").await.map(|_| ()).expect("there is room");
    assert!(is_busy(node.spend(&known, "+12025550171").await), "the store says so");
    node.app.store.clone().close().await;
    for elsewhere in ["+12025550172", "+16135550171", "+819012345678", "+33612345678", "+821012345678"] {
        assert!(is_busy(node.spend(&known, elsewhere).await), "{elsewhere}: no other place is asked for");
    }
    let asks = |spent: Result<Spent, Refusal>| matches!(spent, Err(Refusal::Unavailable));
    assert!(asks(node.spend(&service(2, 1), "+12025550171").await), "a raised budget holds at once");
    ground.clock.advance(seconds(5));
    assert!(asks(node.spend(&known, "+12025550171").await), "others may have given back");
}
