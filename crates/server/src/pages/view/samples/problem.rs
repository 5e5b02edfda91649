//! Samples of the pages at `/problems`: all of them.

use super::{Sample, sample};
use crate::pages::view::calls::CallsPage;
use crate::pages::view::frame::{Frame, Role};
use crate::pages::view::problem::{ProblemIndex, ProblemPage, catalogue};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut frame = Frame { role: Role::Reference, ..frame.clone() };
    frame.brand.name = "Tegata".into();
    let mut samples = vec![sample("problems", &ProblemIndex { frame: frame.clone() })];
    samples.push(sample("docs", &CallsPage::of(frame.clone(), &document())));
    samples.extend(catalogue().into_iter().map(|refusal| {
        let name = format!("problem-{}", refusal.code());
        sample(name, &ProblemPage { frame: frame.clone(), refusal, index_href: "/problems".into() })
    }));
    samples
}

/// An OpenAPI document with one of each: a group, a call, a body, an answer.
fn document() -> serde_json::Value {
    serde_json::json!({
        "tags": [{ "name": "Verifications", "description": "Is this phone number yours?" }],
        "paths": { "/v1/verifications": { "post": {
            "tags": ["Verifications"],
            "summary": "Begin a verification: a code goes to the number by SMS.",
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Create" } } } },
            "responses": { "201": { "description": "It began." }, "429": {
                "description": "busy.", "content": { "application/problem+json": {} }
            } }
        } } },
        "components": { "schemas": {
            "Create": { "required": ["to"], "properties": { "to": { "type": "string", "description": "The number." } } },
            "VerificationView": {
                "description": "A verification as its application sees it.",
                "properties": { "id": { "type": "string", "description": "Its id." } }
            }
        } }
    })
}
