//! A route that silently stops delivering: messages go around it, the operator is told when and why, and it is taken again
//! once it delivers. With two message centres, real messages and people who type what arrives.

use serde_json::{Value, json};

use crate::{
    console::enter,
    receiver::Receiver,
    world::{
        AOI, Browser, HARUTO, Inside, RETURN_URL, Served, World, YUI, assert_quiet, done, eventually, minutes,
        route_called,
    },
};

/// Two message centres, and a server with a route to each.
struct Town {
    first: World,
    second: World,
    server: Inside,
}

impl Town {
    fn new(more: &str) -> Town {
        let (first, second) = (World::new(), World::new());
        let routes = [route_called("first", &first), route_called("second", &second)].concat();
        let town = Town { server: Inside::start(&format!("{more}{routes}")), first, second };
        town.served().wait_for_links(&["first", "second"]);
        town
    }

    fn served(&self) -> &Served {
        &self.server.served
    }

    fn create(&self, to: &str) -> String {
        create(self.served(), to)
    }

    /// Somebody asks for a code, gets it by this centre, and types it.
    fn verifies(&self, to: &str, by: &World) {
        let path = self.create(to);
        let code = by.sms_to(to).code();
        self.served().call("POST", &format!("{path}/check")).json(&json!({ "code": code })).send().is_approved();
    }

    fn is(&self, what: &str, value: f64) {
        let metric = format!("tegata_route_state{{route=\"first\",what=\"{what}\"}}");
        eventually(&format!("{what} is {value}"), || (self.served().metric(&metric) == value).then_some(()));
    }

    fn list(&self) -> String {
        done(&["route", "list", "--config", &self.served().config])
    }

    /// Has this receiver told of routes; whose key it is.
    fn listens(&self, key: &str, receiver: &Receiver) -> String {
        let asked = json!({ "url": receiver.url, "events": ["route.troubled", "route.recovered"] });
        self.served().call("POST", "/v1/webhooks").key(key).json(&asked).send().is(201);
        done(&["service", "list", "--config", &self.served().config]).split_whitespace().next().expect("one").to_owned()
    }

    /// A key of another service, which sends nothing.
    fn another_key(&self) -> String {
        let config = &self.served().config;
        let service = done(&["service", "create", "--config", config, "--brand", "Other"]);
        done(&["key", "create", "--config", config, "--service", &service])
    }

    /// Lets all that is usual happen, and then nothing arrive any more by the first centre.
    fn fall(&self) {
        for nth in 0..105 {
            self.verifies(&number(nth), &self.first);
        }
        self.server.advance(minutes(90));
        self.first.set_carrier("smsc", &json!({ "loss": 1.0 }));
        for nth in 200..225 {
            becomes(self.served(), &self.create(&number(nth)), "submitted");
        }
        self.server.advance(minutes(4));
        self.is("share", 0.0);
    }

    /// Lets all arrive again, and the route be tried until it is well.
    fn mend(&self) {
        self.first.set_carrier("smsc", &json!({ "loss": 0.0 }));
        self.server.advance(minutes(6));
        for (step, share, then) in [(0, 50.0, 250.0), (1, 250.0, 1_000.0)] {
            self.is("share", share);
            for nth in 0..5 {
                // It is tried at least every other minute.
                self.server.advance(minutes(2) + 1_000);
                self.verifies(&number(300 + 10 * step + nth), &self.first);
            }
            self.server.advance(minutes(4));
            self.is("share", then);
        }
    }
}

/// The next call tells this of the first route, and nothing else: no figures, which are others' too.
#[track_caller]
fn tells(receiver: &Receiver, kind: &str, service: &str) {
    let told = receiver.next().json();
    assert_eq!((&told["type"], &told["data"]), (&json!(kind), &json!({ "route": "first", "service": service })));
}

fn number(nth: u32) -> String {
    format!("+81905558{nth:04}")
}

fn create(served: &Served, to: &str) -> String {
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": to })).send().is(201).json();
    format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"))
}

/// The message of a verification once it is in a state.
fn becomes(served: &Served, path: &str, state: &str) -> Value {
    eventually(&format!("the message is {state}"), || {
        let message = served.call("GET", path).send().is(200).json()["message"].clone();
        (message["state"] == state).then_some(message)
    })
}

#[test]
fn m6_a_route_that_stops_delivering_is_left_and_taken_again_when_it_delivers() {
    let (shop, other) = (Receiver::start(&[204]), Receiver::start(&[204]));
    let own = format!("[webhooks]\nown_origins = [\"{}\", \"{}\"]\n", shop.origin(), other.origin());
    let town = Town::new(&own);
    let service = town.listens(&town.served().key, &shop);
    town.listens(&town.another_key(), &other);
    assert!(town.list().starts_with("first  no trouble learnt\nsecond  no trouble learnt\n"), "{}", town.list());
    town.fall();
    tells(&shop, "route.troubled", &service);
    let list = town.list();
    assert!(list.starts_with("first  in trouble since 20"), "{list}");
    assert!(list.contains("of 25 messages, codes back 0 % (usually 100 %), arrived by receipts 0 % (usually 100 %)"));
    for to in [AOI, HARUTO] {
        town.verifies(to, &town.second);
    }
    town.first.no_sms_to(AOI);
    let chosen = |route: &str, why: &str| {
        town.served().metric_or(&format!("tegata_route_choices_total{{route=\"{route}\",why=\"{why}\"}}"), 0.0)
    };
    assert_eq!((chosen("second", "trouble"), chosen("first", "order")), (2.0, 130.0));
    town.mend();
    tells(&shop, "route.recovered", &service);
    shop.hears_nothing();
    other.hears_nothing();
    assert_eq!(chosen("first", "probe"), 10.0, "a few try it, no more");
    town.verifies(YUI, &town.first);
    assert!(town.list().starts_with("first  out of trouble since 20"), "{}", town.list());
    let (mut browser, _) = enter(&town.server.console());
    let page = browser.open(&format!("{}/console/routes", town.served().url)).is(200);
    let told = ["元どおりになった", "少しずつ、もう一度試す", "いつもより届かないため"];
    let at = told.map(|text| page.html().find(text).unwrap_or_else(|| panic!("{text}: {page:?}")));
    assert!(at.is_sorted(), "newest first: {page:?}");
    assert!(page.html().contains("SMS 25 通のうち"), "in figures: {page:?}");
}

/// While an operator has banned all routes, everybody is told that nothing goes out, and nothing is lost.
#[test]
fn a_message_waits_while_all_routes_are_banned_and_that_is_said() {
    let world = World::new();
    let served = Served::start(&route_called("only", &world));
    let route = |word: &str| done(&["route", word, "--config", &served.config, "only"]);
    eventually("it is bound", || (served.metric("tegata_link_up{route=\"only\"}") == 1.0).then_some(()));
    route("ban");
    let banned = |value: f64| {
        let metric = "tegata_route_state{route=\"only\",what=\"banned\"}";
        eventually("the server knows", || (served.metric_or(metric, 0.0) == value).then_some(()));
    };
    banned(1.0);
    let path = create(&served, AOI);
    let message = becomes(&served, &path, "queued");
    assert_eq!((&message["carrier_reachable"], &message["eta_seconds"]), (&json!(false), &Value::Null), "{message}");
    world.no_sms_to(AOI);
    let mut browser = Browser::new();
    let number = browser.open(&flow(&served)).is(200);
    assert!(number.html().contains("つながりしだいSMSを送ります"), "{number:?}");
    let code = browser.submit(&number, "/number", &[("country", "JP"), ("number", HARUTO)]).is(200);
    assert!(code.html().contains("data-state=\"link-down\""), "{code:?}");
    route("release");
    banned(0.0);
    world.sms_to(AOI);
    becomes(&served, &path, "delivered");
    world.sms_to(HARUTO);
    served.stop();
}

/// A route that is up helps nobody whom it is not for: the only one that is for this number is down.
#[test]
fn a_route_for_others_does_not_count_as_reachable() {
    let world = World::new();
    let dead = "[[routes]]\nkind = \"smpp\"\nname = \"dead\"\ntls = false\naddress = \"127.0.0.1:1\"\nsystem_id = \"i\"\n\
                password = \"p\"\ncountries = [\"JP\"]\n";
    let abroad = format!("{}countries = [\"US\"]\n", route_called("abroad", &world));
    let served = Served::start(&format!("{dead}{abroad}"));
    served.wait_for_links(&["abroad"]);
    let message = becomes(&served, &create(&served, AOI), "queued");
    assert_eq!((&message["carrier_reachable"], &message["eta_seconds"]), (&json!(false), &Value::Null), "{message}");
    let mut browser = Browser::new();
    let number = browser.open(&flow(&served)).is(200);
    let code = browser.submit(&number, "/number", &[("country", "JP"), ("number", HARUTO)]).is(200);
    assert!(code.html().contains("data-state=\"link-down\""), "{code:?}");
    let Served { mut process, .. } = served;
    assert_quiet(&process.stop(), true);
}

/// The address of a new flow.
fn flow(served: &Served) -> String {
    let service = done(&["service", "list", "--config", &served.config]);
    let service = service.split_whitespace().next().expect("there is one").to_owned();
    let admin = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    let path = format!("/v1/services/{service}");
    served.call("PATCH", &path).key(&admin).json(&json!({ "return_urls": [RETURN_URL] })).send().is(200);
    let asked = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s" });
    let begun = served.call("POST", "/v1/flows").json(&asked).send().is(201).json();
    begun["url"].as_str().expect("an address").to_owned()
}

/// A message that no route is for ends at once, and says why to the application; the person is told that none was sent.
#[test]
fn a_message_that_no_route_is_for_is_not_sent_and_says_so() {
    let world = World::new();
    let served = Served::start(&format!("{}carriers = [\"docomo\"]\n", route_called("docomo", &world)));
    let path = create(&served, AOI);
    let message = becomes(&served, &path, "undelivered");
    assert_eq!(message["reason"], "no_route", "{message}");
    world.no_sms_to(AOI);
    let mut browser = Browser::new();
    let address = flow(&served);
    let number = browser.open(&address).is(200);
    browser.submit(&number, "/number", &[("country", "JP"), ("number", HARUTO)]).is(200);
    eventually("the page says that none was sent", || {
        browser.clone().open(&address).is(200).html().contains("SMSは送っていません").then_some(())
    });
    served.stop();
}
