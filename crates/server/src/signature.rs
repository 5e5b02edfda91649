//! Signatures on HTTP routes: those of Standard Webhooks 1.0.0, and the addresses that receipts are posted to.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    id::MessageId,
    key::{Keys, Secret},
    time::Time,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How far a signed call's clock may be off (Standard Webhooks: five minutes).
const TOLERANCE_SECONDS: i64 = 300;

/// A route's secret.
#[derive(Clone)]
pub struct Signer(Vec<u8>);

/// The parts of a signed call.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: &'a str,
    /// The body as it came.
    pub body: &'a [u8],
}

impl Signer {
    /// The signer of a secret as it is configured: `whsec_` and at least 24 bytes in base64.
    pub fn read(secret: &str) -> Option<Signer> {
        STANDARD.decode(secret.strip_prefix("whsec_")?).ok().filter(|key| key.len() >= 24).map(Signer)
    }

    /// `webhook-signature`.
    pub fn sign(&self, call: Signed<'_>) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [call.id.as_bytes(), b".", call.timestamp.as_bytes(), b".", call.body] {
            mac.update(part);
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// Whether a call was signed with this secret, lately. Several signatures may be given, apart by spaces.
    pub fn accepts(&self, call: Signed<'_>, signatures: &str, now: Time) -> bool {
        let seconds = now.ms() / 1_000;
        let lately = call.timestamp.parse::<i64>().is_ok_and(|at| (seconds - at).abs() <= TOLERANCE_SECONDS);
        let right = self.sign(call);
        let given = signatures.split(' ');
        lately && given.fold(false, |found, one| found | bool::from(one.as_bytes().ct_eq(right.as_bytes())))
    }
}

/// The token in the address of one message's receipt on one route: only who was told it can call it (rule D1).
pub fn receipt_token(keys: &Keys, route: &str, message: MessageId) -> String {
    let key: &Secret = &keys.cookie;
    key.hmac(&[b"receipt", &message.bytes(), route.as_bytes()]).hex()
}

/// Whether a token is the right one.
pub fn is_receipt_token(keys: &Keys, route: &str, message: MessageId, token: &str) -> bool {
    receipt_token(keys, route, message).as_bytes().ct_eq(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_as_the_standard_says() {
        // The published example of Standard Webhooks 1.0.0.
        let signer = Signer::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let call =
            Signed { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: br#"{"test": 2432232314}"# };
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signer.sign(call), signature);
        let at = Time::from_ms(1_614_265_330_000);
        assert!(signer.accepts(call, &format!("v1,old {signature}"), at));
        assert!(!signer.accepts(call, signature, at.plus(301_000)), "too old");
        assert!(!signer.accepts(Signed { body: b"{}", ..call }, signature, at), "another body");
        assert!(!signer.accepts(call, "", at), "no signature");
    }
}
