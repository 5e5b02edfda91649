//! What is asked of the voice provider.

use axum::http::HeaderMap;
use domain::locale::Locale;
use domain::signature::Signed;
use domain::time::Time;
use serde::Deserialize;

use super::Voice;
use crate::world::Dial;

/// The longest id of a message, in bytes.
const ID_BYTES_MAX: usize = 64;
/// The longest caller's name or number, in characters.
const FROM_CHARS_MAX: usize = 60;
/// The longest text, in characters: two minutes of speech.
const TEXT_CHARS_MAX: usize = 1_000;
/// The longest address of receipts, in bytes.
const RECEIPT_URL_BYTES_MAX: usize = 512;

/// Why a call is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NotTaken {
    /// It was not signed with the secret, or not lately.
    Unsigned,
    /// It is not as it must be; this is what it must be.
    Malformed(&'static str),
    /// No phone can have this number.
    NoSuchNumber,
}

/// The members of the call that matter here; others are for other providers.
#[derive(Deserialize)]
struct Asked {
    id: String,
    to: String,
    #[serde(default)]
    from: String,
    text: String,
    receipt_url: String,
    channel: String,
    language: Locale,
}

impl Voice {
    /// The call that is asked for, if it was signed with the secret.
    pub(crate) fn asked(&self, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Result<Dial, NotTaken> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let signed = Signed { id: text("webhook-id"), timestamp: text("webhook-timestamp"), body };
        if !self.signer.accepts(signed, text("webhook-signature"), Time::from_ms(now_ms)) {
            return Err(NotTaken::Unsigned);
        }
        let asked = serde_json::from_slice::<Asked>(body);
        let asked =
            asked.map_err(|_| NotTaken::Malformed("The body must be a call as docs/http-provider.md has it."))?;
        asked.check()?;
        Ok(Dial {
            number: asked.to.parse().map_err(|_| NotTaken::NoSuchNumber)?,
            reference: asked.id,
            from: asked.from,
            text: asked.text,
            language: asked.language,
            receipt_url: asked.receipt_url,
        })
    }
}

impl Asked {
    fn check(&self) -> Result<(), NotTaken> {
        let must = [
            (self.channel == "call", "`channel` must be `call`: this provider sends no SMS."),
            ((1..=ID_BYTES_MAX).contains(&self.id.len()), "`id` must have 1 to 64 bytes."),
            (self.from.chars().count() <= FROM_CHARS_MAX, "`from` must have at most 60 characters."),
            ((1..=TEXT_CHARS_MAX).contains(&self.text.chars().count()), "`text` must have 1 to 1000 characters."),
            (is_on_this_machine(&self.receipt_url), "`receipt_url` must be an http:// address of at most 512 bytes."),
        ];
        must.into_iter().find(|(fits, _)| !fits).map_or(Ok(()), |(_, what)| Err(NotTaken::Malformed(what)))
    }
}

/// The simulator belongs on a developer's own machine, where certificates are not needed and often not there.
fn is_on_this_machine(receipt_url: &str) -> bool {
    let fits = receipt_url.len() <= RECEIPT_URL_BYTES_MAX;
    fits && reqwest::Url::parse(receipt_url).is_ok_and(|url| url.scheme() == "http" && url.has_host())
}
