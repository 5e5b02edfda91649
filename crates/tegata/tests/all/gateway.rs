//! The HTTP provider, with a gateway of the test's own: it takes the signed call, checks the signature by itself, and
//! posts a signed receipt back.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::world::{AOI, Request, Served, eventually};

const KEY: [u8; 32] = [7; 32];

/// A call that came to the gateway.
struct Call {
    headers: Vec<(String, String)>,
    body: String,
}

/// A gateway that takes messages on loopback and answers each with the next of `statuses`; the last one repeats.
struct Gateway {
    url: String,
    calls: mpsc::Receiver<Call>,
}

impl Gateway {
    fn start(statuses: &'static [u16]) -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let url = format!("http://{}/messages", listener.local_addr().expect("it is bound"));
        let (taken, calls) = mpsc::channel();
        thread::spawn(move || {
            for (nth, stream) in listener.incoming().flatten().enumerate() {
                let mut reader = BufReader::new(stream);
                let Some(call) = Call::read(&mut reader) else { continue };
                let status = statuses.get(nth).or(statuses.last()).expect("there is one");
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let answered = reader.get_mut().write_all(answer.as_bytes());
                if answered.is_err() || taken.send(call).is_err() {
                    return;
                }
            }
        });
        Gateway { url, calls }
    }

    /// A served installation whose only route is this gateway.
    fn served(&self) -> Served {
        let (url, secret) = (&self.url, format!("whsec_{}", STANDARD.encode(KEY)));
        Served::start(&format!(
            "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{url}\"\nsecret = \"{secret}\"\nsender = \"Minato\"\n"
        ))
    }

    fn next_call(&self) -> Call {
        self.calls.recv_timeout(Duration::from_secs(15)).expect("the gateway is called")
    }
}

impl Call {
    fn read(reader: &mut impl BufRead) -> Option<Call> {
        let mut headers = Vec::new();
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 2 {
            let pair = line.trim_end().split_once(": ");
            headers.extend(pair.map(|(name, value)| (name.to_lowercase(), value.to_owned())));
            line.clear();
        }
        let call = Call { headers, body: String::new() };
        let mut body = vec![0; call.header("content-length").parse().ok()?];
        reader.read_exact(&mut body).ok()?;
        Some(Call { body: String::from_utf8(body).ok()?, ..call })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the call is JSON")
    }
}

/// Standard Webhooks 1.0.0, written down a second time.
fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key will do");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// A receipt as a gateway posts it.
fn receipt(url: &str, timestamp: &str, state: &str, key: &[u8]) -> Request {
    let body = json!({ "state": state }).to_string();
    let request = Request::new("POST", url).body("application/json", &body);
    let request = request.header("webhook-id", "r1").header("webhook-timestamp", timestamp);
    request.header("webhook-signature", signature(key, "r1", timestamp, &body))
}

fn create(served: &Served) -> String {
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": AOI })).send().is(201).json();
    begun["id"].as_str().expect("an id").to_owned()
}

fn state(served: &Served, id: &str) -> Value {
    served.call("GET", &format!("/v1/verifications/{id}")).send().is(200).json()["message"]["state"].clone()
}

fn becomes(served: &Served, id: &str, wanted: &str) {
    eventually(&format!("the message is {wanted}"), || (state(served, id) == wanted).then_some(()));
}

#[test]
fn d1_a_signed_call_and_a_signed_receipt() {
    let gateway = Gateway::start(&[200]);
    let served = gateway.served();
    let id = create(&served);
    let call = gateway.next_call();
    let timestamp = call.header("webhook-timestamp").to_owned();
    assert_eq!(call.header("webhook-signature"), signature(&KEY, call.header("webhook-id"), &timestamp, &call.body));
    let told = call.json();
    assert_eq!(
        (&told["to"], &told["from"], &told["id"]),
        (&json!(AOI), &json!("Minato"), &json!(call.header("webhook-id")))
    );
    assert!((1..=600).contains(&told["valid_seconds"].as_i64().expect("how long")), "{told}");
    becomes(&served, &id, "submitted");
    let url = told["receipt_url"].as_str().expect("where to").to_owned();
    assert!(url.starts_with(&format!("{}/receipts/gate/msg_", served.url)), "{url}");
    let (path, token) = url.rsplit_once('/').expect("it ends in a token");
    let stale = (timestamp.parse::<i64>().expect("seconds") - 301).to_string();
    let wrong = [
        receipt(&url, &timestamp, "delivered", &[8; 32]),
        receipt(&url, &stale, "delivered", &KEY),
        receipt(&url, "soon", "delivered", &KEY),
        receipt(&url, &timestamp, "delivered", &KEY).body("application/json", r#"{"state":"undelivered"}"#),
        receipt(&url, &timestamp, "delivered", &KEY).header("webhook-signature", "v1,"),
        receipt(&format!("{path}/{}", "0".repeat(token.len())), &timestamp, "delivered", &KEY),
        receipt(&format!("{path}/"), &timestamp, "delivered", &KEY),
        receipt(&url.replace("/gate/", "/other/"), &timestamp, "delivered", &KEY),
        receipt(&format!("{}/receipts/gate/{id}/{token}", served.url), &timestamp, "delivered", &KEY),
    ];
    for attempt in wrong {
        attempt.send().is_refused("not-found");
    }
    assert_eq!(state(&served, &id), "submitted", "nothing changed");
    receipt(&url, &timestamp, "read", &KEY).send().is_refused("bad-request");
    receipt(&url, &timestamp, "delivered", &KEY).send().is(204);
    becomes(&served, &id, "delivered");
    receipt(&url, &timestamp, "undelivered", &KEY).send().is(204);
    receipt(&url, &timestamp, "delivered", &KEY).send().is(204);
    assert_eq!(state(&served, &id), "delivered", "final states stand");
    let code = told["text"].as_str().and_then(|text| text.rsplit_once('#')).expect("a code").1;
    let path = format!("/v1/verifications/{id}/check");
    served.call("POST", &path).json(&json!({ "code": code })).send().is_approved();
    served.stop();
}

#[test]
fn a_gateway_that_is_busy_is_asked_again() {
    let gateway = Gateway::start(&[503, 429, 202]);
    let served = gateway.served();
    let id = create(&served);
    let calls = [gateway.next_call(), gateway.next_call(), gateway.next_call()];
    assert!(calls.iter().all(|call| call.json()["id"] == calls[0].json()["id"]), "one message, one id");
    becomes(&served, &id, "submitted");
    served.stop();
}

#[test]
fn a_number_that_the_gateway_does_not_know_is_undelivered() {
    let gateway = Gateway::start(&[404]);
    let served = gateway.served();
    let id = create(&served);
    gateway.next_call();
    becomes(&served, &id, "undelivered");
    served.stop();
}
