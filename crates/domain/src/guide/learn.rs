//! What was learnt: how often each cause turned out to be it, as a Dirichlet distribution over the causes.
//!
//! A cause's own weight, so many of a hundred people to whom it can apply, is worth [`STRENGTH`] of them; counts of
//! solved sessions add to it. An order is made once for a session and kept with it, so that a reload never moves a step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cause, CauseAt, Guide, draft::Name, facts::Facts, session::Session};
use crate::guide::cost::Left;

/// How many people to whom a cause can apply its own weight is worth: dozens of solved sessions change an order, not one.
const STRENGTH: f64 = 200.0;
/// Of how many people a weight tells how many.
const WEIGHED: f64 = 100.0;
/// How far counts may move a cause's weight, up or down: what is counted wrongly cannot bury a remedy (rule M6).
const FACTOR_MAX: f64 = 20.0;
/// Counts above this are taken for it.
const COUNT_MAX: f64 = 1e12;

/// How often each cause was it, by name; shares of a person where it is not known which.
pub type Counts = BTreeMap<Name, f64>;

/// Random bits for a draw.
pub type Entropy = u64;

/// Factors on the causes' weights.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Factors(BTreeMap<Name, f64>);

/// What the causes' weights are multiplied with in one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Order(Vec<f64>);

impl Order {
    /// The guide's own weights.
    pub fn prior(guide: &Guide) -> Order {
        Order(vec![1.0; guide.causes.len()])
    }

    /// The mean of what is believed after these counts.
    pub fn mean(guide: &Guide, counts: &Counts) -> Order {
        Order::of(guide, counts, |alpha| alpha)
    }

    /// One draw of what may be true after these counts (Thompson sampling): what was hardly tried gets its chances.
    pub fn draw(guide: &Guide, counts: &Counts, entropy: Entropy) -> Order {
        let mut luck = Luck(entropy);
        Order::of(guide, counts, |alpha| luck.gamma(alpha))
    }

    fn of(guide: &Guide, counts: &Counts, mut believed: impl FnMut(f64) -> f64) -> Order {
        let prior = |weight: f64| STRENGTH * weight / WEIGHED;
        let all = prior(guide.causes.iter().map(|cause| cause.weight).sum::<f64>() + guide.other);
        // Only what this guide still has counts, and only as a number: no draw may go on for ever.
        let count = |cause: &Cause| {
            counts.get(&cause.id).copied().filter(|count| *count > 0.0).map_or(0.0, |count| count.min(COUNT_MAX))
        };
        let total: f64 = guide.causes.iter().map(count).sum();
        let factors = guide.causes.iter().map(|cause| {
            let (prior, count) = (prior(cause.weight), count(cause));
            let factor = believed(prior + count) / prior * (all / (all + total));
            factor.clamp(1.0 / FACTOR_MAX, FACTOR_MAX)
        });
        Order(factors.collect())
    }

    /// The factor on a cause's weight.
    pub fn factor(&self, cause: CauseAt) -> f64 {
        self.0.get(usize::from(cause.0)).copied().unwrap_or(1.0)
    }

    /// By name, as a session keeps it; causes whose weight stands are left out.
    pub fn named(&self, guide: &Guide) -> Factors {
        let all = guide.causes.iter().zip(&self.0);
        Factors(all.filter(|(_, factor)| **factor != 1.0).map(|(cause, factor)| (cause.id.clone(), *factor)).collect())
    }

    /// From what a session kept, for whichever version of the guide there is now.
    pub fn from_named(guide: &Guide, named: &Factors) -> Order {
        let kept = |id: &Name| named.0.get(id).copied().filter(|factor| !factor.is_nan());
        let factor = |id: &Name| kept(id).unwrap_or(1.0).clamp(1.0 / FACTOR_MAX, FACTOR_MAX);
        Order(guide.causes.iter().map(|cause| factor(&cause.id)).collect())
    }
}

impl Guide {
    /// Spreads a person who left over what it may have been (expectation–maximisation): the causes that were possible
    /// and not yet tried, as shares that sum up to less than 1 by what only a human could have helped with.
    pub fn spread(&self, facts: &Facts, session: &Session, order: &Order) -> Counts {
        let left = Left { guide: self, order, behind: session.behind(self) };
        let chances = left.chances(facts);
        let total = left.total(&chances);
        chances.iter().map(|chance| (self.cause(chance.cause).id.clone(), chance.weight / total)).collect()
    }
}

/// Random numbers from a seed (SplitMix64, Steele, Lea and Flood 2014).
struct Luck(u64);

impl Luck {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Above 0, below 1.
    fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Gamma with this shape and scale 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}
