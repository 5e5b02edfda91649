//! The shapes that a gateway comes in: how it is called, and calls back. By the signed HTTP call (docs/http-provider.md), or as
//! Twilio publishes it (docs/twilio.md).

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{channel::Channel, time::Time};
use form_urlencoded::Serializer;
use serde_json::{Value, json};
use server::{
    config::{
        Hidden,
        route::{HttpRoute, Route},
        twilio::TwilioRoute,
    },
    signature::{Signed, Signer},
};

use super::{call::Call, frame::Letter};

/// The route's name.
const NAME: &str = "gateway";
/// The published example of Standard Webhooks 1.0.0.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// An account with Twilio, and its Auth Token.
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "fedcba9876543210fedcba9876543210";

/// A gateway's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The signed HTTP call.
    Signed,
    /// Twilio's API.
    Twilio,
}

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum News {
    Submitted,
    Delivered,
    Undelivered,
}

/// A call back: lines of its head, each with its end, and its body.
pub struct Back {
    pub head: String,
    pub body: String,
}

impl Shape {
    /// The route to an address.
    pub fn route(self, address: SocketAddr, window: usize, timeout_ms: i64, channels: Vec<Channel>) -> Route {
        let (name, sender) = (NAME.into(), "Tegata".into());
        let (countries, number_types, carriers, rate_per_second) = Default::default();
        match self {
            Shape::Signed => Route::Http(HttpRoute {
                name,
                url: format!("http://{address}/"),
                secret: Hidden(SECRET.into()),
                sender,
                timeout_ms,
                window,
                countries,
                number_types,
                carriers,
                channels,
                rate_per_second,
            }),
            Shape::Twilio => Route::Twilio(TwilioRoute {
                name,
                account: ACCOUNT.into(),
                auth_token: Hidden(TOKEN.into()),
                key: None,
                key_secret: None,
                sender,
                base_url: format!("http://{address}"),
                timeout_ms,
                window,
                countries,
                number_types,
                carriers,
                rate_per_second,
            }),
        }
    }

    /// Whom a call's message is for and the code that it carries, and the address to tell of it.
    pub fn read(self, call: &Call) -> Option<(Letter, String)> {
        let [to, text, address] = match self {
            Shape::Signed => {
                let message: Value = serde_json::from_slice(&call.body).ok()?;
                let named = |name: &str| message[name].as_str().map(str::to_owned);
                [named("to")?, named("text")?, named("receipt_url")?]
            }
            Shape::Twilio => {
                let value = |name: &str| {
                    let mut form = form_urlencoded::parse(&call.body);
                    form.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
                };
                [value("To")?, value("Body")?, value("StatusCallback")?]
            }
        };
        let number = to.strip_prefix('+')?.parse().ok()?;
        let code = match text.rsplit_once('#') {
            Some((_, code)) => code.to_owned(),
            None => read_out(&text)?,
        };
        Some((Letter { number, code }, address))
    }

    /// Whether a call shows that it is the server's.
    pub fn accepts(self, call: &Call) -> bool {
        match self {
            Shape::Signed => {
                let signed = Signed { id: &call.id, timestamp: &call.timestamp, body: &call.body };
                // The clock may have jumped since: what is looked at is the signature, not its time.
                let at = Time::from_ms(call.timestamp.parse::<i64>().unwrap_or(0) * 1_000);
                Signer::read(SECRET).is_some_and(|signer| signer.accepts(signed, &call.signature, at))
            }
            Shape::Twilio => call.authorization == format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"))),
        }
    }

    /// A call to an address that tells what became of a message; or nonsense, which nobody may take.
    pub fn back(self, address: &str, news: Option<News>, id: u64, now: Time) -> Back {
        match self {
            Shape::Signed => {
                let body = match news {
                    Some(News::Submitted) => json!({ "state": "submitted" }),
                    Some(News::Delivered) => json!({ "state": "delivered" }),
                    Some(News::Undelivered) => json!({ "state": "undelivered", "reason": "unreachable" }),
                    None => json!({ "state": "lost" }),
                };
                let (id, timestamp, body) = (format!("rcp_{id:x}"), (now.ms() / 1_000).to_string(), body.to_string());
                let signed = Signed { id: &id, timestamp: &timestamp, body: body.as_bytes() };
                let signature = Signer::read(SECRET).map(|signer| signer.sign(signed)).unwrap_or_default();
                let head =
                    format!("webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n");
                Back { head, body }
            }
            Shape::Twilio => {
                let (status, code) = match news {
                    Some(News::Submitted) => ("sent", None),
                    Some(News::Undelivered) => ("undelivered", Some("30003")),
                    Some(News::Delivered) | None => ("delivered", None),
                };
                let sid = format!("SM{id:032x}");
                // As they are sorted.
                let pairs = code.map(|code| ("ErrorCode", code)).into_iter();
                let pairs = pairs.chain([("MessageSid", sid.as_str()), ("MessageStatus", status)]);
                let over = pairs.clone().fold(address.to_owned(), |over, (name, value)| over + name + value);
                // What is known of Twilio is acknowledged, whatever it says; what is not Twilio's must not be.
                let token = if news.is_some() { TOKEN } else { ACCOUNT };
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
                let signature = STANDARD.encode(hmac::sign(&key, over.as_bytes()));
                let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
                Back { head: format!("x-twilio-signature: {signature}\r\n"), body }
            }
        }
    }
}

/// The code that a call reads out, digit by digit: the same twice.
fn read_out(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (code, again) = digits.split_at_checked(digits.len() / 2)?;
    (code == again && !code.is_empty()).then(|| code.to_owned())
}
