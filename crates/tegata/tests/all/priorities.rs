//! Who waits for whom: a payment's code passes all others, and what an application calls low lets all others pass.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    receiver::Receiver,
    world::{Served, done, eventually},
};

/// A server whose only route takes so many messages a second.
fn served(gateway: &Receiver, rate: u32) -> Served {
    let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode([7; 32])));
    Served::start(&format!(
        "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{url}\"\nsecret = \"{secret}\"\nrate_per_second = {rate}\n"
    ))
}

/// What an operator says of the route, once it is obeyed.
fn order(served: &Served, word: &str, banned: f64) {
    done(&["route", word, "--config", &served.config, "gate"]);
    let metric = "tegata_route_state{route=\"gate\",what=\"banned\"}";
    eventually("it is obeyed", || (served.metric_or(metric, 0.0) == banned).then_some(()));
}

/// Asks for messages while nothing can go out; their numbers, in the order in which they go then.
fn went(served: &Served, gateway: &Receiver, count: usize, ask: impl Fn()) -> Vec<String> {
    order(served, "ban", 1.0);
    ask();
    order(served, "release", 0.0);
    (0..count).map(|_| gateway.next().json()["to"].as_str().expect("a number").to_owned()).collect()
}

#[test]
fn a_payment_s_code_passes_a_campaign_s() {
    let gateway = Receiver::start(&[202]);
    let served = served(&gateway, 5);
    let ask = |nth: u32, more: Value| {
        let mut asked = json!({ "to": format!("+8190555506{nth:02}") });
        asked.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        served.call("POST", "/v1/verifications").json(&asked).send()
    };
    let problem = ask(0, json!({ "priority": "high" })).is_refused("bad-request");
    assert_eq!(problem["field"], "priority", "nobody says of themselves that all others should wait");
    let patient = 30..36;
    let order = went(&served, &gateway, 23, || {
        for nth in 0..14 {
            ask(nth, json!({ "priority": "low" })).is(201);
        }
        for nth in patient.clone() {
            ask(nth, json!({ "purpose": "payment", "priority": "low" })).is(201);
        }
        for (nth, more) in [
            (20, json!({})),
            (22, json!({ "purpose": "payment" })),
            (23, json!({ "purpose": "payment", "priority": "normal" })),
        ] {
            ask(nth, more).is(201);
        }
    });
    let place = |digits: &str| order.iter().position(|number| number.ends_with(digits)).expect("it went out");
    // Each looks by itself whether the ban is over, once a second: some a little earlier than others.
    assert!(place("22") < 7 && place("20") < 9 && place("23") < 9, "{order:?}");
    let urgent = [place("22"), place("20"), place("23")].into_iter().max();
    let after = patient.filter(|nth| Some(place(&nth.to_string())) > urgent).count();
    assert!(after >= 4, "{after} of six payments that can wait did: {order:?}");
    served.stop();
}

/// What one service calls payments does not keep another waiting until all of them are gone: of a hundred places, which is
/// what is handed out at once, a quarter is for others.
#[test]
fn d9_payments_leave_room_for_other_services() {
    let gateway = Receiver::start(&[202]);
    let served = served(&gateway, 50);
    let other = done(&["service", "create", "--config", &served.config, "--brand", "Other"]);
    let other = done(&["key", "create", "--config", &served.config, "--service", &other]);
    let ask = |key: &str, number: &str, purpose: &str| {
        let asked = json!({ "to": number, "purpose": purpose, "end_user": { "account": number } });
        served.call("POST", "/v1/verifications").key(key).json(&asked).send().is(201);
    };
    let order = went(&served, &gateway, 128, || {
        (0..125).for_each(|nth| ask(&served.key, &format!("+81905555{nth:04}"), "payment"));
        (0..3).for_each(|nth| ask(&other, &format!("+8180555500{nth:02}"), "sign_in"));
    });
    let last = order.iter().rposition(|number| number.starts_with("+8180")).expect("they went out");
    assert!(last < 115, "{last}: {order:?}");
    served.stop();
}
