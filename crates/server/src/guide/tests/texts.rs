//! What a guide says.

use domain::{
    guide::facts::Facts,
    locale::Locale::{En, Ja},
};

use super::{super::Arguments, lamp, read};

#[test]
fn a_text_is_filled_with_facts_and_names() {
    let lamp = read(&lamp()).expect("it is whole");
    let at = lamp.guide.fact_at("lamp-kind").expect("a fact");
    let step = |value: Option<&str>| {
        let mut facts = Facts::unknown(&lamp.guide.facts);
        facts.set(at, value.and_then(|value| lamp.guide.fact(at).value(value)));
        lamp.text(En, "cause-bulb-step-1", &Arguments::new(&lamp.guide, &facts)).html().0
    };
    assert_eq!(step(Some("26")), "Turn the <strong>ring</strong> of the 26.");
    assert_eq!(step(Some("desk")), "Turn the bulb.");
    assert_eq!(step(None), "Open it.");
    let facts = Facts::unknown(&lamp.guide.facts);
    let arguments = Arguments::new(&lamp.guide, &facts).brand("<Lampe>").number("0901").sender("0120");
    assert_eq!(lamp.text(Ja, "intro", &arguments).html().0, "&#60;Lampe&#62;がお手伝いします。");
    assert_eq!(lamp.text(En, "cause-bulb-title", &arguments).plain(), "Change the bulb of Lampworks");
}

#[test]
fn steps_come_in_order_and_what_is_not_there_is_not_found() {
    let lamp = read(&lamp()).expect("it is whole");
    let arguments = Arguments::new(&lamp.guide, &Facts::unknown(&lamp.guide.facts));
    let plug = lamp.guide.cause_at("unplugged").expect("a cause");
    let steps = lamp.steps(En, plug, &arguments);
    assert_eq!(steps.iter().map(|step| step.plain()).collect::<Vec<_>>(), ["Find the plug.", "Put it into the wall."]);
    assert_eq!(lamp.find(En, "cause-unplugged-note", &arguments), None);
    assert_eq!(lamp.text(En, "cause-bulb-place", &arguments).parts(), ["Lamp", "Head", "Bulb"]);
}

#[test]
fn a_version_changes_with_every_edit() {
    let one = lamp().version();
    assert_eq!(one.len(), 12);
    assert_eq!(one, lamp().version());
    let mut moved = lamp();
    let last = moved.ja.pop().expect("a last letter");
    moved.en.insert(0, last);
    assert_ne!(one, moved.version());
}
