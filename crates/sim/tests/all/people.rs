//! Simulated people: populations, walks with a small guide, and the shipped guide.

use domain::guide::{Draft, Guide};
use rstest::rstest;
use sim::people::{Assumptions, Mode, Population, SHIPPED, simulate};

const SHIPPED_GUIDE: &str = include_str!("../../../server/guides/sms-not-arriving/guide.toml");

fn guide(text: &str) -> Guide {
    let draft: Draft = toml::from_str(text).unwrap();
    Guide::compile("sms-not-arriving", "1", &draft).unwrap()
}

fn shipped(name: &str) -> Population {
    let (_, text) = SHIPPED.into_iter().find(|(shipped, _)| *shipped == name).unwrap();
    Population::read(text).unwrap()
}

#[rstest]
fn nobody_is_lost(#[values("japan", "elsewhere", "mixed")] name: &str, #[values(0, 1)] mode: usize) {
    let population = shipped(name);
    let report = simulate(&guide(SHIPPED_GUIDE), &population, Mode::ALL[mode], 1, 100, &Assumptions::default());
    assert_eq!(report.population, name);
    assert_eq!((report.guide.people, report.baseline.people), (100, 100));
    assert_eq!((report.guide.lost, report.baseline.lost), (0, 0));
}

#[test]
fn the_same_seed_is_the_same_run() {
    let run =
        |seed| simulate(&guide(SHIPPED_GUIDE), &shipped("japan"), Mode::Stranger, seed, 50, &Assumptions::default());
    assert_eq!(run(7), run(7));
    assert_ne!(run(7).guide, run(8).guide);
}
