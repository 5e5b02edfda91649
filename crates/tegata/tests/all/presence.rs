//! What strangers learn of numbers (rule V5): how many they can ask about.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Engine,
    Engine::{Postgres, Sqlite},
    RETURN_URL, Verification, World, at_once,
};

/// However many are asked for at once: whoever proved nothing learns what becomes of messages to three numbers.
#[rstest]
fn v5_a_context_leads_to_three_numbers_however_many_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let ask = |nth: usize, more: Value| {
        let mut body = json!({ "to": format!("+8190222222{nth:02}"), "context": "one session" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        world.post("/v1/verifications", body)
    };
    let answers = at_once(20, |nth| ask(nth, json!({})));
    let sent = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(sent, 3, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.is_refused("too-many-sends");
    }
    ask(30, json!({ "known": true })).is(201);
    ask(31, json!({ "context": "another session" })).is(201);
    let id = Verification::of(&ask(32, json!({ "context": "a third" })).is(201));
    let correct = |to: &str| world.post(&id.path("/resend"), json!({ "to": to }));
    for (to, status) in [("+819022222233", 200), ("+819022222234", 200), ("+819022222235", 429)] {
        correct(to).is(status);
    }
    for nth in 40..45 {
        world.post("/v1/verifications", json!({ "to": format!("+8190222222{nth}") })).is(201);
    }
}

#[test]
fn v5_a_number_on_file_is_told_by_the_application() {
    let world = World::new();
    let body = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s", "known": true });
    assert_eq!(world.post("/v1/flows", body).is_refused("bad-request")["field"], "known");
}
