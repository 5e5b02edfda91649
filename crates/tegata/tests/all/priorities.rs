//! Who waits for whom: a payment's code passes all others, and what an application calls low lets all others pass.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{receiver::Receiver, world::Served};

#[test]
fn a_payment_s_code_passes_a_campaign_s() {
    let gateway = Receiver::start(&[202]);
    let secret = format!("whsec_{}", STANDARD.encode([7; 32]));
    let served = Served::start(&format!(
        "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{}\"\nsecret = \"{secret}\"\nrate_per_second = 5\n",
        gateway.url
    ));
    let ask = |nth: u32, more: Value| {
        let mut asked = json!({ "to": format!("+8190555506{nth:02}") });
        asked.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        served.call("POST", "/v1/verifications").json(&asked).send()
    };
    let problem = ask(0, json!({ "priority": "high" })).is_refused("bad-request");
    assert_eq!(problem["field"], "priority", "nobody says of themselves that all others should wait");
    for nth in 0..14 {
        ask(nth, json!({ "priority": "low" })).is(201);
    }
    for (nth, more) in [
        (20, json!({})),
        (21, json!({ "purpose": "payment", "priority": "low" })),
        (22, json!({ "purpose": "payment" })),
        (23, json!({ "purpose": "payment", "priority": "normal" })),
    ] {
        ask(nth, more).is(201);
    }
    let order: Vec<String> =
        (0..18).map(|_| gateway.next().json()["to"].as_str().expect("a number")[11..].to_owned()).collect();
    let place = |number: &str| order.iter().position(|one| one == number).expect("it went out");
    // A few of the campaign's went before anybody else was there.
    let usual = [place("20"), place("23")];
    assert!(usual.iter().all(|usual| place("22") < *usual && *usual < place("21") && *usual <= 10), "{order:?}");
    served.stop();
}
