//! What a seed brings: who is there, under which rules, and which troubles come when.

use std::ops::Range;

use domain::{
    address::NumberType,
    budget::{Budget, Place},
    channel::Channel,
    country::Country,
    limit::SourceRules,
    service::Policy,
    time::{Millis, minutes, seconds},
};
use store::Fault;

use super::{
    chance::Chance,
    ground::Kind,
    shape::Shape,
    weather::{Rates, Stage},
};
use crate::fixture;

/// What a gateway may be for: where it is for calls only, messages wait for routes of their own.
const SMS: &[Channel] = &[Channel::Sms];
const CALLS: &[Channel] = &[Channel::Call];
const BOTH: &[Channel] = &[Channel::Sms, Channel::Call];
/// Of the kinds of trouble so many, the first, befall nodes and their store.
const OF_NODES: usize = 7;

/// A trouble of a moment, or of a while.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// A node dies.
    Kill,
    /// A node dies right after so many more commits.
    KillAfter(u64),
    /// A node dies when the next submit is there.
    KillAt(Stage),
    /// The store takes nothing.
    Refuse { for_ms: u64 },
    /// The store does not answer.
    Stall { for_ms: u64 },
    /// So many commits are struck.
    Strike(Fault, u64),
    /// A message centre is down.
    CentreDown { for_ms: u64 },
    /// A message centre takes so many messages a second.
    Throttle { per_second: u64, for_ms: u64 },
    /// What a route's other side says is lost.
    Silence { for_ms: u64 },
    /// An operator bans a route.
    Ban { for_ms: u64 },
    /// The database crashes, and comes back after a while; or its standby takes over.
    Crash { for_ms: u64 },
    /// The clock jumps ahead.
    Jump { by_ms: Millis },
}

impl Trouble {
    /// What it is counted as.
    pub fn name(self) -> &'static str {
        match self {
            Trouble::Kill => "kills at any moment",
            Trouble::KillAfter(_) => "kills after a commit",
            Trouble::KillAt(Stage::Sent) => "kills with a submit on the wire",
            Trouble::KillAt(Stage::Taken) => "kills with a submit taken",
            Trouble::KillAt(Stage::Answered) => "kills with a submit answered",
            Trouble::Refuse { .. } => "times a store took nothing",
            Trouble::Stall { .. } => "times a store stalled",
            Trouble::Strike(Fault::Conflict, _) => "times commits failed to serialize",
            Trouble::Strike(Fault::Lost, _) => "times connections to the store broke",
            Trouble::Strike(Fault::InDoubt, _) => "times commits were in doubt",
            Trouble::Strike(Fault::Full, _) => "times the store was full",
            Trouble::Strike(Fault::Panic, _) => "times a thread of a store broke",
            Trouble::CentreDown { .. } => "times a centre was restarted",
            Trouble::Throttle { .. } => "times a centre throttled",
            Trouble::Silence { .. } => "times a route fell silent",
            Trouble::Ban { .. } => "times a route was banned",
            Trouble::Crash { .. } => "crashes of the database",
            Trouble::Jump { .. } => "jumps of the clock",
        }
    }
}

/// All that a seed decides.
#[derive(Clone, Debug)]
pub struct Climate {
    pub nodes: usize,
    pub people: u64,
    pub phones: u64,
    /// Message centres, each a route, …
    pub centres: usize,
    /// … and the gateway's place among them, if there is one.
    pub gateway: Option<usize>,
    pub shape: Shape,
    /// What the gateway is for, if it is not Twilio, which takes SMS only.
    pub channels: Vec<Channel>,
    /// The application's endpoints for events: what befalls their calls, and whether one says one day that it is gone.
    pub endpoints: Vec<(Rates, bool)>,
    /// Whether the application has everybody's number on file.
    pub known: bool,
    pub policy: Policy,
    pub window: usize,
    pub response_timeout_ms: i64,
    pub length_ms: u64,
    pub rates: Rates,
    /// By when they come.
    pub troubles: Vec<(u64, Trouble)>,
}

impl Climate {
    /// Draws one: some kinds of trouble often, others not at all, so that each also comes alone.
    pub fn draw(chance: &mut Chance, ground: Kind) -> Climate {
        let length_ms = chance.within(6_000..18_000);
        let several = ground != Kind::Sqlite;
        let centres = chance.weighed(&[(4, 1), (3, 2), (2, 3)]);
        let mut climate = Climate {
            nodes: if several { chance.within(2..4) as usize } else { 1 },
            people: chance.within(3..8),
            phones: chance.within(2..6),
            centres,
            gateway: chance.per_mille(400).then(|| chance.within(0..centres as u64 + 1) as usize),
            shape: *chance.one(&[Shape::Signed, Shape::Signed, Shape::Twilio]),
            channels: chance.weighed(&[(2, SMS), (3, CALLS), (2, BOTH)]).to_vec(),
            endpoints: endpoints(chance),
            known: chance.per_mille(300),
            policy: policy(chance),
            window: chance.within(1..12) as usize,
            response_timeout_ms: chance.within(1_000..10_000) as i64,
            length_ms,
            rates: rates(chance),
            troubles: Vec::new(),
        };
        let kinds: [fn(&mut Chance) -> Trouble; 11] = [
            |_| Trouble::Kill,
            |chance| Trouble::KillAfter(chance.within(1..12)),
            |chance| Trouble::KillAt(*chance.one(&[Stage::Sent, Stage::Taken, Stage::Answered])),
            |chance| Trouble::Refuse { for_ms: chance.within(50..6_000) },
            |chance| Trouble::Stall { for_ms: chance.within(50..4_000) },
            |chance| {
                let fault = *chance.one(&[Fault::Conflict, Fault::Lost, Fault::InDoubt, Fault::Full, Fault::Panic]);
                Trouble::Strike(fault, chance.within(1..4))
            },
            |chance| Trouble::Jump { by_ms: *chance.one(&[seconds(2), seconds(11), minutes(1), minutes(11)]) },
            |chance| Trouble::CentreDown { for_ms: chance.within(100..8_000) },
            |chance| Trouble::Throttle { per_second: chance.within(0..3), for_ms: chance.within(500..8_000) },
            |chance| Trouble::Silence { for_ms: chance.within(500..15_000) },
            |chance| Trouble::Ban { for_ms: chance.within(500..10_000) },
        ];
        // Where nodes and store are spared, nothing at all may be sent twice.
        let spares = chance.per_mille(250);
        let kinds = if spares { &kinds[OF_NODES..] } else { &kinds[..] };
        for kind in kinds {
            let times = if chance.per_mille(450) { chance.within(1..4) } else { 0 };
            for _ in 0..times {
                climate.troubles.push((chance.within(500..length_ms), kind(chance)));
            }
        }
        let crashes = match ground {
            Kind::Sqlite => 0,
            Kind::Postgres if spares => 0,
            Kind::Postgres => chance.within(0..3),
            Kind::Pair => 1,
        };
        for _ in 0..crashes {
            let for_ms = chance.within(100..1_500);
            climate.troubles.push((chance.within(500..length_ms), Trouble::Crash { for_ms }));
        }
        climate.troubles.sort_by_key(|(at_ms, _)| *at_ms);
        climate
    }

    /// Routes in all.
    pub fn routes(&self) -> usize {
        self.centres + usize::from(self.gateway.is_some())
    }

    /// The message centre that a route leads to; the gateway is none.
    pub fn centre_of(&self, route: usize) -> Option<usize> {
        match self.gateway {
            Some(gateway) if gateway == route => None,
            Some(gateway) if gateway < route => Some(route - 1),
            Some(_) | None => Some(route),
        }
    }

    /// How often a lease may run out under a process that lives: its clock jumps, or it cannot renew it. Then another
    /// takes what it had.
    pub fn lapses(&self) -> u64 {
        let lapses = |trouble: &Trouble| match trouble {
            Trouble::Jump { .. } | Trouble::Refuse { .. } | Trouble::Stall { .. } | Trouble::Crash { .. } => {
                self.nodes > 1
            }
            Trouble::Kill | Trouble::KillAfter(_) | Trouble::KillAt(_) | Trouble::Strike(..) => false,
            Trouble::CentreDown { .. } | Trouble::Throttle { .. } => false,
            Trouble::Silence { .. } | Trouble::Ban { .. } => false,
        };
        self.troubles.iter().filter(|(_, trouble)| lapses(trouble)).count() as u64
    }

    /// Whether the store fails, and not only waits.
    pub fn has_store_trouble(&self) -> bool {
        self.troubles
            .iter()
            .any(|(_, trouble)| matches!(trouble, Trouble::Refuse { .. } | Trouble::Strike(..) | Trouble::Crash { .. }))
    }

    /// Whether the clock jumps so far.
    pub fn has_jump(&self, so_far: Millis) -> bool {
        self.troubles.iter().any(|(_, trouble)| matches!(trouble, Trouble::Jump { by_ms } if *by_ms >= so_far))
    }
}

/// Some have a budget for the country of all phones, or for how some of them begin.
fn budgets(chance: &mut Chance) -> Vec<Budget> {
    let places = [Place::Country(Country::JP), Place::Prefix("+8170".into())];
    let budget = |place| {
        let sms_per_day = u32::try_from(chance.within(3..30)).ok();
        Budget { place, sms_per_day, sms_per_month: None, cost_per_day: None, cost_per_month: None }
    };
    let mut budgets: Vec<Budget> = places.into_iter().map(budget).collect();
    budgets.retain(|_| chance.per_mille(300));
    budgets
}

fn policy(chance: &mut Chance) -> Policy {
    let budgets = budgets(chance);
    let mut many = |range: Range<u64>| u32::try_from(chance.within(range)).unwrap_or(u32::MAX);
    let sources = SourceRules { address_per_10_minutes: many(8..40), ..fixture::generous().sources };
    // Shorter lifetimes than a service may have let codes expire while they wait.
    let lifetime_s = if many(0..10) < 4 { many(3..20) } else { many(60..300) };
    let (sms_per_day, wait_s) = (many(8..60), many(1..6));
    let (checks_max, sends_max) = (many(2..6) as u8, many(2..6) as u8);
    let calls = many(0..10) < 7;
    let calls_first = if calls && many(0..10) < 8 { vec![NumberType::FixedLine] } else { Vec::new() };
    Policy {
        calls,
        calls_first,
        code_lifetime_ms: seconds(i64::from(lifetime_s)),
        checks_max,
        sends_max,
        resend_after_ms: vec![seconds(i64::from(wait_s))],
        sms_per_day,
        budgets,
        sources,
        ..Policy::default()
    }
}

/// An endpoint fails more often than a carrier does.
fn endpoints(chance: &mut Chance) -> Vec<(Rates, bool)> {
    let count = chance.weighed(&[(4, 0), (4, 1), (2, 2)]);
    let mut endpoint = |place| {
        let mut rate = || if chance.per_mille(500) { chance.within(1..250) } else { 0 };
        let (drop, delay, cut, garble, refuse) = (rate(), rate(), rate(), rate(), rate());
        (Rates { drop, delay, cut, garble, refuse, ..Rates::default() }, place == 1)
    };
    (0..count).map(&mut endpoint).collect()
}

fn rates(chance: &mut Chance) -> Rates {
    let mut rate = |max: u64| if chance.per_mille(500) { chance.within(1..max) } else { 0 };
    Rates {
        drop: rate(40),
        delay: rate(120),
        twice: rate(120),
        late: rate(120),
        cut: rate(30),
        garble: rate(30),
        refuse: rate(150),
    }
}
