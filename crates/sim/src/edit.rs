//! What a person may change on phones and carriers, by field name. The API hands its JSON here as it came, the page its
//! forms, so that both know the same fields and refuse the same mistakes.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::world::{
    BLOCKED_SENDERS_MAX, Carrier, CarrierName, DELAY_MAX_MS, NotANumber, Number, Phone, Switch, System,
};

/// The longest owner's label and blocked sender, in characters.
pub(crate) const LABEL_CHARS_MAX: usize = 60;
/// The highest throttle that can be set, in messages a second.
pub(crate) const THROTTLE_MAX: u32 = 1_000_000;

/// A field that cannot be what was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) expected: String,
}

fn wrong(field: &str, expected: impl Into<String>) -> Wrong {
    Wrong { field: field.into(), expected: expected.into() }
}

/// Reads a number out of an address or a form.
pub(crate) fn number(text: &str) -> Result<Number, Wrong> {
    text.parse().map_err(|NotANumber| no_number())
}

/// What is said of a text that is no number.
pub(crate) fn no_number() -> Wrong {
    wrong("number", "an E.164 number such as +819012345678")
}

/// Changes the fields that are there; a field that is unknown or wrong changes nothing.
pub(crate) fn phone(phone: &Phone, fields: &Map<String, Value>) -> Result<Phone, Wrong> {
    let mut phone = phone.clone();
    if let Some(carrier) = fields.get("carrier") {
        let carrier = customer_of(carrier)?;
        if carrier != phone.carrier {
            // A carrier without SMS has no contract with it, unless the same change says so.
            phone.settings.turn(Switch::SmsContract, carrier.carries_sms());
        }
        phone.carrier = carrier;
    }
    for (field, value) in fields {
        match field.as_str() {
            "carrier" => {}
            "number" if value.as_str() == Some(phone.number.to_string().as_str()) => {}
            "number" => return Err(wrong(field, "the number in the address, or nothing")),
            "owner" => phone.owner = label(field, value)?,
            "system" => phone.system = system(value)?,
            "blocked_senders" => phone.settings.blocked_senders = blocked_senders(value)?,
            _ => match (Switch::from_key(field), value.as_bool()) {
                (Some(switch), Some(on)) => phone.settings.turn(switch, on),
                (Some(_), None) => return Err(wrong(field, "true or false")),
                (None, _) => return Err(unknown(field, &phone_fields())),
            },
        }
    }
    Ok(phone)
}

/// Changes the fields that are there; a field that is unknown or wrong changes nothing.
pub(crate) fn carrier(carrier: &Carrier, fields: &Map<String, Value>) -> Result<Carrier, Wrong> {
    const FIELDS: [&str; 6] = ["delay_ms", "loss", "outage", "reasons", "receipts", "throttle_per_second"];
    let mut carrier = carrier.clone();
    for (field, value) in fields {
        match field.as_str() {
            "delay_ms" => {
                let expected = format!("a whole number from 0 to {DELAY_MAX_MS}");
                carrier.delay_ms = read(field, value, &expected, |ms| *ms <= DELAY_MAX_MS)?;
            }
            "loss" => carrier.loss = read(field, value, "a share from 0 to 1", |loss| (0.0..=1.0).contains(loss))?,
            "throttle_per_second" => {
                let fits = |limit: &Option<u32>| limit.is_none_or(|limit| limit <= THROTTLE_MAX);
                let expected = format!("a whole number from 0 to {THROTTLE_MAX}, or null for no limit");
                carrier.throttle_per_second = read(field, value, &expected, fits)?;
            }
            "receipts" => carrier.receipts = read(field, value, "normal, none, late or wrong", |_| true)?,
            "outage" => carrier.outage = read(field, value, "true or false", |_| true)?,
            "reasons" => carrier.reasons = read(field, value, "true or false", |_| true)?,
            _ => return Err(unknown(field, &FIELDS)),
        }
    }
    Ok(carrier)
}

fn phone_fields() -> Vec<&'static str> {
    let switches = Switch::ALL.into_iter().map(Switch::key);
    ["owner", "carrier", "system", "blocked_senders"].into_iter().chain(switches).collect()
}

fn unknown(field: &str, known: &[&str]) -> Wrong {
    let field: String = field.chars().take(LABEL_CHARS_MAX).collect();
    wrong(&field, format!("one of the fields {}", known.join(", ")))
}

fn read<T: DeserializeOwned>(
    field: &str,
    value: &Value,
    expected: &str,
    fits: impl Fn(&T) -> bool,
) -> Result<T, Wrong> {
    let read = serde_json::from_value(value.clone()).ok();
    read.filter(fits).ok_or_else(|| wrong(field, expected))
}

fn customer_of(value: &Value) -> Result<CarrierName, Wrong> {
    let carrier = value.as_str().and_then(CarrierName::from_key);
    carrier.filter(|carrier| carrier.has_customers()).ok_or_else(|| {
        let names = CarrierName::ALL.into_iter().filter(|name| name.has_customers()).map(CarrierName::key);
        wrong("carrier", format!("one of {}", names.collect::<Vec<_>>().join(", ")))
    })
}

fn system(value: &Value) -> Result<System, Wrong> {
    value.as_str().and_then(System::from_key).ok_or_else(|| {
        let names: Vec<&str> = System::ALL.into_iter().map(System::key).collect();
        wrong("system", format!("one of {}", names.join(", ")))
    })
}

fn label(field: &str, value: &Value) -> Result<String, Wrong> {
    let text = value.as_str().map(str::trim);
    let fits = |text: &&str| text.chars().count() <= LABEL_CHARS_MAX && !text.chars().any(char::is_control);
    let expected = || wrong(field, format!("a line of at most {LABEL_CHARS_MAX} characters"));
    text.filter(fits).map(str::to_owned).ok_or_else(expected)
}

fn blocked_senders(value: &Value) -> Result<Vec<String>, Wrong> {
    const FIELD: &str = "blocked_senders";
    let list = value.as_array().filter(|list| list.len() <= BLOCKED_SENDERS_MAX);
    let list = list.ok_or_else(|| wrong(FIELD, format!("a list of at most {BLOCKED_SENDERS_MAX} senders")))?;
    let senders: Result<Vec<String>, Wrong> = list.iter().map(|sender| label(FIELD, sender)).collect();
    Ok(senders?.into_iter().filter(|sender| !sender.is_empty()).collect())
}
