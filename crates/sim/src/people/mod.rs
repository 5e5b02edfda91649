//! Simulated people who do not get their code: what a guide does for them, against the same remedies on one static page.
//!
//! Virtual time, deterministic by seed. Messages meet the fates of [`crate::world`]; people answer from what is true of
//! them, botch remedies, and give up. Nothing here knows a guide's causes by name: a remedy mends what its `fixes` names in
//! the simulator's terms, and then the world decides. The model is written down in `docs/guides.md`.

mod answer;
mod assumptions;
mod chance;
mod guide;
mod knowing;
mod other_way;
mod page;
mod person;
mod population;
mod report;
mod service;
mod walk;

use std::collections::BTreeMap;

pub use assumptions::{Assumptions, Page, Reader};
pub use population::{Everybody, Line, Population, SHIPPED, Service as Offers, Shares, Trouble, Unusable, WrongNumber};
pub use report::{Figures, Goal, Report};
pub use service::Mode;

use domain::guide::Guide;
use person::Person;
use report::Tally;
use walk::{End, Walk};

/// How many are drawn for one who needs help; the last is taken as one who does not look for it.
const DRAWS_MAX: u32 = 1000;

/// Who helps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Guide,
    Page,
    OneWhoKnows,
}

impl By {
    /// In the order of a report.
    const ALL: [By; 3] = [By::Guide, By::Page, By::OneWhoKnows];
}

/// Leads the same people through a guide and down the page.
pub fn simulate(
    guide: &Guide,
    population: &Population,
    mode: Mode,
    seed: u64,
    people: u32,
    assumptions: &Assumptions,
) -> Report {
    let mut all: [Tally; 3] = Default::default();
    let mut by_trouble: BTreeMap<String, [Tally; 3]> = BTreeMap::new();
    let mut left_at: BTreeMap<String, [u32; 2]> = BTreeMap::new();
    for id in 0..people {
        let Some(person) = in_need(guide, population, assumptions, mode, seed, id) else { continue };
        let of_trouble = by_trouble.entry(person.trouble.label()).or_default();
        for (by, (all, of_trouble)) in By::ALL.into_iter().zip(all.iter_mut().zip(of_trouble)) {
            let one_at_a_time = by != By::Page;
            let Some(mut walk) = Walk::begin(guide, population, &person, assumptions, mode, one_at_a_time) else {
                continue;
            };
            let end = match by {
                By::Guide => guide::follow(guide, &mut walk),
                By::Page => page::read(guide, &mut walk),
                By::OneWhoKnows => knowing::advised(guide, &mut walk),
            };
            if by == By::Guide && end != End::Alone {
                left_at.entry(walk.at.clone()).or_default()[usize::from(end != End::Human)] += 1;
            }
            all.add(end, &walk);
            of_trouble.add(end, &walk);
        }
    }
    let [guide, baseline, knowing] = all.map(Tally::figures);
    Report {
        population: population.name.clone(),
        mode,
        seed,
        assumptions: assumptions.clone(),
        guide,
        baseline,
        knowing,
        left_at,
        by_trouble: by_trouble.into_iter().map(|(label, each)| (label, each.map(Tally::figures))).collect(),
    }
}

/// Somebody whose code has not come when they look for help; `None` in a population where nearly every code comes.
fn in_need(
    guide: &Guide,
    population: &Population,
    assumed: &Assumptions,
    mode: Mode,
    seed: u64,
    id: u32,
) -> Option<Person> {
    (0..DRAWS_MAX)
        .map(|nth| Person::draw(population, assumed, seed, id, nth))
        .find(|person| Walk::begin(guide, population, person, assumed, mode, true).is_some())
}
