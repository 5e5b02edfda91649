//! Several routes: a message goes on to the next one when the first refuses, is down, is silent or wants less, and a
//! resend goes another way.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    digest::Fixed,
    route::{Known, Sums},
    time::Time,
};
use serde_json::{Value, json};
use smpp::link::{Request, ServerConfig, server};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{
    console::enter,
    receiver::Receiver,
    world::{
        AOI, HARUTO, Served, World, YUI, assert_quiet, done, eventually, in_store_of, minutes, refused, route_called,
        run,
    },
};

/// A route to a gateway.
pub fn gate(name: &str, gateway: &Receiver, more: &str) -> String {
    let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode([7; 32])));
    format!("[[routes]]\nkind = \"http\"\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n{more}")
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

/// How often a route was given a message for this reason.
fn chosen(served: &Served, route: &str, why: &str) -> f64 {
    served.metric_or(&format!("tegata_route_choices_total{{route=\"{route}\",why=\"{why}\"}}"), 0.0)
}

/// Stops a server whose log has warnings about its routes.
fn stop(served: Served) {
    let Served { mut process, .. } = served;
    assert_quiet(&process.stop(), true);
}

#[test]
fn another_route_takes_what_the_first_refuses() {
    let (first, second) = (Receiver::start(&[422]), Receiver::start(&[202, 422]));
    let served = Served::start(&[gate("first", &first, ""), gate("second", &second, "")].concat());
    let taken = create(&served, AOI);
    assert_eq!(first.next().json()["id"], second.next().json()["id"]);
    becomes(&served, &taken, "submitted");
    let refused = create(&served, HARUTO);
    assert_eq!(first.next().json()["id"], second.next().json()["id"]);
    becomes(&served, &refused, "undelivered");
    first.hears_nothing();
    second.hears_nothing();
    assert_eq!((chosen(&served, "first", "order"), chosen(&served, "second", "refused")), (2.0, 2.0));
    stop(served);
}

/// A route that said no for good is not asked again while the message waits for another one.
#[test]
fn who_refused_is_not_asked_again() {
    let (first, second) = (Receiver::start(&[422]), Receiver::start(&[503, 503, 503, 202]));
    let served = Served::start(&[gate("first", &first, ""), gate("second", &second, "")].concat());
    let path = create(&served, AOI);
    becomes(&served, &path, "submitted");
    first.next();
    first.hears_nothing();
    stop(served);
}

#[test]
fn another_route_takes_over_when_the_first_is_down() {
    let world = World::new();
    let dead = "[[routes]]\nkind = \"smpp\"\nname = \"dead\"\ntls = false\naddress = \"127.0.0.1:1\"\nsystem_id = \"i\"\n\
                password = \"p\"\n";
    let served = Served::start(&format!("{dead}{}", route_called("live", &world)));
    let path = create(&served, AOI);
    world.sms_to(AOI);
    becomes(&served, &path, "delivered");
    assert_eq!(chosen(&served, "live", "down"), 1.0);
    stop(served);
}

#[test]
fn another_route_takes_what_is_too_much_for_the_first() {
    let (slow, fast) = (World::new(), World::new());
    slow.set_carrier("smsc", &json!({ "throttle_per_second": 3 }));
    let served = Served::start(&[route_called("slow", &slow), route_called("fast", &fast)].concat());
    let paths: Vec<String> = (0..24).map(|nth| create(&served, &format!("+8190555500{nth:02}"))).collect();
    for path in &paths {
        becomes(&served, path, "delivered");
    }
    let sent = |route: &str, outcome: &str| {
        served.metric_or(&format!("tegata_messages_sent_total{{route=\"{route}\",outcome=\"{outcome}\"}}"), 0.0)
    };
    assert!(sent("slow", "slower") >= 1.0, "it was asked for less");
    assert!(sent("slow", "accepted") >= 1.0 && sent("fast", "accepted") >= 1.0);
    assert_eq!(sent("slow", "accepted") + sent("fast", "accepted"), 24.0, "each went out once");
    stop(served);
}

#[test]
fn a_route_that_is_slowed_down_recovers() {
    let gateway = Receiver::saying(&[429, 202], "Retry-After: 2\r\n");
    let served = Served::start(&gate("gate", &gateway, ""));
    let began = Instant::now();
    let path = create(&served, AOI);
    gateway.next();
    gateway.next();
    assert!(began.elapsed() >= Duration::from_secs(2), "it was left alone for as long as it asked");
    becomes(&served, &path, "submitted");
    for nth in 0..5 {
        create(&served, &format!("+8190555501{nth:02}"));
        gateway.next();
    }
    stop(served);
}

#[test]
fn a_rate_is_kept() {
    let gateway = Receiver::start(&[202]);
    let served = Served::start(&gate("gate", &gateway, "rate_per_second = 5\n"));
    let began = Instant::now();
    for nth in 0..11 {
        create(&served, &format!("+8190555502{nth:02}"));
    }
    for _ in 0..11 {
        gateway.next();
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(1_900) && took < Duration::from_secs(8), "{took:?}");
    served.stop();
}

#[test]
fn a_wait_that_is_told_is_the_one_that_comes() {
    let gateway = Receiver::start(&[202]);
    let served = Served::start(&gate("gate", &gateway, "rate_per_second = 3\n"));
    let paths: Vec<String> = (0..45).map(|nth| create(&served, &format!("+8190555505{nth:02}"))).collect();
    let last = served.call("GET", &paths[44]).send().is(200).json()["message"].clone();
    assert_eq!((&last["ahead"], &last["eta_seconds"]), (&json!(50), &json!(20)), "45 messages, three a second: {last}");
    for _ in 0..45 {
        gateway.next();
    }
    let estimates =
        |outcome: &str| served.metric_or(&format!("tegata_wait_estimates_total{{outcome=\"{outcome}\"}}"), 0.0);
    // Which verdict it was is a matter of seconds, and so of how busy the machine is: `app::queue` has the table.
    let held = || ["kept", "late", "early"].map(estimates).iter().sum::<f64>();
    eventually("it was held against what happened", || (held() == 1.0).then_some(()));
    served.stop();
}

/// A message centre that binds, takes messages, and answers none until it is told to.
fn mute_centre(runtime: &Runtime) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback has free ports");
    let address = listener.local_addr().expect("it is bound").to_string();
    let (taken, messages) = std::sync::mpsc::channel();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (_server, mut requests) = server(stream, ServerConfig::default());
            let mut unanswered = Vec::new();
            while let Some(request) = requests.recv().await {
                match request {
                    Request::Bind { reply, .. } => reply.accept("mute"),
                    Request::Submit { message, reply } => {
                        unanswered.push(reply);
                        if taken.send(message.destination.as_str().to_owned()).is_err() {
                            return;
                        }
                    }
                }
            }
        }
    });
    (address, messages)
}

#[test]
fn what_a_silent_route_has_is_not_sent_again_and_the_next_goes_elsewhere() {
    let (runtime, world) = (Runtime::new().expect("a runtime"), World::new());
    let (address, messages) = mute_centre(&runtime);
    let mute = format!(
        "[[routes]]\nkind = \"smpp\"\nname = \"mute\"\ntls = false\naddress = \"{address}\"\nsystem_id = \"i\"\n\
         password = \"p\"\nresponse_timeout_ms = 6000\n"
    );
    let served = Served::start(&format!("{mute}{}", route_called("live", &world)));
    served.wait_for_links(&["mute", "live"]);
    let lost = create(&served, AOI);
    messages.recv_timeout(Duration::from_secs(15)).expect("the first route has it");
    std::thread::sleep(Duration::from_millis(3_200));
    let next = create(&served, HARUTO);
    world.sms_to(HARUTO);
    becomes(&served, &next, "delivered");
    assert_eq!(chosen(&served, "live", "silent"), 1.0);
    becomes(&served, &lost, "submitted");
    world.no_sms_to(AOI);
    assert!(messages.try_recv().is_err(), "and not to the silent one again");
    stop(served);
}

#[test]
fn a_resend_prefers_another_route() {
    let (first, second) = (World::new(), World::new());
    let served = Served::start(&[route_called("first", &first), route_called("second", &second)].concat());
    served.wait_for_links(&["first", "second"]);
    resends_soon(&served);
    let path = create(&served, AOI);
    first.sms_to(AOI);
    becomes(&served, &path, "delivered");
    std::thread::sleep(Duration::from_millis(1_100));
    served.call("POST", &format!("{path}/resend")).json(&json!({})).send().is(200);
    second.sms_to(AOI);
    assert_eq!((chosen(&served, "first", "order"), chosen(&served, "second", "resend")), (1.0, 1.0));
    stop(served);
}

#[test]
fn each_country_has_its_route_and_none_is_left_waiting() {
    let (home, abroad) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let routes = [gate("abroad", &abroad, "countries = [\"US\"]\n"), gate("home", &home, "countries = [\"JP\"]\n")];
    let served = Served::start(&routes.concat());
    create(&served, AOI);
    home.next();
    abroad.hears_nothing();
    stop(served);
    let served = Served::start(&routes[0]);
    let said = served.call("POST", "/v1/verifications").json(&json!({ "to": YUI })).send();
    said.is_refused("country-not-allowed");
    let examined = run(&["doctor", "--config", &served.config]);
    let examined = String::from_utf8(examined.stdout).expect("UTF-8");
    assert!(examined.contains("warning  routes: services allow numbers that no route is for: JP"), "{examined}");
    let Served { mut process, .. } = served;
    let log = process.stop();
    assert!(log.iter().any(|line| line.contains("no [[routes]] is for") && line.contains("JP")), "{log:#?}");
}

#[test]
fn an_operator_s_word_is_obeyed_within_seconds_and_kept() {
    let (first, second) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let mut served = Served::start(&[gate("first", &first, ""), gate("second", &second, "")].concat());
    let route = |served: &Served, arguments: &[&str]| {
        done(&[&["route"], &arguments[..1], &["--config", &served.config], &arguments[1..]].concat())
    };
    let is = |served: &Served, name: &str, what: &str| {
        eventually(&format!("{name} is {what}"), || {
            let metric = format!("tegata_route_state{{route=\"{name}\",what=\"{what}\"}}");
            (served.metric_or(&metric, 0.0) == 1.0).then_some(())
        });
    };
    let list = route(&served, &["list"]);
    assert!(list.starts_with("first  no trouble learnt\nsecond  no trouble learnt\nWhether links are up"), "{list}");
    let banned = "first  no trouble learnt; banned since 20";
    for word in ["done", "it was so already"] {
        let said = route(&served, &["ban", "first"]);
        assert!(said.starts_with(&format!("{word}: {banned}")), "{said}");
    }
    is(&served, "first", "banned");
    create(&served, "+819055550300");
    second.next();
    served.restart_around(|_| {});
    is(&served, "first", "banned");
    create(&served, "+819055550301");
    second.next();
    assert_eq!(chosen(&served, "second", "banned"), 1.0);
    let said = route(&served, &["release", "first"]);
    assert_eq!(said, "done: first  no trouble learnt; neither pinned nor banned");
    let said = route(&served, &["pin", "second"]);
    assert!(said.starts_with("done: second  no trouble learnt; pinned since 20"), "{said}");
    is(&served, "second", "pinned");
    create(&served, "+819055550302");
    second.next();
    assert_eq!(chosen(&served, "second", "pinned"), 1.0);
    let list = route(&served, &["list"]);
    assert!(list.starts_with("first  no trouble learnt\nsecond  no trouble learnt; pinned since 20"), "{list}");
    assert!(refused(&["route", "ban", "--config", &served.config, "third"]).contains("no [[routes]] is called third"));
    said_in_the_console(&served);
    is(&served, "second", "banned");
    create(&served, "+819055550303");
    first.next();
    served.stop();
}

/// Bans the second route on the page, which tells what was done at the terminal; forms of other pages do nothing.
fn said_in_the_console(served: &Served) {
    let (mut browser, _) = enter(&done(&["console", "link", "--config", &served.config]));
    let address = format!("{}/console/routes", served.url);
    let page = browser.open(&address).is(200);
    assert_eq!(page.html().matches("(端末で)").count(), 3, "{page:?}");
    let word = [("route", "second"), ("order", "ban")];
    browser.post(&address, &word).is(403);
    browser.submit(&page, "/console/routes", &[("route", "second"), ("order", "burn")]).is(400);
    browser.submit(&page, "/console/routes", &[("route", "third"), ("order", "ban")]).is(404);
    let page = browser.submit(&page, "/console/routes", &word).is(200);
    assert_eq!(page.html().matches("(コンソールで)").count(), 1, "{page:?}");
}

#[test]
fn m6_a_route_in_trouble_is_avoided_and_tried_with_one_message() {
    let (first, second) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = Served::start(&[gate("first", &first, ""), gate("second", &second, "")].concat());
    let now = server::clock::Clock::default().now();
    let sums = |sent, arrived| Sums { sent, back: arrived, delivered: arrived, undelivered: 0, again: 0 };
    let (fallen, _) = Known::default().judged(sums(100, 10), sums(1_000, 900), now).expect("two signs agree");
    let ago = now.plus(-minutes(6));
    let (rested, _) = Known::default().judged(sums(100, 10), sums(1_000, 900), ago).expect("two signs agree");
    let (tried, _) = rested.judged(Sums::default(), sums(1_000, 900), now).expect("it has rested");
    learn(&served, fallen, now);
    shares(&served, 0.0);
    for nth in 0..4 {
        create(&served, &format!("+8190555504{nth:02}"));
        second.next();
    }
    assert_eq!(chosen(&served, "second", "trouble"), 4.0);
    learn(&served, tried, now);
    shares(&served, 50.0);
    create(&served, "+819055550410");
    first.next();
    for nth in 11..15 {
        create(&served, &format!("+8190555504{nth}"));
        second.next();
    }
    assert_eq!((chosen(&served, "first", "probe"), chosen(&served, "second", "trouble")), (1.0, 8.0));
    let list = done(&["route", "list", "--config", &served.config]);
    assert!(list.contains("first  tried again with 5 % since 20"), "{list}");
    assert!(list.contains("of 100 messages, codes back 10 % (usually 90 %)"), "{list}");
    served.stop();
}

/// Writes down what another node has learnt of the first route.
fn learn(served: &Served, known: Known, now: Time) {
    in_store_of(served.folder.path(), async |store| {
        let id = Fixed(server::clock::random());
        let learnt = move |_| Some((known, domain::route::Change::Troubled));
        let write = move |tx: &mut store::Tx| store::route::change(tx, (id, "server"), "first", now, learnt);
        store.write(write).await.expect("it is written");
    });
}

/// Waits until the server knows how many of a thousand messages go by the first route.
fn shares(served: &Served, share: f64) {
    eventually("it is known", || {
        (served.metric("tegata_route_state{route=\"first\",what=\"share\"}") == share).then_some(())
    });
}

#[test]
fn a_carrier_that_somebody_told_has_its_route() {
    let (docomo, all) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = Served::start(&[gate("docomo", &docomo, "carriers = [\"docomo\"]\n"), gate("all", &all, "")].concat());
    resends_soon(&served);
    let path = create(&served, AOI);
    all.next();
    let id = path.rsplit('/').next().expect("an id");
    let guide = "/v1/guides/sms-not-arriving/sessions";
    let session = served.call("POST", guide).json(&json!({ "verification": id })).send().is(201).json();
    let answers = format!("{guide}/{}/answers", session["id"].as_str().expect("an id"));
    served.call("POST", &answers).json(&json!({ "fact": "carrier", "value": "docomo" })).send().is(200);
    // What was told is written down each second.
    std::thread::sleep(Duration::from_millis(2_500));
    served.call("POST", &format!("{path}/resend")).json(&json!({})).send().is(200);
    docomo.next();
    served.stop();
}

/// Lets another message be asked for after a second.
fn resends_soon(served: &Served) {
    let service = done(&["service", "list", "--config", &served.config]);
    let service = service.split_whitespace().next().expect("there is one").to_owned();
    let admin = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    let soon = json!({ "policy": { "resend_after_ms": [1_000] } });
    served.call("PATCH", &format!("/v1/services/{service}")).key(&admin).json(&soon).send().is(200);
}
