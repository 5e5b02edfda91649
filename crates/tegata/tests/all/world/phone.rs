//! Phones and carriers: what arrives there, and what is set on them.

use serde_json::{Value, json};

use super::World;

/// A message on a phone.
#[derive(Clone, Debug)]
pub struct Sms {
    pub from: String,
    pub text: String,
}

impl Sms {
    /// The code of its last line, `@host #code`.
    #[track_caller]
    pub fn code(&self) -> String {
        let last = self.text.lines().last().unwrap_or_default();
        let (host, code) = last.split_once(" #").unwrap_or_else(|| panic!("no code in {self:?}"));
        assert!(host.starts_with('@') && code.bytes().all(|byte| byte.is_ascii_digit()), "{self:?}");
        code.to_owned()
    }

    /// A code of the same length that is not this one.
    pub fn wrong_code(&self) -> String {
        let code = self.code();
        let digit = if code.starts_with('0') { "1" } else { "0" };
        format!("{digit}{}", &code[1..])
    }
}

/// What a phone was called for.
#[derive(Clone, Debug)]
pub struct Heard {
    pub from: String,
    /// What was read out.
    pub text: String,
}

impl Heard {
    /// The code, which is read out digit by digit, twice.
    #[track_caller]
    pub fn code(&self) -> String {
        let digits: String = self.text.chars().filter(char::is_ascii_digit).collect();
        let (once, again) = digits.split_at(digits.len() / 2);
        assert!(once.len() >= 6 && once == again, "{self:?}");
        once.to_owned()
    }
}

impl World {
    /// The newest call of a phone, once there is one that was heard.
    #[track_caller]
    pub fn call_to(&self, number: &str) -> Heard {
        let calls = self.calls_to(number, 15_000);
        let text = |member: &str| calls[0][member].as_str().unwrap_or_else(|| panic!("not heard: {calls}")).to_owned();
        Heard { from: text("from"), text: text("text") }
    }

    /// The calls of a phone, newest first; waits for one.
    pub fn calls_to(&self, number: &str, wait_ms: u32) -> Value {
        self.sim("GET", &format!("/v1/phones/{number}/calls?wait_ms={wait_ms}")).send().is(200).json()
    }

    /// The oldest message on a phone that was not read yet; waits for it.
    #[track_caller]
    pub fn sms_to(&self, number: &str) -> Sms {
        self.try_sms_to(number, 15_000).unwrap_or_else(|| panic!("no SMS comes to {number}"))
    }

    /// There is no unread message on a phone, and once the queue is empty none comes within the carriers' time.
    #[track_caller]
    pub fn no_sms_to(&self, number: &str) {
        self.wait_for_queue();
        let surprise = self.try_sms_to(number, 600);
        assert!(surprise.is_none(), "unasked: {surprise:?}");
    }

    /// Waits like a person to whom nothing comes: until what was sent has met its phone, and then two minutes, in steps,
    /// since strangers are told in half minutes (rule V5).
    pub fn wait_in_vain(&self) {
        self.wait_for_queue();
        // The carriers' 300 ms in real time: a receipt counts from when it came.
        std::thread::sleep(std::time::Duration::from_millis(800));
        for _ in 0..6 {
            self.advance(super::seconds(20));
        }
    }

    /// The next unread message on a phone, if it comes within `wait_ms`.
    pub fn try_sms_to(&self, number: &str, wait_ms: u32) -> Option<Sms> {
        let after = self.read.lock().expect("nobody panics with it").get(number).copied();
        let after = after.map_or_else(String::new, |id| format!("&after={id}"));
        let path = format!("/v1/phones/{number}/messages?wait_ms={wait_ms}{after}");
        let unread = self.sim("GET", &path).send().is(200).json();
        let message = unread.as_array().and_then(|messages| messages.last())?.clone();
        let id = message["id"].as_u64().expect("a message has an id");
        self.read.lock().expect("nobody panics with it").insert(number.to_owned(), id);
        let text = |member: &str| message[member].as_str().expect("a message says").to_owned();
        Some(Sms { from: text("from"), text: text("text") })
    }

    /// The phones that the simulator shows.
    pub fn phones(&self) -> Vec<String> {
        let phones = self.sim("GET", "/v1/phones").send().is(200).json();
        let number = |phone: &Value| phone["number"].as_str().expect("a phone has a number").to_owned();
        phones.as_array().expect("a list").iter().map(number).collect()
    }

    /// Changes a phone's settings.
    pub fn set_phone(&self, number: &str, settings: Value) {
        self.sim("PUT", &format!("/v1/phones/{number}")).json(&settings).send().is(200);
    }

    /// Switches a carrier off or on again; `smsc` is the message centre that the server is bound to.
    pub fn set_outage(&self, carrier: &str, outage: bool) {
        self.set_carrier(carrier, &json!({ "outage": outage }));
    }

    /// Changes how a carrier behaves.
    pub fn set_carrier(&self, carrier: &str, settings: &Value) {
        self.sim("PUT", &format!("/v1/carriers/{carrier}")).json(settings).send().is(200);
    }
}
