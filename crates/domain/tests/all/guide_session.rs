//! What a session remembers: the trail, two tabs, the way back, corrections, and the step that is shown.

use domain::guide::{Guide, Session, SolvedBy};
use rstest::rstest;
use serde_json::json;

use crate::guide_sample::{Person, compiled, sample};

/// What a person sees after `first`, and after `then` as well.
#[rstest]
#[case::posted_twice("message=undelivered", "number! number!", "", "iphone-unknown-senders")]
#[case::a_new_message_opens_what_comes_again("message=delivered", "look-again", "number!", "look-again")]
#[case::what_was_not_done_sends_nothing("message=delivered", "look-again", "number", "iphone-unknown-senders")]
// The second tab still shows the number page after the message was looked for again.
#[case::an_old_tab_sends_nothing("message=delivered", "number! look-again", "number!", "iphone-unknown-senders")]
#[case::nor_takes_back_what_it_sent("message=delivered", "look-again number!", "number", "look-again")]
#[case::but_trying_again_sends("message=delivered", "number look-again", "number!", "look-again")]
#[case::an_old_tab_asks_nothing_new("message=delivered", "phone=android look-again", "phone=android", "app?")]
#[case::a_correction_keeps_what_was_tried(
    "message=delivered",
    "look-again phone=android",
    "phone=iphone",
    "iphone-unknown-senders"
)]
fn said(#[case] observed: &str, #[case] first: &str, #[case] then: &str, #[case] sees: &str) {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, observed, "phone=iphone");
    person.says(first);
    person.step();
    person.says(then);
    assert_eq!(person.sees(), sees);
}

#[test]
fn the_way_back_is_the_way_there() {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, "message=delivered", "phone=iphone");
    let mut there = vec![person.sees()];
    for words in ["look-again", "iphone-unknown-senders", "carrier=au"] {
        person.says(words);
        there.push(person.sees());
    }
    while let Some(seen) = there.pop() {
        assert_eq!(person.sees(), seen);
        assert_eq!(person.session.back(), !there.is_empty());
    }
    assert!(person.session.is_fresh());
}

#[test]
fn back_from_solved_takes_nothing_else_back() {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, "message=waiting", "phone=iphone");
    person.says("wait");
    let before = person.sees();
    person.session.solve(SolvedBy::Word);
    assert_eq!(person.sees(), "solved");
    assert!(person.session.back());
    assert_eq!(person.sees(), before);
}

#[test]
fn what_depends_on_a_corrected_answer_is_passed_over() {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, "message=delivered", "");
    person.says("phone=android app=plus");
    let app = guide.fact_at("app").expect("is a fact");
    assert!(person.facts().get(app).is_some());
    person.says("phone=iphone");
    assert_eq!(person.facts().get(app), None);
    person.says("phone=android");
    assert!(person.facts().get(app).is_some(), "what was said is there again where it makes sense");
}

/// A step stays through all that does not move a guide, and goes with what does.
#[rstest]
#[case::reloaded("message=waiting", "wait")]
#[case::something_still("email=yes", "wait")]
#[case::something_that_moves("message=delivered", "look-again")]
#[case::solved("message=approved", "solved")]
fn a_step_that_is_shown(#[case] change: &str, #[case] sees: &str) {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, "message=waiting", "phone=iphone");
    assert_eq!(person.sees(), "wait");
    let (fact, value) = change.split_once('=').expect("a fact and its value");
    person.observe(fact, value);
    assert_eq!(person.sees(), sees);
}

#[rstest]
#[case::observed("message", "approved")]
#[case::no_such_value("carrier", "moon")]
#[case::no_such_fact("moon", "full")]
fn not_theirs_to_say(#[case] fact: &str, #[case] value: &str) {
    let guide = compiled(sample());
    let mut session = Session::default();
    assert!(!session.tell(&guide, fact, value));
    assert!(session.is_fresh());
}

/// A trail that is full of what an edited guide no longer has still takes the next answer.
#[test]
fn a_trail_outlives_its_guide() {
    let trail: Vec<_> = (0..200).map(|old| json!({ "told": [format!("old-{old}"), "yes"] })).collect();
    let mut session: Session = serde_json::from_value(json!({ "trail": trail })).expect("a session");
    let guide: Guide = compiled(sample());
    assert!(session.tell(&guide, "carrier", "au"));
    assert!(session.told().any(|said| said == ("carrier", "au")));
    let kept = serde_json::to_value(&session).expect("a session is JSON");
    assert_eq!(serde_json::from_value::<Session>(kept).expect("and back"), session);
}
