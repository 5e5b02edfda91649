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
        let told = |name: &str| name.ends_with("View") || ANSWERS.contains(&name);
        let answered = schemas.filter(|(name, _)| told(name));
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

/// The fields of a schema, through one reference, and those of what it is composed of.
fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolved(document, schema);
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().flat_map(|part| fields(document, part)).collect();
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| Field {
            required: required.contains(&Value::String(name.clone())),
            name: name.clone(),
            kind: kind(document, property),
            description: text(&resolved(document, property)["description"]),
        })
        .collect()
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let one = schema["oneOf"].as_array().and_then(|all| all.iter().find(|part| part.get("$ref").is_some()));
    let described = schema["description"].is_string() && schema.get("properties").is_none();
    let reference = one.unwrap_or(schema)["$ref"].as_str().filter(|_| !described);
    reference.and_then(|at| document.pointer(at.trim_start_matches('#'))).unwrap_or(schema)
}

/// What a property is, in short: its names if it is one of several, else its type.
fn kind(document: &Value, property: &Value) -> String {
    let of = property["oneOf"].as_array().and_then(|all| all.iter().find(|part| part.get("$ref").is_some()));
    let of = of.unwrap_or(property);
    if let Some(target) = of["$ref"].as_str().and_then(|at| document.pointer(at.trim_start_matches('#'))) {
        let names = target["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let names: Vec<&str> = names.take(NAMES_MAX + 1).collect();
        return match names.len() {
            0 => kind(document, target),
            1..=NAMES_MAX => names.join(" | "),
            _ => "string".into(),
        };
    }
    let name = |one: &Value| one.as_str().filter(|kind| *kind != "null").map(str::to_owned);
    match &property["type"] {
        Value::Array(kinds) => kinds.iter().find_map(name).unwrap_or_default(),
        other => name(other).unwrap_or_else(|| "object".into()),
    }
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
