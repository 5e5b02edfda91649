//! Traces: what a collector is told of a verification's life, and that nobody waits for one that is away.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use opentelemetry_proto::tonic::{collector::trace::v1::ExportTraceServiceRequest, trace::v1::Span};
use prost::Message;
use serde_json::json;

use crate::{
    receiver::Receiver,
    world::{AOI, Served, eventually},
};

/// The example of W3C Trace Context, whose caller keeps no spans of its own.
const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
const TRACE: [u8; 16] =
    [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c];
const PARENT: [u8; 8] = [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31];

/// A collector: takes OTLP over HTTP, and keeps the bodies.
struct Collector {
    url: String,
    exports: mpsc::Receiver<Vec<u8>>,
}

impl Collector {
    fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let url = format!("http://{}/v1/traces", listener.local_addr().expect("it is bound"));
        let (taken, exports) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let Some(body) = body(&mut reader) else { continue };
                let answered =
                    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                if answered.is_err() || taken.send(body).is_err() {
                    return;
                }
            }
        });
        Collector { url, exports }
    }
}

/// The body of a call, if its head says what an export's must.
fn body(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut head = String::new();
    while reader.read_line(&mut head).ok()? > 2 {}
    let head = head.to_lowercase();
    let of = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    assert!(head.starts_with("post /v1/traces ") && of("content-type:") == Some("application/x-protobuf"), "{head}");
    assert_eq!(of("authorization:"), Some("bearer of-the-collector"), "{head}");
    let mut body = vec![0; of("content-length:")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn spans(exports: &[Vec<u8>]) -> Vec<Span> {
    let read = |body: &Vec<u8>| ExportTraceServiceRequest::decode(body.as_slice()).expect("it is what OTLP says");
    let scopes = exports.iter().flat_map(|body| read(body).resource_spans).flat_map(|of| of.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

/// A route by HTTP to this gateway, and traces to this collector.
fn configured(gateway: &Receiver, collector: &str) -> String {
    let (secret, own) = (STANDARD.encode([7; 32]), gateway.origin());
    format!(
        "[traces]\nendpoint = \"{collector}\"\nauthorization = \"Bearer of-the-collector\"\n\
         [webhooks]\nown_origins = [\"{own}\"]\n\
         [[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{}\"\nsecret = \"whsec_{secret}\"\n",
        gateway.url
    )
}

#[test]
fn d8_a_verification_is_one_trace_and_tells_nothing_of_anybody() {
    let (collector, gateway) = (Collector::start(), Receiver::start(&[200]));
    let mut served = Served::start(&configured(&gateway, &collector.url));
    let hook = json!({ "url": gateway.url, "events": ["verification.approved"] });
    served.call("POST", "/v1/webhooks").json(&hook).send().is(201);
    let asked =
        json!({ "to": AOI, "binding": "payment-4711", "context": "session-4711", "end_user": { "ip": "203.0.113.7" } });
    let create = served.call("POST", "/v1/verifications").header("traceparent", CALLER).json(&asked);
    let id = create.send().is(201).json()["id"].as_str().expect("an id").to_owned();
    let message = gateway.next().json();
    let code = message["text"].as_str().and_then(|text| text.rsplit_once('#')).expect("a code").1.to_owned();
    let path = format!("/v1/verifications/{id}/check");
    let check = served.call("POST", &path).header("traceparent", CALLER).json(&json!({ "code": code }));
    let proof = check.send().is_approved();
    let hooked = gateway.next();
    assert_eq!(hooked.json()["data"]["verification"], id.as_str());
    served.process.stop();
    let exports: Vec<Vec<u8>> = collector.exports.try_iter().collect();
    let all = spans(&exports);
    let of_caller: Vec<&Span> = all.iter().filter(|span| span.trace_id == TRACE).collect();
    let mut names: Vec<&str> = of_caller.iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    let begun = ["POST /v1/verifications", "POST /v1/verifications/{id}/check"];
    assert_eq!(names, [begun[0], begun[1], "send", "store.batch", "store.batch", "webhook"], "{all:#?}");
    for span in &of_caller {
        let parent =
            of_caller.iter().find(|other| other.span_id == span.parent_span_id).map(|other| other.name.as_str());
        match span.name.as_str() {
            "send" => assert_eq!(parent, Some(begun[0])),
            "webhook" => assert_eq!(parent, Some(begun[1])),
            "store.batch" => assert!(parent.is_some_and(|parent| begun.contains(&parent)), "{span:?}"),
            _ => assert_eq!(span.parent_span_id, PARENT),
        }
        assert!(span.start_time_unix_nano > 0 && span.start_time_unix_nano < span.end_time_unix_nano, "{span:?}");
    }
    let told = |text: &str| exports.iter().any(|body| body.windows(text.len()).any(|part| part == text.as_bytes()));
    assert!(told("/v1/verifications/{id}/check") && told("gate") && told("accepted") && told("delivered"));
    let digits = AOI.trim_start_matches('+');
    for secret in
        [digits, &code, &proof, &id, &served.key, "4711", "203.0.113", "127.0.0.1", "whsec_", "of-the-collector"]
    {
        assert!(!told(secret), "{secret} is told");
    }
}

#[test]
fn a_collector_that_is_away_costs_nobody_anything() {
    let gateway = Receiver::start(&[200]);
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let mut served = Served::start(&configured(&gateway, &format!("http://{}/", silent.local_addr().expect("bound"))));
    let began = Instant::now();
    for _ in 0..50 {
        served.call("GET", "/v1/verifications/ver_00000000000000000000000000").send().is_refused("not-found");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    eventually("what the collector does not take is counted", || {
        (served.metric_or("tegata_spans_total{outcome=\"lost\"}", 0.0) >= 50.0).then_some(())
    });
    let began = Instant::now();
    let log = served.process.stop();
    assert!(began.elapsed() < Duration::from_secs(5), "a stop waits for a moment only: {:?}", began.elapsed());
    assert_eq!(log.iter().filter(|line| line.contains("does not take spans")).count(), 1, "{log:#?}");
}
