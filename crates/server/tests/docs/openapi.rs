//! The OpenAPI document: that its enums are the real ones. Bounds are held in `services`; that it is valid, and that answers are
//! as it says, in `tests/openapi`.

use std::collections::BTreeSet;

use domain::{
    contact::Kind,
    delivery::{Reason, State},
    verification::{Priority, Purpose, Status},
    webhook,
};
use rstest::rstest;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The document as the server gives it.
pub fn document() -> Value {
    serde_json::to_value(server::api::router().1).expect("it can be written")
}

/// The names that a type takes, as serde tells them to whoever uses another.
fn taken<T: DeserializeOwned>() -> BTreeSet<String> {
    let said = serde_json::from_value::<T>(json!("?")).err().expect("no such name").to_string();
    let names = said.split('`').skip(3).step_by(2);
    names.map(str::to_owned).collect()
}

#[rstest]
#[case("Purpose", taken::<Purpose>())]
#[case("Priority", taken::<Priority>())]
#[case("Status", taken::<Status>())]
#[case("MessageState", taken::<State>())]
#[case("MessageReason", taken::<Reason>())]
#[case("ContactKind", taken::<Kind>())]
#[case("EventKind", taken::<webhook::Kind>())]
#[case("DeliveryState", taken::<store::delivery::State>())]
fn its_enums_are_the_real_ones(#[case] name: &str, #[case] taken: BTreeSet<String>) {
    let document = document();
    let told = document["components"]["schemas"][name]["enum"].as_array().expect("an enum").iter();
    assert_eq!(told.map(|name| name.as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>(), taken);
    assert!(taken.len() >= 2);
}

#[test]
fn no_field_is_a_bare_object() {
    let mut bare = Vec::new();
    walk("", &document()["components"]["schemas"], &mut bare);
    assert_eq!(bare, [""; 0]);
}

/// Whatever its method, so that a client made from the document knows a refusal when it gets one.
#[test]
fn every_call_says_how_it_is_refused() {
    let document = document();
    let paths = document["paths"].as_object().expect("paths").iter();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("methods") {
            let refused = operation.pointer("/responses/404/content/application~1problem+json/schema/$ref");
            assert_eq!(refused, Some(&json!("#/components/schemas/Problem")), "{method} {path}");
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for id in parameters.filter(|parameter| parameter["name"] == "id") {
                let told = ["pattern", "maxLength"].iter().any(|key| id["schema"].get(key).is_some());
                assert!(told, "{method} {path} says nothing of its id");
            }
        }
    }
}

/// Notes every schema that is an object of which nothing is told.
fn walk(at: &str, value: &Value, bare: &mut Vec<String>) {
    let told = ["properties", "additionalProperties"].iter().any(|key| value.get(key).is_some());
    if value["type"] == "object" && !told {
        bare.push(at.to_owned());
    }
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(&format!("{at}/{key}"), value, bare)),
        Value::Array(items) => items.iter().for_each(|value| walk(&format!("{at}/-"), value, bare)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
