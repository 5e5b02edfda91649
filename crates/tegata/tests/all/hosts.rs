//! Hosts of services' own: what a host shows, who may have it, and what messages end in.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    AOI, Answer, Browser,
    Engine::{self, Postgres, Sqlite},
    HARUTO, RETURN_URL, Request, World, YUI, at_once, done, minutes, refused,
};

const OWN: &str = "minato.localhost";
const OTHER: &str = "other.localhost";

impl World {
    fn set_host(&self, service: &str, host: Value) -> Answer {
        self.call("PATCH", &format!("/v1/services/{service}")).json(&json!({ "host": host })).send()
    }

    /// An address of the server under another host.
    fn under(&self, host: &str, path: &str) -> Request {
        let port = self.told("url").rsplit_once(':').expect("the demo has a port").1.to_owned();
        self.request("GET", path).header("Host", format!("{host}:{port}")).header("Accept", "text/html")
    }
}

/// Two services, each with a host of its own; the other's id and key.
fn two_hosts() -> (World, String, String) {
    let mut world = World::new();
    world.set_host(&world.told("service"), json!(OWN)).is(200);
    let other = world.post("/v1/services", json!({ "brand": "Other", "return_urls": [RETURN_URL], "host": OTHER }));
    let other = other.is(201).json()["id"].as_str().expect("a service has an id").to_owned();
    let key = world.another_key(&other);
    (world, other, key)
}

/// An address' path.
fn path(url: &str) -> &str {
    &url[url.find("/f/").or_else(|| url.find("/g/")).expect("a page's address")..]
}

#[test]
fn d5_a_flow_is_shown_under_its_own_host_only() {
    let (world, _, key) = two_hosts();
    let flow = world.create_flow(json!({}));
    let body = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s" });
    let foreign = world.request("POST", "/v1/flows").key(&key).json(&body).send().is(201).json();
    let foreign = foreign["url"].as_str().expect("a flow has an address").to_owned();
    assert!(flow.url.starts_with(&format!("http://{OWN}:")), "{flow:?}");
    assert!(foreign.starts_with(&format!("http://{OTHER}:")), "{foreign}");
    for (host, own, others) in
        [(OWN, 200, 404), (OTHER, 404, 200), ("127.0.0.1", 404, 404), ("elsewhere.example", 404, 404)]
    {
        world.under(host, path(&flow.url)).send().is(own);
        world.under(host, path(&foreign)).send().is(others);
        world.under(host, &format!("{}/events", path(&flow.url))).send().is(404);
    }
    let loud = OWN.to_uppercase() + ".";
    world.under(&loud, path(&flow.url)).send().is(200);
}

#[test]
fn d5_a_flow_that_is_over_is_no_more_known_under_another_host() {
    let (world, ..) = two_hosts();
    let flow = world.create_flow(json!({}));
    world.advance(minutes(61));
    for (host, status) in [(OWN, 410), (OTHER, 404), ("127.0.0.1", 404), ("elsewhere.example", 404)] {
        for page in ["", "/help", "/events"] {
            world.under(host, &format!("{}{page}", path(&flow.url))).send().is(status);
        }
    }
}

#[test]
fn d5_a_host_of_a_service_shows_nothing_but_pages() {
    let (world, other, _) = two_hosts();
    let service = world.told("service");
    for there in ["/docs", "/problems", "/console", "/openapi.json", "/f/../docs", "/v1/verifications/x"] {
        let found = world.under(OWN, there).key(&world.told("api_key")).send();
        assert_eq!(found.status, 404, "{there}: {found:?}");
    }
    let style = world.under(OWN, path(&world.create_flow(json!({})).url)).send().body;
    let style = style.split('"').find(|part| part.starts_with("/assets/")).expect("a style sheet").to_owned();
    world.under(OWN, &style).send().is(200);
    for (host, own, others) in [(OWN, 200, 404), (OTHER, 404, 200), ("127.0.0.1", 200, 200)] {
        world.under(host, &format!("/g/sms-not-arriving?service={service}")).send().is(own);
        world.under(host, &format!("/g/sms-not-arriving?service={other}")).send().is(others);
    }
    let session = world.post("/v1/guides/sms-not-arriving/sessions", json!({})).is(201).json();
    let url = session["url"].as_str().expect("a session has an address");
    assert!(url.starts_with(&format!("http://{OWN}:")), "{url}");
    world.under(OWN, path(url)).send().is(200);
    world.under(OTHER, path(url)).send().is(404);
}

#[test]
fn d5_forms_cookies_and_messages_are_of_the_asking_pages_host() {
    let world = World::new();
    let service = world.told("service");
    let (home, own) = (world.told("url"), format!("http://{OWN}"));
    let own = home.replace("http://127.0.0.1", &own);
    // Begun before the service had a host: it stays where it is.
    let before = world.create_flow(json!({}));
    world.set_host(&service, json!(OWN)).is(200);
    let flow = world.create_flow(json!({}));
    let typed = |number| [("country", "JP"), ("number", number)];
    for (flow, number, phone, right, wrong) in
        [(&before, "090-1234-5678", AOI, &home, &own), (&flow, "080-1234-5678", HARUTO, &own, &home)]
    {
        let mut browser = Browser::new();
        let page = browser.open(&flow.url).is(200);
        let cookie = page.answer.header("set-cookie").expect("a cookie");
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
        let (url, hidden) = page.form("/number").expect("the form");
        let token = hidden.iter().find(|(name, _)| name == "form_token").expect("a token").1.clone();
        let fields = [&typed(number)[..], &[("form_token", token.as_str())]].concat();
        let form = Request::new("POST", &url).form(&fields);
        browser.go(&url, form.clone().header("Origin", wrong)).is(403);
        let code = browser.go(&url, form.header("Origin", right)).is(200);
        let sms = world.sms_to(phone);
        let host = right.split(['/', ':']).nth(3).expect("a host");
        assert_eq!(sms.text.lines().last(), Some(format!("@{host} #{}", sms.code()).as_str()));
        let done = browser.submit(&code, "/code", &[("code", &sms.code())]).is(200);
        let back = browser.submit(&done, "/continue", &[]).is(303);
        assert!(back.leads_to().is_some_and(|url| url.starts_with(RETURN_URL)), "{back:?}");
    }
    let verification = world.create(YUI);
    assert!(world.sms_to(YUI).text.contains(&format!("\n@{OWN} #")));
    // A verification keeps the host that it began with, as its codes do.
    world.set_host(&service, Value::Null).is(200);
    world.advance(minutes(1));
    world.resend(&verification).is(200);
    assert!(world.sms_to(YUI).text.contains(&format!("\n@{OWN} #")));
}

#[rstest]
fn d5_a_host_belongs_to_one_service(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let services: Vec<String> = (0..8).map(|_| world.another_service()).collect();
    let asked = at_once(services.len(), |nth| world.set_host(&services[nth], json!(OWN)));
    let won: Vec<usize> = (0..services.len()).filter(|nth| asked[*nth].status == 200).collect();
    let [winner] = won[..] else { panic!("{asked:?}") };
    for lost in asked.iter().filter(|answer| answer.status != 200) {
        assert_eq!(lost.is_refused("bad-request")["field"], "host");
    }
    let loser = &services[(winner + 1) % services.len()];
    assert_eq!(world.get(&format!("/v1/services/{loser}")).json()["host"], Value::Null, "nothing of it was written");
    let made = world.post("/v1/services", json!({ "brand": "Late", "host": OWN }));
    assert_eq!(made.is_refused("bad-request")["field"], "host");
    world.set_host(&services[winner], json!(OWN)).is(200);
    world.restart_around(|world| {
        let config = world.write_config();
        let create = ["service", "create", "--config", &config, "--brand", "Late", "--host", OWN];
        assert!(refused(&create).contains("host must be a host that no other service has"));
        done(&["service", "create", "--config", &config, "--brand", "Late", "--host", OTHER]);
    });
    world.set_host(loser, json!(OTHER)).is_refused("bad-request");
    // What is let go is free.
    world.set_host(&services[winner], Value::Null).is(200);
    world.set_host(loser, json!(OWN)).is(200);
}

#[test]
fn d5_a_host_is_a_name_of_its_own_and_leaves_room_for_the_code() {
    let world = World::new();
    let service = world.told("service");
    let long = format!("{}.localhost", "long".repeat(12));
    for (host, field) in [
        ("127.0.0.1", "host"),
        ("Minato.localhost", "host"),
        ("minato.localhost:8080", "host"),
        ("http://minato.localhost", "host"),
        // Without TLS, as here, on loopback only: codes are typed there.
        ("minato.example", "host"),
        (&long, "brand"),
    ] {
        assert_eq!(world.set_host(&service, json!(host)).is_refused("bad-request")["field"], field, "{host}");
    }
    assert_eq!(world.get(&format!("/v1/services/{service}")).json()["host"], Value::Null);
}
