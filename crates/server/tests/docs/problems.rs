//! docs/problems.md, from the catalogue of refusals and its English texts.

use domain::locale::Locale;
use std::collections::{BTreeMap, BTreeSet};

use axum::{body::to_bytes, http::header::RETRY_AFTER};
use domain::{refusal::Refusal, time::Time};
use serde_json::{Map, Value};
use server::{text::Speak, web::problem};

use crate::{code, held, table};

const HEAD: &str = "# Problems

Everything Tegata says no with. The answer is a problem document (RFC 9457, `application/problem+json`) in Japanese or English: in the language
that `Accept-Language` asks for, else in the `locale` of the request's body, else in that of the verification, flow or guide session, else in Japanese:

";

const MEMBERS: &str = "
`type` is a path that the server itself answers with a page: what it means, what to do. Program by `type` and `status`; titles and details are for
people and may change. `reference` is for support: a person can read it out, and the log has it where the fault is ours. Each problem has the members above and those
listed with it. *Wait* means that the answer carries `Retry-After`; beside `retry_at` stand, where the
API key's service names any, its `contacts`: whom your person may ask meanwhile (`kind`, `name`, `to`, and whether somebody is there, `open`). A service's object that is unknown, erased or another service's is `not-found` alike.

Written by a test from `crates/domain/src/refusal.rs` and `crates/server/texts/en`.

";

/// What every problem has.
const ALWAYS: [&str; 5] = ["type", "title", "status", "detail", "reference"];

/// One kind of problem: its status, its own members, whether it says when to try again.
struct Kind {
    status: u64,
    members: BTreeSet<String>,
    waits: bool,
}

/// The document of a refusal as it goes out, and whether it carries `Retry-After`.
async fn document(refusal: &Refusal) -> (Map<String, Value>, bool) {
    let now = Time::from_ms(1_799_999_940_000);
    let response = problem::document(refusal, Vec::new(), Locale::En, "7KQ2M9XT", now);
    let waits = response.headers().contains_key(RETRY_AFTER);
    let body = to_bytes(response.into_body(), 10_000).await.expect("a body");
    (serde_json::from_slice(&body).expect("an object"), waits)
}

#[tokio::test]
async fn problems() {
    let mut kinds: BTreeMap<(u64, &str), Kind> = BTreeMap::new();
    for refusal in Refusal::samples() {
        let (document, waits) = document(&refusal).await;
        let status = document["status"].as_u64().expect("a status");
        assert!(ALWAYS.iter().all(|member| document.contains_key(*member)), "{document:?}");
        let own = document.keys().filter(|member| !ALWAYS.contains(&member.as_str())).cloned();
        let kind = kinds.entry((status, refusal.code())).or_insert(Kind { status, members: BTreeSet::new(), waits });
        kind.members.extend(own);
    }
    let rows = kinds.iter().map(|((_, name), kind)| {
        let mut members: Vec<String> = kind.members.iter().map(code).collect();
        members.extend(kind.waits.then(|| "*wait*".to_owned()));
        let text = |part: &str| Locale::En.text(&format!("problem-{name}-{part}"));
        let explained = format!("**{}.** {} {}", text("title"), text("meaning"), text("caller"));
        vec![kind.status.to_string(), code(name), members.join(", "), explained]
    });
    let (sample, _) = document(&Refusal::IncorrectCode { checks_left: 4 }).await;
    let sample = serde_json::to_string_pretty(&sample).expect("an object");
    let table = table(&["status", "type: `/problems/…`", "members", "what it means; what the caller does"], rows);
    held("problems", &format!("{HEAD}```json\n{sample}\n```\n{MEMBERS}{table}"));
}
