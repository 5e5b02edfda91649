//! What came of a population, with the guide and with the page.

use std::collections::BTreeMap;

use super::assumptions::Assumptions;
use super::service::Mode;
use super::walk::{End, Walk};

/// What giving up counts as, in minutes.
const GAVE_UP_MIN: f64 = 60.0;

/// One run: the same people with both.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Which population.
    pub population: String,
    /// What the service could tell.
    pub mode: Mode,
    /// What made the run: the same seed makes the same.
    pub seed: u64,
    /// What was taken for granted.
    pub assumptions: Assumptions,
    /// With the guide.
    pub guide: Figures,
    /// With the static page.
    pub baseline: Figures,
    /// With somebody beside them who knows what is wrong: a mark of how far the same remedies could bring them.
    pub knowing: Figures,
    /// Where those ended with the guide who did not get in by themselves: how many went to a human there, how many left.
    pub left_at: BTreeMap<String, [u32; 2]>,
    /// By what was in the way: with the guide, with the page, with somebody who knows.
    pub by_trouble: BTreeMap<String, [Figures; 3]>,
}

/// What came of some people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// How many.
    pub people: u32,
    /// Got in by themselves.
    pub solved_alone: u32,
    /// Reached a human.
    pub human: u32,
    /// Gave up.
    pub stuck: u32,
    /// Were left without a next step: a defect of the guide.
    pub lost: u32,
    /// The mean from looking for help to being helped, in minutes; giving up counts as an hour.
    pub minutes_to_help: f64,
    /// The same if nothing counts for more than giving up: a message that is left at night and answered in the morning
    /// is help, too.
    pub minutes_capped: f64,
    /// How many of the minutes to help go by until a desk opens.
    pub minutes_closed: f64,
    /// Steps of the one in the middle.
    pub median_steps: u32,
    /// Steps that 95 of 100 do not exceed.
    pub p95_steps: u32,
}

/// What a guide must reach, and whether it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// What is compared.
    pub name: &'static str,
    /// What the guide has: shares, or minutes.
    pub guide: f64,
    /// The most, or least, that it may have.
    pub limit: f64,
    /// Whether it is reached.
    pub reached: bool,
}

impl Figures {
    /// A count as a share of all.
    pub fn share(&self, count: u32) -> f64 {
        if self.people == 0 { 0.0 } else { f64::from(count) / f64::from(self.people) }
    }
}

impl Report {
    /// What the guide reaches of the goals, each against the page.
    pub fn goals(&self) -> [Goal; 5] {
        self.goals_of(&self.guide)
    }

    /// The goals that even somebody who knows what is wrong misses.
    pub fn out_of_reach(&self) -> Vec<&'static str> {
        self.goals_of(&self.knowing).into_iter().filter(|goal| !goal.reached).map(|goal| goal.name).collect()
    }

    /// The goals: stuck at most a third, minutes at most half, alone at least as many, a human no more, nobody lost.
    fn goals_of(&self, guide: &Figures) -> [Goal; 5] {
        let page = &self.baseline;
        let most = |name, guide: f64, limit: f64| Goal { name, guide, limit, reached: guide <= limit };
        let (alone, least) = (guide.share(guide.solved_alone), page.share(page.solved_alone));
        [
            most("stuck", guide.share(guide.stuck), page.share(page.stuck) / 3.0),
            most("minutes to help", guide.minutes_to_help, page.minutes_to_help / 2.0),
            Goal { name: "solved alone", guide: alone, limit: least, reached: alone >= least },
            most("human", guide.share(guide.human), page.share(page.human)),
            most("lost", guide.share(guide.lost), 0.0),
        ]
    }
}

/// Collects ends.
#[derive(Clone, Default)]
pub(super) struct Tally {
    figures: Figures,
    minutes: f64,
    closed: f64,
    capped: f64,
    steps: Vec<u32>,
}

impl Tally {
    pub(super) fn add(&mut self, end: End, walk: &Walk<'_>) {
        let minutes = walk.minutes();
        let figures = &mut self.figures;
        figures.people += 1;
        let (count, minutes) = match end {
            End::Alone => (&mut figures.solved_alone, minutes),
            End::Human => (&mut figures.human, minutes),
            End::Stuck => (&mut figures.stuck, GAVE_UP_MIN),
            End::Lost => (&mut figures.lost, GAVE_UP_MIN),
        };
        *count += 1;
        self.minutes += minutes;
        self.capped += minutes.min(GAVE_UP_MIN);
        self.closed += walk.minutes_closed();
        self.steps.push(walk.steps);
    }

    pub(super) fn figures(mut self) -> Figures {
        self.steps.sort_unstable();
        let at = |share: f64| {
            let last = self.steps.len().saturating_sub(1);
            self.steps.get((last as f64 * share).round() as usize).copied().unwrap_or(0)
        };
        let (median_steps, p95_steps) = (at(0.5), at(0.95));
        let people = f64::from(self.figures.people.max(1));
        Figures {
            minutes_to_help: self.minutes / people,
            minutes_closed: self.closed / people,
            minutes_capped: self.capped / people,
            median_steps,
            p95_steps,
            ..self.figures
        }
    }
}
