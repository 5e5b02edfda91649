//! Webhooks: a real receiver on loopback, which the test's operator lists as its own, is told by signed calls what
//! happened; it is told again after it failed, and no more after it said that it is gone.

mod operator;

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    receiver::{Call, NOTHING, Receiver, Says, signature},
    world::{
        AOI, Answer, Engine,
        Engine::{Postgres, Sqlite},
        HARUTO, Request, Served, World, YUI, done, eventually,
    },
};

const KINDS: [&str; 3] = ["verification.approved", "verification.undelivered", "verification.locked"];

/// As an endpoint answers what it takes.
const TAKEN: Says = Says { status: 204, head: "", body: "" };

/// A gateway for messages, a receiver for events, and what is served with both.
struct Shop {
    gateway: Receiver,
    receiver: Receiver,
    served: Served,
}

/// An endpoint and what its calls are signed with.
struct Endpoint {
    id: String,
    key: Vec<u8>,
}

impl Shop {
    fn open(engine: Engine, messages: &'static [u16], events: &'static [u16]) -> Option<Shop> {
        Shop::telling(engine, messages, Receiver::start(events))
    }

    fn telling(engine: Engine, messages: &'static [u16], receiver: Receiver) -> Option<Shop> {
        let gateway = Receiver::start(messages);
        let secret = format!("whsec_{}", STANDARD.encode([7; 32]));
        let route =
            format!("[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{}\"\nsecret = \"{secret}\"\n", gateway.url);
        let own = format!("[webhooks]\nown_origins = [\"{}\"]\n", receiver.origin());
        let served = Served::start_on(engine, &format!("{own}{route}"))?;
        Some(Shop { gateway, receiver, served })
    }

    fn call(&self, method: &str, path: &str) -> Request {
        self.served.call(method, path)
    }

    fn endpoint(&self, events: &[&str]) -> Endpoint {
        let asked = json!({ "url": self.receiver.url, "events": events });
        let made = self.call("POST", "/v1/webhooks").json(&asked).send().is(201).json();
        let text = |member: &str| made[member].as_str().expect("an endpoint has it").to_owned();
        let key = STANDARD.decode(text("secret").trim_start_matches("whsec_")).expect("base64");
        assert_eq!(key.len(), 32);
        Endpoint { id: text("id"), key }
    }

    /// A new verification, and the code that the gateway was given for it.
    fn begin(&self, to: &str) -> (String, String) {
        let begun = self.call("POST", "/v1/verifications").json(&json!({ "to": to })).send().is(201).json();
        let text = self.gateway.next().json()["text"].as_str().expect("a text").to_owned();
        (begun["id"].as_str().expect("an id").to_owned(), text.rsplit_once('#').expect("a code").1.to_owned())
    }

    fn check(&self, id: &str, code: &str) -> Answer {
        self.call("POST", &format!("/v1/verifications/{id}/check")).json(&json!({ "code": code })).send()
    }

    fn deliveries(&self, endpoint: &Endpoint) -> Vec<Value> {
        let listed = self.call("GET", &format!("/v1/webhooks/{}/deliveries", endpoint.id)).send().is(200).json();
        listed["deliveries"].as_array().expect("a list").clone()
    }

    /// Waits until the newest delivery is in this state.
    fn becomes(&self, endpoint: &Endpoint, state: &str) -> Value {
        eventually(&format!("the delivery is {state}"), || {
            self.deliveries(endpoint).first().filter(|delivery| delivery["state"] == state).cloned()
        })
    }
}

/// As an operator does.
fn replay(shop: &Shop, arguments: &[&str]) -> String {
    done(&[&["webhook", "replay", "--config", &shop.served.config], arguments].concat())
}

fn is_signed(call: &Call, endpoint: &Endpoint) -> bool {
    let (id, timestamp) = (call.header("webhook-id"), call.header("webhook-timestamp"));
    call.header("webhook-signature") == signature(&endpoint.key, id, timestamp, &call.body)
}

/// A call to the endpoint says this, is signed, and holds nothing that opens anything.
#[track_caller]
fn tells(call: &Call, endpoint: &Endpoint, kind: &str, verification: &str) -> String {
    let id = call.header("webhook-id");
    assert!(is_signed(call, endpoint), "{}", call.body);
    assert_eq!(call.header("content-type"), "application/json");
    let told = call.json();
    let members: HashSet<&str> = told.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, HashSet::from(["type", "timestamp", "data"]), "{told}");
    let data: HashMap<&str, &Value> =
        told["data"].as_object().expect("data").iter().map(|(k, v)| (k.as_str(), v)).collect();
    assert_eq!(data.keys().copied().collect::<HashSet<_>>(), HashSet::from(["verification", "service"]), "{told}");
    assert_eq!((&told["type"], data["verification"]), (&json!(kind), &json!(verification)));
    assert!(id.starts_with("evt_"), "{id}");
    id.to_owned()
}

/// Approved, locked and undelivered arrive signed, with names alone.
#[rstest]
fn v1_an_event_names_and_opens_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(shop) = Shop::open(engine, &[200, 200, 422, 200], &[204]) else { return };
    let endpoint = shop.endpoint(&KINDS);
    let (id, code) = shop.begin(AOI);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let proof = shop.check(&id, &code).is_approved();
    let call = shop.receiver.next();
    let event = tells(&call, &endpoint, KINDS[0], &id);
    assert!(
        !call.body.contains(&proof) && !call.body.contains(&code) && !call.body.contains(&AOI[1..]),
        "{}",
        call.body
    );
    let done = shop.becomes(&endpoint, "delivered");
    assert_eq!((&done["event"], &done["tries"], &done["status"]), (&json!(event), &json!(1), &json!(204)), "{done}");

    let (id, code) = shop.begin(HARUTO);
    let wrong = if code == wrong { "000002" } else { wrong };
    while shop.check(&id, wrong).problem()["checks_left"] != 0 {}
    tells(&shop.receiver.next(), &endpoint, KINDS[2], &id);

    let (id, _) = shop.begin(YUI);
    tells(&shop.receiver.next(), &endpoint, KINDS[1], &id);
    shop.becomes(&endpoint, "delivered");
    assert_eq!(shop.served.metric("tegata_webhook_calls_total{outcome=\"delivered\"}"), 3.0);
    shop.receiver.hears_nothing();
    shop.served.stop();
}

#[test]
fn only_what_was_asked_for_is_told_and_what_failed_is_told_again() {
    let shop = Shop::open(Sqlite, &[200], &[500, 200]).expect("SQLite is built in");
    shop.endpoint(&[KINDS[2]]);
    let endpoint = shop.endpoint(&[KINDS[0]]);
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    let first = shop.receiver.next();
    let failed = Instant::now();
    let waits = eventually("the first try is written down", || {
        shop.deliveries(&endpoint).first().filter(|delivery| delivery["tries"] == 1).cloned()
    });
    assert_eq!((&waits["status"], &waits["state"]), (&json!(500), &json!("waiting")), "{waits}");
    assert_eq!(waits["no_answer"], Value::Null, "{waits}");
    assert!(waits["next_at"].is_string(), "{waits}");
    let second = shop.receiver.next();
    assert!(failed.elapsed() > Duration::from_secs(4), "after five seconds");
    assert_eq!(tells(&second, &endpoint, KINDS[0], &id), tells(&first, &endpoint, KINDS[0], &id), "the same event");
    assert_eq!(first.body, second.body);
    let done = shop.becomes(&endpoint, "delivered");
    assert_eq!((&done["tries"], &done["next_at"]), (&json!(2), &Value::Null));
    shop.receiver.hears_nothing();

    let replay = format!("/v1/webhooks/{}/deliveries/{}/replay", endpoint.id, done["event"].as_str().expect("an id"));
    shop.call("POST", &replay).send().is(202);
    assert_eq!(tells(&shop.receiver.next(), &endpoint, KINDS[0], &id), done["event"].as_str().expect("an id"));
    shop.served.stop();
}

#[test]
fn an_endpoint_that_is_gone_hears_no_more() {
    let shop = Shop::open(Sqlite, &[200], &[410]).expect("SQLite is built in");
    let endpoint = shop.endpoint(&KINDS);
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    shop.receiver.next();
    let failed = shop.becomes(&endpoint, "failed");
    let listed = shop.call("GET", "/v1/webhooks").send().is(200).json();
    assert!(listed["webhooks"][0]["disabled_at"].is_string() && listed["webhooks"][0]["secret"].is_null(), "{listed}");
    let (id, code) = shop.begin(HARUTO);
    shop.check(&id, &code).is_approved();
    let replay = format!("/v1/webhooks/{}/deliveries/{}/replay", endpoint.id, failed["event"].as_str().expect("an id"));
    shop.call("POST", &replay).send().is_refused("bad-request");
    shop.receiver.hears_nothing();
    assert_eq!(shop.deliveries(&endpoint).len(), 1, "nothing is written for it any more");
    shop.call("DELETE", &format!("/v1/webhooks/{}", endpoint.id)).send().is(204);
    shop.call("DELETE", &format!("/v1/webhooks/{}", endpoint.id)).send().is_refused("not-found");
    shop.served.stop();
}

/// What was approved before the kill is told after it: the event is in the approval's own commit.
#[rstest]
fn a_kill_loses_no_event(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut shop) = Shop::open(engine, &[200], &[503, 200]) else { return };
    let endpoint = shop.endpoint(&KINDS);
    let mut approved = HashSet::new();
    for to in [AOI, HARUTO, YUI] {
        let (id, code) = shop.begin(to);
        shop.check(&id, &code).is_approved();
        approved.insert(id);
    }
    shop.served.restart_after_crash();
    let told = |call: &Call| call.json()["data"]["verification"].as_str().expect("an id").to_owned();
    let mut heard = HashSet::new();
    while heard != approved {
        heard.insert(told(&shop.receiver.next()));
    }
    eventually("all are delivered", || {
        shop.deliveries(&endpoint).iter().all(|delivery| delivery["state"] == "delivered").then_some(())
    });
    shop.served.stop();
}

/// Over TLS that is checked: by the system's authorities, and by the operator's own once it is named.
#[test]
fn an_endpoint_is_called_over_tls_by_an_authority_that_is_believed() {
    let mut shop = Shop::telling(Sqlite, &[200], Receiver::secured(&[204])).expect("SQLite is built in");
    assert!(shop.receiver.url.starts_with("https://localhost:"));
    let endpoint = shop.endpoint(&KINDS);
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    let waits = eventually("it is tried", || shop.deliveries(&endpoint).into_iter().find(|one| one["tries"] != 0));
    assert_eq!((&waits["state"], &waits["status"]), (&json!("waiting"), &Value::Null), "nobody knows who that is");
    assert_eq!(waits["no_answer"], "not_trusted");
    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/tls/authority.pem");
    let config = std::fs::read_to_string(&shop.served.config).expect("it is written");
    let trusting = config.replace("[webhooks]\n", &format!("[webhooks]\nca_file = \"{authority}\"\n"));
    shop.served.restart_around(|served| std::fs::write(&served.config, trusting).expect("it can be written"));
    replay(&shop, &["--hours", "1"]);
    tells(&shop.receiver.next(), &endpoint, KINDS[0], &id);
    assert_eq!(shop.becomes(&endpoint, "delivered")["status"], 204);
    shop.served.stop();
}

/// However many endpoints end their calls at once, none waits for a lease that was thrown away.
#[rstest]
fn each_of_many_endpoints_is_told_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(shop) = Shop::open(engine, &[200], &[204]) else { return };
    let endpoints: Vec<Endpoint> = (0..5).map(|_| shop.endpoint(&KINDS)).collect();
    for nth in 0..30 {
        let (id, code) = shop.begin(&format!("+8190555501{nth:02}"));
        shop.check(&id, &code).is_approved();
    }
    for endpoint in &endpoints {
        eventually("all are delivered", || {
            let told = shop.deliveries(endpoint);
            (told.len() == 30 && told.iter().all(|delivery| delivery["state"] == "delivered")).then_some(())
        });
    }
}

/// As the documentation changes a secret: a second endpoint of the same address, then the first one is deleted.
#[test]
fn a_secret_is_changed_by_a_second_endpoint() {
    let shop = Shop::open(Sqlite, &[200], &[204]).expect("SQLite is built in");
    let (old, new) = (shop.endpoint(&KINDS), shop.endpoint(&KINDS));
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    let calls = [shop.receiver.next(), shop.receiver.next()];
    let by_old = calls.iter().position(|call| is_signed(call, &old)).expect("the old secret signs one");
    let events = [tells(&calls[by_old], &old, KINDS[0], &id), tells(&calls[1 - by_old], &new, KINDS[0], &id)];
    assert_eq!(events[0], events[1], "one event");
    shop.call("DELETE", &format!("/v1/webhooks/{}", old.id)).send().is(204);
    let (id, code) = shop.begin(HARUTO);
    shop.check(&id, &code).is_approved();
    tells(&shop.receiver.next(), &new, KINDS[0], &id);
    shop.served.stop();
}

/// A call that is held does not hold up a stop, and is made again.
#[test]
fn a_stop_waits_for_no_endpoint() {
    let mut shop =
        Shop::telling(Sqlite, &[200], Receiver::answering(vec![NOTHING, TAKEN])).expect("SQLite is built in");
    let endpoint = shop.endpoint(&KINDS);
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    let told = tells(&shop.receiver.next(), &endpoint, KINDS[0], &id);
    let began = Instant::now();
    shop.served.restart_around(|_| assert!(began.elapsed() < Duration::from_secs(5), "the stop waited for its answer"));
    assert_eq!(tells(&shop.receiver.next(), &endpoint, KINDS[0], &id), told, "the same event again");
    shop.becomes(&endpoint, "delivered");
    shop.served.stop();
}

/// One that never answers has its own place, and nobody else waits for it.
#[test]
fn d9_a_slow_endpoint_holds_up_nobody_else() {
    let shop = Shop::open(Sqlite, &[200], &[204]).expect("SQLite is built in");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_url = format!("http://{}", silent.local_addr().expect("bound"));
    let asked = json!({ "url": silent_url, "events": KINDS });
    shop.call("POST", "/v1/webhooks").json(&asked).send().is_refused("bad-request");
    let config = std::fs::read_to_string(&shop.served.config).expect("it is written");
    let own = config.replace("own_origins = [", &format!("own_origins = [\"{silent_url}\", "));
    let mut shop = shop;
    shop.served.restart_around(|served| std::fs::write(&served.config, own).expect("it can be written"));
    shop.call("POST", "/v1/webhooks").json(&asked).send().is(201);
    let endpoint = shop.endpoint(&KINDS);
    for to in [AOI, HARUTO, YUI] {
        let (id, code) = shop.begin(to);
        shop.check(&id, &code).is_approved();
        let asked = Instant::now();
        tells(&shop.receiver.next(), &endpoint, KINDS[0], &id);
        assert!(asked.elapsed() < Duration::from_secs(9), "it waited for the silent one, which has ten seconds");
    }
    shop.served.process.kill();
}

#[rstest]
fn d5_another_services_webhooks_are_unknown(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let made = world.post("/v1/webhooks", json!({ "url": "https://shop.example/", "events": KINDS })).is(201).json();
    let service = world.another_service();
    let foreign = world.another_key(&service);
    let id = made["id"].as_str().expect("an id");
    let event = "evt_01h455vb4pex5vsknk084sn02q";
    for (method, path) in [
        ("GET", format!("/v1/webhooks/{id}/deliveries")),
        ("DELETE", format!("/v1/webhooks/{id}")),
        ("POST", format!("/v1/webhooks/{id}/deliveries/{event}/replay")),
    ] {
        world.request(method, &path).key(&foreign).send().is_refused("not-found");
    }
    let listed = world.request("GET", "/v1/webhooks").key(&foreign).send().is(200).json();
    assert_eq!(listed, json!({ "webhooks": [] }));
    assert_eq!(world.get("/v1/webhooks").is(200).json()["webhooks"][0]["id"], id, "it is still there");
}

#[test]
fn d2_only_public_https_endpoints_are_taken_and_so_many() {
    let world = World::new();
    let make = |url: &str, events: Value| world.post("/v1/webhooks", json!({ "url": url, "events": events }));
    for url in ["http://shop.example/", "https://user@shop.example/", "shop.example", "", "https://shop.example/#a"] {
        assert_eq!(make(url, json!(KINDS)).is_refused("bad-request")["field"], "url", "{url}");
    }
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://[64:ff9b::7f00:1]/",
        "https://shop.example:99999/",
    ] {
        let refused = make(url, json!(KINDS)).is_refused("bad-request");
        assert!(refused["must"].as_str().is_some_and(|must| must.contains("public internet")), "{url}: {refused:?}");
    }
    for events in [json!([]), json!(vec![KINDS[0]; 6])] {
        assert_eq!(make("https://shop.example/", events).is_refused("bad-request")["field"], "events");
    }
    make("https://shop.example/", json!(["verification.created"])).is_refused("bad-request");
    for nth in 0..5 {
        let made = make(&format!("https://shop.example/{nth}"), json!([KINDS[0], KINDS[0]])).is(201).json();
        assert_eq!(made["events"], json!([KINDS[0]]), "each event once");
    }
    make("https://shop.example/6", json!(KINDS)).is_refused("bad-request");
}
