//! The API's calls as its own document lists them, each with a whole body: a new call cannot be forgotten in the tests
//! that try something on all of them.

use serde_json::{Value, json};

use super::{AOI, Request, Verification, World};

/// An event that never was.
const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";

/// One call of the API.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// As the document writes it: `/v1/verifications/{id}`.
    pub template: String,
    /// With an object of the demo's own service.
    pub path: String,
    /// A body with every field, if it takes one.
    pub body: Option<Value>,
}

impl World {
    /// Every call of `/openapi.json`.
    pub fn calls(&self) -> Vec<Call> {
        let document = self.request("GET", "/openapi.json").send().is(200).json();
        let paths = document["paths"].as_object().expect("a document has paths");
        let verification = Verification::of(&self.post("/v1/verifications", json!({ "to": AOI }))).id;
        let flow = self.create_flow(json!({})).id;
        let guide = self.post("/v1/guides/sms-not-arriving/sessions", json!({})).is(201).json();
        let session = guide["id"].as_str().expect("a session has an id").to_owned();
        let asked = json!({ "url": "https://shop.example/tegata", "events": ["verification.approved"] });
        let webhook = self.post("/v1/webhooks", asked).is(201).json();
        let webhook = webhook["id"].as_str().expect("a webhook has an id").to_owned();
        let id = |template: &str| match template.split('/').nth(2) {
            Some("verifications") => verification.clone(),
            Some("flows") => flow.clone(),
            Some("guides") => session.clone(),
            Some("services") => self.told("service"),
            Some("webhooks") => webhook.clone(),
            other => panic!("objects of a new kind: {other:?}"),
        };
        let mut calls = Vec::new();
        for (template, methods) in paths {
            for (method, operation) in methods.as_object().expect("a path has methods") {
                let takes_body = operation.pointer("/requestBody/content/application~1json").is_some();
                calls.push(Call {
                    method: method.to_uppercase(),
                    template: template.clone(),
                    path: template
                        .replace("{guide}", "sms-not-arriving")
                        .replace("{event}", EVENT)
                        .replace("{id}", &id(template)),
                    body: takes_body.then(|| whole_body(method, template)),
                });
            }
        }
        assert!(calls.len() >= 21, "{calls:?}");
        calls
    }
}

impl Call {
    /// The id in its path.
    pub fn object(&self) -> &str {
        self.path.split('/').find(|part| part.contains('_')).expect("it names an object")
    }

    /// The call with its body, without a key.
    pub fn request(&self, world: &World) -> Request {
        let request = world.request(&self.method, &self.path);
        self.body.as_ref().map_or(request.clone(), |body| request.json(body))
    }
}

/// A body with every field that a call knows.
fn whole_body(method: &str, template: &str) -> Value {
    match (method, template) {
        ("post", "/v1/verifications") => json!({
            "to": AOI, "country": "JP", "channel": "sms", "purpose": "sign_up", "locale": "ja", "binding": "payment 1",
            "context": "session 1", "known": false, "end_user": { "ip": "203.0.113.7", "account": "a" },
        }),
        ("post", "/v1/verifications/{id}/resend") => json!({ "to": AOI, "country": "JP" }),
        ("post", "/v1/verifications/{id}/check") => {
            json!({ "code": "12345x", "end_user": { "ip": "203.0.113.7", "account": "a" } })
        }
        ("post", "/v1/verifications/{id}/redeem") => json!({ "proof": "prf_00000000000000000000000000000000" }),
        ("post", "/v1/flows") => json!({
            "kind": "verify_phone", "return_url": "https://shop.example/verified", "state": "s", "locale": "en",
            "to": AOI, "country": "JP", "purpose": "payment", "binding": "b", "known": true, "account": "a",
        }),
        ("post", "/v1/flows/{id}/redeem") => json!({ "result": "res_00000000000000000000000000000000" }),
        ("post", "/v1/guides/{guide}/sessions") => json!({
            "locale": "en", "user_agent": "Mozilla/5.0 (iPhone)", "told": { "carrier": "docomo" },
        }),
        ("post", "/v1/guides/{guide}/sessions/{id}/answers") => json!({ "fact": "phone", "value": "iphone" }),
        ("post", "/v1/webhooks") => json!({ "url": "https://shop.example/tegata", "events": ["verification.locked"] }),
        ("post", "/v1/services") | ("patch", "/v1/services/{id}") => json!({
            "brand": "みなとペイ", "sender": "Tegata", "color": "#0b6e6e",
            "return_urls": ["https://shop.example/verified"], "embed_origins": ["https://help.shop.example"],
            "host": "minato.localhost", "email_code_url": "https://shop.example/code-by-email",
            "contacts": [{
                "kind": "phone", "name_ja": "窓口", "name_en": "Desk", "to": "0120-000-000",
                "hours": { "zone": "Asia/Tokyo", "week": [[{ "from": "09:00:00", "to": "20:00:00" }], [], [], [], [], [], []],
                    "closed": ["2026-01-01"] },
            }],
            "policy": {
                "code_digits": 6, "code_lifetime_ms": 600_000, "checks_max": 5, "sends_max": 5,
                "resend_after_ms": [30_000], "same_code_on_resend": false, "countries": ["JP"], "sms_per_day": 1_000,
                "sms_per_month": 20_000, "cost_per_day": 10_000, "cost_per_month": 200_000,
                "budgets": [{ "place": "KR", "sms_per_day": 10, "sms_per_month": 100, "cost_per_day": 100, "cost_per_month": 1_000 }],
                "retention_ms": 604_800_000, "remember_verified_ms": 7_776_000_000i64,
                "sources": { "address_per_10_minutes": 20, "address_per_day": 100, "account_per_day": 20,
                    "key_per_10_minutes": 6_000 },
                "shadow": ["address", "budget"],
            },
        }),
        other => panic!("a new call takes a body; say here which: {other:?}"),
    }
}
