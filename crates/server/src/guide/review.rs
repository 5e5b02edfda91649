//! Holds a guide's texts against its graph: all that are needed, in every language, and nothing in them that a page
//! could not show safely (rule D7).

use std::collections::{BTreeMap, BTreeSet};

use domain::guide::{Cause, Confidence, Guide, facts::Fact};

use super::{
    Fault, NAMES, OPEN, argument,
    graph::Graph,
    texts::{Texts, Written},
};

/// The most steps of one remedy: longer ones are two remedies.
pub(super) const STEPS_MAX: usize = 9;

/// The most faults that are told at once.
const FAULTS_MAX: usize = 50;

/// What may not stand in a text: markup, addresses (links have their own place), scripts.
const REFUSED: [&str; 6] = ["<", "](", "`", "://", "javascript:", "data:"];

/// What stands around the name of a setting.
const QUOTES: [char; 6] = ['「', '『', '“', '”', '"', '‘'];

/// What is wrong with a guide's texts.
pub(super) fn faults(graph: &Graph<'_>, ja: &Texts, en: &Texts) -> Vec<Fault> {
    let mut needed = Needed { graph, keys: BTreeMap::new(), faults: Vec::new() };
    needed.guide();
    let Needed { keys, mut faults, .. } = needed;
    for (texts, other) in [(ja, en), (en, ja)] {
        faults.extend(missing(graph, &keys, texts));
        faults.extend(steps(&graph.guide, &keys, texts));
        faults.extend(texts.entries.iter().flat_map(|(key, written)| {
            let told = wrong(&graph.guide, &keys, key, written, texts).or_else(|| differs(&keys, key, written, other));
            told.map(|reason| Fault {
                file: texts.file.clone(),
                line: written.line,
                reason: format!("{key}: {reason}"),
            })
        }));
    }
    faults.truncate(FAULTS_MAX);
    faults
}

/// A text that a guide has or may have.
struct Key {
    /// Whose it is, in the graph.
    place: Vec<String>,
    /// Whether it may be left out.
    optional: bool,
    /// Whether its labels are nobody's own words.
    unverified: bool,
}

/// Collects the keys.
struct Needed<'a> {
    graph: &'a Graph<'a>,
    keys: BTreeMap<String, Key>,
    faults: Vec<Fault>,
}

impl Needed<'_> {
    fn guide(&mut self) {
        let graph = self.graph;
        self.key("title".to_owned(), &[], false, false);
        self.key("intro".to_owned(), &[], false, false);
        for (at, fact) in graph.guide.facts.iter().enumerate() {
            self.fact(fact, &["facts", &at.to_string()]);
        }
        let mut links: BTreeMap<&str, &str> = BTreeMap::new();
        for (at, cause) in graph.guide.causes.iter().enumerate() {
            let at = at.to_string();
            self.cause(cause, &["causes", &at]);
            for link in &cause.links {
                match links.insert(&link.id, &link.to) {
                    None => self.key(format!("link-{}", link.id), &["causes", &at, "links"], false, false),
                    Some(to) if to == link.to => {}
                    Some(to) => {
                        let reason = format!("link {:?} leads to {to} elsewhere", link.id);
                        self.faults.push(graph.fault(&["causes", &at, "links"], reason));
                    }
                }
            }
        }
    }

    fn fact(&mut self, fact: &Fact, place: &[&str]) {
        if fact.question.is_none() {
            return;
        }
        self.key(format!("fact-{}-question", fact.id), place, false, false);
        self.key(format!("fact-{}-hint", fact.id), place, true, false);
        for value in &fact.values {
            self.key(format!("fact-{}-{value}", fact.id), place, false, false);
        }
    }

    fn cause(&mut self, cause: &Cause, place: &[&str]) {
        let unverified = match cause.confidence {
            Confidence::Official | Confidence::ThirdParty => false,
            Confidence::Unverified => true,
        };
        if unverified && cause.drawing {
            self.faults.push(self.graph.fault(place, "what is unverified is never drawn (drawing)"));
        }
        let mut part =
            |name: &str, optional| self.key(format!("cause-{}-{name}", cause.id), place, optional, unverified);
        part("title", false);
        part("worked", false);
        part("note", true);
        for number in 1..=STEPS_MAX {
            part(&format!("step-{number}"), number > 1);
        }
        if cause.drawing {
            part("place", false);
        }
        if cause.restore {
            part("restore", false);
        }
    }

    fn key(&mut self, key: String, place: &[&str], optional: bool, unverified: bool) {
        let place_of = place.iter().map(|part| (*part).to_owned()).collect();
        if self.keys.insert(key.clone(), Key { place: place_of, optional, unverified }).is_some() {
            self.faults.push(self.graph.fault(place, format!("two texts would be called {key:?}: use another name")));
        }
    }
}

fn missing(graph: &Graph<'_>, keys: &BTreeMap<String, Key>, texts: &Texts) -> Vec<Fault> {
    let absent = keys.iter().filter(|(key, needed)| !needed.optional && !texts.entries.contains_key(*key));
    let told = absent.map(|(key, needed)| {
        let place: Vec<&str> = needed.place.iter().map(String::as_str).collect();
        graph.fault(&place, format!("the text {key:?} is missing in {}", texts.file))
    });
    told.collect()
}

/// Steps are numbered without gaps.
fn steps(guide: &Guide, keys: &BTreeMap<String, Key>, texts: &Texts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cause in &guide.causes {
        let key = |number: usize| format!("cause-{}-step-{number}", cause.id);
        for number in 2..=STEPS_MAX {
            let here = texts.entries.get(&key(number)).filter(|_| keys.contains_key(&key(number)));
            if let Some(written) = here
                && !texts.entries.contains_key(&key(number - 1))
            {
                let reason = format!("{}: there is no step {}", key(number), number - 1);
                faults.push(Fault { file: texts.file.clone(), line: written.line, reason });
            }
        }
    }
    faults
}

/// What is wrong with one text by itself.
fn wrong(guide: &Guide, keys: &BTreeMap<String, Key>, key: &str, written: &Written, texts: &Texts) -> Option<String> {
    let is_term = key.starts_with('-');
    if !is_term && !keys.contains_key(key) {
        return Some("nothing uses it".to_owned());
    }
    if is_term && !texts.entries.values().any(|other| other.terms.contains(key)) {
        return Some("nothing uses it".to_owned());
    }
    if let Some(term) = written.terms.iter().find(|term| !texts.entries.contains_key(*term)) {
        return Some(format!("there is no {term:?}"));
    }
    if let Some(name) = written.foreign.first() {
        return Some(format!("it uses {name}"));
    }
    if written.words.iter().all(|words| words.trim().is_empty()) {
        return Some("it is empty".to_owned());
    }
    let unverified = keys.get(key).is_some_and(|key| key.unverified);
    arguments(guide, written).or_else(|| written.words.iter().find_map(|words| markup(words, unverified)))
}

/// Arguments that no text gets, and values that no fact has.
fn arguments(guide: &Guide, written: &Written) -> Option<String> {
    let fact = |name: &str| guide.facts.iter().find(|fact| argument(&fact.id) == name);
    for name in &written.reads {
        if fact(name).is_none() && !NAMES.contains(&name.as_str()) {
            return Some(format!("no text gets {{ ${name} }}"));
        }
    }
    for (name, value) in &written.variants {
        let Some(fact) = fact(name) else { return Some(format!("${name} is not one of a few values")) };
        if value != OPEN && fact.value(value).is_none() {
            return Some(format!("{:?} has no value [{value}]", fact.id));
        }
    }
    None
}

fn markup(words: &str, unverified: bool) -> Option<String> {
    let small = words.to_ascii_lowercase();
    if let Some(part) = REFUSED.iter().find(|part| small.contains(**part)) {
        return Some(format!("{part:?} may not stand in a text: **bold** is all"));
    }
    if words.chars().any(|char| char.is_control() && char != '\n') {
        return Some("a control character stands in it".to_owned());
    }
    if !words.matches("**").count().is_multiple_of(2) {
        return Some("** stands without its other half".to_owned());
    }
    let quoted = unverified.then(|| words.chars().find(|char| QUOTES.contains(char))).flatten();
    quoted.map(|quote| {
        format!("{quote} quotes a name that nobody confirmed (its cause is unverified): describe the place")
    })
}

/// The same text in the other language: there, with the same arguments. Terms belong to one language.
fn differs(keys: &BTreeMap<String, Key>, key: &str, written: &Written, other: &Texts) -> Option<String> {
    let needed = keys.get(key)?;
    let Some(same) = other.entries.get(key) else {
        return needed.optional.then(|| format!("it is missing in {}", other.file));
    };
    let more: BTreeSet<&String> = written.reads.difference(&same.reads).collect();
    more.first().map(|name| format!("{{ ${name} }} does not stand in {}", other.file))
}
