//! The texts: the same keys and placeholders in every language, all of them used, in plain words.

use crate::text::Speak;
use domain::locale::Locale;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::pages::view::problem::catalogue;

/// A text as it stands in its file.
struct Entry<'a> {
    key: &'a str,
    body: String,
}

fn entries(lang: Locale) -> Vec<Entry<'static>> {
    lang.files().iter().flat_map(|(_, source)| entries_of(source)).collect()
}

fn entries_of(source: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for line in source.lines() {
        let own = line.split_once(" = ").or_else(|| line.strip_suffix(" =").map(|key| (key, "")));
        match (own, entries.last_mut()) {
            (Some((key, body)), _) if line.starts_with(|first: char| first.is_ascii_lowercase()) => {
                entries.push(Entry { key, body: body.to_owned() });
            }
            (_, Some(entry)) if line.starts_with([' ', '}']) => entry.body.push_str(line),
            (_, _) => {}
        }
    }
    entries
}

fn placeholders(body: &str) -> BTreeSet<&str> {
    let name = |rest: &'_ str| {
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len())
    };
    body.split('$').skip(1).map(|rest| &rest[..name(rest)]).collect()
}

#[test]
fn languages_have_the_same_texts_with_the_same_placeholders() {
    let other = entries(Locale::En);
    for entry in entries(Locale::Ja) {
        let twin = other.iter().find(|twin| twin.key == entry.key);
        let twin = twin.unwrap_or_else(|| panic!("{} has no English", entry.key));
        assert_eq!(placeholders(&entry.body), placeholders(&twin.body), "placeholders of {}", entry.key);
    }
    assert_eq!(entries(Locale::Ja).len(), other.len(), "English has texts that Japanese lacks");
}

#[test]
fn every_refusal_has_its_texts() {
    for lang in Locale::ALL {
        for refusal in catalogue() {
            let code = refusal.code();
            let problem = ["title", "detail", "meaning", "caller"].map(|part| format!("problem-{code}-{part}"));
            let page = ["cause", "next"].map(|part| format!("refusal-{code}-{part}"));
            for key in problem.into_iter().chain(page) {
                assert!(lang.has(&key), "{key} is missing in {}", lang.tag());
            }
        }
    }
}

/// Keys that are put together from a code, a member or a country.
fn is_composed(key: &str) -> bool {
    let codes: Vec<&str> = catalogue().iter().map(domain::refusal::Refusal::code).collect();
    let of_code = |prefix: &str| {
        let rest = key.strip_prefix(prefix).and_then(|rest| rest.rsplit_once('-'));
        rest.is_some_and(|(code, _)| codes.contains(&code))
    };
    of_code("problem-") || of_code("refusal-") || key.starts_with("country-") || key.starts_with("problems-member-")
}

#[test]
fn every_text_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    for folder in ["templates", "src"] {
        read_all(&root.join(folder), &mut source);
    }
    let unused: Vec<&str> = entries(Locale::Ja)
        .into_iter()
        .map(|entry| entry.key)
        .filter(|key| !is_composed(key) && !source.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
}

/// Appends every file below `folder`, tests aside: a text that only a test names is not used.
fn read_all(folder: &Path, source: &mut String) {
    for file in fs::read_dir(folder).expect("the folder is part of the crate") {
        let path = file.expect("its entries can be listed").path();
        if path.is_dir() && !path.ends_with("tests") {
            read_all(&path, source);
        } else if path.is_file() {
            source.push_str(&fs::read_to_string(&path).expect("source is UTF-8"));
        }
    }
}

/// Words that blame, scare or say nothing.
const BANNED: [&str; 15] = [
    "不正",
    "無効",
    "禁止",
    "エラーが発生",
    "お手数",
    "しばらく",
    "でき兼ね",
    "致し",
    "invalid",
    "please",
    "sorry",
    "oops",
    "forbidden",
    "illegal",
    "denied",
];

const JA_SENTENCE_MAX: usize = 60;
const EN_SENTENCE_WORDS_MAX: usize = 20;

#[test]
fn words_are_plain() {
    let wrong: Vec<String> = Locale::ALL
        .into_iter()
        .flat_map(|lang| entries(lang).into_iter().flat_map(move |entry| unplain(lang, &entry)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_of_guides_are_plain() {
    let mut wrong = Vec::new();
    for guide in crate::guide::shipped() {
        let id = &guide.guide.id;
        let files = crate::guide::shipped_files(id).expect("it is shipped");
        for (lang, source) in [(Locale::Ja, &files.ja), (Locale::En, &files.en)] {
            let told = entries_of(source);
            assert!(told.len() > guide.guide.causes.len(), "{id} says nothing in {}", lang.tag());
            wrong.extend(told.iter().flat_map(|entry| unplain(lang, entry)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not plain in a text.
fn unplain(lang: Locale, entry: &Entry<'_>) -> Vec<String> {
    let body = entry.body.to_lowercase();
    let banned = BANNED.iter().filter(|word| body.contains(**word)).map(|word| format!("{}: {word}", entry.key));
    let mut wrong: Vec<String> = banned.collect();
    let long = |sentence: &&str| match lang {
        Locale::Ja => sentence.chars().count() > JA_SENTENCE_MAX,
        Locale::En => sentence.split_whitespace().count() > EN_SENTENCE_WORDS_MAX,
    };
    // Choices (`{ $n -> … }`) are not one sentence.
    if !body.contains("->") {
        let sentences = entry.body.split(['。', '.', '?']).filter(long);
        wrong.extend(sentences.map(|sentence| format!("{}: long: {sentence}", entry.key)));
    }
    // A carrier's name has one.
    let marked = entry.body.replace("Y!mobile", "").contains(['！', '!', '※', '～', '〜']);
    if lang == Locale::Ja && marked {
        wrong.push(format!("{}: a mark instead of words", entry.key));
    }
    wrong
}

#[test]
fn countries_stand_in_the_readers_order() {
    use crate::pages::view::number::Country;
    for (lang, expected) in [
        (Locale::Ja, ["日本", "アメリカ合衆国", "韓国", "台湾"]),
        (Locale::En, ["Japan", "South Korea", "Taiwan", "United States"]),
    ] {
        let mut countries = ["TW", "US", "JP", "KR"].map(|code| Country::named(lang, code, 1)).to_vec();
        Country::sort(lang, &mut countries);
        assert_eq!(countries.iter().map(|country| country.name.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(Country::named(lang, "ZZ", 999).name, "ZZ");
    }
}
