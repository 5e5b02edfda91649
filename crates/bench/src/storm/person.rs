//! A person in a storm: asks for codes, types them right and wrong, asks again, corrects, gives up.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    chance::Chance,
    desk::{Desk, Heard},
    town::Phones,
};

/// A person.
pub struct Person {
    pub chance: Chance,
    pub desk: Arc<Desk>,
    pub phones: Phones,
    /// The phones that they have or mistake for theirs.
    pub numbers: Vec<u64>,
    pub contexts: Vec<Option<String>>,
    pub ip: Ipv4Addr,
    /// Whether the application has their numbers on file.
    pub known: bool,
    /// Whether the storm is over: then they ask for nothing more.
    pub over: Arc<AtomicBool>,
}

/// What somebody does next.
#[derive(Clone, Copy)]
enum Act {
    Right,
    RightTwice,
    Wrong,
    Old,
    Resend,
    Call,
    Correct,
    Cancel,
    Look,
}

const ACTS: [(u64, Act); 9] = [
    (8, Act::Right),
    (2, Act::RightTwice),
    (6, Act::Wrong),
    (2, Act::Old),
    (6, Act::Resend),
    (3, Act::Call),
    (2, Act::Correct),
    (1, Act::Cancel),
    (2, Act::Look),
];

impl Person {
    /// Goes on until the storm is over.
    pub async fn live(mut self) {
        self.desk.book().busy += 1;
        while !self.over.load(Ordering::Relaxed) {
            self.rest(100..2_000).await;
            let number = *self.chance.one(&self.numbers);
            if let Some(id) = self.create(number).await {
                self.verify(&id, number).await;
            }
        }
        self.desk.book().busy -= 1;
    }

    async fn rest(&mut self, span_ms: std::ops::Range<u64>) {
        sleep(Duration::from_millis(self.chance.within(span_ms))).await;
    }

    async fn ask(&mut self, method: &str, path: &str, body: &Value) -> Heard {
        let node = self.chance.next();
        self.desk.ask(node, method, path, "", body).await
    }

    /// Begins a verification. Whoever hears no answer asks again with the same key, and so do some who heard one.
    async fn create(&mut self, number: u64) -> Option<String> {
        let mut body = json!({ "to": format!("+{number}"), "end_user": { "ip": self.ip }, "known": self.known });
        if let Some(context) = self.chance.one(&self.contexts).clone() {
            body["context"] = context.into();
        }
        if self.chance.per_mille(300) {
            body["locale"] = "en".into();
        }
        let head = format!("idempotency-key: {:x}\r\n", self.chance.next());
        let mut first: Option<String> = None;
        for _ in 0..3 {
            let node = self.chance.next();
            let heard = self.desk.ask(node, "POST", "/v1/verifications", &head, &body).await;
            let answered = matches!(heard, Some((200..500, _)));
            if let Some((200 | 201, view)) = &heard {
                let mut book = self.desk.book();
                let id = book.view(view)?;
                book.of(&id).numbers.insert(number);
                if first.as_ref().is_some_and(|first| *first != id) {
                    book.broken.push(format!("one Idempotency-Key began {first:?} and {id}"));
                }
                first = Some(id);
            }
            if answered && !self.chance.per_mille(100) {
                break;
            }
            self.rest(200..1_500).await;
        }
        first
    }

    async fn verify(&mut self, id: &str, mut number: u64) {
        let path = format!("/v1/verifications/{id}");
        for _ in 0..self.chance.within(2..10) {
            self.rest(200..3_000).await;
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            let codes = self.phones.codes(number);
            match self.chance.weighed(&ACTS) {
                Act::Right => {
                    let Some(code) = codes.first() else { continue };
                    if self.check(id, code).await {
                        return;
                    }
                }
                Act::RightTwice => {
                    let Some(code) = codes.first() else { continue };
                    let (desk, nodes) = (self.desk.clone(), [self.chance.next(), self.chance.next()]);
                    let [one, other] = nodes.map(|node| check(&desk, node, id, code));
                    if let (None, None) = tokio::join!(one, other) {
                        continue;
                    }
                    return;
                }
                Act::Wrong => {
                    let code = format!("{:06}", self.chance.within(0..1_000_000));
                    if self.check(id, &code).await {
                        return;
                    }
                }
                Act::Old => {
                    let Some(code) = codes.last() else { continue };
                    if self.check(id, code).await {
                        return;
                    }
                }
                Act::Resend => self.resend(&path, &json!({})).await,
                Act::Call => self.resend(&path, &json!({ "channel": "call" })).await,
                Act::Correct => {
                    number = *self.chance.one(&self.numbers);
                    self.resend(&path, &json!({ "to": format!("+{number}") })).await;
                }
                Act::Cancel => {
                    if let Some((200, _)) = self.ask("POST", &format!("{path}/cancel"), &Value::Null).await {
                        self.desk.book().of(id).canceled = true;
                        return;
                    }
                }
                Act::Look => {
                    if let Some((200, view)) = self.ask("GET", &path, &Value::Null).await {
                        self.desk.book().view(&view);
                    }
                }
            }
        }
    }

    async fn resend(&mut self, path: &str, body: &Value) {
        if let Some((200, view)) = self.ask("POST", &format!("{path}/resend"), body).await {
            self.desk.book().view(&view);
        }
    }

    /// Types a code, and presents the proof, some twice at once; whether the verification is over.
    async fn check(&mut self, id: &str, code: &str) -> bool {
        let Some(proof) = check(&self.desk, self.chance.next(), id, code).await else { return false };
        let (desk, nodes) = (self.desk.clone(), [self.chance.next(), self.chance.next()]);
        let [one, other] = nodes.map(|node| redeem(&desk, node, id, &proof));
        one.await;
        if self.chance.per_mille(300) {
            other.await;
        }
        true
    }
}

/// Types a code; its proof, if it is right.
pub async fn check(desk: &Desk, node: u64, id: &str, code: &str) -> Option<String> {
    let path = format!("/v1/verifications/{id}/check");
    let heard = desk.ask(node, "POST", &path, "", &json!({ "code": code })).await;
    let mut book = desk.book();
    let told = book.of(id);
    match heard {
        Some((200, view)) => {
            told.approvals += 1;
            return view["proof"].as_str().map(str::to_owned);
        }
        Some((422, answer)) if answer["type"] == "/problems/incorrect-code" => {
            told.incorrect.extend(answer["checks_left"].as_u64());
        }
        Some((503, _)) | None => told.unheard += 1,
        Some(_) => {}
    }
    None
}

async fn redeem(desk: &Desk, node: u64, id: &str, proof: &str) {
    let path = format!("/v1/verifications/{id}/redeem");
    if let Some((200, _)) = desk.ask(node, "POST", &path, "", &json!({ "proof": proof })).await {
        desk.book().of(id).redeemed += 1;
    }
}
