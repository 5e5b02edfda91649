//! Attacks on what a code is good for: somebody else's session, number, key or proof (rules V1 to V3).

use domain::{
    code::{Binding, Code},
    effect::What,
    key::{KeyId, KeyRing},
    refusal::Refusal,
    time::{minutes, seconds},
    verification::{Answer, Purpose},
};

use crate::world::{ANNA, BEN, CLARA, PROOF, World, ring, ring_with_revoked, service, word};

/// An attacker types the victim's number into his own sign-up while she signs up, and waits for her code.
#[test]
fn v1_a_strangers_context_gets_a_verification_of_its_own() {
    let mut world = World::new();
    let hers = world.create(ANNA).context("she").send();
    let his = world.create(ANNA).context("he").send();
    assert_ne!(hers, his);
    world.check_right(hers).expect("her code");
    assert_eq!(word(&world.cancel(his)), "canceled", "his was never approved");
}

#[test]
fn v1_only_what_is_equal_in_everything_is_under_way() {
    let mut world = World::new();
    let first = world.create(ANNA).binding("order 1").send();
    assert_eq!(world.create(ANNA).binding("order 1").ask(), Ok(Answer::UnderWay(first)));
    assert_eq!(world.create(ANNA).binding("order 1").known().ask(), Ok(Answer::UnderWay(first)));
    world.pass(seconds(30));
    assert_ne!(world.create(ANNA).binding("order 2").send(), first);
    world.pass(seconds(60));
    assert_ne!(world.create(ANNA).binding("order 1").purpose(Purpose::Payment).send(), first);
    assert_ne!(world.create(BEN).binding("order 1").send(), first);
    world.service = service("another shop");
    assert_ne!(world.create(ANNA).binding("order 1").send(), first);
}

#[test]
fn v1_fifty_right_codes_are_one_approval() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let answers: Vec<_> = (0..50).map(|_| word(&world.check_right(id))).collect();
    assert_eq!(answers.iter().filter(|answer| *answer == "approved").count(), 1);
    assert!(answers[1..].iter().all(|answer| answer == "already-used"));
    assert_eq!(world.count(id, What::Approved), 1);
}

#[test]
fn v1_fifty_wrong_codes_are_five_judged() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let wrong = world.wrong(id);
    let answers: Vec<_> = (0..50).map(|_| world.check(id, &wrong)).collect();
    for (answer, checks_left) in answers.iter().zip([4, 3, 2, 1, 0]) {
        assert_eq!(*answer, Err(Refusal::IncorrectCode { checks_left }));
    }
    assert!(answers[5..].iter().all(|answer| word(answer) == "too-many-checks"));
    assert_eq!(world.verification(id).checks_used, 5);
}

#[test]
fn v1_a_proof_opens_once_for_its_own_service_and_ten_minutes() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    assert_eq!(world.redeem(id, PROOF), Err(Refusal::NotFound), "before the approval");
    world.check_right(id).expect("the right code");
    let own = world.service;
    world.service = service("another shop");
    assert_eq!(world.redeem(id, PROOF), Err(Refusal::NotFound));
    world.service = own;
    world.pass(minutes(10) - 1);
    assert_eq!(word(&world.redeem(id, PROOF)), "approved");
    assert_eq!(world.redeem(id, PROOF), Err(Refusal::AlreadyUsed));
}

/// An attacker gets a code on his own phone, corrects the number to the victim's, and gives his code.
#[test]
fn v2_a_code_for_one_number_never_proves_another() {
    for same_code_on_resend in [false, true] {
        let mut world = World::with_policy(|policy| policy.same_code_on_resend = same_code_on_resend);
        let id = world.create(BEN).send();
        let his = world.code(id);
        world.correct(id, ANNA).expect("another number");
        assert_ne!(world.code(id), his);
        assert_eq!(word(&world.check(id, &his)), "superseded-code");
        // And back: the code of the first message was for this number, but for a message before.
        world.pass(seconds(30));
        world.correct(id, BEN).expect("his own number again");
        assert_ne!(world.code(id), his);
        assert_eq!(word(&world.check(id, &his)), "superseded-code");
        world.check_right(id).expect("the newest code");
        assert_eq!(world.verification(id).number, world.recipient(BEN).number);
    }
}

/// Receipts are held against it, also those of a message before a correction.
#[test]
fn d1_each_message_knows_the_phone_that_it_went_to() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.correct(id, BEN).expect("another number");
    world.pass(seconds(30));
    world.resend(id).expect("the same number again");
    world.pass(seconds(60));
    world.correct(id, ANNA).expect("and back");
    let v = world.verification(id).clone();
    let [anna, ben] = [ANNA, BEN].map(|number| Some(world.recipient(number).phone));
    let went: Vec<_> = v.generations.iter().map(|generation| v.phone_of(generation.message)).collect();
    assert_eq!(went, [anna, ben, ben, anna]);
    let other = world.create(CLARA).send();
    assert_eq!(v.phone_of(world.verification(other).newest().message), None, "another verification's message");
}

#[test]
fn v2_approval_is_of_the_number_that_the_code_went_to() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.correct(id, BEN).expect("another number");
    world.check_right(id).expect("the newest code");
    let v = world.verification(id);
    assert_eq!((v.number, v.phone), (world.recipient(BEN).number, world.recipient(BEN).phone));
    assert_eq!(v.address, world.recipient(BEN).address);
    assert_eq!(v.number_of(v.newest()), v.number);
}

/// A correction is no way around what holds for the other number.
#[test]
fn v2_a_correction_passes_every_rule_of_create() {
    let mut world = World::new();
    let locked = world.create(ANNA).send();
    world.lock(locked);
    let id = world.create(BEN).send();
    assert_eq!(word(&world.correct(id, ANNA)), "too-many-checks", "its context waits for that number");

    let mut world = World::new();
    world.create(ANNA).send();
    let id = world.create(BEN).send();
    assert_eq!(word(&world.correct(id, ANNA)), "resend-too-early", "its context had a message there");

    let mut world = World::new();
    for context in ["b", "c", "d", "e", "f"] {
        world.create(ANNA).context(context).send();
    }
    let id = world.create(BEN).send();
    assert_eq!(word(&world.correct(id, ANNA)), "busy", "the phone has had its messages");

    let mut world = World::new();
    world.fail_in_a_row(ANNA, 20);
    let id = world.create(BEN).known().send();
    world.correct(id, ANNA).expect("another number");
    assert_eq!((world.code(id).len(), world.verification(id).checks_left()), (8, 2), "that number is attacked");
}

/// Wrong codes are counted where the guessed code went, not where the verification began.
#[test]
fn v2_failures_follow_the_code() {
    let mut world = World::new();
    for n in 0..4 {
        let id = world.create(BEN).context(&format!("stranger {n}")).known().send();
        world.correct(id, ANNA).expect("another number");
        world.lock(id);
    }
    assert_eq!(world.code_length(ANNA), 8);
    assert_eq!(world.code_length(BEN), 6);
}

impl World {
    fn code_length(&mut self, number: &str) -> usize {
        let id = self.create(number).context("whoever").known().send();
        self.code(id).len()
    }
}

#[test]
fn v3_rows_without_the_key_or_the_key_without_rows_give_no_code() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let v = world.verification(id).clone();
    let state = serde_json::to_string(&v).expect("a row is written");
    assert!(!state.contains(&world.code(id)), "no code is stored");
    assert_eq!(v.code(v.newest(), &ring(&[2])), None, "a ring without its key");
    let other = ring(&[2]);
    let forged = derived(&world, id, &other);
    assert_ne!(forged.digits(), world.code(id), "another key gives another code");
}

fn derived(world: &World, id: domain::id::VerificationId, keys: &KeyRing) -> Code {
    let v = world.verification(id);
    let newest = v.newest();
    let to = Binding {
        salt: &newest.salt,
        service: v.service,
        verification: v.id,
        generation: newest.code,
        number: &v.number,
        binding: &v.binding,
    };
    Code::derive(&keys.current().code, to, newest.digits)
}

/// Whoever has a leaked secret and the rows derives the right code.
#[test]
fn v3_under_a_revoked_key_a_code_is_over_and_nobody_failed() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let (code, wrong, message) = (world.code(id), world.wrong(id), world.sent[0].id);
    let before = world.stored.clone();
    world.keys = ring_with_revoked(&[1, 2], 1);
    for typed in [&code, &wrong] {
        assert_eq!(world.check(id, typed), Err(Refusal::Canceled));
    }
    world.pass(seconds(30));
    assert_eq!(world.resend(id), Err(Refusal::Canceled), "nothing leads from it to a code that is good");
    assert!(!world.wants(id, message), "its message has no reason to go");
    assert_eq!(world.stored, before, "nobody is counted a failure");
    let again = world.create(ANNA).send();
    assert_ne!(again, id, "what is over is not under way");
    assert_eq!(word(&world.check_right(again)), "approved");
}

#[test]
fn v3_after_a_rotation_old_rows_keep_their_key_and_new_ones_have_the_new() {
    let mut world = World::new();
    let before = world.create(ANNA).send();
    world.keys = ring(&[1, 2]);
    let after = world.create(BEN).send();
    let key = |id| world.verification(id).newest().key;
    assert_eq!((key(before), key(after)), (KeyId(1), KeyId(2)));
    assert_eq!(world.create(ANNA).send(), before, "it is still under way");
    for id in [before, after] {
        assert_eq!(word(&world.check_right(id)), "approved");
    }
    assert_eq!(ring(&[1, 2]).index().fingerprint(), ring(&[1]).index().fingerprint(), "numbers are found as before");
    assert_eq!(ring_with_revoked(&[1, 2], 1).index().id, KeyId(2), "a leaked index would tell the numbers of new rows");
    assert!(KeyRing::with_revoked(&[], 0).is_none());
}

#[test]
fn v3_each_message_of_each_verification_has_a_code_of_its_own() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    let other = world.create(ANNA).context("b").send();
    let codes = [world.code_of(id, 0), world.code_of(id, 1), world.code(other)];
    assert!(codes[0] != codes[1] && codes[1] != codes[2] && codes[0] != codes[2], "by chance 1 in 300,000");
}

/// Whoever reads a page, an event or a webhook gets a verification; what opens is not in it.
#[test]
fn v3_debug_output_shows_no_code_and_no_number() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let code = Code::read(&world.code(id), 6).expect("six digits");
    assert_eq!(format!("{code:?}"), "Code(…)");
    let operation = format!("{:?}", world.operations);
    assert!(!operation.contains(&ANNA[1..]) && !operation.contains(&world.code(id)));
}
