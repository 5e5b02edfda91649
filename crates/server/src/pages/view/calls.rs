//! The calls of the API for developers to read, made from the OpenAPI document: bundled viewers load from elsewhere.

use askama::Template;
use serde_json::Value;

use super::Page;
use super::frame::Frame;

/// Every call.
#[derive(Clone, Debug, Template)]
#[template(path = "calls.html")]
pub struct CallsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Calls by what they are about.
    pub groups: Vec<Group>,
    /// What is answered, by name.
    pub answers: Vec<Shape>,
    /// How any call can be refused, by status.
    pub refusals: Vec<Field>,
}

/// Calls about one thing.
#[derive(Clone, Debug)]
pub struct Group {
    name: String,
    description: String,
    calls: Vec<Call>,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    method: String,
    path: String,
    summary: String,
    fields: Vec<Field>,
    answers: Vec<Field>,
}

/// A field, or a status, with its meaning.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    kind: String,
    required: bool,
    description: String,
}

/// Something with fields.
#[derive(Clone, Debug)]
pub struct Shape {
    name: String,
    description: String,
    fields: Vec<Field>,
}

impl Group {
    fn id(&self) -> String {
        self.name.to_lowercase()
    }
}

impl CallsPage {
    /// The page of an OpenAPI document.
    #[must_use]
    pub fn of(frame: Frame, document: &Value) -> CallsPage {
        let tags = document["tags"].as_array().into_iter().flatten();
        let groups = tags.map(|tag| Group {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            calls: calls(document, &tag["name"]),
        });
        let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
        let answered = schemas.filter(|(name, _)| is_told_of(name));
        let answers = answered.map(|(name, schema)| Shape {
            name: name.clone(),
            description: text(&schema["description"]),
            fields: fields(document, schema),
        });
        CallsPage { groups: groups.collect(), answers: answers.collect(), refusals: refusals(document), frame }
    }
}

/// What else is told of: answers whose name does not end in `View`, and what answers and bodies are made of.
const ANSWERS: [&str; 7] = ["Checked", "Contact", "FlowResult", "Hours", "Policy", "Problem", "Sources"];

/// Whether a schema stands among what is answered.
fn is_told_of(name: &str) -> bool {
    name.ends_with("View") || ANSWERS.contains(&name)
}

fn calls(document: &Value, tag: &Value) -> Vec<Call> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path, method, operation))
    });
    all.filter(|(_, _, operation)| operation["tags"].as_array().is_some_and(|tags| tags.contains(tag)))
        .map(|(path, method, operation)| Call {
            method: method.to_uppercase(),
            path: path.clone(),
            summary: text(&operation["summary"]),
            fields: fields(document, &operation["requestBody"]["content"]["application/json"]["schema"]),
            answers: answers(operation),
        })
        .collect()
}

/// A call's own answers.
fn answers(operation: &Value) -> Vec<Field> {
    responses(operation, |response| response.pointer(PROBLEM).is_none())
}

/// Where a refusal's schema is.
const PROBLEM: &str = "/content/application~1problem+json";

/// What every call can be refused with, told by the first.
fn refusals(document: &Value) -> Vec<Field> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    operations.next().map(|(_, operation)| responses(operation, |it| it.pointer(PROBLEM).is_some())).unwrap_or_default()
}

fn responses(operation: &Value, wanted: fn(&Value) -> bool) -> Vec<Field> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let mut all: Vec<Field> = responses
        .filter(|(_, response)| wanted(response))
        .map(|(status, response)| Field {
            name: status.clone(),
            kind: String::new(),
            required: false,
            description: text(&response["description"]),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The most names that are told where they are used.
const NAMES_MAX: usize = 8;
/// What a number's upper bound is where the code has none of its own.
const ANY: i64 = u32::MAX as i64;

/// The fields of a schema, through one reference, and those of what it is composed of; after an object's field, unless it is told
/// of by its name, what stands in it.
fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = target(document, schema);
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().flat_map(|part| fields(document, part)).collect();
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |name: &String, property: &Value| Field {
        required: required.contains(&Value::String(name.clone())),
        name: name.clone(),
        kind: kind(target(document, property)),
        description: description(document, property),
    };
    let within = |name: &String, property: &Value| {
        let is_told = present(property)["$ref"].as_str().and_then(|at| at.rsplit('/').next()).is_none_or(is_told_of);
        let inner = if is_told { Vec::new() } else { fields(document, property) };
        let named = |field: Field| Field { name: format!("{name}.{}", field.name), ..field };
        inner.into_iter().map(named).collect::<Vec<_>>()
    };
    properties
        .flat_map(|(name, property)| std::iter::once(field(name, property)).chain(within(name, property)))
        .collect()
}

/// What may be null is one of two: the one that is not.
fn present(schema: &Value) -> &Value {
    let one = schema["oneOf"].as_array().and_then(|all| all.iter().find(|part| part.get("$ref").is_some()));
    one.unwrap_or(schema)
}

/// What a schema leads to.
fn target<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = present(schema);
    let reference = schema["$ref"].as_str().map(|at| at.trim_start_matches('#'));
    reference.and_then(|at| document.pointer(at)).unwrap_or(schema)
}

/// What a property means here, else what it means anywhere.
fn description(document: &Value, property: &Value) -> String {
    let own = [property, present(property)].into_iter().find_map(|at| at["description"].as_str());
    own.map_or_else(|| text(&target(document, property)["description"]), str::to_owned)
}

/// What a value is, in short: its names if it is one of several, else its type, with its bounds.
fn kind(schema: &Value) -> String {
    let names = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<&str> = names.take(NAMES_MAX + 1).collect();
    if (1..=NAMES_MAX).contains(&names.len()) {
        return names.join(" | ");
    }
    let name = |one: &Value| one.as_str().filter(|kind| *kind != "null").map(str::to_owned);
    let name = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find_map(name).unwrap_or_default(),
        other => name(other).unwrap_or_else(|| "object".into()),
    };
    bounds(schema).map_or_else(|| name.clone(), |bounds| format!("{name}, {bounds}"))
}

fn bounds(schema: &Value) -> Option<String> {
    let bound = |name: &str| schema[name].as_i64();
    match (bound("minimum"), bound("maximum").filter(|most| *most != ANY)) {
        (Some(least), Some(most)) => return Some(format!("{least} to {most}")),
        (None, Some(most)) => return Some(format!("at most {most}")),
        (_, None) => {}
    }
    let items = bound("maxItems").map(|most| format!("at most {most}"));
    items.or_else(|| bound("maxLength").map(|most| format!("at most {most} characters")))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Page for CallsPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("calls-heading")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(name: &str) -> Vec<Field> {
        let document = serde_json::to_value(crate::api::router().1).expect("it can be written");
        fields(&document, &json!({ "$ref": format!("#/components/schemas/{name}") }))
    }

    fn line(fields: &[Field], name: &str) -> String {
        let field = fields.iter().find(|field| field.name == name).expect("there is such a field");
        format!("{}: {}", field.kind, field.description)
    }

    #[test]
    fn an_approval_tells_the_verification_too() {
        let fields = told("Checked");
        assert_eq!(line(&fields, "status"), "pending | approved | canceled | expired | locked: Where it stands.");
        assert!(fields.iter().any(|field| field.name == "proof"));
    }

    #[test]
    fn a_field_is_told_with_its_own_words_and_bounds() {
        let fields = told("CreateVerification");
        assert!(line(&fields, "country").starts_with("string: Where a number without"), "{fields:?}");
        assert!(line(&fields, "context").starts_with("string, at most 200 characters: "), "{fields:?}");
        assert!(line(&told("Policy"), "code_digits").starts_with("integer, 6 to 10: "));
        assert!(line(&told("Policy"), "sms_per_day").starts_with("integer: "));
    }

    #[test]
    fn what_stands_in_an_object_is_told_where_it_is_used() {
        let fields = told("CreateVerification");
        assert!(line(&fields, "end_user.ip").starts_with("string"), "{fields:?}");
        assert!(line(&fields, "end_user.account").starts_with("string, at most"), "{fields:?}");
        assert!(!told("ServiceView").iter().any(|field| field.name.starts_with("policy.")), "it is told by its name");
    }

    #[test]
    fn every_field_is_explained() {
        for name in
            ["VerificationView", "ServiceView", "Settings", "Contact", "Policy", "Sources", "Problem", "CreateFlow"]
        {
            let bare: Vec<_> = told(name).into_iter().filter(|field| field.description.is_empty()).collect();
            assert!(bare.is_empty(), "{name}: {bare:?}");
        }
    }
}
