//! A node whose disk is full, played by a limit on the size of its files: it says that it is not ready, and is again once
//! there is room, without a request that would have to find out.

use std::process::Command;

use rstest::rstest;
use serde_json::json;

use crate::world::{AOI, Process, Request, Served, eventually};

/// Sets how large files of a process may become from now on.
fn limit(process: &Process, bytes: &str) {
    let (id, size) = (process.id().to_string(), format!("--fsize={bytes}:unlimited"));
    let set = Command::new("prlimit").args(["--pid", &id, &size]).status().expect("Linux has the command");
    assert!(set.success());
}

/// Also where its log stands on the same full disk.
#[rstest]
#[cfg(target_os = "linux")]
fn a_node_without_room_is_not_ready_until_there_is_some(
    #[values(Process::start_limited, Process::start_unheard)] start: fn(&[&str]) -> Process,
) {
    let mut served = Served::start("");
    served.process.stop();
    served.process = start(&["serve", "--config", &served.config]);
    let ready =
        || Request::new("GET", &format!("{}/readyz", served.admin)).try_send().map_or(0, |answer| answer.status);
    eventually("it is ready", || (ready() == 200).then_some(()));
    limit(&served.process, "0");
    let create = || served.call("POST", "/v1/verifications").json(&json!({ "to": AOI })).send();
    create().is_refused("unavailable");
    assert_eq!((ready(), ready()), (503, 503), "requests are refused");
    limit(&served.process, "unlimited");
    assert_eq!(ready(), 200, "nobody had to ask for anything else");
    create().is(201);
    served.process.stop();
}
