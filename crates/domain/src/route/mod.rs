//! Which way a message goes: the routes in the operator's order, what each covers, how each does now, and what was
//! tried before. Pure: whoever sends says how things are, and is told where to send, or how long to wait, and why.

mod answers;
mod learn;
mod pace;
mod signs;
mod speed;

pub use answers::Answers;
pub use learn::{Change, Evidence, Known, Standing};
pub use pace::Pace;
use serde::{Deserialize, Serialize};
pub use signs::Sums;
pub use speed::Speed;

use crate::{
    address::{NumberType, PhoneNumber, Plan},
    channel::Channel,
    country::Country,
    time::{Millis, seconds},
};

/// So long is waited for a route that does well, before one in trouble is better than waiting.
const PATIENCE_MS: Millis = seconds(3);

/// What messages a route is for; an empty list leaves nobody out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Countries of numbers.
    pub countries: Vec<Country>,
    /// Types of numbers.
    pub number_types: Vec<NumberType>,
    /// Carriers, by the names that guides know them by.
    pub carriers: Vec<String>,
    /// SMS, or calls.
    pub channels: Vec<Channel>,
}

/// Where a message goes, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The number's country.
    pub country: Option<Country>,
    /// The number's type.
    pub number_type: Option<NumberType>,
    /// The phone's carrier, if somebody told. Numbers are ported, so that digits do not tell it.
    pub carrier: Option<String>,
    /// How its code is sent.
    pub channel: Channel,
}

impl Target {
    /// What is known of a number by itself; an SMS, unless somebody says otherwise.
    pub fn of(number: &PhoneNumber) -> Target {
        let Plan { country, number_type } = number.plan();
        Target { country, number_type, carrier: None, channel: Channel::Sms }
    }
}

impl Cover {
    /// Whether an SMS to any number of this country may ever go this way.
    pub fn may_reach(&self, country: Country) -> bool {
        within(&self.countries, Some(&country)) && self.takes(Channel::Sms)
    }

    /// Whether a code for a number of this plan may ever go this way, whatever its carrier.
    pub fn may_cover(&self, plan: Plan, channel: Channel) -> bool {
        within(&self.countries, plan.country.as_ref())
            && within(&self.number_types, plan.number_type.as_ref())
            && self.takes(channel)
    }

    /// Whether codes of a channel may go this way at all.
    pub fn takes(&self, channel: Channel) -> bool {
        within(&self.channels, Some(&channel))
    }

    /// Whether every code of a channel may go this way.
    pub fn is_for_all(&self, channel: Channel) -> bool {
        let Cover { countries, number_types, carriers, channels: _ } = self;
        countries.is_empty() && number_types.is_empty() && carriers.is_empty() && self.takes(channel)
    }

    /// Whether a message may go this way. A carrier that nobody told is none of a list.
    pub fn covers(&self, target: &Target) -> bool {
        let plan = Plan { country: target.country, number_type: target.number_type };
        self.may_cover(plan, target.channel) && within(&self.carriers, target.carrier.as_ref())
    }
}

fn within<T: PartialEq>(list: &[T], one: Option<&T>) -> bool {
    list.is_empty() || one.is_some_and(|one| list.contains(one))
}

/// What an operator said of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// It goes first, also while it is in trouble.
    Pinned,
    /// Nothing goes by it.
    Banned,
}

/// How a route does, as far as it can tell and was learnt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Health {
    /// As it should.
    #[default]
    Sound,
    /// It was in trouble or silent, and this message is to try whether it still is.
    Probed,
    /// Less arrives than usual.
    Troubled,
    /// It takes messages and answers none.
    Silent,
    /// Its link is down, or it asked to be left alone for a moment.
    Down,
}

/// A route, for one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Whether it covers the message.
    pub covers: bool,
    /// What an operator said.
    pub order: Option<Order>,
    /// How it does.
    pub health: Health,
    /// How long until it takes another message, in milliseconds; 0 if it does now.
    pub wait_ms: Millis,
    /// Whether it refused this very message.
    pub refused: bool,
    /// How many earlier messages of the verification went this way, which did not help.
    pub uses: usize,
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By the route of this place.
    Take(usize, Why),
    /// By none yet: the route of this place is worth so many milliseconds of waiting.
    Wait(usize, Millis),
    /// By none yet: all that cover it are down or banned.
    Closed,
    /// All that cover it refused it.
    Refused,
    /// None covers it, now or ever.
    Uncovered,
}

/// Why a route was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is the first that covers the message.
    Order,
    /// An operator pinned it.
    Pinned,
    /// To see whether it is well again.
    Probe,
    /// The first one was passed over.
    Instead(Passed),
}

/// Why a route was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passed {
    /// An operator banned it.
    Banned,
    /// It refused the message.
    Refused,
    /// It is down.
    Down,
    /// It does not answer.
    Silent,
    /// Less arrives by it than usual.
    Trouble,
    /// It has no room: its rate or its window is used up, or it asked for less.
    Busy,
    /// More of the verification's messages went that way.
    Used,
    /// Another one is pinned, or tried.
    Behind,
}

impl Why {
    /// As metrics name it.
    pub fn name(self) -> &'static str {
        match self {
            Why::Order => "order",
            Why::Pinned => "pinned",
            Why::Probe => "probe",
            Why::Instead(Passed::Banned) => "banned",
            Why::Instead(Passed::Refused) => "refused",
            Why::Instead(Passed::Down) => "down",
            Why::Instead(Passed::Silent) => "silent",
            Why::Instead(Passed::Trouble) => "trouble",
            Why::Instead(Passed::Busy) => "busy",
            Why::Instead(Passed::Used) => "resend",
            Why::Instead(Passed::Behind) => "behind",
        }
    }
}

/// How good a way is; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Pinned,
    Probe,
    Free,
    Soon,
    Troubled,
    Later,
    Silent,
}

/// The route that a message goes by now. Of two that are as good, the one that fewer of the verification's earlier messages
/// went by; then the operator's order.
pub fn next(routes: &[Candidate]) -> Choice {
    let open = routes.iter().enumerate().filter_map(|(place, route)| Some((grade(route)?, route.uses, place)));
    let Some((grade, _, place)) = open.min() else { return none(routes) };
    match routes[place].wait_ms {
        ..=0 => Choice::Take(place, why(routes, place, grade)),
        wait_ms => Choice::Wait(place, wait_ms),
    }
}

/// The places of the routes that messages go by now which these cover, of a few that come at once: of those that are as good
/// as the best one, whichever take another message. None if it is better to wait.
pub fn taking(routes: &[Candidate]) -> impl Iterator<Item = usize> {
    let best = routes.iter().filter_map(grade).min();
    let takes = move |route: &Candidate| {
        let grade = grade(route);
        // One message tries whether a route is well again; the others go by those that are.
        let as_good = grade == best || best == Some(Grade::Probe) && grade == Some(Grade::Free);
        grade.is_some() && as_good && route.wait_ms <= 0
    };
    routes.iter().enumerate().filter(move |(_, route)| takes(route)).map(|(place, _)| place)
}

/// `None` for a route that cannot take the message.
fn grade(route: &Candidate) -> Option<Grade> {
    if !route.covers || route.refused || route.order == Some(Order::Banned) {
        return None;
    }
    let pinned = route.order == Some(Order::Pinned);
    let (free, soon) = (route.wait_ms <= 0, route.wait_ms <= PATIENCE_MS);
    Some(match route.health {
        Health::Down => return None,
        Health::Silent => Grade::Silent,
        Health::Probed if free && !pinned => Grade::Probe,
        Health::Sound | Health::Probed | Health::Troubled if pinned && soon => Grade::Pinned,
        Health::Sound if free => Grade::Free,
        Health::Sound if soon => Grade::Soon,
        Health::Troubled if free => Grade::Troubled,
        Health::Sound | Health::Probed | Health::Troubled => Grade::Later,
    })
}

/// Why no route can take a message.
fn none(routes: &[Candidate]) -> Choice {
    let covering = routes.iter().filter(|route| route.covers);
    let (mut any, mut refused, mut waits) = (false, false, false);
    for route in covering {
        any = true;
        refused |= route.refused;
        waits |= !route.refused && route.order != Some(Order::Banned);
    }
    match (any, refused, waits) {
        (false, ..) => Choice::Uncovered,
        // Nobody waits for a ban to be lifted if somebody else has said no.
        (true, true, false) => Choice::Refused,
        (true, _, true) | (true, false, false) => Choice::Closed,
    }
}

fn why(routes: &[Candidate], chosen: usize, grade: Grade) -> Why {
    match grade {
        Grade::Pinned => Why::Pinned,
        Grade::Probe => Why::Probe,
        Grade::Free | Grade::Soon | Grade::Troubled | Grade::Later | Grade::Silent => {
            let first = routes[..chosen].iter().find(|route| route.covers);
            first.map_or(Why::Order, |first| Why::Instead(passed(first)))
        }
    }
}

fn passed(route: &Candidate) -> Passed {
    if route.order == Some(Order::Banned) {
        return Passed::Banned;
    }
    if route.refused {
        return Passed::Refused;
    }
    match route.health {
        Health::Down => Passed::Down,
        Health::Silent => Passed::Silent,
        Health::Troubled => Passed::Trouble,
        Health::Sound | Health::Probed if route.wait_ms > 0 => Passed::Busy,
        Health::Sound | Health::Probed if route.uses > 0 => Passed::Used,
        Health::Sound | Health::Probed => Passed::Behind,
    }
}
