//! A small sound guide, and a person in front of it.

use domain::guide::{Draft, Guide, Known, Order, Outcome, Session, Step, facts::Facts};
use serde_json::{Value, json};

/// The sample as it would stand in its file. Tests break it at one place each.
pub fn sample() -> Value {
    json!({
        "other": 3.0,
        "contact_cost_s": 900.0,
        "solved": { "message": "approved" },
        "facts": [
            { "id": "message", "source": "observed", "moves": true,
              "values": ["none", "waiting", "delivered", "undelivered", "approved"] },
            { "id": "email", "source": "observed", "values": ["no", "yes"] },
            { "id": "phone", "source": "derived", "values": ["iphone", "android", "unknown"],
              "chance": [0.5, 0.45, 0.05], "question": { "cost_s": 8.0 } },
            { "id": "ios", "source": "derived", "values": ["26", "18"] },
            { "id": "carrier", "source": "told", "values": ["docomo", "au", "unknown"], "question": { "cost_s": 6.0 } },
            { "id": "app", "source": "told", "values": ["plus", "other", "unknown"],
              "question": { "cost_s": 9.0, "when": { "phone": "android" } } },
            { "id": "other_sms", "source": "told", "values": ["yes", "no"], "question": { "cost_s": 5.0 } },
        ],
        "causes": [
            cause("wait", "wait", json!({ "message": "waiting" }), json!({ "again": true, "weight": 20.0 })),
            cause("look-again", "look", json!({ "message": "delivered" }), json!({ "again": true, "weight": 10.0 })),
            cause("send-again", "wait", json!({ "message": "undelivered" }), json!({ "again": true, "then": "resend" })),
            cause("airplane", "try", json!({ "message": { "not": ["delivered"] } }), json!({
                "weight": 2.0, "likelihood": { "other_sms": { "yes": 0.5, "no": 3.0 } },
            })),
            cause("iphone-unknown-senders", "look", json!({ "phone": "iphone" }), json!({ "weight": 8.0 })),
            cause("plus-hidden", "look", json!({ "phone": "android", "app": "plus" }), json!({})),
            cause("number", "try", json!({ "message": ["undelivered", "none"] }), json!({ "then": "number" })),
            cause("docomo-refusal", "change", json!({ "carrier": "docomo" }), json!({
                "then": "resend", "restore": true, "weight": 9.0,
                "likelihood": { "message": { "undelivered": 4.0 }, "phone": { "iphone": 2.0 } },
            })),
            cause("au-refusal", "change", json!({ "carrier": "au" }), json!({ "then": "resend", "restore": true })),
            cause("other-refusal", "change", json!({ "carrier": "unknown" }), json!({ "then": "resend" })),
            cause("email-code", "try", json!({ "email": "yes" }), json!({ "then": "other_way", "weight": 0.5 })),
        ],
        "impossible": [
            { "causes": ["docomo-*"], "when": { "carrier": ["au", "unknown"] } },
            { "causes": ["iphone-*"], "when": { "phone": { "not": ["iphone"] } } },
        ],
    })
}

/// A cause with what most have; `more` says what it has besides.
pub fn cause(id: &str, kind: &str, when: Value, more: Value) -> Value {
    let mut cause = json!({
        "id": id, "kind": kind, "when": when, "weight": 4.0, "cost_s": 60.0, "works": 0.9, "proof": ["word"],
        "confidence": "official", "origin": [{ "source": "a test", "checked": "2026-11-22" }],
    });
    for (key, value) in more.as_object().expect("more is an object") {
        cause[key] = value.clone();
    }
    cause
}

/// Compiles what stands in a file.
pub fn compiled(content: Value) -> Guide {
    let draft: Draft = serde_json::from_value(content).expect("the content is a draft");
    Guide::compile("sample", "1", &draft).expect("the draft is a guide")
}

/// Facts from words such as `message=waiting email=yes`.
pub fn known(words: &str) -> Known {
    let pairs = words.split_whitespace().map(|word| word.split_once('=').expect("a fact and its value"));
    pairs.map(|(fact, value)| (fact.to_owned(), value.to_owned())).collect()
}

/// Somebody who uses a guide as a page lets them: what is shown is remembered.
#[derive(Clone)]
pub struct Person<'a> {
    pub guide: &'a Guide,
    pub order: Order,
    pub observed: Known,
    pub derived: Known,
    pub session: Session,
}

impl<'a> Person<'a> {
    pub fn new(guide: &'a Guide, observed: &str, derived: &str) -> Person<'a> {
        let order = Order::prior(guide);
        Person { guide, order, observed: known(observed), derived: known(derived), session: Session::default() }
    }

    pub fn facts(&self) -> Facts {
        self.guide.facts(&self.observed, &self.derived, &self.session)
    }

    /// Loads the page.
    pub fn step(&mut self) -> Step {
        let facts = self.facts();
        let step = self.guide.next(&facts, &self.session, &self.order).step;
        self.session.showing = self.guide.showing(step, &facts);
        step
    }

    /// Loads the page, as its name.
    pub fn sees(&mut self) -> String {
        match self.step() {
            Step::Act(cause) => self.guide.cause(cause).id.clone(),
            Step::Ask(fact) => format!("{}?", self.guide.fact(fact).id),
            Step::Contact => "contact".into(),
            Step::Solved(_) => "solved".into(),
        }
    }

    pub fn observe(&mut self, fact: &str, value: &str) {
        self.observed.insert(fact.into(), value.into());
    }

    /// Says these things one after the other: `carrier=docomo` answers, `wait` was no help, `number!` was done.
    pub fn says(&mut self, words: &str) {
        for word in words.split_whitespace() {
            let known = if let Some((fact, value)) = word.split_once('=') {
                self.session.tell(self.guide, fact, value)
            } else if let Some(cause) = word.strip_suffix('!') {
                self.session.report(self.guide, cause, Outcome::Done)
            } else {
                self.session.report(self.guide, word, Outcome::NotHelped)
            };
            assert!(known, "the guide knows {word:?}");
        }
    }
}
