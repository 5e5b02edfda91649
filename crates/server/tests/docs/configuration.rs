//! docs/configuration.md, from the keys' own list; and that this list is whole and its defaults are the real ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use server::config::{Config, DOCUMENTED};

use crate::{code, held, table};

const HEAD: &str = "# Configuration

One TOML file: `tegata.toml`, or the one named by `--config`. Unknown keys are refused. Written by a test from `crates/server/src/config`.

A key outside of a list can also be set by an environment variable, which goes before the file: `TEGATA__` and the key in capitals with `__`
for the dot, so `TEGATA__HTTP__LISTEN` for `http.listen`. Networks and origins stand there with commas between (`http.trusted_proxies`, `http.shared_networks`, `webhooks.own_origins`).
What stands in a list with keys of its own, as a route does, cannot; its secrets may stand in files of their own, which only the service can read:
`password = { file = \"/run/secrets/smpp\" }`. Each service has settings of its own, in the database: [services.md](services.md).

A file or folder that stands in the configuration without its whole path is looked for from the folder of the configuration, wherever a command is called from; one in an environment variable
from the current folder.

```toml
public_url = \"https://verify.example.jp\"
database = \"postgres://tegata:secret@db.example.jp/tegata?sslmode=require\"

[http]
listen = \"10.0.0.5:8080\"
trusted_proxies = [\"10.0.0.0/24\"]

# What a message costs, in minor units, and what all services together may spend.
[budget]
currency = \"JPY\"
price = 7.5
cost_per_month = 500000

[[budget.places]]
place = \"KR\"
price = 12
sms_per_day = 200

# One [[routes]] for each provider; a message goes to the first that takes it.
[[routes]]
name = \"carrier\"
kind = \"smpp\"
address = \"smpp.example.jp:2776\"
system_id = \"you\"
password = \"secret\"

[[routes]]
name = \"gateway\"
kind = \"http\"
url = \"https://sms.example.jp/send\"
secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"
```

";

/// The keys that cannot be left out, by section.
const LEAST: [(&str, &str); 5] = [
    ("", r#"public_url = "https://verify.example.jp""#),
    ("budget", r#"place = "KR""#),
    (
        "smpp",
        "name = \"a\"\nkind = \"smpp\"\naddress = \"smpp.example.jp:2776\"\nsystem_id = \"you\"\npassword = \"secret\"",
    ),
    (
        "http",
        "name = \"b\"\nkind = \"http\"\nurl = \"https://sms.example.jp\"\nsecret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"",
    ),
    (
        "twilio",
        "name = \"c\"\nkind = \"twilio\"\naccount = \"AC0123456789abcdef0123456789abcdef\"\nauth_token = \"0123456789abcdef\"",
    ),
];

/// Reads the least configuration without one of its keys (`without` a key and the section it is in).
fn read(without: Option<(&str, &str)>) -> Result<Config, toml::de::Error> {
    let [root, budget, smpp, http, twilio] = LEAST.map(|(section, lines)| {
        let kept =
            |line: &&str| without.is_none_or(|(key, of)| of != section || !line.starts_with(&format!("{key} =")));
        lines.lines().filter(kept).collect::<Vec<_>>().join("\n")
    });
    toml::from_str(&format!(
        "{root}\n[[budget.places]]\n{budget}\n[[routes]]\n{smpp}\n[[routes]]\n{http}\n[[routes]]\n{twilio}\n"
    ))
}

/// Every key with its value in the least configuration; keys of lists of tables by their section's name.
fn keys() -> BTreeMap<String, Value> {
    let config = serde_json::to_value(read(None).expect("the least configuration")).expect("it can be written");
    let mut found = BTreeMap::new();
    walk("", &config, &mut found);
    found
}

fn walk(at: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(&below(key), value, found)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().for_each(|item| walk(at, item, found))
        }
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.insert(at.to_owned(), value.clone());
        }
    }
}

#[test]
fn configuration() {
    let rows = DOCUMENTED.iter().map(|(key, unit, default, what)| {
        vec![code(key), (*unit).to_owned(), (*default).to_owned(), (*what).to_owned()]
    });
    held("configuration", &format!("{HEAD}{}", table(&["key", "unit or form", "default", "what it is for"], rows)));
}

#[test]
fn every_key_is_documented_once() {
    let documented: Vec<&str> = DOCUMENTED.iter().map(|(key, ..)| *key).collect();
    let once: BTreeSet<&str> = documented.iter().copied().collect();
    assert_eq!(once.len(), documented.len(), "a key stands there twice");
    assert_eq!(once, keys().keys().map(String::as_str).collect());
}

#[test]
fn documented_defaults_are_the_real_ones() {
    let keys = keys();
    for (key, _, default, _) in DOCUMENTED {
        let value = &keys[*key];
        match *default {
            "empty" => assert_eq!(value, "", "{key}"),
            "(the system's)" | "(none)" => assert_eq!(value, &Value::Null, "{key}"),
            required if required.starts_with("(required") => {
                let name = key.rsplit('.').next().unwrap_or(key);
                let section = ["budget", "smpp", "http", "twilio"]
                    .into_iter()
                    .find(|kind| LEAST.iter().any(|(of, lines)| of == kind && lines.contains(&format!("{name} ="))));
                let section = if key.contains('.') { section.unwrap_or("") } else { "" };
                assert!(read(Some((name, section))).is_err(), "{key} can be left out");
            }
            told => {
                let real = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert_eq!(told, format!("`{real}`"), "{key}");
            }
        }
    }
}

#[test]
fn examples_are_configurations() {
    let own = HEAD.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let readme = include_str!("../../../../README.md").split("<<'END'\n").nth(1);
    for example in [own, readme.and_then(|rest| rest.split("\nEND").next())] {
        let config: Config = toml::from_str(example.expect("an example")).expect("a configuration");
        assert_eq!(config.problem(), None);
    }
}
