//! docs/quickstart.md, but for the hosted page.

use std::process::Command;

use crate::reader::{DEMO_URL, Demo, PHONE, path, snippet};

fn right(code: &str) -> String {
    code.to_owned()
}

fn wrong(code: &str) -> String {
    let last = code.bytes().last().map_or(0, |digit| (digit - b'0' + 1) % 10);
    format!("{}{last}", &code[..code.len() - 1])
}

#[test]
fn curl_verifies_a_number() {
    let shown = Demo::start("curl").run("+819012345001", snippet("quickstart-curl"), &[right]);
    assert!(shown.contains(r#""to":"+819012345001""#) && shown.contains(r#""status":"approved""#), "{shown}");
}

#[test]
fn curl_shows_why_a_number_is_refused() {
    let shown = Demo::start("refused").run("+815012345678", snippet("quickstart-curl"), &[]);
    assert!(shown.contains("/problems/number-voip") && !shown.contains("Code for"), "{shown}");
}

#[test]
fn node_verifies_a_number_at_the_second_try() {
    let demo = Demo::start("node");
    demo.save("quickstart-node", "verify.mjs");
    let shown = demo.run("+819012345002", "exec node verify.mjs", &[wrong, right]);
    assert!(shown.contains("(/problems/incorrect-code)") && shown.contains("+819012345002 is verified"), "{shown}");
}

#[test]
fn python_verifies_a_number_and_redeems_the_proof() {
    let demo = Demo::start("python");
    demo.save("quickstart-python", "verify.py");
    let shown = demo.run("+819012345003", "exec python3 verify.py", &[right]);
    assert!(shown.contains("+819012345003 is approved"), "{shown}");
}

#[test]
fn a_ci_job_verifies_a_number() {
    let output =
        Command::new("sh").arg("-c").arg(snippet("quickstart-ci")).env("PATH", path()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), r#""status":"approved""#);
}

#[test]
fn the_simulator_makes_trouble() {
    let shown = Demo::start("trouble").run(PHONE, snippet("quickstart-trouble"), &[]);
    assert!(shown.contains(r#""airplane_mode":true"#) && shown.contains(r#""outage":true"#), "{shown}");
}

#[test]
fn a_phone_is_called() {
    let shown = Demo::start("call").run(PHONE, snippet("quickstart-call"), &[]);
    assert!(shown.contains(r#""channel":"call""#) && shown.contains(r#""heard":true"#), "{shown}");
}

#[test]
fn the_readme_begins_a_verification() {
    let demo = Demo::start("readme");
    let script = snippet("readme-curl").replace(DEMO_URL, &demo.url);
    let shown = demo.run(PHONE, &script, &[]);
    assert!(shown.contains(r#""status":"pending""#), "{shown}");
    assert_eq!(demo.code(PHONE).len(), 6);
}
