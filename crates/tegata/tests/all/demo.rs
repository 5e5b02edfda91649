//! The demo: the same folder is the same world, and nobody else's.

use std::net::TcpStream;

use rstest::rstest;
use serde_json::json;
use store::{Field, Statement, Tx};

use crate::{
    console::{enter, signed_in},
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        Folder, HARUTO, Process, Request, Served, Verification, World, YUI, done, in_store, minutes, refused,
    },
};

#[rstest]
fn the_same_folder_is_the_same_world(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let sms = world.sms_to(AOI);
    world.check(&v, &sms.wrong_code()).is_refused("incorrect-code");
    world.set_phone(AOI, json!({ "owner": "somebody" }));
    world.wait_for_queue();
    let before = (world.told("api_key"), world.told("service"));
    world.restart_around(|_| ());
    assert_eq!((world.told("api_key"), world.told("service")), before);
    let phone = Request::new("GET", &format!("{}/v1/phones/{AOI}", world.told("sim"))).send().is(200).json();
    assert_eq!(phone["owner"], "somebody");
    world.no_sms_to(AOI);
    assert_eq!(world.look(&v)["checks_left"], 4);
    world.check(&v, &sms.code()).is_approved();
}

/// D6: shop and simulator answer under the address that the demo prints, IPv6 too.
#[test]
fn the_demo_serves_all_of_itself_on_ipv6() {
    let folder = Folder::new();
    let data = folder.path().to_str().expect("a plain name").to_owned();
    let (mut demo, told) = Process::start_ready(&["demo", "--json", "--listen", "[::1]:0", "--data", &data]);
    for (what, status) in [("shop", 200), ("sim", 200)] {
        let url = told[what].as_str().expect("an address");
        assert!(url.contains("[::1]:"), "{url}");
        Request::new("GET", url).send().is(status);
    }
    demo.stop();
}

/// What happened lies in the past after a restart, however far the clock was moved.
#[test]
fn a_moved_clock_stays_moved() {
    let mut world = World::new();
    world.advance(minutes(90));
    let v = world.create(AOI);
    world.sms_to(AOI);
    let told = |world: &World| world.look(&v)["message"]["updated_at"].as_str().expect("a time").to_owned();
    let before = told(&world);
    world.restart_around(|_| ());
    world.create(HARUTO);
    world.sms_to(HARUTO);
    let after = world.create(YUI);
    world.sms_to(YUI);
    let after = world.message_becomes(&after, "delivered")["updated_at"].as_str().expect("a time").to_owned();
    assert!(after > before, "{after} is not after {before}");
}

#[test]
fn the_demos_console_opens_whenever_it_is_asked_for() {
    let world = World::new();
    world.advance(minutes(60));
    signed_in(&world);
    let folder = world.data.path().to_str().expect("a plain name").to_owned();
    let (mut browser, _) = enter(&done(&["console", "link", "--data", &folder]));
    browser.open(&format!("{}/console/messages", world.told("url"))).is(200);
    let said = refused(&["console", "link", "--data", &world.data.file("nothing")]);
    assert!(said.contains("demo.toml"), "{said}");
}

/// Rule V4 holds in the demo too, for tries that were finished as well; its page of phones says how to go on, and that
/// works.
#[test]
fn a_number_that_was_tried_too_often_goes_on_after_a_button() {
    let world = World::new();
    let begin = |nth: usize| world.post("/v1/verifications", json!({ "to": AOI, "context": format!("try {nth}") }));
    let first = Verification::of(&begin(0).is(201));
    world.check(&first, &world.sms_to(AOI).code()).is_approved();
    for nth in 1..5 {
        begin(nth).is(201);
        world.sms_to(AOI);
    }
    let refused = begin(5).is(429);
    assert_eq!(refused.json()["type"], "/problems/busy");
    let mut browser = Browser::new();
    let why = browser.open(&format!("{}/problems/busy?lang=en", world.told("url"))).is(200);
    assert!(why.html().contains("10 SMS an hour") && why.html().contains("/sim"), "{why:?}");
    let phones = browser.open(&format!("{}?lang=en", world.told("sim"))).is(200);
    assert!(phones.html().contains("5 SMS an hour and 10 a day") && phones.html().contains("+2 h"), "{phones:?}");
    let clock = Request::new("POST", &format!("{}/clock", world.told("sim"))).header("Sec-Fetch-Site", "same-origin");
    clock.form(&[("advance_ms", "7200000")]).send().is(303);
    begin(6).is(201);
}

#[test]
fn d6_the_demo_listens_on_loopback_unless_told_otherwise() {
    let folder = Folder::new();
    let data = folder.file("data");
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let said = refused(&["demo", "--json", "--listen", listen, "--data", &data]);
        assert!(said.contains("--expose-demo"), "{said}");
    }
    assert!(folder.read("data/demo.toml").is_err(), "nothing was made");
}

/// A refused demo writes nothing: what `tegata serve` served before, it serves again.
#[rstest]
fn d6_the_demo_takes_no_database_that_is_in_use(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut served) = Served::start_on(engine, "") else { return };
    let folder = Folder::new();
    let data = folder.file("data");
    served.restart_around(|served| {
        let text = served.folder.read("tegata.toml").expect("its configuration");
        let database = text.lines().find_map(|line| line.strip_prefix("database = ")).expect("it is named");
        let said = refused(&[
            "demo",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--data",
            &data,
            "--database",
            database.trim_matches('"'),
        ]);
        assert!(said.contains("--database names is in use") && said.contains("an empty database"), "{said}");
        assert!(folder.read("data/demo.toml").is_err(), "no keys for a demo that is none");
        if engine == Sqlite {
            let own = served.folder.path().to_str().expect("a plain name");
            let said = refused(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", own]);
            assert!(said.contains("is in use") && said.contains("in a new folder with --data"), "{said}");
            assert!(served.folder.read("demo.toml").is_err(), "nothing is left in its folder");
        }
    });
    served.stop();
}

/// A database may have a service before anybody serves it, and belong to a demo in another folder.
#[rstest]
fn d6_the_demo_takes_no_database_of_another_s(#[values(Sqlite, Postgres)] engine: Engine) {
    let folder = Folder::new();
    let (data, database, secrets) = (folder.file("data"), folder.file("tegata.db"), folder.file("secrets.toml"));
    done(&["secrets", "init", "--file", &secrets]);
    let sound = format!("public_url = \"https://v.example\"\nsecrets = \"{secrets}\"\n");
    let config = folder.write("tegata.toml", &format!("{sound}database = \"sqlite:{database}\"\n"));
    done(&["migrate", "--config", &config]);
    done(&["service", "create", "--config", &config, "--brand", "Minato"]);
    let url = format!("sqlite:{database}");
    let said = refused(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", &data, "--database", &url]);
    assert!(said.contains("is in use"), "{said}");

    let Some(mut world) = World::on(engine) else { return };
    world.restart_around(|world| {
        let own = world.database();
        let said = refused(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", &data, "--database", &own]);
        assert!(said.contains("belongs to another demo") && said.contains("--data"), "{said}");
    });
}

#[test]
fn one_folder_has_one_demo_at_a_time() {
    let world = World::new();
    let folder = world.data.path().to_str().expect("a plain name").to_owned();
    let said = refused(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", &folder]);
    assert!(said.contains("another process uses"), "{said}");
    let v = world.create(AOI);
    world.check(&v, &world.sms_to(AOI).code()).is_approved();
}

/// Which build made a database is not known; what to do about it is.
#[test]
fn another_versions_folder_is_named_with_a_way_out() {
    static ALTERED: Statement = Statement::new("test.altered", "UPDATE migration SET checksum = $1");
    let mut world = World::new();
    world.restart_around(|world| {
        let (config, folder) = (world.write_config(), world.data.path().to_str().expect("a plain name").to_owned());
        let before = std::fs::read(world.data.path().join("tegata.db")).expect("it is there");
        in_store(world, async |store| {
            let alter = |tx: &mut Tx| tx.execute(&ALTERED, &[vec![0u8].into_value()]);
            store.write(alter).await.expect("it is altered");
        });
        for arguments in [["serve", "--config", &config], ["migrate", "--config", &config]] {
            let said = refused(&arguments);
            assert!(said.contains("0001_begin") && said.contains("an empty database"), "{said}");
        }
        let said = refused(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", &folder]);
        assert!(said.contains("in a new folder with --data"), "{said}");
        std::fs::write(world.data.path().join("tegata.db"), before).expect("it is as it was");
    });
}

#[test]
fn migrating_again_changes_nothing() {
    let mut world = World::new();
    let v = world.create(AOI);
    let code = world.sms_to(AOI).code();
    world.wait_for_queue();
    world.restart_around(|world| {
        let said = done(&["migrate", "--config", &world.write_config()]);
        assert!(said.contains("nothing to do"), "{said}");
    });
    world.check(&v, &code).is_approved();
}

#[test]
fn the_demo_tells_people_where_everything_is() {
    let folder = Folder::new();
    let data = folder.file("data");
    let (mut demo, told) = Process::start_saying(&["demo", "--listen", "127.0.0.1:0", "--data", &data], "Ctrl-C");
    let (_, smpp) = told.split_once("The carrier    ").expect("a line for the carrier");
    let address = smpp.split(' ').next().expect("an address");
    assert!(TcpStream::connect(address).is_ok(), "{told}");
    assert!(smpp.contains(&format!("{data}/demo.toml (smpp_system_id, smpp_password)")), "{told}");
    let state = folder.read("data/demo.toml").expect("it is there");
    assert!(state.contains("smpp_system_id = ") && state.contains("smpp_password = "), "{state}");
    demo.stop();
}

#[test]
fn the_pages_of_the_demo_answer() {
    let world = World::new();
    for page in [world.told("sim"), world.told("shop"), format!("{}/docs", world.told("url"))] {
        let page = Browser::new().open(&page).is(200);
        assert!(page.html().starts_with("<!doctype html>"), "{page:?}");
    }
}
