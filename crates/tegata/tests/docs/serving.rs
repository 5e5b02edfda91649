//! README.md's commands to serve, with the route and the gateway of docs/http-provider.md.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use serde_json::Value;

use crate::reader::{Process, curl, folder, path, port, snippet, wait_for};

const PHONE: &str = "+819012345678";

/// The README's script with the gateway's route instead of its own, and its addresses on this machine.
fn script(public_url: &str, gateway: &str) -> String {
    let script = snippet("readme-serve").replace("https://verify.example.jp", public_url);
    let (before, after) = script.split_once("[[routes]]").expect("the README has a route");
    let (_, after) = after.split_once("END").expect("the configuration ends");
    let route = snippet("http-provider-route").replace("https://sms.example.jp/send", gateway);
    let after = after.replace("\ntegata serve", "\nexec tegata serve");
    format!("set -e\n{before}{route}\nEND{after}")
}

#[test]
fn the_readmes_commands_serve_and_a_gateway_delivers() {
    let folder = folder("serve");
    let [public, admin, gateway] = [port(), port(), port()];
    let url = format!("http://127.0.0.1:{public}");
    let secret = snippet("http-provider-route").split('"').find(|part| part.starts_with("whsec_")).expect("a secret");

    let mut carrier = Command::new("python3");
    carrier.args(["-c", snippet("http-provider-gateway")]).env("ROUTE_SECRET", secret).env("PORT", gateway.to_string());
    let mut carrier = Process(carrier.stdout(Stdio::piped()).spawn().expect("python3"));
    let mut shell = Command::new("sh");
    shell.current_dir(&folder).arg("-c").arg(script(&url, &format!("http://127.0.0.1:{gateway}/send")));
    shell.env("PATH", path()).env("TEGATA__HTTP__LISTEN", format!("127.0.0.1:{public}"));
    shell.env("TEGATA__HTTP__ADMIN_LISTEN", format!("127.0.0.1:{admin}"));
    let mut server = Process(shell.stdout(Stdio::piped()).spawn().expect("a shell"));
    let lines = BufReader::new(server.0.stdout.take().expect("a pipe")).lines();
    let key = lines.map_while(Result::ok).find(|line| line.starts_with("tegata_")).expect("an API key");
    wait_for(gateway);
    wait_for(public);

    let bearer = format!("Authorization: Bearer {key}");
    let call = |path: &str, more: &[&str]| -> Value {
        let answer = curl(&[&["-H", &bearer, &format!("{url}{path}")], more].concat());
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}"))
    };
    let body = format!(r#"{{"to": "{PHONE}"}}"#);
    let begun = call("/v1/verifications", &["-H", "Content-Type: application/json", "-d", &body]);
    let path = format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"));
    let delivered = |_| {
        sleep(Duration::from_millis(200));
        call(&path, &[])["message"]["state"] == "delivered"
    };
    assert!((0..100).any(delivered), "{}", call(&path, &[]));
    assert_eq!(curl(&[&format!("http://127.0.0.1:{admin}/readyz")]).trim(), "ready");
    drop(carrier.0.kill());
    let mut told = String::new();
    carrier.0.stdout.take().expect("a pipe").read_to_string(&mut told).expect("text");
    assert_eq!(told.trim(), format!("to {PHONE}"), "the gateway was called once");
}
