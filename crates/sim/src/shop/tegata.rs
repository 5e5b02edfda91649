//! The two calls to Tegata's API: begin a flow, redeem its result.

use std::time::Duration;

use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::record::{Record, Step, pretty};
use super::words::Lang;
use super::{Errand, MOUNT, Trouble};

/// How long the API may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// Tegata as the shop knows it.
pub(super) struct Tegata {
    /// Its base URL, without a slash at the end.
    pub(super) url: String,
    api_key: String,
    client: Option<Client>,
}

/// What came of a call, with what was said.
pub(super) struct Answer<T> {
    pub(super) outcome: Result<T, Failure>,
    pub(super) record: Record,
}

/// Why a call did not succeed, with the code to tell support.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) trouble: Trouble,
    pub(super) reference: Option<String>,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure { trouble, reference: None }
    }
}

impl Tegata {
    pub(super) fn new(url: String, api_key: String) -> Tegata {
        let url = url.trim_end_matches('/').to_owned();
        let client = client(&url)
            .inspect_err(|error| tracing::error!(%error, "the sample shop cannot call out: no certificates to trust"));
        Tegata { url, api_key, client: client.ok() }
    }

    /// Asks for a hosted page that leads back with `state`; gives its address.
    pub(super) async fn begin(&self, lang: Lang, errand: Errand, state: &str) -> Answer<String> {
        let mut body = json!({
            "kind": "verify_phone",
            "return_url": format!("{}{MOUNT}/back", self.url),
            "state": state,
            "locale": lang.tag(),
        });
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, errand.fields()) {
            body.extend(fields);
        }
        let answer = self.post(errand.step(), lang, "/v1/flows", &body).await;
        answer.map(|body| Some(body["url"].as_str()?.to_owned()))
    }

    /// Redeems what the redirect carried; gives the verified number in E.164.
    pub(super) async fn redeem(&self, lang: Lang, flow: &str, result: &str) -> Answer<String> {
        let path = format!("/v1/flows/{flow}/redeem");
        let answer = self.post(Step::Redeem, lang, &path, &json!({ "result": result })).await;
        answer.map(|body| {
            let approved = body["status"] == "approved" && body["verification"]["status"] == "approved";
            approved.then(|| body["verification"]["to"].as_str().map(str::to_owned))?
        })
    }

    async fn post(&self, step: Step, lang: Lang, path: &str, body: &Value) -> Answer<Value> {
        let (outcome, said) = match self.send(lang, path, body).await {
            Ok((status, answer)) => {
                let said = format!("{status}\n\n{}", pretty(&answer));
                (judged(status.as_u16(), answer), said)
            }
            Err(trouble) => (Err(trouble.into()), String::new()),
        };
        Answer { outcome, record: Record::call(step, path, &self.api_key, body, said) }
    }

    async fn send(&self, lang: Lang, path: &str, body: &Value) -> Result<(reqwest::StatusCode, Value), Trouble> {
        let client = self.client.as_ref().ok_or(Trouble::Unreachable)?;
        let request = client.post(format!("{}{path}", self.url)).bearer_auth(&self.api_key).json(body);
        let request = request.header(ACCEPT_LANGUAGE, lang.tag());
        let response = request.send().await.map_err(|error| {
            tracing::warn!(error = %error.without_url(), "the API does not answer the sample shop");
            Trouble::Unreachable
        })?;
        Ok((response.status(), read(response).await?))
    }
}

impl Answer<Value> {
    /// Takes from the answer what it is for.
    fn map(self, take: impl FnOnce(&Value) -> Option<String>) -> Answer<String> {
        let outcome = self.outcome.and_then(|body| take(&body).ok_or_else(|| Trouble::Unreadable.into()));
        Answer { outcome, record: self.record }
    }
}

fn client(url: &str) -> reqwest::Result<Client> {
    // The API is called directly, and a redirect would carry the key elsewhere.
    let client = Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy();
    if url.starts_with("https://") {
        client.build()
    } else {
        // The demo runs where no certificates are installed, too.
        client.tls_certs_only([]).build()
    }
}

async fn read(mut response: Response) -> Result<Value, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Trouble::Unreachable)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Trouble::Unreadable);
        }
        bytes.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&bytes).map_err(|_| Trouble::Unreadable)
}

fn judged(status: u16, answer: Value) -> Result<Value, Failure> {
    if (200..300).contains(&status) {
        return Ok(answer);
    }
    let code = answer["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default();
    let reference = answer["reference"].as_str().map(str::to_owned);
    Err(Failure { trouble: Trouble::of_problem(status, code), reference })
}
