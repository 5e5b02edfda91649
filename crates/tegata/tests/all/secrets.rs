//! The key file's secrets: rotated beside a running server, and revoked when they may have leaked (rules V3, D11).

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    flows::at_the_code,
    world::{
        AOI, Answer, Engine,
        Engine::{Postgres, Sqlite},
        HARUTO, Served, Sms, World, YUI, done, eventually, minutes, refused, route_to,
    },
};

/// A verification of a served installation, and the message that it brought.
pub struct Begun {
    path: String,
    pub sms: Sms,
}

impl Begun {
    pub fn at(served: &Served, world: &World, number: &str) -> Begun {
        let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": number })).send().is(201).json();
        let path = format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"));
        Begun { path, sms: world.sms_to(number) }
    }

    pub fn check(&self, served: &Served, code: &str) -> Answer {
        served.call("POST", &format!("{}/check", self.path)).json(&json!({ "code": code })).send()
    }

    pub fn look(&self, served: &Served) -> Value {
        served.call("GET", &self.path).send().is(200).json()
    }
}

pub fn key_file(served: &Served) -> String {
    served.folder.file("secrets.toml")
}

/// What `serve` says of a key file that it refuses.
fn refused_with(served: &Served, keys: &str) -> String {
    let kept = fs::read_to_string(key_file(served)).expect("the key file is there");
    fs::write(key_file(served), keys).expect("it can be written");
    let said = refused(&["serve", "--config", &served.config]);
    fs::write(key_file(served), kept).expect("it can be written");
    said
}

/// The key file without its first key.
fn without_the_first(keys: &str) -> String {
    keys.split_inclusive("[[key]]").skip(2).fold("[[key]]".to_owned(), |text, key| text + key)
}

#[rstest]
fn v3_after_a_rotation_new_rows_have_the_new_secret_and_old_ones_keep_theirs(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::new();
    let Some(mut served) = Served::start_on(engine, &route_to(&world)) else { return };
    let repeated = || {
        let request = served.call("POST", "/v1/verifications").header("Idempotency-Key", "order-1");
        request.json(&json!({ "to": AOI, "context": "repeated" }))
    };
    let (first, request) = (repeated().send().is(201).body, repeated());
    world.sms_to(AOI);
    let old = fs::read_to_string(key_file(&served)).expect("the key file is there");
    let before = Begun::at(&served, &world, AOI);
    let said = done(&["secrets", "rotate", "--file", &key_file(&served), "--after-s", "0"]);
    assert!(said.contains("key 2") && said.contains("by themselves"), "{said}");
    let beside = Begun::at(&served, &world, HARUTO);
    beside.check(&served, &beside.sms.code()).is_approved();
    served.restart_around(|_| ());
    let after = Begun::at(&served, &world, YUI);
    for begun in [&before, &after] {
        begun.check(&served, &begun.sms.wrong_code()).is_refused("incorrect-code");
        begun.check(&served, &begun.sms.code()).is_approved();
    }
    assert_eq!(before.look(&served)["to"], AOI, "what the old secret sealed can be read");
    assert_eq!(request.send().is(201).body, first, "and an answer that it kept");
    served.restart_around(|served| {
        let said = refused_with(served, &old);
        assert!(said.contains("lacks key 2"), "a file older than the rows: {said}");
        let new = fs::read_to_string(key_file(served)).expect("the key file is there");
        let said = refused_with(served, &without_the_first(&new));
        assert!(said.contains("lacks key 1"), "d11: {said}");
    });
    served.stop();
}

#[rstest]
fn v3_revoking_ends_what_is_under_way_and_nobody_is_counted_a_failure(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new();
    let Some(mut served) = Served::start_on(engine, &route_to(&world)) else { return };
    let leaked = fs::read_to_string(key_file(&served)).expect("the key file is there");
    let approved = Begun::at(&served, &world, HARUTO);
    let proof = approved.check(&served, &approved.sms.code()).is_approved();
    let before = Begun::at(&served, &world, AOI);
    let asked = refused(&["secrets", "revoke", "--config", &served.config]);
    assert!(asked.contains("every verification under way") && asked.contains("say --yes"), "it asks first: {asked}");
    assert_eq!(fs::read_to_string(key_file(&served)).expect("the key file is there"), leaked);
    assert_eq!(before.look(&served)["status"], "pending");
    let said = done(&["secrets", "revoke", "--config", &served.config, "--yes"]);
    assert!(said.starts_with("verifications ended: 1.") && said.contains("again within seconds"), "{said}");
    // Beside the server that runs: it finds them ended, and reads the new secret by itself.
    before.check(&served, &before.sms.code()).is_refused("canceled");
    assert_eq!(before.look(&served)["status"], "canceled");
    eventually("the new secret is used", || served.logged("key 2 is for new rows").pop());
    let after = Begun::at(&served, &world, YUI);
    after.check(&served, &after.sms.code()).is_approved();
    served.restart_around(|served| {
        let said = refused_with(served, &leaked);
        assert!(said.contains("key 1") && said.contains("revoked"), "{said}");
        let new = fs::read_to_string(key_file(served)).expect("the key file is there");
        let said = refused_with(served, &without_the_first(&new));
        assert!(said.contains("lacks key 1"), "d11: rows that it sealed are there: {said}");
    });
    before.check(&served, &before.sms.code()).is_refused("canceled");
    before.check(&served, &before.sms.wrong_code()).is_refused("canceled");
    served.call("POST", &format!("{}/resend", before.path)).json(&json!({})).send().is_refused("canceled");
    assert_eq!(before.look(&served)["checks_left"], 5);
    let redeem = served.call("POST", &format!("{}/redeem", approved.path)).json(&json!({ "proof": proof }));
    assert_eq!(redeem.send().is(200).json()["to"], HARUTO, "what ended before the revocation stands");
    let again = Begun::at(&served, &world, AOI);
    again.check(&served, &again.sms.code()).is_approved();
    served.stop();
}

/// What the leaked secret sealed is sealed anew, so that the secret itself can go.
#[rstest]
fn d11_after_a_revocation_the_old_secret_can_leave_the_file(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new();
    let Some(mut served) = Served::start_on(engine, &route_to(&world)) else { return };
    let [approved, waiting] = [HARUTO, AOI].map(|number| Begun::at(&served, &world, number));
    approved.check(&served, &approved.sms.code()).is_approved();
    assert_eq!(served.metric("tegata_resealed_total"), 0.0, "there is one secret");
    done(&["secrets", "revoke", "--config", &served.config, "--yes"]);
    served.restart_around(|served| {
        let config = fs::read_to_string(&served.config).expect("the configuration is there");
        fs::write(&served.config, format!("reseal_after_ms = 0\n{config}")).expect("it can be written");
    });
    eventually("both numbers are sealed anew", || (served.metric("tegata_resealed_total") == 2.0).then_some(()));
    served.restart_around(|served| {
        let both = fs::read_to_string(key_file(served)).expect("the key file is there");
        fs::write(key_file(served), without_the_first(&both)).expect("it can be written");
    });
    assert_eq!([&approved, &waiting].map(|begun| begun.look(&served)["to"].clone()), [json!(HARUTO), json!(AOI)]);
    let again = Begun::at(&served, &world, YUI);
    again.check(&served, &again.sms.code()).is_approved();
    served.stop();
}

/// The service must still be able to read its file, and nobody else.
#[cfg(unix)]
#[test]
fn v3_a_rotated_file_keeps_its_owner_and_its_mode() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = crate::world::Folder::new();
    let file = folder.file("secrets.toml");
    done(&["secrets", "init", "--file", &file]);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).expect("it is ours");
    let before = fs::metadata(&file).expect("it is there");
    done(&["secrets", "rotate", "--file", &file]);
    let after = fs::metadata(&file).expect("it is there");
    assert_eq!((before.uid(), before.gid(), before.mode()), (after.uid(), after.gid(), after.mode()));
    assert_eq!(fs::read_dir(folder.path()).expect("it is a folder").count(), 1, "nothing lies beside it");
}

/// A backup knows codes and links that were used or ended since.
#[rstest]
fn d11_after_a_restore_no_code_and_no_link_is_live(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let pending = world.create(AOI);
    let code = world.sms_to(AOI).code();
    let flow = world.create_flow(json!({}));
    world.advance(minutes(2));
    let (mut browser, page) = at_the_code(&flow);
    let of_flow = world.sms_to(AOI).code();
    let config = world.write_config();
    assert!(refused(&["restored", "--config", &config]).contains("say --yes"), "it asks first");
    let said = refused(&["restored", "--config", &config, "--yes"]);
    assert!(said.contains("nothing was done") && said.contains("say --beside"), "somebody serves it: {said}");
    let said = done(&["restored", "--config", &config, "--yes", "--beside"]);
    assert!(said.contains("verifications ended: 2; links of hosted pages: 1"), "{said}");
    world.check(&pending, &code).is_refused("canceled");
    browser.submit(&page, "/code", &[("code", &of_flow)]).is(404);
    let again = world.create_with(json!({ "to": AOI, "context": "another" }));
    world.check(&again, &world.sms_to(AOI).code()).is_approved();
}

/// On PostgreSQL other tests' nodes are connected meanwhile: that it refuses there is shown above.
#[test]
fn d11_what_nodes_have_under_way_is_not_ended_by_mistake() {
    let world = World::new();
    let mut served = Served::start(&route_to(&world));
    let begun = Begun::at(&served, &world, AOI);
    let restored = ["restored", "--config", &served.config.clone(), "--yes"];
    assert!(refused(&restored).contains("stop what serves it"));
    assert_eq!(begun.look(&served)["status"], "pending");
    served.restart_around(|_| assert!(done(&restored).contains("verifications ended: 1")));
    assert_eq!(begun.look(&served)["status"], "canceled");
    served.stop();
}
