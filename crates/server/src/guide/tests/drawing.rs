//! The drawing: everything is in it, and nothing that a page could not embed.

use domain::locale::Locale;

use super::{
    super::{
        drawing::{of_group, svg},
        group::{Of, groups},
        shipped,
    },
    lamp, read,
};

#[test]
fn every_fact_and_cause_stands_in_the_drawing() {
    for lang in Locale::ALL {
        let drawn = svg(&read(&lamp()).expect("it is whole"), lang);
        for name in [">lit · ", ">lamp-kind · ", ">unplugged · ", ">bulb · "] {
            assert_eq!(drawn.matches(name).count(), 1, "{name} in {}", lang.tag());
        }
        assert!(drawn.contains("lamp-kind ≠ unknown"), "{drawn}");
        assert!(drawn.contains("<title id=\"guide-lamp-title\">") && drawn.contains("<desc id=\"guide-lamp-desc\">"));
        assert!(!drawn.contains(crate::text::MISSING), "{drawn}");
    }
}

#[test]
fn d7_a_drawing_is_shapes_and_escaped_text() {
    let mut files = lamp();
    files.ja = files.ja.replace("ランプがつきません", "A & B > \"C\" **'D'**");
    let drawn = svg(&read(&files).expect("it is whole"), Locale::Ja);
    assert!(drawn.contains("A &#38; B &#62; &#34;C&#34; &#39;D&#39;</title>"), "{drawn}");
    let elements = drawn.split('<').skip(1).map(|element| element.split([' ', '>']).next().unwrap_or_default());
    let allowed = ["svg", "title", "desc", "rect", "text", "path", "/svg", "/title", "/desc", "/text"];
    let other: Vec<&str> = elements.filter(|name| !allowed.contains(name)).collect();
    assert!(other.is_empty(), "{other:?}");
    assert!(!drawn.contains("href") && !drawn.contains("style=") && !drawn.contains(" on"), "{drawn}");
}

#[test]
fn a_group_is_drawn_no_wider_than_a_phone() {
    let loaded = &shipped()[0];
    for lang in Locale::ALL {
        for group in groups(&loaded.guide) {
            let drawn = of_group(loaded, lang, &group);
            assert!(drawn.contains("width=\"336\""), "{drawn}");
            let cards = if group.of == Of::Facts { loaded.guide.facts.len() } else { group.causes.len() };
            assert_eq!(drawn.matches("<rect ").count(), cards, "{}", group.name(&loaded.guide));
            for at in &group.causes {
                let name = format!(">{} ·", loaded.guide.cause(*at).id);
                assert!(drawn.contains(&name), "{name}");
            }
            assert!(!drawn.contains(crate::text::MISSING), "{drawn}");
        }
    }
}
