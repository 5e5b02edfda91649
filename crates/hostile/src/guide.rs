//! A guide of an operator's folder: whole and shown without markup of its own, or refused with the lines that are wrong.

use domain::{guide::facts::Facts, locale::Locale};
use server::guide::{Arguments, Files, Loaded};

/// What stands between the three files.
const BETWEEN: &str = "\n=====\n";
/// No page has an element of this name; seeds and dictionary write it where they can.
const MARK: &str = "<x-";

/// Three files in one: the graph, the texts in Japanese, the texts in English.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut parts = text.splitn(3, BETWEEN).map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let files = Files { graph: next(), ja: next(), en: next() };
    match Loaded::read("some", &files) {
        Ok(loaded) => shows(&loaded),
        Err(faults) => {
            assert!(!faults.is_empty(), "a reason is given");
            for fault in faults {
                let known = [("guide.toml", &files.graph), ("ja.ftl", &files.ja), ("en.ftl", &files.en)];
                let named = known.iter().find(|(name, _)| fault.file == format!("some/{name}"));
                let (_, file) = named.unwrap_or_else(|| panic!("{fault}"));
                assert!((1..=file.lines().count() + 1).contains(&fault.line) && !fault.reason.is_empty(), "{fault}");
            }
        }
    }
}

/// Every cause has its words in each language (rule D7: text, and bold).
fn shows(loaded: &Loaded) {
    let facts = Facts::unknown(&loaded.guide.facts);
    let arguments = Arguments::new(&loaded.guide, &facts).sender(MARK).number("+819012345678").brand("<x-brand>");
    for lang in Locale::ALL {
        for cause in loaded.guide.cause_places() {
            let title = format!("cause-{}-title", loaded.guide.cause(cause).id);
            let steps = loaded.steps(lang, cause, &arguments);
            assert!(!steps.is_empty(), "{title} has no step");
            for text in steps.into_iter().chain([loaded.text(lang, &title, &arguments)]) {
                assert!(!text.html().0.contains(MARK), "{:?}", text.marked());
            }
        }
    }
}
