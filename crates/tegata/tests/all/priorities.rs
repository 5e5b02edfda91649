//! Who waits for whom: a payment's code passes all others, and what an application calls low lets all others pass.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    receiver::{Call, Receiver},
    world::{Served, done},
};

/// A server whose only route takes so many messages a second: a second's turns are given ahead, all else waits.
fn served(gateway: &Receiver, rate: u32) -> Served {
    let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode([7; 32])));
    Served::start(&format!(
        "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{url}\"\nsecret = \"{secret}\"\nrate_per_second = {rate}\n"
    ))
}

fn number(call: &Call) -> String {
    call.json()["to"].as_str().expect("a number").to_owned()
}

/// The numbers that messages have gone to: before these were all asked for, and since, until the last of these went. However
/// long the asking takes, only what goes after it passes anybody.
fn until_gone(gateway: &Receiver, these: &[String]) -> (Vec<String>, Vec<String>) {
    let before: Vec<String> = gateway.so_far().iter().map(number).collect();
    let mut since = Vec::new();
    while !these.iter().all(|one| before.contains(one) || since.contains(one)) {
        since.push(number(&gateway.next()));
    }
    (before, since)
}

#[test]
fn a_payment_s_code_passes_a_campaign_s() {
    let gateway = Receiver::start(&[202]);
    let served = served(&gateway, 2);
    let to = |nth: u32| format!("+8190555506{nth:02}");
    let ask = |nth: u32, more: Value| {
        let mut asked = json!({ "to": to(nth) });
        asked.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        served.call("POST", "/v1/verifications").json(&asked).send()
    };
    let problem = ask(0, json!({ "priority": "high" })).is_refused("bad-request");
    assert_eq!(problem["field"], "priority", "nobody says of themselves that all others should wait");
    for nth in 30..60 {
        ask(nth, json!({ "priority": "low" })).is(201);
    }
    let patient = 60..66;
    for nth in patient.clone() {
        ask(nth, json!({ "purpose": "payment", "priority": "low" })).is(201);
    }
    let urgent = [
        (1, json!({})),
        (2, json!({ "purpose": "payment" })),
        (3, json!({ "purpose": "payment", "priority": "normal" })),
    ];
    let urgent = urgent.map(|(nth, more)| {
        ask(nth, more).is(201);
        to(nth)
    });
    let (before, since) = until_gone(&gateway, &urgent);
    // Three have the turns that are given ahead, and one may be on its way.
    assert!(since.len() <= 4 + urgent.len(), "{since:?} after {before:?}");
    let went = patient.filter(|nth| before.contains(&to(*nth)) || since.contains(&to(*nth))).count();
    assert!(went <= 2, "{went} of six payments that can wait went first: {since:?} after {before:?}");
    served.stop();
}

/// What one service calls payments does not keep another waiting until all of them are gone: a quarter of the places is for
/// others.
#[test]
fn d9_payments_leave_room_for_other_services() {
    let gateway = Receiver::start(&[202]);
    let served = served(&gateway, 5);
    let other = done(&["service", "create", "--config", &served.config, "--brand", "Other"]);
    let other = done(&["key", "create", "--config", &served.config, "--service", &other]);
    let ask = |key: &str, number: String, purpose: &str| {
        let asked = json!({ "to": number, "purpose": purpose, "end_user": { "account": number } });
        served.call("POST", "/v1/verifications").key(key).json(&asked).send().is(201);
        number
    };
    for nth in 0..100 {
        ask(&served.key, format!("+81905555{nth:04}"), "payment");
    }
    let others = [0, 1, 2].map(|nth| ask(&other, format!("+81805555{nth:04}"), "sign_in"));
    let (before, since) = until_gone(&gateway, &others);
    // Six have the turns that are given ahead, and one may be on its way; then it is one in four.
    assert!(since.len() <= 7 + 4 * others.len(), "{since:?} after {before:?}");
    served.stop();
}
