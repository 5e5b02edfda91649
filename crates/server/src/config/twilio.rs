//! `[[routes]]` of the kind `twilio`: an account with Twilio Programmable Messaging (docs/twilio.md).

use domain::{address::NumberType, country::Country};
use serde::{Deserialize, Serialize};

use super::{
    hidden::Hidden,
    route::{is_https_or_loopback, names_a_user, sender_problem, ten_seconds_ms, window},
};

/// An account with Twilio.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioRoute {
    /// The route's name.
    pub name: String,
    /// The account's SID.
    pub account: String,
    /// The account's Auth Token: call-backs are signed with it, and calls made by it where there is no key.
    pub auth_token: Hidden,
    /// The SID of an API key to make calls by instead.
    #[serde(default)]
    pub key: Option<String>,
    /// That key's secret.
    #[serde(default)]
    pub key_secret: Option<Hidden>,
    /// The sender of messages: a number, a name, or the SID of a Messaging Service.
    #[serde(default)]
    pub sender: String,
    /// Where the API is.
    #[serde(default = "api")]
    pub base_url: String,
    /// How long an answer may take, in milliseconds.
    #[serde(default = "ten_seconds_ms")]
    pub timeout_ms: i64,
    /// Messages under way at once.
    #[serde(default = "window")]
    pub window: usize,
    /// Countries whose numbers it is for; none: all.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// Types of numbers that it is for; none: all.
    #[serde(default)]
    pub number_types: Vec<NumberType>,
    /// Carriers whose phones it is for; none: all.
    #[serde(default)]
    pub carriers: Vec<String>,
    /// Messages that each node hands over in a second at most.
    #[serde(default)]
    pub rate_per_second: Option<u32>,
}

impl TwilioRoute {
    /// What calls are made by: a name and its secret.
    pub fn credentials(&self) -> (&str, &str) {
        match (&self.key, &self.key_secret) {
            (Some(key), Some(secret)) => (key, &secret.0),
            (_, _) => (&self.account, &self.auth_token.0),
        }
    }

    /// Where its messages are, with a query behind.
    pub fn messages_url(&self, query: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/Messages.json{query}", self.base_url, self.account)
    }

    pub(super) fn problem(&self) -> Option<String> {
        let key = self.key.as_deref();
        let rules = [
            // Twilio takes no address of a call-back with an underscore.
            (!self.name.contains('_'), "name must be without _ for this kind"),
            (is_sid("AC", &self.account), "account must be AC and 32 hexadecimal digits"),
            ((16..=100).contains(&self.auth_token.0.len()), "auth_token must be the account's"),
            (key.is_some() == self.key_secret.is_some(), "key and key_secret must come together"),
            (key.is_none_or(|key| is_sid("SK", key)), "key must be SK and 32 hexadecimal digits"),
            (self.key_secret.as_ref().is_none_or(|secret| !secret.0.is_empty()), "key_secret must be the key's"),
            (!self.sender.is_empty(), "sender must be a number, a name, or a Messaging Service's SID"),
            (
                is_https_or_loopback(&self.base_url) && !self.base_url.ends_with('/') && !names_a_user(&self.base_url),
                "base_url must be https (http only to loopback), without a user and without a slash at its end",
            ),
            ((100..=120_000).contains(&self.timeout_ms), "timeout_ms must be 100 to 120000"),
            ((1..=1_000).contains(&self.window), "window must be 1 to 1000"),
        ];
        let broken = rules.into_iter().find(|(holds, _)| !holds);
        let sender = || if is_sid("MG", &self.sender) { None } else { sender_problem(&self.sender) };
        broken.map(|(_, problem)| problem.to_owned()).or_else(sender)
    }
}

/// Whether a text is one of Twilio's ids of a kind: two letters and 32 hexadecimal digits.
pub fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn api() -> String {
    "https://api.twilio.com".into()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
    const KEY: &str = "SK0123456789abcdef0123456789abcdef";

    fn route(more: &str) -> TwilioRoute {
        let text = format!("name = \"t\"\naccount = \"{ACCOUNT}\"\nauth_token = \"0123456789abcdef\"\n{more}");
        toml::from_str(&text).expect("it is read")
    }

    #[rstest]
    #[case("sender = \"+15005550006\"", None)]
    #[case("sender = \"\"", Some("sender"))]
    #[case("sender = \"MG0123456789abcdef0123456789abcdef\"", None)]
    #[case("sender = \"MG0123456789abcdef\"", Some("sender"))]
    #[case("sender = \"a\"\nkey = \"SK0123456789abcdef0123456789abcdef\"", Some("together"))]
    #[case("sender = \"a\"\nkey = \"SK01\"\nkey_secret = \"s\"", Some("key must"))]
    #[case("sender = \"a\"\nbase_url = \"http://api.twilio.com\"", Some("base_url"))]
    #[case("sender = \"a\"\nbase_url = \"https://api.twilio.com/\"", Some("base_url"))]
    #[case("sender = \"a\"\nbase_url = \"https://a:b@api.twilio.com\"", Some("base_url"))]
    fn what_is_wrong_is_said(#[case] more: &str, #[case] wrong: Option<&str>) {
        let problem = route(more).problem();
        assert_eq!(problem.is_some(), wrong.is_some(), "{problem:?}");
        assert!(wrong.is_none_or(|part| problem.is_some_and(|said| said.contains(part))));
    }

    #[test]
    fn a_key_goes_before_the_account_s_own_token() {
        assert_eq!(route("").credentials(), (ACCOUNT, "0123456789abcdef"));
        assert_eq!(route(&format!("key = \"{KEY}\"\nkey_secret = \"s\"")).credentials(), (KEY, "s"));
    }
}
