//! Signatures of Standard Webhooks 1.0.0, by which two programs know each other's calls.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::time::Time;

/// How far a signed call's clock may be off (Standard Webhooks: five minutes).
const TOLERANCE_SECONDS: u64 = 300;

/// A secret that both sides have.
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
        let lately = call.timestamp.parse::<i64>().is_ok_and(|at| seconds.abs_diff(at) <= TOLERANCE_SECONDS);
        let right = self.sign(call);
        let given = signatures.split(' ');
        lately && given.fold(false, |found, one| found | bool::from(one.as_bytes().ct_eq(right.as_bytes())))
    }
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
        let earliest = Signed { timestamp: &i64::MIN.to_string(), ..call };
        assert!(!signer.accepts(earliest, &signer.sign(earliest), at), "as far off as can be written");
    }
}
