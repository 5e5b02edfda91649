//! Which step comes next: a table of situations.

use domain::guide::{Excluded, Order, Session};
use rstest::rstest;
use serde_json::json;

use crate::guide_sample::{Person, cause, compiled, sample};

#[rstest]
#[case::solved_is_seen("message=approved", "", "", "solved")]
#[case::waiting_comes_first("message=waiting", "phone=iphone", "", "wait")]
#[case::what_was_tried_is_behind("message=waiting", "phone=iphone", "wait", "iphone-unknown-senders")]
#[case::a_guess_is_not_asked("message=delivered", "phone=android", "look-again", "app?")]
#[case::what_is_not_guessed_is_asked("message=delivered", "", "look-again", "phone?")]
#[case::told_beats_guessed("message=delivered", "phone=iphone", "look-again phone=android", "app?")]
#[case::harmless_before_change(
    "message=delivered email=yes",
    "phone=iphone",
    "look-again iphone-unknown-senders carrier=docomo",
    "email-code"
)]
#[case::a_change_comes_last(
    "message=delivered email=yes",
    "phone=iphone",
    "look-again iphone-unknown-senders carrier=docomo email-code",
    "docomo-refusal"
)]
#[case::nothing_is_left(
    "message=delivered",
    "phone=iphone",
    "look-again iphone-unknown-senders carrier=au au-refusal",
    "contact"
)]
#[case::strange_names_are_passed_over("message=lost moon=full", "phone=abacus", "number airplane", "phone?")]
fn next(#[case] observed: &str, #[case] derived: &str, #[case] said: &str, #[case] sees: &str) {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, observed, derived);
    person.says(said);
    assert_eq!(person.sees(), sees);
}

#[test]
fn a_step_says_why() {
    let guide = compiled(sample());
    let mut person = Person::new(&guide, "message=delivered", "phone=iphone");
    person.says("look-again");
    let decision = guide.next(&person.facts(), &person.session, &Order::prior(&guide));
    let named = |at| guide.cause(at).id.as_str();
    let candidates: Vec<_> = decision.why.candidates.iter().map(|left| (named(left.cause), left.certain)).collect();
    assert_eq!(candidates[0], ("iphone-unknown-senders", true));
    assert!(candidates.contains(&("docomo-refusal", false)), "{candidates:?}");
    let sum: f64 = decision.why.candidates.iter().map(|left| left.probability).sum();
    assert!(sum > 0.5 && sum < 1.0, "the rest is what only a human can help with: {sum}");
    let ruled_out: Vec<_> = decision.why.ruled_out.iter().map(|out| (named(out.cause), out.by)).collect();
    assert!(ruled_out.contains(&("look-again", Excluded::Tried)), "{ruled_out:?}");
    assert!(ruled_out.contains(&("plus-hidden", Excluded::Facts)), "{ruled_out:?}");
    assert_eq!(decision.why.inquiries.len(), 1, "the carrier is what is left to ask");
}

/// What is likely and quickly mended comes before what is certain, though a question stands before it.
#[test]
fn a_question_is_asked_for_what_is_best_tried_next() {
    let mut content = sample();
    let right = json!({ "id": "right", "source": "told", "values": ["yes", "no"], "chance": [0.85, 0.15], "question": { "cost_s": 5.0 } });
    let sms = json!({ "id": "sms", "source": "told", "values": ["yes", "no"], "question": { "cost_s": 10.0 } });
    content["facts"] = json!([content["facts"][0], right, sms]);
    content["causes"] = json!([
        cause("line", "try", json!({ "sms": "no" }), json!({ "weight": 3.0 })),
        cause("number", "try", json!({ "right": "no" }), json!({ "weight": 60.0, "cost_s": 20.0 })),
        cause("signal", "try", json!({}), json!({ "weight": 5.0 })),
    ]);
    content["impossible"] = json!([]);
    let guide = compiled(content);
    let mut person = Person::new(&guide, "", "");
    assert_eq!(person.sees(), "right?");
    person.says("right=yes");
    assert_eq!(person.sees(), "signal");
    person.says("signal");
    assert_eq!(person.sees(), "sms?");
}

/// Neither answer alone changes how likely the cause is: only both together decide it. It is asked all the same.
#[test]
fn answers_that_only_decide_together_are_asked() {
    let mut content = sample();
    let sides = |id: &str| json!({ "id": id, "source": "told", "values": ["l", "r"], "question": { "cost_s": 1.0 } });
    content["facts"] = json!([content["facts"][0], sides("a"), sides("b")]);
    content["causes"] =
        json!([cause("same", "look", json!([{ "a": "l", "b": "l" }, { "a": "r", "b": "r" }]), json!({}))]);
    content["impossible"] = json!([]);
    let guide = compiled(content);
    let mut person = Person::new(&guide, "message=none", "");
    assert_eq!(person.sees(), "a?");
    person.says("a=r");
    assert_eq!(person.sees(), "b?");
    person.says("b=r");
    assert_eq!(person.sees(), "same");
}

/// Four rare values together are rarer than any rounding, and still possible.
#[test]
fn what_is_rare_is_not_impossible() {
    let mut content = sample();
    let rare = |id: &str| {
        let question = json!({ "cost_s": 1.0 });
        json!({ "id": id, "source": "told", "values": ["often", "rare"], "chance": [0.99, 0.01], "question": question })
    };
    content["facts"] = json!([content["facts"][0], rare("a"), rare("b"), rare("c"), rare("d")]);
    let often = json!([{ "a": "often" }, { "b": "often" }, { "c": "often" }, { "d": "often" }]);
    content["causes"] = json!([cause("often", "look", often, json!({}))]);
    content["impossible"] = json!([]);
    let guide = compiled(content);
    let mut person = Person::new(&guide, "", "");
    assert_eq!(person.sees(), "a?", "it is not certain, so that it cannot be shown");
    person.says("a=rare b=rare c=rare d=rare");
    assert_eq!(person.sees(), "contact");
}

/// A question that would only make the only remedy likelier is no question.
#[test]
fn a_question_that_changes_no_order_is_not_asked() {
    let mut content = sample();
    let likelihood = json!({ "likelihood": { "phone": { "iphone": 9.0 } } });
    content["causes"] = json!([cause("only", "look", json!({}), likelihood)]);
    content["impossible"] = json!([]);
    let guide = compiled(content);
    let order = Order::prior(&guide);
    let mut person = Person::new(&guide, "", "");
    assert!(guide.next(&person.facts(), &Session::default(), &order).why.inquiries.is_empty());
    assert_eq!(person.sees(), "only");
}

/// Only who has an Android phone is asked for its app, so that a cause need not say so again.
#[test]
fn what_is_told_has_a_value_only_where_it_is_asked() {
    let mut content = sample();
    content["causes"][5]["when"] = json!({ "app": "plus" });
    let guide = compiled(content);
    let mut person = Person::new(&guide, "message=delivered", "");
    person.says("look-again iphone-unknown-senders");
    assert_eq!(person.sees(), "phone?");
    let plus = guide.cause(guide.cause_at("plus-hidden").expect("is a cause"));
    assert!(plus.share(&person.facts()) > 0.0);
    person.says("phone=iphone");
    assert_eq!(plus.share(&person.facts()), 0.0);
}
