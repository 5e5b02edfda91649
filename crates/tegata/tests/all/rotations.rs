//! The key file changes while nodes run: they read it again by themselves, and a key is used when each of them knows it
//! (rules V3, D11).

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::json;

use crate::{
    secrets::{Begun, key_file},
    world::{AOI, Engine::Postgres, HARUTO, Served, World, YUI, done, eventually, route_to},
};

fn number(nth: usize) -> String {
    format!("+8190555506{nth:02}")
}

/// One node makes the code, the other judges it: first a wrong one, then the right one.
fn across(world: &World, [from, to]: [&Served; 2], number: &str) {
    let begun = Begun::at(from, world, number);
    begun.check(to, &begun.sms.wrong_code()).is_refused("incorrect-code");
    assert_eq!(begun.look(to)["to"], number);
    begun.check(to, &begun.sms.code()).is_approved();
}

/// A key that others lack is used by nobody: not by a node that was restarted, nor by one that read it while it runs.
#[rstest]
fn v3_nobody_notices_a_rotation_on_two_nodes(#[values(false, true)] restarted: bool) {
    let world = World::new();
    let Some(mut one) = Served::start_on(Postgres, &route_to(&world)) else { return };
    let two = one.another_node(&key_file(&one));
    done(&["secrets", "rotate", "--file", &key_file(&one), "--after-s", "6"]);
    if restarted {
        one.restart_around(|_| ());
    }
    let is_used = |node: &Served| {
        // A start says nothing of the keys; it had the new one before it was used.
        !node.logged("key 2 is for new rows").iter().all(|line| line.contains("rows from"))
    };
    let (began, mut used) = (Instant::now(), 0);
    for nth in 0.. {
        across(&world, [&one, &two], &number(2 * nth));
        across(&world, [&two, &one], &number(2 * nth + 1));
        used += usize::from(is_used(&one) && is_used(&two));
        if used == 2 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{:#?}", two.process.log_lines());
        thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(two.logged("key 2 is for new rows from").len(), 1, "it was known before it was used");
    two.stop();
    one.stop();
}

#[test]
fn d11_a_node_without_a_key_says_so_and_leaves_messages_to_the_others() {
    let world = World::new();
    let Some(one) = Served::start_on(Postgres, &route_to(&world)) else { return };
    let copy = one.folder.file("copy.toml");
    fs::copy(key_file(&one), &copy).expect("it can be copied");
    let mut two = one.another_node(&copy);
    done(&["secrets", "rotate", "--file", &key_file(&one), "--after-s", "0"]);
    eventually("the new key is used", || one.logged("key 2 is for new rows").pop());
    let mut last = None;
    for nth in 0..8 {
        let began = Instant::now();
        last = Some(Begun::at(&one, &world, &number(nth)));
        assert!(began.elapsed() < Duration::from_secs(4), "a message waited for {:?}", began.elapsed());
        thread::sleep(Duration::from_millis(300));
    }
    // Of what both may claim, too.
    done(&["route", "ban", "centre", "--config", &one.config]);
    thread::sleep(Duration::from_secs(3));
    for nth in 20..28 {
        one.call("POST", "/v1/verifications").json(&json!({ "to": number(nth) })).send().is(201);
    }
    done(&["route", "release", "centre", "--config", &one.config]);
    let began = Instant::now();
    for nth in 20..28 {
        world.sms_to(&number(nth));
    }
    assert!(began.elapsed() < Duration::from_secs(20), "they waited for {:?}", began.elapsed());
    let begun = last.expect("there were some");
    let why = eventually("it is not ready", || Some(two.readiness()).filter(|(status, _)| *status == 503)).1;
    assert!(why.contains("lacks key 2") && why.contains("not ready until"), "{why}");
    begun.check(&two, &begun.sms.code()).is_refused("unavailable");
    begun.check(&one, &begun.sms.wrong_code()).is_refused("incorrect-code");
    thread::sleep(Duration::from_secs(2));
    assert_eq!(two.logged(" ERROR ").len(), 1, "once: {:#?}", two.process.log_lines());
    assert!(two.logged(" ERROR ")[0].contains("lacks key 2"));
    fs::copy(key_file(&one), &copy).expect("it can be copied");
    eventually("it is ready with the file", || (two.readiness().0 == 200).then_some(()));
    assert_eq!(begun.look(&two)["checks_left"], 4, "what it could not judge was no try");
    begun.check(&two, &begun.sms.code()).is_approved();
    across(&world, [&two, &one], AOI);
    two.process.stop();
    one.stop();
}

/// Long before a key is used, a node that has not got it is told of, and serves.
#[test]
fn d11_a_node_that_will_lack_a_key_is_warned_of() {
    let world = World::new();
    let Some(one) = Served::start_on(Postgres, &route_to(&world)) else { return };
    let copy = one.folder.file("copy.toml");
    fs::copy(key_file(&one), &copy).expect("it can be copied");
    let mut two = one.another_node(&copy);
    done(&["secrets", "rotate", "--file", &key_file(&one)]);
    let warned = eventually("it is warned of", || two.logged(" WARN ").pop());
    assert!(warned.contains("lacks key 2 (used from "), "{warned}");
    assert_eq!(two.readiness().0, 200);
    across(&world, [&one, &two], AOI);
    across(&world, [&two, &one], YUI);
    two.process.stop();
    one.stop();
}

#[test]
fn d11_a_file_that_cannot_be_used_changes_nothing() {
    let world = World::new();
    let mut served = Served::start(&route_to(&world));
    let good = fs::read_to_string(key_file(&served)).expect("it is there");
    let another = served.folder.file("another.toml");
    done(&["secrets", "init", "--file", &another]);
    let another = fs::read_to_string(another).expect("it was made");
    let broken = "[[key]]\nid = 1\n".to_owned();
    let wrongs = [(Some(broken), "not a key file"), (None, "no key file"), (Some(another), "not the one")];
    for (nth, (text, told)) in wrongs.into_iter().enumerate() {
        match text {
            Some(text) => fs::write(key_file(&served), text).expect("it can be written"),
            None => fs::remove_file(key_file(&served)).expect("it is there"),
        }
        let said = eventually("it says so", || served.logged(" ERROR ").into_iter().nth(nth));
        assert!(said.contains(told), "{said}");
        thread::sleep(Duration::from_secs(2));
        assert_eq!(served.logged(" ERROR ").len(), nth + 1, "once: {:#?}", served.process.log_lines());
        assert_eq!(served.readiness().0, 200);
        across(&world, [&served, &served], &number(nth));
    }
    fs::write(key_file(&served), good).expect("it can be written");
    eventually("it is well again", || served.logged("can be used again").pop());
    across(&world, [&served, &served], HARUTO);
    served.process.stop();
}
