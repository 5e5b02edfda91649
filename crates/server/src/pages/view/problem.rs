//! The pages at `/problems`: what each refusal means, what its document carries, and what the caller does.

use crate::text::Speak;
use askama::Template;
use domain::refusal::Refusal;

use super::Page;
use super::frame::Frame;

/// Explains one refusal.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// A refusal with the code that is explained; its values serve as the example.
    pub refusal: Refusal,
    /// The list of all.
    pub index_href: String,
}

/// Lists all refusals.
#[derive(Clone, Debug, Template)]
#[template(path = "problems.html")]
pub struct ProblemIndex {
    /// What surrounds the page.
    pub frame: Frame,
}

/// A member of a problem document.
struct Member {
    name: &'static str,
    /// As JSON.
    example: String,
}

/// One refusal of each code, in the order of the list.
#[must_use]
pub fn catalogue() -> Vec<Refusal> {
    let mut found: Vec<Refusal> = Vec::new();
    for refusal in Refusal::samples() {
        if found.iter().all(|other| other.code() != refusal.code()) {
            found.push(refusal);
        }
    }
    found.sort_by_key(|refusal| (refusal.status(), refusal.code()));
    found
}

/// The last part of a problem's `type` → the refusal that it explains.
#[must_use]
pub fn find(code: &str) -> Option<Refusal> {
    catalogue().into_iter().find(|refusal| refusal.code() == code)
}

impl ProblemPage {
    fn text(&self, part: &str) -> String {
        self.frame.t(&format!("problem-{}-{part}", self.refusal.code()))
    }

    fn members(&self) -> Vec<Member> {
        let (lang, code) = (self.frame.lang, self.refusal.code());
        let text = |text: String| serde_json::Value::String(text).to_string();
        let mut members = vec![
            Member { name: "type", example: text(format!("/problems/{code}")) },
            Member { name: "title", example: text(lang.problem_title(code)) },
            Member { name: "status", example: self.refusal.status().to_string() },
            Member { name: "detail", example: text(lang.problem_detail(code)) },
            Member { name: "reference", example: text("KX7M4TQ9".into()) },
        ];
        if self.refusal.retry_at().is_some() {
            members.push(Member { name: "retry_at", example: text("2026-11-22T01:25:00Z".into()) });
            let desk = r#"[{"kind": "phone", "name": "Call centre", "to": "0120-000-000", "open": true}]"#;
            members.push(Member { name: "contacts", example: desk.into() });
        }
        if let Some(left) = self.refusal.checks_left() {
            members.push(Member { name: "checks_left", example: left.to_string() });
        }
        if let Refusal::BadRequest { field, must } = &self.refusal {
            members.push(Member { name: "field", example: text(field.clone()) });
            members.push(Member { name: "must", example: text(must.clone()) });
        }
        if let Refusal::Number(problem) = &self.refusal {
            members.push(Member { name: "reason", example: serde_json::json!(problem).to_string() });
        }
        if let Refusal::CountryNotAllowed { country: Some(country) } = &self.refusal {
            members.push(Member { name: "country", example: serde_json::json!(country).to_string() });
        }
        members
    }

    /// The document as it is sent.
    fn example(&self) -> String {
        let lines: Vec<String> =
            self.members().iter().map(|member| format!("  \"{}\": {}", member.name, member.example)).collect();
        format!("{{\n{}\n}}", lines.join(",\n"))
    }

    fn member_text(&self, member: &Member) -> String {
        self.frame.t(&format!("problems-member-{}", member.name.replace('_', "-")))
    }
}

impl ProblemIndex {
    fn title(&self, refusal: &Refusal) -> String {
        self.frame.lang.problem_title(refusal.code())
    }
}

impl Page for ProblemPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.lang.problem_title(self.refusal.code())
    }
}

impl Page for ProblemIndex {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("problems-heading")
    }
}
