//! The graph's file: TOML to a guide; what is wrong gets its line.

use std::ops::Range;

use domain::guide::{Draft, Guide};
use toml::de::{DeTable, DeValue};

use super::{FILE_NAMES, Fault};

/// A guide, and where its file says what.
pub(super) struct Graph<'a> {
    pub guide: Guide,
    source: &'a str,
    table: DeTable<'a>,
}

/// Reads the graph.
pub(super) fn read<'a>(id: &str, version: &str, source: &'a str) -> Result<Graph<'a>, Fault> {
    let fault = |line, reason: &str| Fault { file: file(id), line, reason: reason.to_owned() };
    let broken = |error: toml::de::Error| fault(line_at(source, error.span().as_ref()), error.message());
    let table = DeTable::parse(source).map_err(broken)?.into_inner();
    let draft: Draft = toml::from_str(source).map_err(broken)?;
    match Guide::compile(id, version, &draft) {
        Ok(guide) => Ok(Graph { guide, source, table }),
        Err(wrong) => {
            let place: Vec<&str> = wrong.place.iter().map(String::as_str).collect();
            Err(fault(line_of(source, &table, &place), &format!("{}: {}", place.join("."), wrong.reason)))
        }
    }
}

impl Graph<'_> {
    /// A fault of what stands at a place: keys and positions, from the top.
    pub fn fault(&self, place: &[&str], reason: impl Into<String>) -> Fault {
        Fault { file: file(&self.guide.id), line: line_of(self.source, &self.table, place), reason: reason.into() }
    }
}

fn file(id: &str) -> String {
    format!("{id}/{}", FILE_NAMES[0])
}

/// The line of a place, or of the innermost part of it that is there.
fn line_of(source: &str, table: &DeTable<'_>, place: &[&str]) -> usize {
    let Some((first, rest)) = place.split_first() else { return 1 };
    let Some((key, value)) = table.get_key_value(*first) else { return 1 };
    let (mut span, mut value) = (key.span(), value);
    for part in rest {
        let inner = match value.get_ref() {
            DeValue::Table(table) => table.get_key_value(*part).map(|(key, value)| (key.span(), value)),
            DeValue::Array(items) => {
                part.parse().ok().and_then(|at: usize| items.get(at)).map(|item| (item.span(), item))
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        let Some((of, found)) = inner else { break };
        (span, value) = (of, found);
    }
    line_at(source, Some(&span))
}

fn line_at(source: &str, span: Option<&Range<usize>>) -> usize {
    line(source, span.map_or(0, |span| span.start))
}

/// The line of a byte, from 1.
pub(super) fn line(source: &str, at: usize) -> usize {
    source.as_bytes()[..at.min(source.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
