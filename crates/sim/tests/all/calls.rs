//! Conversations with the voice provider over HTTP, and what API and page tell of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use domain::signature::{Signed, Signer};
use domain::time::Time;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{Folder, Lab, START_MS, VOICE_SECRET, lab, lab_in};

const NUMBER: &str = "+819012345678";
const TEXT: &str = "みなとペイの認証コードは、4、8、2、9、1、3です。くり返します。4、8、2、9、1、3です。";

/// A receipt as it came: its signature is right, and this is its body.
type Receipt = Value;

/// Who asks for calls: the simulator over a real socket, and an address for its receipts.
struct Asker {
    sim: String,
    receipts_to: String,
    receipts: mpsc::UnboundedReceiver<Receipt>,
    client: reqwest::Client,
}

/// What the address of receipts answers, in this order; then 204.
type Answers = Arc<(Vec<StatusCode>, AtomicUsize)>;

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn asker(lab: &Lab, answers: &[StatusCode]) -> Asker {
    let (told, receipts) = mpsc::unbounded_channel();
    let answers: Answers = Arc::new((answers.to_vec(), AtomicUsize::new(0)));
    let router = Router::new().route("/receipts/{token}", post(take)).with_state((told, answers));
    let receipts_to = format!("{}/receipts/t0ken", serve(router).await);
    let sim = serve(Router::new().nest(sim::MOUNT, lab.sim.router())).await;
    Asker { sim: format!("{sim}{}", sim::MOUNT), receipts_to, receipts, client: reqwest::Client::new() }
}

async fn take(
    State((told, answers)): State<(mpsc::UnboundedSender<Receipt>, Answers)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name: &str| headers[name].to_str().unwrap();
    let signed = Signed { id: text("webhook-id"), timestamp: text("webhook-timestamp"), body: &body };
    let signer = Signer::read(VOICE_SECRET).unwrap();
    let now = Time::from_ms(text("webhook-timestamp").parse::<i64>().unwrap() * 1_000);
    assert!(signer.accepts(signed, text("webhook-signature"), now));
    told.send(serde_json::from_slice(&body).unwrap()).unwrap();
    let nth = answers.1.fetch_add(1, Ordering::SeqCst);
    answers.0.get(nth).copied().unwrap_or(StatusCode::NO_CONTENT)
}

impl Asker {
    fn call(&self, id: &str) -> Value {
        json!({
            "id": id, "to": NUMBER, "from": "+815055550000", "text": TEXT, "valid_seconds": 598,
            "receipt_url": self.receipts_to, "channel": "call", "language": "ja",
        })
    }

    /// Asks for a call that is signed with the secret.
    async fn ask(&self, call: &Value) -> StatusCode {
        self.ask_signed(call, VOICE_SECRET, START_MS / 1_000).await
    }

    async fn ask_signed(&self, call: &Value, secret: &str, timestamp: i64) -> StatusCode {
        let (body, timestamp) = (call.to_string(), timestamp.to_string());
        let id = call["id"].as_str().unwrap();
        let signed = Signed { id, timestamp: &timestamp, body: body.as_bytes() };
        let signature = Signer::read(secret).unwrap().sign(signed);
        let request = self.client.post(format!("{}/v1/calls", self.sim)).header("content-type", "application/json");
        let request = request.header("webhook-id", id).header("webhook-timestamp", timestamp);
        request.header("webhook-signature", signature).body(body).send().await.unwrap().status()
    }
}

impl Lab {
    /// The calls of a phone, once there is one; waits at most 2 seconds.
    async fn calls_to(&self, number: &str) -> Vec<Value> {
        let (status, calls) = self.get(&format!("/v1/phones/{number}/calls?wait_ms=2000")).await;
        assert_eq!(status, StatusCode::OK, "{calls}");
        calls.as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_signed_call_rings_and_its_receipt_is_posted() {
    let lab = lab().await;
    let mut asker = asker(&lab, &[]).await;
    let (asked, calls) = tokio::join!(async { asker.ask(&asker.call("msg_1")).await }, lab.calls_to(NUMBER));
    assert_eq!(asked, StatusCode::ACCEPTED);
    let rang_at = calls[0]["rang_at"].as_str().unwrap();
    assert!(rang_at.starts_with("2026-11-22T00:00:") && rang_at.ends_with('Z'), "{rang_at}");
    let expected = json!([{
        "id": 0, "from": "+815055550000", "text": TEXT, "language": "ja", "rang_at": rang_at, "heard": true,
    }]);
    assert_eq!(json!(calls), expected);
    assert_eq!(asker.receipts.recv().await.unwrap(), json!({ "state": "delivered" }));
    let (_, phone) = lab.get(&format!("/v1/phones/{NUMBER}")).await;
    assert_eq!(phone["calls"], json!({ "heard": 1, "missed": 0 }));
    assert_eq!(phone["messages"], json!({ "shown": 0, "hidden": 0, "waiting": 0 }), "it is no message");
}

#[rstest]
#[case("power_off", true)]
#[case("silences_unknown_callers", true)]
#[case("other_device", true)]
#[tokio::test]
async fn what_nobody_heard_is_not_read_out_and_told_as_unreachable(#[case] switch: &str, #[case] on: bool) {
    let lab = lab().await;
    let mut asker = asker(&lab, &[]).await;
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({ switch: on })).await;
    assert_eq!(asker.ask(&asker.call("msg_1")).await, StatusCode::ACCEPTED);
    let receipt = asker.receipts.recv().await.unwrap();
    assert_eq!(receipt, json!({ "state": "undelivered", "reason": "unreachable" }));
    let calls = lab.calls_to(NUMBER).await;
    assert_eq!((&calls[0]["heard"], &calls[0]["text"]), (&json!(false), &Value::Null));
    let page = lab.page(&format!("/phones/{NUMBER}?lang=ja")).await;
    assert!(!page.contains("4、8、2、9、1、3"), "the code is nowhere: {page}");
}

/// Whoever has not the secret makes no phone ring, and neither does a call that was recorded.
#[tokio::test]
async fn a_call_that_is_not_signed_is_refused_and_rings_nowhere() {
    let lab = lab().await;
    let mut asker = asker(&lab, &[]).await;
    let call = asker.call("msg_1");
    let now = START_MS / 1_000;
    let another = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(asker.ask_signed(&call, another, now).await, StatusCode::UNAUTHORIZED);
    for off in [-301, 302] {
        assert_eq!(asker.ask_signed(&call, VOICE_SECRET, now + off).await, StatusCode::UNAUTHORIZED);
    }
    let (status, _) = lab.post("/v1/calls", call).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "without any signature");
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/calls")).await.1, json!([]));
    assert!(asker.receipts.try_recv().is_err());
}

#[tokio::test]
async fn the_same_call_twice_rings_once_after_a_restart_too() {
    let folder = Folder::new();
    let lab = lab_in(Some(folder.path()), 7).await;
    let mut before = asker(&lab, &[]).await;
    for _ in 0..2 {
        assert_eq!(before.ask(&before.call("msg_1")).await, StatusCode::ACCEPTED);
    }
    assert_eq!(before.ask(&before.call("msg_2")).await, StatusCode::ACCEPTED);
    before.receipts.recv().await.unwrap();
    before.receipts.recv().await.unwrap();
    while lab.sim.read(|world| !world.reports(1, |_| true).is_empty()) {
        tokio::task::yield_now().await;
    }
    drop(lab);

    let lab = lab_in(Some(folder.path()), 7).await;
    let mut after = asker(&lab, &[]).await;
    assert_eq!(after.ask(&after.call("msg_1")).await, StatusCode::ACCEPTED);
    let calls = lab.calls_to(NUMBER).await;
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/calls?after=0")).await.1, json!(calls[..1]), "the newer one");
    assert!(before.receipts.try_recv().is_err() && after.receipts.try_recv().is_err(), "told once");
}

#[tokio::test]
async fn a_receipt_that_nobody_takes_is_posted_again_after_a_restart_too() {
    let folder = Folder::new();
    let lab = lab_in(Some(folder.path()), 7).await;
    let mut asker = asker(&lab, &[StatusCode::SERVICE_UNAVAILABLE; 3]).await;
    assert_eq!(asker.ask(&asker.call("msg_1")).await, StatusCode::ACCEPTED);
    asker.receipts.recv().await.unwrap();
    lab.advance(1_000).await;
    asker.receipts.recv().await.unwrap();
    drop(lab);
    let lab = lab_in(Some(folder.path()), 7).await;
    asker.receipts.recv().await.unwrap();
    lab.advance(1_000).await;
    assert_eq!(asker.receipts.recv().await.unwrap(), json!({ "state": "delivered" }));
    while lab.sim.read(|world| !world.reports(1, |_| true).is_empty()) {
        tokio::task::yield_now().await;
    }
}

#[rstest]
#[case::sms(json!({ "channel": "sms" }), 400)]
#[case::no_channel(json!({ "channel": null }), 400)]
#[case::no_language(json!({ "language": "fr" }), 400)]
#[case::no_text(json!({ "text": "" }), 400)]
#[case::long_text(json!({ "text": "x".repeat(1_001) }), 400)]
#[case::long_id(json!({ "id": "x".repeat(65) }), 400)]
#[case::long_from(json!({ "from": "x".repeat(61) }), 400)]
#[case::receipts_elsewhere(json!({ "receipt_url": "https://verify.example/r" }), 400)]
#[case::no_such_number(json!({ "to": "090" }), 422)]
#[tokio::test]
async fn a_call_that_is_not_as_the_contract_has_it_rings_nowhere(#[case] members: Value, #[case] expected: u16) {
    let lab = lab().await;
    let asker = asker(&lab, &[]).await;
    let mut call = asker.call("msg_1");
    call.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    assert_eq!(asker.ask(&call).await.as_u16(), expected);
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/calls")).await.1, json!([]));
}

#[tokio::test]
async fn a_number_that_was_never_heard_of_is_a_phone_once_it_is_called() {
    let lab = lab().await;
    let asker = asker(&lab, &[]).await;
    let mut call = asker.call("msg_1");
    call["to"] = json!("+815012340000");
    call.as_object_mut().unwrap().remove("from");
    assert_eq!(asker.ask(&call).await, StatusCode::ACCEPTED);
    let calls = lab.calls_to("+815012340000").await;
    assert_eq!((&calls[0]["heard"], &calls[0]["from"]), (&json!(true), &json!("")), "without SMS, and withheld");
}

#[tokio::test]
async fn the_page_shows_what_was_read_out_and_what_nobody_heard() {
    let lab = lab().await;
    let asker = asker(&lab, &[]).await;
    lab.bind().await.send(NUMBER, "code 482913").await;
    lab.sms_to(NUMBER).await;
    lab.advance(60_000).await;
    asker.ask_signed(&asker.call("msg_1"), VOICE_SECRET, START_MS / 1_000).await;
    for path in ["/?lang=en".to_owned(), format!("/phones/{NUMBER}?lang=en")] {
        let page = lab.page(&path).await;
        assert!(page.contains("Read out in a call"), "{path}: {page}");
        assert!(
            page.contains(r#"lang="ja">みなとペイの認証コードは、<strong>4、8、2、9、1、3</strong>です。"#),
            "{path}: {page}"
        );
    }
    let page = lab.page(&format!("/phones/{NUMBER}?lang=en")).await;
    assert!(page.find("Read out in a call") < page.find("<strong>482913"), "the newest is above");
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({ "silences_unknown_callers": true })).await;
    asker.ask_signed(&asker.call("msg_2"), VOICE_SECRET, START_MS / 1_000).await;
    for (lang, told, setting) in [
        ("en", "Call: +815055550000 – the voicemail answered", "Silence Unknown Callers"),
        ("ja", "電話： +815055550000 – 留守番電話が出たので", "不明な発信者を消音"),
    ] {
        let page = lab.page(&format!("/phones/{NUMBER}?lang={lang}")).await;
        assert!(page.contains(told) && page.contains(setting), "{page}");
    }
    let request = crate::support::request("DELETE", &format!("/v1/phones/{NUMBER}/messages"));
    let request = request.header("content-type", "application/json").body("".into()).unwrap();
    assert_eq!(lab.ask(request).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/calls")).await.1, json!([]));
}
