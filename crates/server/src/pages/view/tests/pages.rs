//! Every sample of every page, in every language.

use crate::text::Speak;
use domain::locale::Locale;
use std::collections::BTreeSet;

use crate::pages::view::{
    samples::{self, Sample},
    spoken::spoken,
};
use crate::text::MISSING;

const STYLE: &str = include_str!("../../../../assets/tegata.css");
const SCRIPT: &str = include_str!("../../../../assets/page.js");
const PAGE_BYTES_MAX: usize = 30_000;
const SCRIPT_BYTES_MAX: usize = 4_000;

/// Calls `check` with each sample; it returns what is wrong.
fn every_sample(check: impl Fn(Locale, &Sample) -> Vec<String>) {
    let mut wrong = Vec::new();
    for lang in Locale::ALL {
        for sample in samples::all(lang) {
            let problems = check(lang, &sample);
            wrong.extend(problems.into_iter().map(|problem| format!("{} ({}): {problem}", sample.name, lang.tag())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What stands between each `start` and the next `end`.
fn between<'a>(html: &'a str, start: &'a str, end: &'a str) -> Vec<&'a str> {
    html.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default()).collect()
}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

#[test]
fn no_text_is_missing_or_raw() {
    let keys: BTreeSet<&str> = Locale::En.files().iter().flat_map(|(file, _)| Locale::En.keys(file)).collect();
    every_sample(|_, sample| {
        let raw = between(&sample.html, ">", "<").into_iter().map(str::trim).filter(|text| keys.contains(text));
        let mut problems: Vec<String> = raw.map(|key| format!("raw key {key}")).collect();
        for sign in [MISSING.trim(), "{$", "{ $"] {
            if sample.html.contains(sign) {
                problems.push(format!("{sign:?} in the page"));
            }
        }
        problems
    });
}

#[test]
fn title_heading_and_summary_agree() {
    every_sample(|lang, sample| {
        let heading = escaped(&sample.heading);
        let prefix = if sample.slips > 0 { lang.text("frame-error-prefix") } else { String::new() };
        let mut problems = Vec::new();
        let titles = between(&sample.html, "<title>", "</title>");
        if titles.len() != 1 || !titles[0].starts_with(&format!("{prefix}{heading} – ")) {
            problems.push(format!("titles {titles:?}"));
        }
        let headings = between(&sample.html, "<h1", "</h1>");
        let spoken = spoken(&sample.heading, lang).0;
        if headings.len() != 1 || !headings[0].ends_with(&format!(">{spoken}")) {
            problems.push(format!("headings {headings:?}"));
        }
        if !sample.html.contains(&format!("<html lang=\"{}\">", lang.tag())) {
            problems.push("another language on html".into());
        }
        let focused = sample.html.matches("autofocus").count();
        let summary = sample.html.contains(
            "<div class=\"summary\" role=\"group\" aria-labelledby=\"summary-title\" tabindex=\"-1\" autofocus>",
        );
        if summary != (sample.slips > 0) || focused > 1 {
            problems.push(format!("summary {summary}, {focused} autofocus"));
        }
        problems
    });
}

#[test]
fn references_inside_a_page_lead_somewhere() {
    every_sample(|_, sample| {
        let ids = between(&sample.html, " id=\"", "\"");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        let mut problems = Vec::new();
        if unique.len() != ids.len() {
            problems.push(format!("an id twice: {ids:?}"));
        }
        let named = ["href=\"#", "for=\"", "aria-describedby=\"", "aria-labelledby=\""];
        let wanted = named.iter().flat_map(|name| between(&sample.html, name, "\"")).flat_map(str::split_whitespace);
        problems.extend(wanted.filter(|id| !unique.contains(id)).map(|id| format!("no element with id {id}")));
        problems
    });
}

#[test]
fn summary_and_field_say_the_same() {
    every_sample(|_, sample| {
        let summary = between(&sample.html, "summary-title", "</div>").concat();
        let links = between(&summary, "<a href=\"#", "</a>");
        let mut problems = Vec::new();
        for link in links {
            let (field, text) = link.split_once("\">").unwrap_or_default();
            if !sample.html.contains(&format!("</span>{text}</p>")) {
                problems.push(format!("beside {field} stand other words"));
            }
            let described = format!("aria-describedby=\"{field}-slip");
            if !sample.html.contains(&described) || !sample.html.contains("aria-invalid=\"true\"") {
                problems.push(format!("{field} is not marked"));
            }
        }
        problems
    });
}

#[test]
fn forms_are_posted_with_the_token_and_judged_by_the_server() {
    every_sample(|_, sample| {
        let mut problems = Vec::new();
        for form in between(&sample.html, "<form", "</form>") {
            // A form that only asks for another view of the same page changes nothing.
            let only_asks = form.contains("method=\"get\"") && sample.name.starts_with("console-");
            let has_token = form.contains("name=\"form_token\" value=\"sample-form-token\"");
            if only_asks == has_token || !(only_asks || form.contains("method=\"post\"")) {
                problems.push(format!("no token: {form}"));
            }
            if form.contains("<label") && !form.contains("novalidate") {
                problems.push(format!("no novalidate: {form}"));
            }
            problems
                .extend(between(form, "action=\"", "\"").into_iter().filter(|to| to.contains('#')).map(String::from));
        }
        for never in
            ["maxlength", "placeholder", " required", " disabled", "style=", "onclick", "http-equiv", "type=\"number\""]
        {
            if sample.html.contains(never) {
                problems.push(format!("{never} in the page"));
            }
        }
        if sample.html.matches("class=\"primary\"").count() > 1 {
            problems.push("two primary buttons".into());
        }
        problems
    });
}

#[test]
fn every_language_is_offered_and_the_current_one_marked() {
    every_sample(|lang, sample| {
        let link = |lang: Locale, mark: &str| {
            let tag = lang.tag();
            format!(
                "<a href=\"?lang={tag}\" lang=\"{tag}\" hreflang=\"{tag}\" rel=\"alternate\"{mark}>{}</a>",
                lang.own_name()
            )
        };
        let wanted = Locale::ALL.map(|other| link(other, if other == lang { " aria-current=\"true\"" } else { "" }));
        wanted.into_iter().filter(|link| !sample.html.contains(link)).collect()
    });
}

#[test]
fn pages_are_small() {
    assert!(SCRIPT.len() <= SCRIPT_BYTES_MAX, "{} bytes of script", SCRIPT.len());
    every_sample(|_, sample| {
        let bytes = sample.html.len() + STYLE.len();
        // Nobody waits for the operator's pages on the way to something else.
        let max = if sample.name.starts_with("console-") { 2 * PAGE_BYTES_MAX } else { PAGE_BYTES_MAX };
        if bytes > max { vec![format!("{bytes} bytes")] } else { Vec::new() }
    });
}

#[test]
fn a_wrong_code_is_not_shown_again_and_a_slip_of_the_fingers_is() {
    let code = |name: &str| {
        let sample =
            samples::all(Locale::Ja).into_iter().find(|sample| sample.name == name).expect("the sample exists");
        between(&sample.html, "autocomplete=\"one-time-code\" spellcheck=\"false\" value=\"", "\"").concat()
    };
    assert_eq!(code("code-slip-format"), "12345");
    assert_eq!(code("code-slip-incorrect"), "");
    assert_eq!(code("code-slip-superseded"), "");
}

/// What leads on says what was done or not, in the words of its step.
#[test]
fn a_step_is_left_in_its_own_words() {
    let samples = samples::all(Locale::Ja);
    for (cause, label) in [
        ("send-again", "guide-skip"),
        ("call-back", "guide-skip"),
        ("email-code", "guide-skip"),
        ("call", "guide-skip"),
        ("no-sms-contract", "guide-not-mine"),
        ("docomo-pin-forgotten", "guide-not-mine"),
        ("docomo-sms-settings", "guide-not-it"),
        ("airplane-mode", "guide-not-yet"),
        ("number-ip-phone", "guide-not-yet"),
        ("iphone-arrived", "guide-not-helped"),
    ] {
        let name = format!("guide-sms-not-arriving-{cause}");
        let sample = samples.iter().find(|sample| sample.name == name).expect("each step has a sample");
        assert!(sample.html.contains(&format!(">{}</button>", Locale::Ja.text(label))), "{cause}: {label}");
    }
}

#[test]
fn what_comes_from_outside_is_escaped() {
    const HOSTILE: &str = "\"><script>alert(1)</script>";
    for page in samples::hostile(HOSTILE) {
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains("&#60;script&#62;"), "{page}");
    }
}
