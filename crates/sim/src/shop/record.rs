//! What was said between shop, browser and API, written down to be shown: secrets are shortened before they are kept.

use serde_json::Value;

/// How much of a secret is shown, in characters: enough to recognise it.
const SHOWN_CHARS: usize = 8;

/// The four steps, in their order; the first has two forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The shop's server asks for a hosted page.
    Ask,
    /// The same, with the number that it has on file.
    AskOnFile,
    /// The shop sends the browser there.
    Send,
    /// The browser comes back with a result.
    Return,
    /// The shop's server redeems it.
    Redeem,
}

/// One step as it went over the wire.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) step: Step,
    pub(super) request: String,
    /// Empty where it is somebody else's.
    pub(super) answer: String,
}

impl Record {
    /// A call to the API and its answer.
    pub(super) fn call(step: Step, path: &str, api_key: &str, body: &Value, answer: String) -> Record {
        let (key, body) = (shortened(api_key), pretty(body));
        Record { step, request: format!("POST {path}\nAuthorization: Bearer {key}\n\n{body}"), answer }
    }

    /// The redirect away.
    pub(super) fn sent(path: &str, url: &str, state: &str) -> Record {
        let (url, state) = (shortened_url(url), shortened(state));
        let answer = format!("303 See Other\nLocation: {url}\nSet-Cookie: {}={state}; …", super::cookie::STATE);
        Record { step: Step::Send, request: format!("POST {}{path}", super::MOUNT), answer }
    }

    /// The redirect back.
    pub(super) fn returned(flow: &str, state: &str, result: &str) -> Record {
        let (cookie, state, result) = (super::cookie::STATE, shortened(state), shortened(result));
        let address = format!("{}/back?flow={flow}&state={state}&result={result}", super::MOUNT);
        Record {
            step: Step::Return,
            request: format!("GET {address}\nCookie: {cookie}={state}"),
            answer: String::new(),
        }
    }
}

/// A body as it may be shown.
pub(super) fn pretty(body: &Value) -> String {
    serde_json::to_string_pretty(&without_secrets(body)).unwrap_or_default()
}

fn without_secrets(body: &Value) -> Value {
    let Value::Object(members) = body else { return body.clone() };
    let hidden = members.iter().map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("state" | "result", Value::String(secret)) => shortened(secret).into(),
            ("url", Value::String(url)) => shortened_url(url).into(),
            (_, value) => value.clone(),
        };
        (name.clone(), value)
    });
    Value::Object(hidden.collect())
}

fn shortened(secret: &str) -> String {
    let mut shown: String = secret.chars().take(SHOWN_CHARS).collect();
    shown.push('…');
    shown
}

/// A hosted page's address ends in a dot and the secret that opens it.
fn shortened_url(url: &str) -> String {
    url.rsplit_once('.').map_or_else(|| shortened(url), |(open, secret)| format!("{open}.{}", shortened(secret)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{pretty, shortened_url};

    #[test]
    fn secrets_are_shortened() {
        let shown = pretty(&json!({"state": "0123456789abcdef", "result": "res_456789abcdef", "to": "+819012345678"}));
        assert!(!shown.contains("89abcdef"), "{shown}");
        assert!(shown.contains("\"01234567…\"") && shown.contains("\"res_4567…\"") && shown.contains("+819012345678"));
        assert_eq!(shortened_url("http://127.0.0.1:1/f/flw_1.0123456789"), "http://127.0.0.1:1/f/flw_1.01234567…");
    }
}
