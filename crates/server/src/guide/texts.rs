//! One language's texts of a guide: a Fluent file, parsed once; every text with its line and what it reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::locale::Locale;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser::ParserError,
};

use super::{Arguments, Fault, graph::line, text::Text};

/// The texts of one language.
pub(super) struct Texts {
    /// The guide's folder and the file.
    pub file: String,
    /// What stands in it, by key.
    pub entries: BTreeMap<String, Written>,
    bundle: FluentBundle<FluentResource>,
}

/// One text as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Where.
    pub line: usize,
    /// The arguments that it reads.
    pub reads: BTreeSet<String>,
    /// The values that it tells apart: an argument and a value each.
    pub variants: BTreeSet<(String, String)>,
    /// The terms (`{ -name }`) that it uses.
    pub terms: BTreeSet<String>,
    /// Its words, each pattern's in one piece: a placeholder is a gap.
    pub words: Vec<String>,
    /// What is used that guides do without, such as functions.
    pub foreign: Vec<&'static str>,
}

/// What stands in [`Written::words`] for a placeholder.
pub(super) const GAP: char = '\u{fffc}';

impl Texts {
    /// Parses a file.
    pub fn read(guide: &str, lang: Locale, source: &str) -> Result<Texts, Vec<Fault>> {
        let file = format!("{guide}/{}.ftl", lang.tag());
        let fault = |line, reason: String| Fault { file: file.clone(), line, reason };
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
            let told = |error: ParserError| fault(line(source, error.pos.start), error.to_string());
            errors.into_iter().map(told).collect::<Vec<_>>()
        })?;
        let entries = entries(&resource, source, &fault)?;
        let mut bundle = FluentBundle::new_concurrent(vec![lang.tag().parse().expect("our own tags are well formed")]);
        // The marks around placeholders would be spoken and copied; no text here mixes directions.
        bundle.set_use_isolating(false);
        if let Err(errors) = bundle.add_resource(resource) {
            return Err(errors.iter().map(|error| fault(1, error.to_string())).collect());
        }
        Ok(Texts { file, entries, bundle })
    }

    /// A text with its arguments; `None` if there is none.
    pub fn format(&self, key: &str, arguments: &Arguments) -> Option<Text> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let arguments: FluentArgs<'_> =
            arguments.0.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a text of a guide lacks a placeholder");
        }
        Some(Text::new(text))
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)
    }
}

/// Every text and term by its key, a term's with `-` before it.
fn entries(
    resource: &FluentResource,
    source: &str,
    fault: &impl Fn(usize, String) -> Fault,
) -> Result<BTreeMap<String, Written>, Vec<Fault>> {
    let lines = lines(source);
    let mut entries: BTreeMap<String, Written> = BTreeMap::new();
    let mut faults = Vec::new();
    for entry in resource.entries() {
        let (key, pattern, attributes) = match entry {
            Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => continue,
        };
        let at = lines.get(key.as_str()).map_or(&[][..], Vec::as_slice);
        let mut written = Written { line: at.first().copied().unwrap_or(1), ..Written::default() };
        if !attributes.is_empty() {
            written.foreign.push("an attribute");
        }
        if let Some(pattern) = pattern {
            written.pattern(pattern);
        }
        if entries.insert(key.clone(), written).is_some() {
            faults.push(fault(at.last().copied().unwrap_or(1), format!("{key:?} is there already")));
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// The lines on which each key begins: Fluent's keys stand at the beginning of a line, and nothing else does but `#`.
fn lines(source: &str) -> BTreeMap<&str, Vec<usize>> {
    let mut lines: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, line) in source.lines().enumerate() {
        if let Some((key, _)) = line.split_once('=') {
            lines.entry(key.trim_end()).or_default().push(place + 1);
        }
    }
    lines
}

impl Written {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        let mut words = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => words += value,
                PatternElement::Placeable { expression } => {
                    words.push(GAP);
                    self.expression(expression);
                }
            }
        }
        self.words.push(words);
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                let InlineExpression::VariableReference { id } = selector else {
                    return self.foreign.push("a choice by something else than an argument");
                };
                for variant in variants {
                    let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
                    if !variant.default {
                        self.variants.insert((id.name.to_owned(), (*name).to_owned()));
                    }
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.reads.insert(id.name.to_owned());
            }
            InlineExpression::TermReference { id, attribute: None, arguments: None } => {
                self.terms.insert(format!("-{}", id.name));
            }
            InlineExpression::StringLiteral { value } => self.words.push((*value).to_owned()),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::NumberLiteral { .. } => self.foreign.push("a bare number in braces"),
            InlineExpression::FunctionReference { .. } => self.foreign.push("a function"),
            InlineExpression::MessageReference { .. } => self.foreign.push("another text (a term does that)"),
            InlineExpression::TermReference { .. } => self.foreign.push("a term with arguments"),
        }
    }
}
