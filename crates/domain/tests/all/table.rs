//! Every event in every status: one line each.

use domain::{
    delivery::State,
    digest::Fixed,
    id::{MessageId, VerificationId, v7},
    time::minutes,
    verification::Purpose,
};

use crate::world::{ANNA, BEN, PROOF, Said, World, service, word};

/// How a verification came to stand where it does when the event happens.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Pending,
    Approved,
    Canceled,
    Expired,
    Locked,
    /// The id names nothing.
    Unknown,
    /// It is another service's.
    Foreign,
}

const STAGES: [Stage; 7] =
    [Stage::Pending, Stage::Approved, Stage::Canceled, Stage::Expired, Stage::Locked, Stage::Unknown, Stage::Foreign];

type Happens = fn(&mut World, VerificationId, &str) -> Said;

/// Events and what each stage answers, in the order of [`STAGES`]. The code is the right one, where there is one.
#[rustfmt::skip]
const TABLE: &[(&str, Happens, [&str; 7])] = &[
    //                               pending             approved        canceled            expired         locked             unknown      foreign
    ("the right code", right,       ["approved",         "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("a wrong code",   wrong,       ["incorrect-code",   "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("no code at all", malformed,   ["bad-request",      "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("resend at once", resend,      ["resend-too-early", "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("resend later",   resend_later,["pending",          "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("correct",        correct,     ["pending",          "already-used", "canceled",         "expired-code", "too-many-checks", "not-found", "not-found"]),
    ("cancel",         cancel,      ["canceled",         "already-used", "canceled",         "canceled",     "canceled",        "not-found", "not-found"]),
    ("redeem",         redeem,      ["not-found",        "approved",     "not-found",        "not-found",    "not-found",       "not-found", "not-found"]),
    ("redeem, forged", forged,      ["not-found",        "not-found",    "not-found",        "not-found",    "not-found",       "not-found", "not-found"]),
    ("a receipt",      receipt,     ["noted",            "noted",        "noted",            "noted",        "noted",           "noted",     "noted"]),
    ("create the same",create,      ["under way",        "pending",      "resend-too-early", "pending",      "too-many-checks", "pending",   "pending"]),
    ("another purpose",payment,     ["resend-too-early", "pending",      "resend-too-early", "pending",      "too-many-checks", "pending",   "pending"]),
];

#[test]
fn every_event_in_every_status_has_its_answer() {
    for (name, happens, answers) in TABLE {
        for (stage, answer) in STAGES.into_iter().zip(answers) {
            let (mut world, id, code) = arrive(stage);
            let said = happens(&mut world, id, &code);
            assert_eq!(word(&said), *answer, "{name} when {stage:?}");
        }
    }
}

/// A refusal leaves no trace on what it was about; only wrong codes count.
#[test]
fn a_refused_event_changes_nothing_but_what_counts_wrong_codes() {
    for (name, happens, _) in TABLE {
        for stage in STAGES {
            let (mut world, id, code) = arrive(stage);
            let (before, sent) = (world.stored.verifications.clone(), world.sent.len());
            let counts = matches!(stage, Stage::Pending) && *name == "a wrong code";
            if happens(&mut world, id, &code).is_err() {
                assert_eq!(world.sent.len(), sent, "{name} when {stage:?} sent something");
                assert_eq!(world.stored.verifications == before, !counts, "{name} when {stage:?}");
            }
        }
    }
}

fn arrive(stage: Stage) -> (World, VerificationId, String) {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let code = world.code(id);
    match stage {
        Stage::Pending => (),
        Stage::Approved => drop(world.check_right(id).expect("the right code")),
        Stage::Canceled => drop(world.cancel(id).expect("pending")),
        Stage::Expired => world.pass(minutes(10)),
        Stage::Locked => world.lock(id),
        Stage::Unknown => {
            let unknown = VerificationId(v7(world.now, 0, world.fresh()));
            let mut empty = World::new();
            empty.now = world.now;
            return (empty, unknown, code);
        }
        Stage::Foreign => world.service = service("another shop"),
    }
    (world, id, code)
}

fn right(world: &mut World, id: VerificationId, code: &str) -> Said {
    world.check(id, code)
}

fn wrong(world: &mut World, id: VerificationId, code: &str) -> Said {
    let last = if code.ends_with('0') { "1" } else { "0" };
    world.check(id, &format!("{}{last}", &code[..5]))
}

fn malformed(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.check(id, "no digits")
}

fn resend(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.resend(id)
}

fn resend_later(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.pass(30_000);
    world.resend(id)
}

fn correct(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.correct(id, BEN)
}

fn cancel(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.cancel(id)
}

fn redeem(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.redeem(id, PROOF)
}

fn forged(world: &mut World, id: VerificationId, _: &str) -> Said {
    world.redeem(id, Fixed([8; 32]))
}

fn receipt(world: &mut World, id: VerificationId, _: &str) -> Said {
    let sent = world.sent.first().map(|message| message.id);
    let message = sent.unwrap_or_else(|| MessageId(v7(world.now, 0, world.fresh())));
    world.report(id, message, State::Delivered, None)
}

fn create(world: &mut World, _: VerificationId, _: &str) -> Said {
    world.create(ANNA).ask()
}

fn payment(world: &mut World, _: VerificationId, _: &str) -> Said {
    world.create(ANNA).purpose(Purpose::Payment).ask()
}
