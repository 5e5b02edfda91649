//! Guides as files: read, held against themselves, shipped in the binary, overridden from a folder, reloaded.
//!
//! A guide is a folder of three files: `guide.toml` (the graph, [`domain::guide::Draft`]) and its texts `ja.ftl` and
//! `en.ftl`. [`Library`] has the guides that are in use; a [`Loaded`] is one version of one of them.
//!
//! | file | what it does |
//! | --- | --- |
//! | `graph` | the TOML file becomes a [`Guide`], and what is wrong gets its line |
//! | `texts` | one language's Fluent file, parsed |
//! | `review` | which texts a graph needs, and what a text may hold |
//! | `step` | a step in words, for pages and applications |
//! | `text` | a text for people, as HTML or plain |
//! | `folder` | the operator's folder |
//! | `drawing` | a picture of the graph, or of a group of it |
//! | `group` | its causes in groups that fit a page |
//! | `library` | which version of which guide is in use |

pub mod drawing;
mod folder;
mod graph;
pub mod group;
mod library;
mod review;
pub mod step;
#[cfg(test)]
mod tests;
mod text;
mod texts;

use std::fmt;

use domain::{
    guide::{CauseAt, Guide, facts::Facts},
    locale::Locale,
};
use fluent_bundle::FluentValue;
use sha2::{Digest, Sha256};

pub use folder::read as read_folder;
pub use library::{Library, Trouble, shipped, shipped_files, watch};
pub use text::Text;

use texts::Texts;

/// The files of a guide, in the order of [`Files::all`].
pub const FILE_NAMES: [&str; 3] = ["guide.toml", "ja.ftl", "en.ftl"];

/// Hexadecimal digits of a version: enough that two edits of one guide never share one.
const VERSION_DIGITS: usize = 12;

/// The content of a guide's three files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// `guide.toml`.
    pub graph: String,
    /// `ja.ftl`.
    pub ja: String,
    /// `en.ftl`.
    pub en: String,
}

impl Files {
    /// Each, in the order of [`FILE_NAMES`].
    pub fn all(&self) -> [&str; 3] {
        [&self.graph, &self.ja, &self.en]
    }

    /// What this content is known by: the first digits of the SHA-256 over its files, each with its length.
    pub fn version(&self) -> String {
        let mut digest = Sha256::new();
        for file in self.all() {
            digest.update(file.len().to_be_bytes());
            digest.update(file);
        }
        let digits = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        digits[..VERSION_DIGITS].to_owned()
    }
}

/// What is wrong with a guide's files, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The guide's folder and the file: `sms-not-arriving/ja.ftl`.
    pub file: String,
    /// The line, from 1; 1 also where the file as a whole is meant.
    pub line: usize,
    /// What is wrong, for whoever edits the file.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// One version of a guide with its texts: whatever it needs is there.
pub struct Loaded {
    /// The graph.
    pub guide: Guide,
    ja: Texts,
    en: Texts,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.guide.id, self.guide.version)
    }
}

impl Loaded {
    /// Reads a guide from its files.
    ///
    /// # Errors
    /// What is wrong with them, the graph before the texts; never an empty list.
    pub fn read(id: &str, files: &Files) -> Result<Loaded, Vec<Fault>> {
        let graph = graph::read(id, &files.version(), &files.graph).map_err(|fault| vec![fault])?;
        let [ja, en] =
            [(Locale::Ja, &files.ja), (Locale::En, &files.en)].map(|(lang, file)| Texts::read(id, lang, file));
        match (ja, en) {
            (Ok(ja), Ok(en)) => {
                let faults = review::faults(&graph, &ja, &en);
                if faults.is_empty() { Ok(Loaded { guide: graph.guide, ja, en }) } else { Err(faults) }
            }
            (ja, en) => Err([ja.err(), en.err()].into_iter().flatten().flatten().collect()),
        }
    }

    /// A text that may be there or not, such as `cause-…-note`.
    pub fn find(&self, lang: Locale, key: &str, arguments: &Arguments) -> Option<Text> {
        self.texts(lang).format(key, arguments)
    }

    /// A text that every guide has, such as `title`, or that belongs to a fact or cause of this one.
    pub fn text(&self, lang: Locale, key: &str, arguments: &Arguments) -> Text {
        self.find(lang, key, arguments).unwrap_or_else(|| {
            tracing::error!(key, guide = ?self, "a guide has no such text");
            Text::new(format!("{}{key}", crate::text::MISSING))
        })
    }

    /// What a remedy tells to do, one action each, in order.
    pub fn steps(&self, lang: Locale, cause: CauseAt, arguments: &Arguments) -> Vec<Text> {
        let id = &self.guide.cause(cause).id;
        let step = |number| self.find(lang, &format!("cause-{id}-step-{number}"), arguments);
        (1..=review::STEPS_MAX).map_while(step).collect()
    }

    fn texts(&self, lang: Locale) -> &Texts {
        match lang {
            Locale::Ja => &self.ja,
            Locale::En => &self.en,
        }
    }
}

/// What the texts of a guide are filled with: every fact's value, and who writes to whom.
#[derive(Clone, Debug)]
pub struct Arguments(Vec<(String, FluentValue<'static>)>);

/// What an argument is called in texts besides the facts: the message's sender, the person's number, who asks.
const NAMES: [&str; 3] = ["sender", "number", "brand"];

/// What a fact's argument says where it is not known.
const OPEN: &str = "open";

impl Arguments {
    /// Each fact by its name with `_` for `-`, [`OPEN`] where it is not known; the others are empty until they are said.
    pub fn new(guide: &Guide, facts: &Facts) -> Arguments {
        let value = |at| {
            let fact = guide.fact(at);
            let value = facts.get(at).and_then(|value| fact.values.get(usize::from(value.0)));
            // A value such as `26` is a number to Fluent's `[26]`.
            let value = value.map_or(OPEN.into(), |value| FluentValue::try_number(value).into_owned());
            (argument(&fact.id), value)
        };
        let empty = NAMES.map(|name| (name.to_owned(), FluentValue::from("")));
        Arguments(guide.fact_places().map(value).chain(empty).collect())
    }

    /// `{ $sender }`: what the message shows as its sender; empty if it is not known.
    #[must_use]
    pub fn sender(self, sender: &str) -> Arguments {
        self.with("sender", sender)
    }

    /// `{ $number }`: the person's number, masked or not, as this person may see it.
    #[must_use]
    pub fn number(self, number: &str) -> Arguments {
        self.with("number", number)
    }

    /// `{ $brand }`: who asks.
    #[must_use]
    pub fn brand(self, brand: &str) -> Arguments {
        self.with("brand", brand)
    }

    fn with(mut self, name: &str, value: &str) -> Arguments {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), FluentValue::from(value.to_owned())));
        self
    }
}

/// What a fact is called in texts.
fn argument(fact: &str) -> String {
    fact.replace('-', "_")
}
