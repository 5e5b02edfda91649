//! One step of a walk: an event, a clock, a replay, or a sweep.

use domain::{
    delivery::{Reason, State},
    digest::{Fixed, sha256},
    id::{MessageId, VerificationId},
    limit::Rule,
    time::{Millis, hours, minutes, seconds},
    verification::Purpose,
};
use proptest::{prelude::*, sample::Index};

use crate::world::{ANNA, BEN, CLARA, DORA, PROOF, Said, World, service};

const NUMBERS: [&str; 4] = [ANNA, BEN, CLARA, DORA];
const PURPOSES: [Purpose; 2] = [Purpose::VerifyPhone, Purpose::Payment];

/// What is done next. An [`Index`] chooses among the verifications that there are.
#[derive(Clone, Debug)]
pub enum Step {
    Create {
        number: usize,
        context: u8,
        purpose: usize,
        known: bool,
    },
    Resend {
        which: Index,
        number: Option<usize>,
    },
    Check {
        which: Index,
        guess: Guess,
    },
    Cancel {
        which: Index,
    },
    Redeem {
        which: Index,
        right: bool,
    },
    Report {
        which: Index,
        message: Index,
        state: State,
        reason: Option<Reason>,
    },
    /// The service that asks from now on.
    Become {
        service: u8,
    },
    /// How many requests in ten minutes the source has from now on, and whether one more is only slowed.
    Source {
        max: Option<u32>,
        slows: bool,
    },
    Pass {
        span: Millis,
    },
    /// One of the newest operations comes again.
    Replay {
        back: usize,
    },
    Sweep,
}

#[derive(Clone, Debug)]
pub enum Guess {
    Right,
    Wrong,
    /// The code of one of its messages.
    Own(Index),
    Text(String),
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4usize, 0..3u8, 0..2usize, any::<bool>())
            .prop_map(|(number, context, purpose, known)| Step::Create { number, context, purpose, known }),
        4 => (any::<Index>(), proptest::option::weighted(0.4, 0..4usize))
            .prop_map(|(which, number)| Step::Resend { which, number }),
        6 => (any::<Index>(), guess()).prop_map(|(which, guess)| Step::Check { which, guess }),
        1 => any::<Index>().prop_map(|which| Step::Cancel { which }),
        1 => (any::<Index>(), any::<bool>()).prop_map(|(which, right)| Step::Redeem { which, right }),
        2 => (any::<Index>(), any::<Index>(), state(), reason())
            .prop_map(|(which, message, state, reason)| Step::Report { which, message, state, reason }),
        1 => (0..2u8).prop_map(|service| Step::Become { service }),
        1 => (proptest::option::of(0..3u32), any::<bool>()).prop_map(|(max, slows)| Step::Source { max, slows }),
        5 => span().prop_map(|span| Step::Pass { span }),
        3 => (0..4usize).prop_map(|back| Step::Replay { back }),
        1 => Just(Step::Sweep),
    ]
}

fn guess() -> impl Strategy<Value = Guess> {
    prop_oneof![
        1 => Just(Guess::Right),
        5 => Just(Guess::Wrong),
        2 => any::<Index>().prop_map(Guess::Own),
        1 => any::<String>().prop_map(Guess::Text),
        1 => "[0-9０-９ー \u{0}\u{202e}-]{0,500}".prop_map(Guess::Text),
    ]
}

fn state() -> impl Strategy<Value = State> {
    proptest::sample::select(vec![
        State::Queued,
        State::Submitted,
        State::Delivered,
        State::Undelivered,
        State::Expired,
    ])
}

fn reason() -> impl Strategy<Value = Option<Reason>> {
    proptest::option::of(proptest::sample::select(vec![Reason::Unconfirmed, Reason::Refused, Reason::Unknown]))
}

/// Mostly the waits that rules name, sometimes a clock that goes back.
fn span() -> impl Strategy<Value = Millis> {
    prop_oneof![
        4 => proptest::sample::select(vec![1, seconds(30), seconds(60), seconds(120), minutes(10), hours(1), hours(25)]),
        2 => 0..hours(2),
        1 => -hours(1)..0,
    ]
}

impl Step {
    /// The same step, with a clock that does not go back.
    pub fn onwards(self) -> Step {
        if let Step::Pass { span } = self { Step::Pass { span: span.abs() } } else { self }
    }

    /// Does it; `None` where nobody is answered.
    pub fn take(&self, world: &mut World) -> Option<Said> {
        match self {
            Step::Create { number, context, purpose, known } => {
                let context = format!("context {context}");
                let asking = world.create(NUMBERS[*number]).context(&context).purpose(PURPOSES[*purpose]);
                Some(asking.known_if(*known).ask())
            }
            Step::Resend { which, number } => {
                let id = choose(world, which)?;
                Some(world.resend_to(id, number.map(|number| NUMBERS[number])))
            }
            Step::Check { which, guess } => {
                let id = choose(world, which)?;
                let typed = guess.typed(world, id);
                Some(world.check(id, &typed))
            }
            Step::Cancel { which } => choose(world, which).map(|id| world.cancel(id)),
            Step::Redeem { which, right } => {
                let proof = if *right { PROOF } else { Fixed([9; 32]) };
                choose(world, which).map(|id| world.redeem(id, proof))
            }
            Step::Report { which, message, state, reason } => {
                let id = choose(world, which)?;
                let message = any_message(world, message);
                Some(world.report(id, message, *state, *reason))
            }
            Step::Replay { back } => {
                let operation = world.operations.iter().rev().nth(*back)?.clone();
                Some(world.perform(operation))
            }
            Step::Become { .. } | Step::Source { .. } | Step::Pass { .. } | Step::Sweep => {
                self.arrange(world);
                None
            }
        }
    }

    fn arrange(&self, world: &mut World) {
        match self {
            Step::Become { service: 0 } => world.service = service("shop"),
            Step::Become { .. } => world.service = service("another shop"),
            Step::Source { max, slows } => {
                let rule = |max: &u32| Rule::new(minutes(10), *max);
                let rule = |max: &u32| if *slows { rule(max).slowing() } else { rule(max) };
                world.sources = max.iter().map(|max| (sha256(b"source"), vec![rule(max)])).collect();
            }
            Step::Pass { span } => world.pass(*span),
            Step::Sweep => world.sweep(),
            Step::Create { .. }
            | Step::Resend { .. }
            | Step::Check { .. }
            | Step::Cancel { .. }
            | Step::Redeem { .. }
            | Step::Report { .. }
            | Step::Replay { .. } => (),
        }
    }
}

impl Guess {
    fn typed(&self, world: &World, id: VerificationId) -> String {
        match self {
            Guess::Right => world.code(id),
            Guess::Wrong => world.wrong(id),
            Guess::Own(place) => world.code_of(id, place.index(world.verification(id).generations.len())),
            Guess::Text(text) => text.clone(),
        }
    }
}

/// The newest verifications are the likeliest to be chosen: the older ones have mostly ended.
fn choose(world: &World, which: &Index) -> Option<VerificationId> {
    let ids: Vec<_> = world.stored.verifications.keys().rev().take(6).collect();
    (!ids.is_empty()).then(|| *ids[which.index(ids.len())])
}

fn any_message(world: &World, which: &Index) -> MessageId {
    world.sent[which.index(world.sent.len())].id
}
