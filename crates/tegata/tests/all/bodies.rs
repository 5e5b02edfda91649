//! How bodies come: they stall, are too large, of another kind than was asked for, or of two lengths.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::json;

use crate::{
    flows::HOME,
    world::{AOI, RETURN_URL, Request, Served, World, done},
};

/// Who sends slowly is told so, on a page in the flow's language, and no operator is called.
#[test]
fn d9_a_body_that_stalls_is_its_sender_s_fault() {
    let served = Served::start("body_timeout_ms = 300\n");
    let make = |words: &[&str]| done(&[words, &["--config", &served.config]].concat());
    let service = make(&["service", "create", "--brand", "Example", "--return-url", RETURN_URL]);
    let key = make(&["key", "create", "--service", &service]);
    let begin = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s", "locale": "en" });
    let flows = served.call("POST", "/v1/flows").key(&key).json(&begin);
    let flow = flows.send().is(201).json()["url"].as_str().expect("an address").to_owned();
    let logo = format!("/v1/services/{service}/logo");
    let receipt = served.call("POST", "/receipts/a/b/c").json(&json!({ "state": "delivered" }));
    for stalled in [flows, served.call("PUT", &logo).body("image/png", "png"), receipt] {
        let answer = stalled.stall();
        answer.is_refused("request-timeout");
        assert_eq!(answer.header("connection"), Some("close"), "RFC 9110 §15.5.9");
    }
    let form = Request::new("POST", &format!("{flow}/number")).header("Accept-Language", "ja").form(&HOME);
    let page = form.stall().is(408);
    assert!(page.body.contains("did not arrive in time") && page.body.contains("Example"), "{page:?}");
    assert_eq!(page.header("connection"), Some("close"));
    assert_eq!(served.metric_or("tegata_requests_total{status=\"5xx\"}", 0.0), 0.0);
    assert_eq!(served.metric("tegata_requests_total{status=\"4xx\"}"), 4.0);
    served.stop();
}

/// In the flow's language, and in words that are true of a form; a program that asks for a document gets one.
#[test]
fn a_form_that_cannot_be_read_is_refused_on_a_page() {
    let world = World::new();
    let flow = world.create_flow(json!({ "locale": "en" }));
    let form = Request::new("POST", &format!("{}/number", flow.url)).header("Accept-Language", "ja");
    let large = "9".repeat(70_000);
    for (form, status, code, says) in [
        (form.clone().json(&json!({})), 415, "unsupported-media-type", "cannot read the kind of content"),
        (form.clone().form(&[("number", "1"), ("number", "2")]), 400, "bad-request", "does not match what this page"),
        (form.form(&[("number", &large)]), 413, "payload-too-large", "larger than we can take"),
    ] {
        for accept in ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""] {
            let page = form.clone().header("Accept", accept).send().is(status);
            assert!(page.body.contains("lang=\"en\"") && page.body.contains(says), "{page:?}");
        }
        let document = form.header("Accept", "application/json").send().is(status);
        document.is_refused(code);
        assert!(status != 415 || document.body.contains("application/x-www-form-urlencoded"), "{document:?}");
    }
}

/// No body is unpacked, and JSON is UTF-8, whatever a charset says: RFC 8259 §11 gives it no meaning.
#[test]
fn a_body_is_read_as_it_is() {
    let world = World::new();
    let create = world.call("POST", "/v1/verifications").json(&json!({ "to": AOI }));
    for coding in ["gzip", "br", "identity, gzip", "x"] {
        create.clone().header("Content-Encoding", coding).send().is_refused("unsupported-media-type");
    }
    create.clone().header("Content-Encoding", "Identity").send().is(201);
    create.header("Content-Type", "application/json; charset=shift_jis").send().is(200);
    world.sms_to(AOI);
}

/// What one of two readers takes for a request of its own, the other reads as a body (RFC 9112 §6.1).
#[test]
fn d3_a_body_of_two_lengths_hides_no_request() {
    let world = World::new();
    let address = world.told("url").trim_start_matches("http://").to_owned();
    let (length, chunks) = ("Content-Length: 4\r\n", "Transfer-Encoding: chunked\r\n");
    for lengths in [[length, chunks], [chunks, length], [length, "Content-Length: 5\r\n"]] {
        let mut stream = TcpStream::connect(&address).expect("the server listens");
        let first = format!("POST /v1/verifications HTTP/1.1\r\nHost: x\r\n{}\r\n0\r\n\r\n", lengths.concat());
        let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.write_all(format!("{first}{hidden}").as_bytes()).expect("it is sent");
        let mut answers = Vec::new();
        // The server may reset a connection behind its last answer.
        let _ended = stream.read_to_end(&mut answers);
        let answers = String::from_utf8_lossy(&answers);
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
        assert!(answers.starts_with("HTTP/1.1 4"), "{answers}");
    }
}
