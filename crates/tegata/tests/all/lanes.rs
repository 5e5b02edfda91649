//! Two routes for different countries: what waits for the slow one keeps its place and its order, and keeps nobody waiting who
//! goes by the other one.

use std::{cell::RefCell, collections::BTreeSet, fs};

use serde_json::json;

use crate::{
    receiver::Receiver,
    routes::gate,
    world::{Served, done, eventually},
};

/// A server with a route to Japan and one to the United States, each with its rate, whose service serves both.
fn served(japan: (&Receiver, u32), states: (&Receiver, u32)) -> Served {
    let route = |name: &str, (gateway, rate): (&Receiver, u32), country: &str| {
        gate(name, gateway, &format!("rate_per_second = {rate}\ncountries = [\"{country}\"]\n"))
    };
    let served = Served::start(&[route("japan", japan, "JP"), route("states", states, "US")].concat());
    let service = done(&["service", "list", "--config", &served.config]);
    let service = service.split_whitespace().next().expect("there is one").to_owned();
    let admin = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    let countries = json!({ "policy": { "countries": ["JP", "US"] } });
    served.call("PATCH", &format!("/v1/services/{service}")).key(&admin).json(&countries).send().is(200);
    served
}

fn ask(served: &Served, to: &str, purpose: &str) -> String {
    let asked = json!({ "to": to, "purpose": purpose, "end_user": { "account": to } });
    let begun = served.call("POST", "/v1/verifications").json(&asked).send().is(201).json();
    format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"))
}

/// The numbers that a gateway was handed by now.
fn numbers(gateway: &Receiver) -> Vec<String> {
    gateway.so_far().iter().map(|call| call.json()["to"].as_str().expect("a number").to_owned()).collect()
}

#[test]
fn what_waits_for_a_slow_route_keeps_its_place_and_nobody_waits_behind_it() {
    let (slow, wide) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served((&slow, 8), (&wide, 5));
    let japan: Vec<String> = (0..90).map(|nth| format!("+8190555507{nth:02}")).collect();
    for to in &japan {
        ask(&served, to, "sign_in");
    }
    let mut went = numbers(&slow);
    let states: Vec<String> =
        (0..16).map(|nth| ask(&served, &format!("+12025550{:03}", 100 + nth), "sign_in")).collect();
    let message = served.call("GET", &states[15]).send().is(200).json()["message"].clone();
    assert_eq!((&message["ahead"], &message["eta_seconds"]), (&json!(50), &json!(10)), "five a second: {message}");
    for _ in 0..16 {
        wide.next();
    }
    went.extend(numbers(&slow));
    assert!(went.len() < 70, "they did not wait for those: {} of 90 went meanwhile", went.len());
    let payment = "+819055550799".to_owned();
    ask(&served, &payment, "payment");
    went.extend(numbers(&slow));
    let before = went.len();
    while went.len() < 91 {
        went.push(slow.next().json()["to"].as_str().expect("a number").to_owned());
    }
    let place = went.iter().position(|to| *to == payment).expect("it went");
    // Nine have the turns that are given ahead, and one may be on its way.
    assert!(place <= before + 10, "{} passed a payment", place - before);
    went.remove(place);
    let kept = went.iter().enumerate().all(|(place, to)| {
        let asked = japan.iter().position(|one| one == to).expect("it was asked for");
        asked.abs_diff(place) <= 10
    });
    assert!(kept, "who came first goes first, but for those who have their turns: {went:#?}");
    // Each was claimed once for nothing, to be sorted; a few twice, that asked at the same moment.
    let put_back = served.metric("tegata_messages_put_back_total");
    assert!(put_back <= 130.0, "{put_back} of 107 were claimed in vain");
    eventually("nothing is left", || (served.metric("tegata_queue_messages") == 0.0).then_some(()));
    served.stop();
}

/// Whoever waited for a route when the process died goes by another one that the operator has added since.
#[test]
fn what_waits_for_a_route_outlives_a_crash_and_goes_by_new_routes_too() {
    let (slow, wide, fresh) = (Receiver::start(&[202]), Receiver::start(&[202]), Receiver::start(&[202]));
    let mut served = served((&slow, 2), (&wide, 5));
    let japan: BTreeSet<String> = (0..30).map(|nth| format!("+8190555508{nth:02}")).collect();
    for to in &japan {
        ask(&served, to, "sign_in");
    }
    let sorted = || (served.metric("tegata_messages_put_back_total") >= 20.0).then_some(());
    eventually("they wait for their route", sorted);
    let config = fs::read_to_string(&served.config).expect("it was written");
    let another = gate("fresh", &fresh, "countries = [\"JP\"]\n");
    fs::write(&served.config, format!("{config}{another}")).expect("it can be written");
    served.restart_after_crash();
    let (by_slow, by_fresh) = (RefCell::new(BTreeSet::new()), RefCell::new(BTreeSet::new()));
    eventually("all have gone", || {
        by_slow.borrow_mut().extend(numbers(&slow));
        by_fresh.borrow_mut().extend(numbers(&fresh));
        (&*by_slow.borrow() | &*by_fresh.borrow()).is_superset(&japan).then_some(())
    });
    let count = by_fresh.borrow().len();
    assert!(count >= 10, "{count} went by the new route");
    served.stop();
}
