//! The example in Rust of docs/webhooks.md, word for word.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Whether a call came from Tegata. `header` gives a header by its name, `body` is as it came.
pub fn verified<'a>(secret: &str, header: impl Fn(&str) -> Option<&'a str>, body: &[u8]) -> bool {
    let found = || -> Option<bool> {
        let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        if now.abs_diff(timestamp.parse().ok()?) > 300 {
            return None;
        }
        let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
        let mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        let mac = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
        let mut given =
            header("webhook-signature")?.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
        Some(given.any(|one| mac.clone().verify_slice(&one).is_ok()))
    };
    found().unwrap_or(false)
}
