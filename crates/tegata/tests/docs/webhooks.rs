//! docs/webhooks.md's examples, each given the same calls: signed as the server signs, and altered.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use rstest::rstest;
use server::signature::{Signed, Signer};

use crate::{
    reader::{folder, snippet},
    verified::verified,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"type":"verification.approved","data":{}}"#;

/// Asks the snippet with what stands in the environment.
const NODE: &str = "
const { SECRET, HEADERS, BODY } = process.env;
console.log(verified(SECRET, JSON.parse(HEADERS), Buffer.from(BODY)));
";
const PYTHON: &str = "
import json, os
print(str(verified(os.environ['SECRET'], json.loads(os.environ['HEADERS']), os.environ['BODY'].encode())).lower())
";

type Headers = BTreeMap<&'static str, String>;
type Language = fn(&Headers, &str) -> bool;

/// The headers of a call that was signed so many seconds ago.
fn signed(ago: i64) -> Headers {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let timestamp = (i64::try_from(now).expect("it fits") - ago).to_string();
    let signer = Signer::read(SECRET).expect("a secret");
    let signature = signer.sign(Signed { id: "evt_1", timestamp: &timestamp, body: BODY.as_bytes() });
    let id = "evt_1".to_owned();
    Headers::from([("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)])
}

fn run(program: &str, file: &str, text: String, headers: &Headers, body: &str) -> bool {
    let path = folder(&format!("webhooks-{program}")).join(file);
    fs::write(&path, text).expect("a file");
    let mut command = Command::new(program);
    command.arg(&path).env("SECRET", SECRET).env("BODY", body);
    let output = command.env("HEADERS", serde_json::to_string(headers).expect("JSON")).output().expect(program);
    match String::from_utf8_lossy(&output.stdout).trim() {
        "true" => true,
        "false" => false,
        _ => panic!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn node(headers: &Headers, body: &str) -> bool {
    run("node", "verify.mjs", format!("{}\n{NODE}", snippet("webhooks-node")), headers, body)
}

fn python(headers: &Headers, body: &str) -> bool {
    run("python3", "verify.py", format!("{}\n{PYTHON}", snippet("webhooks-python")), headers, body)
}

fn rust(headers: &Headers, body: &str) -> bool {
    let compiled = include_str!("verified.rs").split_once("\n\n").expect("what it is for, and then the example").1;
    assert_eq!(snippet("webhooks-rust").trim(), compiled.trim());
    verified(SECRET, |name| headers.get(name).map(String::as_str), body.as_bytes())
}

#[rstest]
#[case::node(node)]
#[case::python(python)]
#[case::rust(rust)]
fn an_example_takes_what_was_signed_and_nothing_else(#[case] verifies: Language) {
    assert!(verifies(&signed(0), BODY));
    assert!(!verifies(&signed(0), "{}"), "another body");
    assert!(!verifies(&signed(301), BODY), "too old");
    assert!(!verifies(&signed(-310), BODY), "from the future");
    assert!(!verifies(&Headers::new(), BODY), "no headers");
    let with = |name: &'static str, value: &str| {
        let mut headers = signed(0);
        headers.insert(name, value.to_owned());
        headers
    };
    assert!(!verifies(&with("webhook-id", "evt_2"), BODY), "another event");
    assert!(!verifies(&with("webhook-timestamp", "soon"), BODY));
    assert!(!verifies(&with("webhook-signature", ""), BODY));
    assert!(!verifies(&with("webhook-signature", "v1,AAAA"), BODY));
    let two = format!("v1,AAAA {}", signed(0)["webhook-signature"]);
    assert!(verifies(&with("webhook-signature", &two), BODY), "one of several");
}
