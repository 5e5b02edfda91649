//! Signatures on HTTP routes: those of Standard Webhooks, Twilio's, and the addresses that receipts are posted to.

use aws_lc_rs::hmac as legacy;
use base64::{Engine, engine::general_purpose::STANDARD};
pub use domain::signature::{Signed, Signer};
use domain::{
    id::MessageId,
    key::{Keys, Secret},
};
/// The keys that sign the addresses, which may change while a route runs.
pub use store::LiveRing;
use subtle::ConstantTimeEq;

/// Whether Twilio signed a call: HMAC-SHA-1, as it publishes it, by the account's Auth Token over the address that it was
/// given and each parameter's name and value, sorted by name. It does not always write the address's port, so that any of
/// `addresses` will do.
pub fn is_signed_by_twilio(auth_token: &str, addresses: &[String], form: &[(String, String)], signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    let key = legacy::Key::new(legacy::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth_token.as_bytes());
    let mut sorted: Vec<&(String, String)> = form.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let parameters: String = sorted.into_iter().flat_map(|(name, value)| [name.as_str(), value]).collect();
    let is_over =
        |address: &String| legacy::verify(&key, format!("{address}{parameters}").as_bytes(), &signature).is_ok();
    addresses.iter().fold(false, |found, address| found | is_over(address))
}

/// The path that one message's receipts on one route are posted to; `name` is how the message is written there.
pub fn receipt_path(keys: &Keys, route: &str, message: MessageId, name: &str) -> String {
    format!("/receipts/{route}/{name}/{}", receipt_token(keys, route, message))
}

/// The token in the address of one message's receipt on one route: only who was told it can call it (rule D1).
fn receipt_token(keys: &Keys, route: &str, message: MessageId) -> String {
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
    fn signed_as_twilio_says() {
        // The published example of Twilio's documentation and of its libraries' tests, and one with a name twice.
        let form = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let address = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let of = |addresses: &[&str], form: &[(String, String)], signature: &str| {
            let addresses: Vec<String> = addresses.iter().map(|one| (*one).to_owned()).collect();
            is_signed_by_twilio("12345", &addresses, form, signature)
        };
        let call = form(&[
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
        ]);
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(of(&[address], &call, signature));
        assert!(of(&["https://other.example/", address], &call, signature), "one of them");
        assert!(!of(&["https://mycompany.com:443/myapp.php?foo=1&bar=2"], &call, signature), "another address");
        assert!(!of(&[address], &call[1..], signature), "a parameter less");
        assert!(!of(&[address], &call, "RSOYDt4T1cUTdK1PDd93/VVr8B9="), "another signature");
        assert!(!of(&[address], &call, "") && !of(&[address], &call, "nonsense"));
        let twice = form(&[
            ("Sid", "CA123"),
            ("SidAccount", "AC123"),
            ("Digits", "5678"),
            ("Digits", "1234"),
            ("Digits", "1234"),
        ]);
        assert!(of(&[address], &twice, "IK+Dwps556ElfBT0I3Rgjkr1wJU="));
    }
}
