//! Walks: whatever happens in whatever order, the promises hold after each step. A failure prints its seed and the
//! shortest walk that proptest finds.

mod promises;
mod step;

use domain::{limit::Limit, time::days};
use promises::Witness;
use proptest::{prelude::*, test_runner::TestCaseResult};
use step::{Step, step};

use crate::world::{ANNA, World};

/// Wrong codes that a number's history begins with: none, one short of each threshold, and a closed number.
fn history() -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(0), 2 => Just(19), 1 => Just(99), 1 => Just(100)]
}

fn world(failures: usize, same_code_on_resend: bool) -> World {
    let mut world = World::with_policy(|policy| policy.same_code_on_resend = same_code_on_resend);
    world.fail_in_a_row(ANNA, failures);
    world.pass(days(2));
    world
}

fn walk(mut world: World, steps: Vec<Step>) -> TestCaseResult {
    let mut witness = Witness::new(&world);
    for step in steps {
        let before = world.clone();
        let answer = step.take(&mut world);
        witness.look(&before, &world, answer.as_ref())?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_promise_holds_after_every_step(
        failures in history(),
        same_code_on_resend: bool,
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        walk(world(failures, same_code_on_resend), steps)?;
    }

    /// The sweep removes rows that have nothing left to remember: nobody can tell whether it ran, on a clock that
    /// only goes on.
    #[test]
    fn the_sweep_changes_no_answer(failures in history(), steps in proptest::collection::vec(step(), 1..60)) {
        let (mut kept, mut swept) = (world(failures, false), world(failures, false));
        for step in steps.into_iter().map(Step::onwards) {
            prop_assert_eq!(step.take(&mut kept), step.take(&mut swept));
            swept.sweep();
        }
        prop_assert_eq!(kept.sent, swept.sent);
    }

    /// What a row is written as reads back as the row.
    #[test]
    fn rows_survive_being_stored(failures in history(), steps in proptest::collection::vec(step(), 1..40)) {
        let mut world = world(failures, false);
        for step in steps {
            step.take(&mut world);
        }
        for v in world.stored.verifications.values() {
            let mut read: domain::verification::Verification = stored(v)?;
            // What stands in columns of its own.
            (read.id, read.service, read.address) = (v.id, v.service, v.address.clone());
            prop_assert_eq!(&read, v);
        }
        for number in world.stored.numbers.values() {
            let mut read: domain::number::Number = stored(number)?;
            read.key = number.key;
            prop_assert_eq!(&read, number);
        }
        for limit in world.stored.limits.values() {
            let mut read: Limit = stored(limit)?;
            read.key = limit.key;
            prop_assert_eq!(&read, limit);
        }
    }
}

fn stored<T: serde::Serialize + serde::de::DeserializeOwned>(row: &T) -> Result<T, TestCaseError> {
    let text = serde_json::to_string(row).map_err(|error| TestCaseError::fail(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))
}
