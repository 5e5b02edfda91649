//! docs/services.md: every field of a service with unit, default and bounds; and that these are the real ones.

use std::collections::BTreeSet;

use domain::{
    id::{ServiceId, v4},
    service::{Policy, Service},
};
use serde_json::{Value, json};

use crate::{code, held, table};

const HEAD: &str = "# Services

A service is one application that asks: a name that people know, and the rules of its verifications. It is made by `tegata service create` or
`POST /v1/services`, read by `GET /v1/services/{id}`, and changed by `PATCH /v1/services/{id}` with a JSON merge patch (RFC 7396): what is left out stays, null
puts the default back, a list is replaced as a whole. Making and changing need an API key with the scope `admin`. A change applies from now on; codes under way keep
theirs. Nodes notice it within five seconds.

```json
{\"color\": \"#0a4f9c\", \"policy\": {\"countries\": [\"JP\", \"KR\"], \"sms_per_day\": 5000}}
```

Written by a test; the rules themselves are in `crates/domain/src/service/mod.rs`.

";

const CONTACTS: &str = "
## Contacts

Humans who help, shown on pages in this order, each open or closed now. A contact is

```json
{
  \"kind\": \"phone\", \"name_ja\": \"コールセンター\", \"name_en\": \"Call centre\", \"to\": \"0120-000-000\",
  \"hours\": {
    \"zone\": \"Asia/Tokyo\",
    \"week\": [[{\"from\": \"09:00\", \"to\": \"20:00\"}], [{\"from\": \"09:00\", \"to\": \"20:00\"}], [], [], [], [], []],
    \"closed\": [\"2027-01-01\"]
  }
}
```

`kind` is `phone`, `form`, `email`, `shop` (booking recommended), `venue` (a briefing, no booking) or `message` (our own form, whose messages are read in the
console); `to` a telephone number, an https address without a user name or one plain e-mail address accordingly, and nothing for `message`; names have 1 to 60 characters. Without `hours` it counts as always open. `week` has seven lists of spans, Monday first.

## Budgets

```json
{\"policy\": {\"countries\": [\"JP\", \"JM\"], \"sms_per_day\": 5000, \"cost_per_month\": 400000,
  \"budgets\": [{\"place\": \"JM\", \"sms_per_day\": 50}, {\"place\": \"+8190\", \"sms_per_day\": 3000, \"cost_per_day\": 30000}]}}
```

A `place` is a country, or numbers that begin with `+` and 4 to 11 digits; +1 is no place, since it is twenty-five countries. A message counts for the service as a whole, for its country, and for each prefix that it
begins with; each must have room in the day and in the month, and so must the installation's own budgets ([configuration.md](configuration.md), `budget`). What has no bound is counted all the same: `tegata budget` shows it
([operations.md](operations.md#budgets)). A budget that is used up refuses with `busy` until the day or the month ends, in UTC; one that is changed holds within five seconds, whatever nodes have
leased of it.

With `remember_verified_ms` a fifth of each budget is a reserve for people who were here before: when the rest is used up, by an attack say, numbers that were first verified a week ago or earlier still get two SMS a day each. For that
it is kept of a verified number, by its blind index within the service and nothing else, that it was verified and when, for this long after the last time; then the sweep erases it. Whoever asks for a number while the rest is used
up learns by the answer whether it was verified: that is the price, and why it is off unless you set it.

## Trying a rule out

A rule in `shadow` decides and counts as ever, and refuses and slows nothing: `tegata limits` tells what it would have refused, day by day, and `tegata_limits_exceeded_total{over=\"shadow\"}` as it happens. `address`, `account` and `key` are
the rules of `sources`, `range` is what may go to numbers whose codes do not come back ([operations.md](operations.md#number-ranges)), `budget` the service's own budgets; those of all services have `budget.shadow`
([configuration.md](configuration.md)). What was counted meanwhile counts when the rule is meant.

## Logo

A picture in a square beside the name: `PUT /v1/services/{id}/logo` with a PNG, JPEG or WebP as the body (`DELETE` takes it away), or
`tegata service logo --service svc_… logo.png`.

```sh
curl -X PUT --data-binary @logo.png -H 'Content-Type: image/png' -H 'Authorization: Bearer tegata_…' https://verify.example.jp/v1/services/svc_…/logo
```

At most 256 KiB, 40 to 2048 pixels on each side; best a square of 160 pixels or more. It is drawn anew as a PNG of at most 160 pixels a side, without whatever else was in the file; of moving
pictures the first is taken. It stands on white, in the dark too. Its address is in the service's `logo`.

## What no service can change

Proofs are good for 10 minutes, result codes for 60 seconds, flows for 60 minutes. One phone gets at most 10 SMS an hour and 20 a day over all services, half of them kept
for people whom the application or the browser knows. From 20 wrong codes in a row for a number its codes have 8 digits and 2 tries; at 100 only known people
go on for 24 hours. A verification goes to at most 3 numbers, and so does a context in a day, where its numbers are not known.
";

/// A field of a service.
struct Field {
    name: &'static str,
    unit: &'static str,
    /// The least and the most of a number; what others must be is in words.
    bounds: Result<(i64, i64), &'static str>,
    what: &'static str,
}

const fn number(name: &'static str, unit: &'static str, least: i64, most: i64, what: &'static str) -> Field {
    Field { name, unit, bounds: Ok((least, most)), what }
}

const fn other(name: &'static str, unit: &'static str, must: &'static str, what: &'static str) -> Field {
    Field { name, unit, bounds: Err(must), what }
}

const ANY: i64 = u32::MAX as i64;

#[rustfmt::skip]
const FIELDS: &[Field] = &[
    other("brand", "text", "1 to 20 letters on one line, without @, #, addresses, letters that nobody sees, 4 digits in a row or 6 in all; every message must fit into one SMS", "The name that people know, on pages and in messages."),
    other("brand_en", "text", "as `brand`", "The name in English, if it is another."),
    other("sender", "text", "up to 15 digits, or up to 11 letters, digits and spaces", "The sender of messages; null leaves it to the route."),
    other("color", "text", "`#rrggbb`", "The accent colour of its pages."),
    other("return_urls", "list of URLs", "at most 20; https (http to loopback only), without user name and fragment", "Where hosted pages may lead back to, compared letter by letter."),
    other("embed_origins", "list of origins", "at most 20; https (http to loopback only), without a path", "Whose pages may show a guide in a frame."),
    other("host", "host name", "small letters, no port; no other service's and not that of `public_url`; every message must fit into one SMS", "The host of its hosted pages, where it has one of its own ([operations.md](operations.md#a-host-of-a-services-own)); its messages end in it."),
    other("email_code_url", "URL", "https (http to loopback only), without user name and fragment", "Where your application gives a code by e-mail instead, if it does: guides lead there."),
    other("contacts", "list", "at most 10", "Humans who help: below."),
    number("policy.code_digits", "digits", 6, 10, "The length of a code."),
    number("policy.code_lifetime_ms", "milliseconds", 60_000, 600_000, "How long each code is good."),
    number("policy.checks_max", "codes", 1, 10, "Wrong codes until a verification is locked."),
    number("policy.sends_max", "messages", 1, 10, "Messages for one verification, and for one number and context in an hour."),
    other("policy.resend_after_ms", "list of milliseconds", "1 to 10 waits of 1000 to 3600000", "The wait after the first, second … message before the next; the last one repeats."),
    other("policy.same_code_on_resend", "boolean", "", "Whether a resend repeats the code. Never across numbers."),
    other("policy.calls", "boolean", "", "Whether another message may be a phone call, in which the code is read out: by a route with `channels = [\"call\"]`, twice for one verification and three times a day to one phone at most, the third only for people who are `known`."),
    other("policy.calls_first", "list", "`fixed_line`, `voip`; needs `policy.calls`", "Numbers that no SMS reaches and that are accepted all the same: each code of theirs is read out in a call, the first one, too. The others are refused (`number-fixed-line`, `number-voip`). IP phones are easily had in numbers; think twice where an account is worth money."),
    other("policy.countries", "list of ISO 3166-1 codes", "1 to 250, each once", "Countries whose numbers are accepted. A new service has its installation's `country` only."),
    number("policy.sms_per_day", "messages", 0, ANY, "SMS that the service may send in a day (UTC)."),
    number("policy.sms_per_month", "messages", 0, ANY, "SMS that it may send in a month (UTC); null is as many as its days let."),
    number("policy.cost_per_day", "minor units", 0, ANY, "What they may cost in a day (UTC), by the installation's prices ([configuration.md](configuration.md), `budget.price`), without which it bounds nothing; null is whatever they cost."),
    number("policy.cost_per_month", "minor units", 0, ANY, "The same in a month (UTC)."),
    other("policy.budgets", "list", "at most 50, one for each place", "Budgets of countries and prefixes: below."),
    number("policy.retention_ms", "milliseconds", 7_200_000, 34_560_000_000, "How long a number is kept, sealed, after its verification began."),
    number("policy.remember_verified_ms", "milliseconds", 1_209_600_000, 34_560_000_000, "How long it is remembered that a number was verified, for the reserve of the budgets (below); null is not at all."),
    number("policy.sources.address_per_10_minutes", "messages", 0, ANY, "What one IPv4 address or IPv6 /64 may ask for in ten minutes; a /56 four times, a /48 sixteen times as many."),
    number("policy.sources.address_per_day", "messages", 0, ANY, "The same in a day."),
    number("policy.sources.account_per_day", "messages", 0, ANY, "What one account, as your application names it, may ask for in a day."),
    number("policy.sources.key_per_10_minutes", "messages", 0, ANY, "What an API key may ask for in ten minutes when it names no end user."),
    other("policy.shadow", "list of rules", "at most 5 of `address`, `account`, `key`, `range`, `budget`", "Rules that are only counted, to try them out: below."),
];

fn service() -> Value {
    let id = ServiceId(v4([1; 16]));
    json!({"id": id, "brand": "Example", "policy": Policy::default()})
}

/// A service's settings as they are when only the name is given.
fn defaults() -> Value {
    let service: Service = serde_json::from_value(service()).expect("a service");
    serde_json::to_value(service).expect("it can be written")
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

#[test]
fn services() {
    let defaults = defaults();
    let rows = FIELDS.iter().map(|field| {
        let default = match defaults.pointer(&pointer(field.name)) {
            _ if field.name == "brand" => "(required)".to_owned(),
            Some(value) => code(value),
            None => "?".to_owned(),
        };
        let bounds = match field.bounds {
            Ok((least, ANY)) => format!("{least} or more"),
            Ok((least, most)) => format!("{least} to {most}"),
            Err(must) => must.to_owned(),
        };
        vec![code(field.name), field.unit.to_owned(), default, bounds, field.what.to_owned()]
    });
    let table = table(&["field", "unit", "default", "bounds", "what it is"], rows);
    held("services", &format!("{HEAD}{table}{CONTACTS}"));
}

#[test]
fn every_field_is_documented() {
    let mut found = BTreeSet::new();
    walk("", &defaults(), &mut found);
    // Ours, not the operator's.
    found.retain(|name| name != "id" && name != "changed_at" && name != "logo");
    assert_eq!(FIELDS.iter().map(|field| field.name.to_owned()).collect::<BTreeSet<_>>(), found);
}

fn walk(at: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
            fields.iter().for_each(|(key, value)| walk(&below(key), value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            found.insert(at.to_owned());
        }
    }
}

/// Whether a service takes a value of a field.
fn takes(name: &str, value: i64) -> bool {
    let mut given = service();
    *given.pointer_mut(&pointer(name)).expect("a field") = value.into();
    serde_json::from_value::<Service>(given).is_ok_and(|service| service.problems().is_empty())
}

#[test]
fn the_openapi_document_says_the_same_bounds() {
    let document = crate::openapi::document();
    let told = |schema: &str, name: &str, which: &str| {
        document.pointer(&format!("/components/schemas/{schema}/properties/{name}/{which}")).and_then(Value::as_i64)
    };
    for field in FIELDS {
        let Ok((least, most)) = field.bounds else { continue };
        let name = field.name.rsplit('.').next().expect("a name");
        let schema = if field.name.contains(".sources.") { "Sources" } else { "Policy" };
        let found = (told(schema, name, "minimum"), told(schema, name, "maximum"));
        assert_eq!(found, (Some(least), Some(most)), "{}", field.name);
    }
}

#[test]
fn documented_bounds_are_the_real_ones() {
    for field in FIELDS {
        let Ok((least, most)) = field.bounds else { continue };
        let told = [least - 1, least, most, most + 1].map(|value| takes(field.name, value));
        assert_eq!(told, [false, true, true, false], "{}", field.name);
    }
}
