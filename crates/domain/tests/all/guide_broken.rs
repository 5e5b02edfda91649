//! The checker can fail: sound guides broken at one place, and steps decided wrongly, each caught with a walk that shows
//! it.

use domain::{
    contact::{Contact, Hours},
    guide::{
        Decision, Guide, Order, Session, SolvedBy, Step,
        check::{Event, Next, Property, check, check_next},
        facts::{FactAt, Facts},
    },
};
use jiff::{ToSpan, civil::Date};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    guide_check::desk,
    guide_sample::{compiled, sample},
};

fn broken(place: &str, value: Value) -> Guide {
    let mut content = sample();
    let (inside, key) = place.rsplit_once('/').expect("a place has a key");
    let inside = content.pointer_mut(inside).expect("the sample has it");
    match key.parse::<usize>() {
        Ok(place) => inside[place] = value,
        Err(_) => inside[key] = value,
    }
    compiled(content)
}

/// The place at which the sample is broken, what then does not hold, how the walk ends, and what is wrong.
#[rstest]
#[case::two_bring_each_other_back("/causes/1/then", json!("resend"), Property::Ends, "shown", "for ever")]
#[case::a_fact_is_never_asked(
    "/causes/8/when", json!({ "carrier": "au", "ios": "26" }), Property::EndsWell, "", "au-refusal")]
#[case::possible_only_when_over(
    "/causes/0/when", json!({ "message": "approved" }), Property::CauseReachable, "", "wait")]
#[case::possible_never("/causes/4/when/phone", json!([]), Property::CauseReachable, "", "iphone-unknown-senders")]
#[case::asked_only_when_over(
    "/facts/6/question/when", json!({ "message": "approved" }), Property::QuestionReachable, "", "other_sms")]
#[case::all_answers_are_alike(
    "/causes/3/likelihood/other_sms", json!({ "yes": 3.0, "no": 3.0 }), Property::Matters, "", "other_sms")]
#[case::what_is_tried_comes_again("/causes/3/again", json!(true), Property::RemedyOnce, "", "airplane")]
#[case::advice_for_others(
    "/causes/7/when/carrier", json!(["docomo", "au"]), Property::Possible, "carrier? the person says au", "docomo-refusal")]
#[case::a_change_that_says_it_is_none("/causes/7/kind", json!("try"), Property::HarmlessFirst, "docomo", "docomo-refusal")]
#[case::something_harmless_cannot_be_found("/facts/5/question", json!(null), Property::HarmlessFirst, "", "plus-hidden")]
fn a_broken_guide_is_caught(
    #[case] place: &str,
    #[case] value: Value,
    #[case] property: Property,
    #[case] walk: &str,
    #[case] wrong: &str,
) {
    let counter = check(&broken(place, value), &[desk()]).expect_err("is broken");
    let text = counter.to_string();
    assert_eq!(counter.property, property, "{text}");
    assert!(text.contains(walk) && counter.wrong.contains(wrong), "{text}");
}

/// Steps that are decided wrongly, by who decides them, and what the walk shows.
#[rstest]
#[case::what_is_known(asks_what_is_known, Property::NotKnown, "phone is asked, and known")]
#[case::what_makes_no_difference(asks_all, Property::Matters, "is asked")]
#[case::everything_again(forgets, Property::RemedyOnce, "is shown again")]
#[case::what_may_be_impossible(guesses, Property::Possible, "is shown")]
#[case::the_last_first(turns_round, Property::HarmlessFirst, "is left")]
#[case::a_human_at_once(gives_up, Property::EndsWell, "a human comes")]
#[case::solved_without_a_sign(hopes, Property::EndsWell, "it is over")]
#[case::on_and_on(goes_on, Property::EndsWell, "it is solved, and goes on")]
fn a_wrong_step_is_caught(#[case] next: Next, #[case] property: Property, #[case] wrong: &str) {
    let counter = check_next(&compiled(sample()), &[desk()], next).expect_err("is broken");
    assert_eq!(counter.property, property, "{counter}");
    assert!(counter.wrong.contains(wrong), "{counter}");
    assert!(matches!(counter.walk.first(), Some(Event::Observed(_))), "{counter}");
}

fn with_step(mut decision: Decision, step: Step) -> Decision {
    decision.step = step;
    decision
}

fn asks_what_is_known(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let phone = guide.fact_at("phone").expect("is a fact");
    let known = facts.get(phone).is_some() && session.is_fresh();
    let step = if known { Step::Ask(phone) } else { decision.step };
    with_step(decision, step)
}

fn asks_all(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let asked = |at: &FactAt| facts.get(*at).is_none() && guide.fact(*at).question.is_some();
    let step = match (decision.step, guide.fact_places().find(asked)) {
        (Step::Solved(by), _) => Step::Solved(by),
        (_, Some(fact)) => Step::Ask(fact),
        (step, None) => step,
    };
    with_step(decision, step)
}

fn forgets(guide: &Guide, facts: &Facts, _: &Session, order: &Order) -> Decision {
    guide.next(facts, &Session::default(), order)
}

fn guesses(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let step = match (decision.step, decision.why.candidates.iter().find(|left| !left.certain)) {
        (Step::Ask(_), Some(left)) => Step::Act(left.cause),
        (step, _) => step,
    };
    with_step(decision, step)
}

fn turns_round(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let step = match (decision.step, decision.why.candidates.iter().rfind(|left| left.certain)) {
        (Step::Act(_), Some(left)) => Step::Act(left.cause),
        (step, _) => step,
    };
    with_step(decision, step)
}

fn gives_up(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let step = if session.tried().count() > 2 { Step::Contact } else { decision.step };
    with_step(decision, step)
}

fn hopes(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let step = if session.tried().count() > 2 { Step::Solved(SolvedBy::Word) } else { decision.step };
    with_step(decision, step)
}

fn goes_on(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let decision = guide.next(facts, session, order);
    let step = match (decision.step, decision.why.candidates.first()) {
        (Step::Solved(_), Some(left)) => Step::Act(left.cause),
        (step, _) => step,
    };
    with_step(decision, step)
}

/// Humans: none at all, none on weekdays or ever, and one who is away for longer than a month.
#[rstest]
#[case::nobody(Vec::new(), Property::EndsWell, "no contact")]
#[case::never_there(vec![away(|hours| hours.week = Default::default())], Property::HumanHours, "Monday 00:00 UTC (2001-01-01)")]
#[case::a_long_holiday(vec![away(|hours| hours.closed = july_and_august())], Property::HumanHours, "2026-0")]
fn a_human_who_cannot_be_reached(#[case] contacts: Vec<Contact>, #[case] property: Property, #[case] wrong: &str) {
    let counter = check(&compiled(sample()), &contacts).expect_err("is broken");
    assert_eq!(counter.property, property, "{counter}");
    assert!(counter.wrong.contains(wrong), "{counter}");
}

fn away(change: impl Fn(&mut Hours)) -> Contact {
    let mut desk = desk();
    change(desk.hours.as_mut().expect("a desk has hours"));
    desk
}

fn july_and_august() -> Vec<Date> {
    jiff::civil::date(2026, 7, 1).series(1.day()).take(62).collect()
}

#[test]
fn every_property_has_its_words() {
    let words: std::collections::HashSet<_> = Property::ALL.map(Property::broken).into();
    assert_eq!(words.len(), Property::ALL.len());
}
