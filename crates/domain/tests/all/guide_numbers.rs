//! Numbers at their edges: what a file, counts or a stored session could hold.

use domain::guide::{Counts, Draft, Guide, Order, Session};
use rstest::rstest;
use serde_json::{Value, json};

use crate::guide_sample::{Person, compiled, sample};

#[rstest]
#[case("/other", json!(0.0))]
#[case("/other", json!(1e300))]
#[case("/contact_cost_s", json!(-1.0))]
#[case("/causes/0/weight", json!(1e-300))]
#[case("/causes/0/cost_s", json!(0.0))]
#[case("/causes/0/works", json!(1.5))]
#[case("/causes/7/likelihood/phone/iphone", json!(0.0))]
#[case("/facts/2/chance", json!([0.5, 0.5]))]
#[case("/facts/2/chance", json!([0.5, 0.5, 0.00000001]))]
#[case("/facts/2/chance", json!([1e300, 1e300, 1e300]))]
#[case("/facts/2/question/cost_s", json!(1e10))]
fn a_number_out_of_range_is_refused(#[case] place: &str, #[case] number: Value) {
    let mut content = sample();
    *content.pointer_mut(place).expect("the sample has it") = number;
    let draft: Draft = serde_json::from_value(content).expect("the content is a draft");
    let fault = Guide::compile("sample", "1", &draft).expect_err("is refused");
    let named: Vec<_> = place.split('/').skip(1).take(2).collect();
    assert!(fault.place.iter().take(2).eq(&named), "{place}: {fault:?}");
}

/// Whatever was counted, an order is made of numbers, and within what counts may do.
#[rstest]
#[case(f64::NAN)]
#[case(f64::INFINITY)]
#[case(f64::NEG_INFINITY)]
#[case(-5.0)]
#[case(0.0)]
#[case(1e300)]
fn counts_bury_nothing(#[case] count: f64) {
    let guide = compiled(sample());
    let counts: Counts = [("wait", count), ("airplane", 3.0), ("gone", f64::NAN)].map(|(id, n)| (id.into(), n)).into();
    for order in [Order::mean(&guide, &counts), Order::draw(&guide, &counts, 7)] {
        for cause in guide.cause_places() {
            assert!((0.05..=20.0).contains(&order.factor(cause)), "{count}: {}", order.factor(cause));
        }
        assert_eq!(Order::from_named(&guide, &order.named(&guide)), order);
    }
}

/// The author's weights are worth dozens of people: what one of them found does not lead the next astray.
#[test]
fn one_solved_session_overturns_no_order() {
    let guide = compiled(sample());
    let order = Order::mean(&guide, &Counts::from([("email-code".to_owned(), 1.0), ("airplane".to_owned(), 1.0)]));
    let factor = |id: &str| order.factor(guide.cause_at(id).expect("is a cause"));
    assert!((0.9..1.1).contains(&factor("wait")), "{}", factor("wait"));
    assert!((1.0..1.5).contains(&factor("airplane")), "of weight 2, four people: {}", factor("airplane"));
}

#[test]
fn counts_move_what_they_counted() {
    let guide = compiled(sample());
    let counts = Counts::from([("email-code".to_owned(), 400.0)]);
    let order = Order::mean(&guide, &counts);
    let factor = |id: &str| order.factor(guide.cause_at(id).expect("is a cause"));
    assert!(factor("email-code") > 10.0 * factor("wait"));
    let gone = Counts::from([("a-cause-of-an-older-guide".to_owned(), 400.0)]);
    assert_eq!(Order::mean(&guide, &gone), Order::prior(&guide));
}

/// Who left is spread over what it may have been, less what only a human could have helped with.
#[test]
fn who_left_is_counted_once() {
    let guide = compiled(sample());
    let person = Person::new(&guide, "message=waiting", "phone=iphone");
    let shares = guide.spread(&person.facts(), &Session::default(), &Order::prior(&guide));
    let sum: f64 = shares.values().sum();
    assert!(sum > 0.5 && sum < 1.0, "{shares:?}");
    assert!(!shares.contains_key("plus-hidden"), "an iPhone has no such app: {shares:?}");
}
