//! A provider that asks for less is given half at once, and all of it again after a while: over SMPP and over HTTP.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use serde_json::json;
use smpp::{
    Status,
    link::{Request, ServerConfig, server},
};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{
    receiver::{Receiver, Says},
    routes::gate,
    world::{Inside, eventually, seconds},
};

/// Messages a second that the operator allows.
const RATE: usize = 10;
/// The message that is answered with the wish for less.
const THROTTLED: usize = 25;

/// Asks for codes for numbers from this one on.
fn ask(server: &Inside, numbers: std::ops::Range<usize>) {
    for nth in numbers {
        let asked = json!({ "to": format!("+81905559{nth:04}") });
        server.served.call("POST", "/v1/verifications").json(&asked).send().is(201);
    }
}

/// How long it takes until the provider has been handed so many more.
fn time_of(count: usize, next: &impl Fn()) -> Duration {
    let began = Instant::now();
    for _ in 0..count {
        next();
    }
    began.elapsed()
}

/// Sends by a route called `slow`, whose provider has taken another message when `next` returns.
fn slows_down_and_recovers(route: &str, next: impl Fn()) {
    let server = Inside::start(route);
    let is_slowed = |value: f64| {
        let metric = "tegata_route_state{route=\"slow\",what=\"slowed\"}";
        eventually(&format!("slowed is {value}"), || (server.served.metric_or(metric, 0.0) == value).then_some(()));
    };
    ask(&server, 0..60);
    // A second's turns are given ahead, and a tenth of one may go at once.
    time_of(THROTTLED + 1 + RATE + 2, &next);
    let slowed = time_of(RATE, &next);
    assert!(slowed >= Duration::from_millis(1_250), "{RATE} at half of the rate took {slowed:?}");
    is_slowed(1.0);
    server.advance(seconds(15));
    is_slowed(0.0);
    ask(&server, 60..110);
    // One went twice: what it was answered the first time is no word on the message.
    let went = THROTTLED + 1 + 2 * RATE + 2;
    let (again, left) = (2 * RATE, 110 + 1 - went);
    time_of(left - again, &next);
    let recovered = time_of(RATE, &next);
    assert!(recovered < slowed, "as before: {recovered:?}, and {slowed:?} while it asked for less");
    time_of(again - RATE, &next);
    server.served.wait_for_queue();
    let outcome = |outcome: &str| format!("tegata_messages_sent_total{{route=\"slow\",outcome=\"{outcome}\"}}");
    let counted = ["slower", "accepted"].map(|name| server.served.metric(&outcome(name)));
    assert_eq!(counted, [1.0, 110.0], "each was taken once");
}

/// A message centre that throttles once; each message that it was handed is told of.
fn centre(runtime: &Runtime) -> (String, mpsc::Receiver<()>) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback has free ports");
    let address = listener.local_addr().expect("it is bound").to_string();
    let (taken, messages) = mpsc::channel();
    runtime.spawn(async move {
        let mut count = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let (_server, mut requests) = server(stream, ServerConfig::default());
            while let Some(request) = requests.recv().await {
                match request {
                    Request::Bind { reply, .. } => reply.accept("centre"),
                    Request::Submit { reply, .. } => {
                        if count == THROTTLED {
                            reply.refuse(Status::THROTTLED);
                        } else {
                            reply.accept(format!("{count}"));
                        }
                        count += 1;
                        if taken.send(()).is_err() {
                            return;
                        }
                    }
                }
            }
        }
    });
    (address, messages)
}

#[test]
fn an_smsc_that_throttles_gets_half_at_once_and_all_again() {
    let runtime = Runtime::new().expect("a runtime");
    let (address, messages) = centre(&runtime);
    let route = format!(
        "[[routes]]\nkind = \"smpp\"\nname = \"slow\"\ntls = false\naddress = \"{address}\"\nsystem_id = \"i\"\n\
         password = \"p\"\nrate_per_second = {RATE}\n"
    );
    slows_down_and_recovers(&route, || {
        messages.recv_timeout(Duration::from_secs(15)).expect("it is handed another one");
    });
}

#[test]
fn a_gateway_that_answers_429_gets_half_at_once_and_all_again() {
    let says = |status| Says { status, head: "", body: "" };
    let mut answers = vec![says(202); THROTTLED];
    answers.extend([says(429), says(202)]);
    let gateway = Receiver::answering(answers);
    slows_down_and_recovers(&gate("slow", &gateway, &format!("rate_per_second = {RATE}\n")), || {
        gateway.next();
    });
}
