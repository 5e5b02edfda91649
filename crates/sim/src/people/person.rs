//! One person, drawn from a population: a phone, a number, what is wrong, and what they are like.

use super::assumptions::Assumptions;
use super::chance::Chance;
use super::population::{Line, Population, Trouble, WrongNumber};
use crate::world::{Carrier, Number, Phone, Receipts, Settings, Switch, System};

/// The phone's number of everybody: each has a world of their own.
const OWN: &str = "+819012345678";
/// Their other number, on a phone on which nothing is wrong.
const OTHER: &str = "+819098765432";
/// What a mistyped number is.
const MISTYPED: &str = "+819012345687";

/// One person before they ask for a code.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) seed: u64,
    pub(super) id: u32,
    /// Their phone, with its number and what is set on it.
    pub(super) phone: Phone,
    /// Their carrier, as it behaves for them.
    pub(super) carrier: Carrier,
    /// What they call their carrier.
    pub(super) line: Line,
    /// Which app has the SMS of an Android phone.
    pub(super) app: Option<String>,
    /// What is in the way, as it is counted.
    pub(super) trouble: Trouble,
    /// Whether nobody has the mistyped number.
    pub(super) unused: bool,
    pub(super) has_another_number: bool,
    pub(super) on_phone: bool,
    pub(super) typed: bool,
    pub(super) noticed: bool,
    pub(super) abroad: bool,
    pub(super) lately: Option<String>,
    pub(super) may: May,
    /// When they ask for the code, in milliseconds from a midnight.
    pub(super) asks_ms: i64,
    /// How long their carrier is down from then on, in milliseconds.
    pub(super) outage_ms: Option<i64>,
    /// How long after asking they look for help, in milliseconds.
    pub(super) opens_ms: i64,
    /// How long after asking they give up, in milliseconds.
    pub(super) patience_ms: i64,
    /// How long they take against the remedies' own estimates.
    pub(super) pace: f64,
}

/// What the service allows besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct May {
    pub(super) call_back: bool,
    pub(super) email_code: bool,
    pub(super) call: bool,
}

pub(super) fn own() -> Number {
    number(OWN)
}

pub(super) fn other() -> Number {
    number(OTHER)
}

pub(super) fn mistyped() -> Number {
    number(MISTYPED)
}

fn number(text: &'static str) -> Number {
    text.parse().expect("these are E.164 numbers")
}

pub(super) fn ms(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

impl Person {
    /// The `nth` try at a person of this id: not everybody drawn needs help.
    pub(super) fn draw(population: &Population, assumed: &Assumptions, seed: u64, id: u32, nth: u32) -> Person {
        let mut chance = Chance::of(seed, id, &format!("person {nth}"));
        let line = chance.pick(population.lines.iter().map(|line| (line, line.share)));
        let line = line.expect("a population has lines, and not all of them weigh nothing").clone();
        let system = chance.pick(line.systems.iter().map(|(system, share)| (*system, *share)));
        let system = system.expect("a line has systems, and not all of them weigh nothing");
        let app = chance.pick(line.apps.iter().map(|(app, share)| (app.clone(), *share)));
        let trouble = trouble(&mut chance, population, system, &line);
        let all = &population.everybody;
        let second = chance.is(all.second).then(|| self::trouble(&mut chance, population, system, &line));
        let lately = trouble.lately.clone().or_else(|| lately(&mut chance, population));
        let settings = settings(&population.sender, [Some(&trouble), second.as_ref()]);
        let noticed = chance.is(all.noticed);
        let opens_s = chance.between(assumed.opens_s);
        Person {
            seed,
            id,
            phone: Phone { carrier: line.carrier, system, settings, ..Phone::at_first(own()) },
            carrier: carrier(&mut chance, population, &line, &trouble),
            app: app.filter(|_| system == System::Android),
            unused: chance.is(all.unused),
            has_another_number: chance.is(trouble.another_number.unwrap_or(all.another_number)),
            on_phone: chance.is(all.on_phone),
            typed: chance.is(all.typed),
            noticed,
            abroad: trouble.abroad || second.is_some_and(|second| second.abroad),
            lately,
            may: May {
                call_back: chance.is(population.service.call_back),
                email_code: chance.is(population.service.email_code),
                // By a chance of its own: with another share the same people come.
                call: Chance::of(seed, id, &format!("calls {nth}")).is(population.service.call),
            },
            asks_ms: time_of_day_ms(&mut chance, population),
            outage_ms: trouble.outage_s.map(|outage| ms(chance.between(outage))),
            opens_ms: ms(opens_s),
            patience_ms: ms(patience_s(&mut chance, assumed, opens_s)),
            pace: assumed.pace * chance.around_one(assumed.pace_spread),
            line,
            trouble,
        }
    }

    /// Whether their number can get SMS by its kind, so that a verification begins at all.
    pub(super) fn begins(&self) -> bool {
        match self.trouble.number {
            None | Some(WrongNumber::Mistyped) => true,
            Some(WrongNumber::IpPhone | WrongNumber::FixedLine) => false,
        }
    }

    /// The number that the service is given at first.
    pub(super) fn given(&self) -> Number {
        if self.trouble.number == Some(WrongNumber::Mistyped) { mistyped() } else { own() }
    }

    /// Chance by name: the same with the guide and with the page.
    pub(super) fn chance(&self, name: &str) -> Chance {
        Chance::of(self.seed, self.id, name)
    }
}

fn trouble(chance: &mut Chance, population: &Population, system: System, line: &Line) -> Trouble {
    let meets = population.troubles.iter().filter(|trouble| trouble.meets(system, &line.brand));
    chance.pick(meets.map(|trouble| (trouble, trouble.share))).cloned().unwrap_or_default()
}

fn lately(chance: &mut Chance, population: &Population) -> Option<String> {
    let lately = &population.everybody.lately;
    let nothing = 1.0 - lately.values().sum::<f64>();
    let all = lately.iter().map(|(what, share)| (Some(what.clone()), *share));
    chance.pick(all.chain([(None, nothing)])).flatten()
}

/// All that troubles set on the phone; the number's and the carrier's are the first's alone.
fn settings(sender: &str, troubles: [Option<&Trouble>; 2]) -> Settings {
    let mut settings = Settings::at_first();
    for trouble in troubles.into_iter().flatten() {
        trouble.on.iter().for_each(|switch| settings.turn(*switch, true));
        trouble.off.iter().for_each(|switch| settings.turn(*switch, false));
        if trouble.blocked && !settings.blocks(sender) {
            settings.blocked_senders.push(sender.into());
        }
    }
    settings.turn(Switch::Wifi, true);
    settings
}

fn carrier(chance: &mut Chance, population: &Population, line: &Line, trouble: &Trouble) -> Carrier {
    let usual = chance.between(population.everybody.delay_s);
    let delay_s = trouble.delay_s.map_or(usual, |delay| chance.between(delay));
    let receipts = line.receipts.iter().flatten().map(|(receipts, share)| (*receipts, *share));
    Carrier {
        delay_ms: u32::try_from(ms(delay_s)).unwrap_or(0),
        loss: population.everybody.loss,
        receipts: chance.pick(receipts).unwrap_or(Receipts::Normal),
        outage: trouble.outage_s.is_some(),
        reasons: chance.is(line.reasons),
        throttle_per_second: None,
    }
}

fn time_of_day_ms(chance: &mut Chance, population: &Population) -> i64 {
    let hours = population.by_hour.iter().enumerate().map(|(hour, weight)| (hour as f64, *weight));
    let hour = chance.pick(hours).unwrap_or(12.0);
    ms((hour + chance.unit()) * 3600.0)
}

/// When patience ends, in seconds from asking: Weibull, given that it has lasted until help was looked for.
fn patience_s(chance: &mut Chance, assumed: &Assumptions, lasted_s: f64) -> f64 {
    let scale_s = assumed.patience_min * 60.0;
    let shape = assumed.patience_shape;
    scale_s * ((lasted_s / scale_s).powf(shape) - chance.unit().ln()).powf(1.0 / shape)
}
