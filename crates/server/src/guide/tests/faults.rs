//! What is refused, with its file, line and reason.

use rstest::rstest;

use super::{super::Files, lamp, read};

/// The line of the first place of `part`.
fn line_of(file: &str, part: &str) -> usize {
    let at = file.find(part).unwrap_or_else(|| panic!("{part} does not stand there"));
    file[..at].matches('\n').count() + 1
}

/// Reads the lamp with `from` become `to` in a file; it must be refused at `at` of `told`, and with these words.
fn refused(file: &str, from: &str, to: &str, told: (&str, &str), reason: &str) {
    let mut files = lamp();
    let edited = match file {
        "guide.toml" => &mut files.graph,
        "ja.ftl" => &mut files.ja,
        _ => &mut files.en,
    };
    assert!(edited.contains(from), "{from}");
    *edited = edited.replacen(from, to, 1);
    let faults = read(&files).map(|_| ()).expect_err("it is broken");
    let Files { graph, ja, en } = &files;
    let text = match told.0 {
        "guide.toml" => graph,
        "ja.ftl" => ja,
        _ => en,
    };
    let expected = format!("lamp/{}:{}: ", told.0, line_of(text, told.1));
    let found = faults.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(
        found.iter().any(|fault| fault.starts_with(&expected) && fault.contains(reason)),
        "{expected}{reason}: {found:#?}"
    );
}

#[test]
fn nothing_is_wrong_with_the_lamp() {
    assert_eq!(read(&lamp()).map(|_| ()), Ok(()));
}

#[test]
fn the_graph_in_the_documentation_is_a_graph() {
    let document = include_str!("../../../../../docs/guides.md");
    let graph = document.split("```toml\n").find(|part| part.starts_with("other =")).expect("it stands there");
    let graph = graph.split("```").next().unwrap_or_default();
    let read = super::super::graph::read("documented", "1", graph).map(|read| read.guide.causes.len());
    assert_eq!(read, Ok(1));
}

#[rstest]
#[case::toml("other = 1.0", "other = ", "other", "expected")]
#[case::kind("kind = \"look\"", "kind = \"peek\"", "kind = \"peek\"", "peek")]
#[case::key("kind = \"look\"", "kind = \"look\"\nmood = 1", "mood", "unknown field")]
#[case::fact("when = { lamp-kind", "when = { lamp-sort", "when = { lamp-sort", "no fact \"lamp-sort\"")]
#[case::value("[\"desk\", \"26\"]", "[\"desk\", \"27\"]", "when =", "no value \"27\"")]
#[case::number("weight = 2.0", "weight = 0.0", "weight = 0.0", "above 0")]
#[case::address("https://", "http://", "links =", "https")]
#[case::twice(
    "id = \"bulb\"",
    "id = \"unplugged\"",
    "[[causes]]\nid = \"unplugged\"\nkind = \"change\"",
    "another cause"
)]
#[case::drawn("\"third-party\"", "\"unverified\"", "[[causes]]\nid = \"bulb\"", "never drawn")]
#[case::collides("\"26\", \"unknown\"]", "\"26\", \"hint\"]", "[[facts]]\nid = \"lamp-kind\"", "two texts")]
fn a_broken_graph(#[case] from: &str, #[case] to: &str, #[case] line: &str, #[case] reason: &str) {
    refused("guide.toml", from, to, ("guide.toml", line), reason);
}

#[rstest]
#[case::missing("title = The lamp", "# The lamp", "guide.toml", "# A guide", "\"title\" is missing in lamp/en.ftl")]
#[case::missing_of(
    "cause-bulb-worked = The",
    "# The",
    "guide.toml",
    "[[causes]]\nid = \"bulb\"",
    "\"cause-bulb-worked\" is missing"
)]
#[case::no_step("cause-unplugged-step-1 =", "# =", "en.ftl", "cause-unplugged-step-2", "no step 1")]
#[case::unknown_key("title =", "titel = x\ntitle =", "en.ftl", "titel", "nothing uses it")]
#[case::twice("title =", "intro = x\ntitle =", "en.ftl", "intro = { $", "there already")]
#[case::syntax("{ $brand }", "{ $brand", "en.ftl", "intro", "")]
#[case::argument("{ $brand }", "{ $brend }", "en.ftl", "intro", "{ $brend }")]
#[case::only_here("{ $brand }", "we", "ja.ftl", "intro", "{ $brand } does not stand in lamp/en.ftl")]
#[case::option("[26]", "[27]", "en.ftl", "cause-bulb-step-1", "no value [27]")]
#[case::by_name("{ $lamp_kind ->", "{ $brand ->", "en.ftl", "cause-bulb-step-1", "not one of a few")]
#[case::function("{ $brand }", "{ NUMBER($brand) }", "en.ftl", "intro", "a function")]
#[case::term("{ -maker }", "{ -baker }", "en.ftl", "cause-bulb-title", "no \"-baker\"")]
#[case::unused_term("-maker =", "-baker = x\n-maker =", "en.ftl", "-baker", "nothing uses it")]
#[case::hint_of_one("fact-lamp-kind-hint =", "# =", "ja.ftl", "fact-lamp-kind-hint", "missing in lamp/en.ftl")]
#[case::attribute("title = The lamp", "title = The lamp\n    .more = x", "en.ftl", "title", "an attribute")]
fn broken_texts(#[case] from: &str, #[case] to: &str, #[case] file: &str, #[case] line: &str, #[case] reason: &str) {
    refused("en.ftl", from, to, (file, line), reason);
}

#[rstest]
#[case::tag("<b>x</b>")]
#[case::script("javascript:x")]
#[case::link("[x](y)")]
#[case::address("https://lamps.example")]
#[case::hidden("{ \"<\" }")]
#[case::one_star("the **lamp")]
#[case::across("**{ $brand ->\n   *[other] x**\n  }")]
fn d7_markup_is_refused(#[case] text: &str) {
    refused("en.ftl", "{ $brand } helps", &format!("{{ $brand }} {text}"), ("en.ftl", "intro"), "intro: ");
}

#[rstest]
#[case::japanese("ja.ftl", "コンセントに差してください", "「電源」を押してください")]
#[case::english("en.ftl", "Find the plug.", "Press “Power”.")]
fn d7_what_is_unverified_quotes_no_name(#[case] file: &str, #[case] from: &str, #[case] to: &str) {
    let mut files = lamp();
    files.graph = files.graph.replacen("\"official\"", "\"unverified\"", 1);
    assert_eq!(read(&files).map(|_| ()), Ok(()));
    let edited = if file == "ja.ftl" { &mut files.ja } else { &mut files.en };
    *edited = edited.replacen(from, to, 1);
    let faults = read(&files).map(|_| ()).expect_err("it quotes a name");
    assert!(faults[0].file.ends_with(file) && faults[0].reason.contains("nobody confirmed"), "{faults:#?}");
}
