//! What must look equal takes the same way (rule D10): no path answers from what it read, while another waits for the
//! commit. Not timed: the store is kept from writing, and nobody may be answered.

use std::{thread, time::Duration};

use serde_json::json;

use crate::world::{AOI, Engine::Postgres, HARUTO, Locked, Request, World};

/// On PostgreSQL, where a table can be locked for everybody who would change it, and for nobody who reads.
#[test]
fn d10_wrong_locked_foreign_and_unknown_wait_for_the_same_door() {
    let Some(mut world) = World::on(Postgres) else { return };
    let service = world.another_service();
    let foreign = world.another_key(&service);
    let (own, locked) = (world.create(AOI), world.create(HARUTO));
    let (sms, right) = (world.sms_to(AOI), world.sms_to(HARUTO));
    for _ in 0..5 {
        world.check(&locked, &right.wrong_code()).is_refused("incorrect-code");
    }
    let key = world.told("api_key");
    let call = |path: &str, key: &str| world.request("POST", path).key(key);
    let check = |path: &str, key: &str, code: &str| call(&format!("{path}/check"), key).json(&json!({ "code": code }));
    let unknown = "/v1/verifications/ver_01h455vb4pex5vsknk084sn02q";
    let mut requests: Vec<(Request, &str)> = vec![
        (check(&own.path(""), &key, &sms.wrong_code()), "incorrect-code"),
        (check(&locked.path(""), &key, &right.wrong_code()), "too-many-checks"),
        (check(&locked.path(""), &key, &right.code()), "too-many-checks"),
        (check(&own.path(""), &foreign, &sms.code()), "not-found"),
        (check(unknown, &foreign, &sms.code()), "not-found"),
    ];
    for path in [own.path(""), unknown.to_owned()] {
        let proof = json!({ "proof": "prf_00000000000000000000000000000000" });
        requests.push((call(&format!("{path}/redeem"), &foreign).json(&proof), "not-found"));
        requests.push((call(&format!("{path}/resend"), &foreign).json(&json!({})), "not-found"));
        requests.push((call(&format!("{path}/cancel"), &foreign), "not-found"));
    }
    let mut lock = Locked::table(&world.database(), "verification");
    thread::scope(|scope| {
        let asked: Vec<_> = requests.iter().map(|(request, code)| (scope.spawn(|| request.send()), *code)).collect();
        lock.is_met();
        thread::sleep(Duration::from_millis(700));
        for (place, (asked, code)) in asked.iter().enumerate() {
            assert!(!asked.is_finished(), "answered without the door: {code} at {place}");
        }
        lock.release();
        for (asked, code) in asked {
            asked.join().expect("it was answered").is_refused(code);
        }
    });
}
