//! Which route a message goes by, and why: a line a case.

use domain::{
    address::{NumberType, PhoneNumber, Plan},
    channel::Channel,
    country::Country,
    route::{
        Candidate,
        Choice::{self, Closed, Refused, Take, Uncovered, Wait},
        Cover,
        Health::{Down, Probed, Silent, Troubled},
        Order, Passed, Target,
        Why::{self, Instead},
        next, taking,
    },
};
use rstest::rstest;

const WELL: Candidate =
    Candidate { covers: true, order: None, health: domain::route::Health::Sound, wait_ms: 0, refused: false, uses: 0 };
const ELSEWHERE: Candidate = Candidate { covers: false, ..WELL };
const USED: Candidate = Candidate { uses: 1, ..WELL };
const REFUSED: Candidate = Candidate { refused: true, ..WELL };
const BUSY: Candidate = Candidate { wait_ms: 500, ..WELL };
const SLOW: Candidate = Candidate { wait_ms: 30_000, ..WELL };
const DOWN: Candidate = Candidate { health: Down, ..WELL };
const MUTE: Candidate = Candidate { health: Silent, ..WELL };
const ILL: Candidate = Candidate { health: Troubled, ..WELL };
const TRIED: Candidate = Candidate { health: Probed, ..WELL };
const PINNED: Candidate = Candidate { order: Some(Order::Pinned), ..WELL };
const BANNED: Candidate = Candidate { order: Some(Order::Banned), ..WELL };

#[rstest]
#[case::the_first(&[WELL, WELL], Take(0, Why::Order))]
#[case::the_first_that_covers(&[ELSEWHERE, WELL], Take(1, Why::Order))]
#[case::none_covers(&[ELSEWHERE, ELSEWHERE], Uncovered)]
#[case::no_routes(&[], Uncovered)]
#[case::down(&[DOWN, WELL], Take(1, Instead(Passed::Down)))]
#[case::all_down(&[DOWN, ELSEWHERE, DOWN], Closed)]
#[case::refused(&[REFUSED, WELL], Take(1, Instead(Passed::Refused)))]
#[case::all_refused(&[REFUSED, REFUSED, ELSEWHERE], Refused)]
#[case::refused_and_down(&[REFUSED, DOWN], Closed)]
#[case::refused_and_banned(&[REFUSED, BANNED], Refused)]
#[case::banned(&[BANNED, WELL], Take(1, Instead(Passed::Banned)))]
#[case::all_banned(&[BANNED], Closed)]
#[case::silent(&[MUTE, WELL], Take(1, Instead(Passed::Silent)))]
#[case::silent_and_alone(&[MUTE], Take(0, Why::Order))]
#[case::silent_or_waiting(&[MUTE, SLOW], Wait(1, 30_000))]
#[case::silent_or_ill(&[MUTE, ILL], Take(1, Instead(Passed::Silent)))]
#[case::ill(&[ILL, WELL], Take(1, Instead(Passed::Trouble)))]
#[case::ill_and_alone(&[ILL, ELSEWHERE], Take(0, Why::Order))]
#[case::ill_and_busy(&[ILL, BUSY], Wait(1, 500))]
#[case::ill_and_slow(&[ILL, SLOW], Take(0, Why::Order))]
#[case::busy_others_take_over(&[BUSY, WELL], Take(1, Instead(Passed::Busy)))]
#[case::busy_and_alone(&[BUSY], Wait(0, 500))]
#[case::tried(&[WELL, TRIED], Take(1, Why::Probe))]
#[case::tried_never_waited_for(&[WELL, Candidate { wait_ms: 1, ..TRIED }], Take(0, Why::Order))]
#[case::a_resend_goes_another_way(&[USED, WELL], Take(1, Instead(Passed::Used)))]
#[case::a_third_one_starts_over(&[USED, USED], Take(0, Why::Order))]
#[case::a_fourth_one_too(&[Candidate { uses: 2, ..WELL }, USED], Take(1, Instead(Passed::Used)))]
#[case::a_resend_with_one_way(&[USED, ELSEWHERE], Take(0, Why::Order))]
#[case::a_resend_rather_the_same_than_ill(&[USED, ILL], Take(0, Why::Order))]
#[case::a_resend_rather_the_same_than_waiting(&[USED, BUSY], Take(0, Why::Order))]
#[case::pinned(&[WELL, PINNED], Take(1, Why::Pinned))]
#[case::pinned_though_ill(&[WELL, Candidate { health: Troubled, ..PINNED }], Take(1, Why::Pinned))]
#[case::pinned_though_used(&[WELL, Candidate { uses: 1, ..PINNED }], Take(1, Why::Pinned))]
#[case::pinned_and_busy(&[WELL, Candidate { wait_ms: 500, ..PINNED }], Wait(1, 500))]
#[case::pinned_and_slow(&[WELL, Candidate { wait_ms: 30_000, ..PINNED }], Take(0, Why::Order))]
#[case::pinned_and_down(&[WELL, Candidate { health: Down, ..PINNED }], Take(0, Why::Order))]
#[case::pinned_and_mute(&[WELL, Candidate { health: Silent, ..PINNED }], Take(0, Why::Order))]
#[case::pinned_and_refused(&[WELL, Candidate { refused: true, ..PINNED }], Take(0, Why::Order))]
fn the_next_route(#[case] routes: &[Candidate], #[case] choice: Choice) {
    assert_eq!(next(routes), choice);
}

#[rstest]
#[case::all_that_are_well(&[WELL, ELSEWHERE, WELL, BUSY, ILL], &[0, 2])]
#[case::none_while_one_is_worth_waiting_for(&[ILL, BUSY], &[])]
#[case::the_ill_one_when_the_well_one_takes_long(&[ILL, SLOW], &[0])]
#[case::the_tried_one_and_the_well_ones(&[WELL, TRIED, ILL], &[0, 1])]
#[case::the_pinned_one_alone(&[WELL, PINNED], &[1])]
#[case::none_while_the_pinned_one_is_busy(&[WELL, Candidate { wait_ms: 500, ..PINNED }], &[])]
#[case::the_silent_one_when_there_is_no_other(&[MUTE, ELSEWHERE], &[0])]
#[case::none(&[DOWN, BANNED, REFUSED, ELSEWHERE], &[])]
fn the_routes_that_messages_go_by_now(#[case] routes: &[Candidate], #[case] places: &[usize]) {
    assert_eq!(taking(routes).collect::<Vec<_>>(), places);
}

#[test]
fn whatever_is_chosen_covers_is_up_and_was_not_refused() {
    let healths = [domain::route::Health::Sound, Probed, Troubled, Silent, Down];
    let mut all = Vec::new();
    for health in healths {
        for order in [None, Some(Order::Pinned), Some(Order::Banned)] {
            for bits in 0..8 {
                let (covers, refused, uses) = (bits & 1 > 0, bits & 2 > 0, bits >> 2);
                all.extend([0, 500, 30_000].map(|wait_ms| Candidate { covers, order, health, wait_ms, refused, uses }));
            }
        }
    }
    for one in &all {
        for other in &all {
            let routes = [*one, *other];
            match next(&routes) {
                Take(place, _) => {
                    let taken = routes[place];
                    assert!(taken.covers && !taken.refused && taken.health != Down && taken.wait_ms == 0, "{routes:?}");
                    assert_ne!(taken.order, Some(Order::Banned), "{routes:?}");
                }
                Wait(place, ms) => assert!(ms == routes[place].wait_ms && ms > 0, "{routes:?}"),
                Closed => assert!(routes.iter().any(|route| route.covers && !route.refused), "{routes:?}"),
                Refused => assert!(routes.iter().any(|route| route.covers && route.refused), "{routes:?}"),
                Uncovered => assert!(routes.iter().all(|route| !route.covers), "{routes:?}"),
            }
        }
    }
}

#[test]
fn what_a_route_covers() {
    let us: Country = "US".parse().expect("a country");
    let to = |e164: &str, carrier: Option<&str>| {
        let number = PhoneNumber::from_e164(e164).expect("a number");
        Target { carrier: carrier.map(str::to_owned), ..Target::of(&number) }
    };
    let aoi = to("+819012345678", None);
    let abroad = to("+12015550123", None);
    assert_eq!(aoi.number_type, Some(NumberType::Mobile));
    assert_eq!(abroad.number_type, Some(NumberType::MobileOrFixedLine));
    let covered = |cover: &Cover| [cover.covers(&aoi), cover.covers(&abroad)];
    assert_eq!(covered(&Cover::default()), [true, true]);
    assert_eq!(covered(&Cover { countries: vec![Country::JP], ..Cover::default() }), [true, false]);
    assert_eq!(covered(&Cover { countries: vec![us, Country::JP], ..Cover::default() }), [true, true]);
    assert_eq!(covered(&Cover { number_types: vec![NumberType::Mobile], ..Cover::default() }), [true, false]);
    let au = Cover { carriers: vec!["au".into()], ..Cover::default() };
    assert_eq!(covered(&au), [false, false], "nobody knows their carrier");
    assert!(au.may_cover(Plan { country: aoi.country, number_type: aoi.number_type }, Channel::Sms));
    let calls = Cover { channels: vec![Channel::Call], ..Cover::default() };
    let called = Target { channel: Channel::Call, ..aoi.clone() };
    assert_eq!([calls.covers(&aoi), calls.covers(&called)], [false, true], "a route for calls sends no SMS");
    assert_eq!([calls.is_for_all(Channel::Call), calls.may_reach(Country::JP)], [true, false]);
    assert_eq!([Some("au"), Some("docomo")].map(|told| au.covers(&to("+819012345678", told))), [true, false]);
}
