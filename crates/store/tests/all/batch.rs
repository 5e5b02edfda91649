//! Batches in which something goes wrong: everybody else is answered.

use domain::{
    id::{ServiceId, VerificationId, v4},
    refusal::Refusal,
    time::seconds,
    verification::{Operation, Status},
};
use store::{Error, Field, Statement, audit};

use crate::{
    place,
    world::{World, answers, each, verification},
};

/// Writes a verification's row anew, as no code of ours would.
async fn damage(world: &World, id: VerificationId, change: fn(&str) -> String) {
    static READ: Statement = Statement::new("test.read", "SELECT state FROM verification WHERE id = $1");
    static WRITE: Statement = Statement::new("test.write", "UPDATE verification SET state = $2 WHERE id = $1");
    let damaged = world.store.write(move |tx| {
        let state: String = tx.query_one(&READ, &[id.into_value()])?.unwrap().read()?;
        tx.execute(&WRITE, &[id.into_value(), change(&state).into_value()])
    });
    assert_eq!(damaged.await.unwrap(), 1);
}

/// Checks of ten verifications in one batch, of which the third is at fault.
async fn one_of_ten_fails(world: &World, change: fn(&str) -> String) {
    let mut begun = Vec::new();
    for phone in 0..10 {
        begun.push(world.begun(&phone.to_string()).await);
    }
    damage(world, begun[3].id, change).await;
    let held = world.hold().await;
    let waiting = world.queue(begun.iter().map(|v| world.check(v.id, &world.code(v)))).await;
    held.release();
    for (place, answer) in answers(waiting).await.into_iter().enumerate() {
        if place == 3 {
            assert_eq!(answer, Err(Refusal::Internal));
        } else {
            verification(answer);
        }
    }
}

#[tokio::test]
async fn d3_a_row_that_cannot_be_read_fails_alone() {
    for world in each() {
        one_of_ten_fails(&world, |_| "{}".into()).await;
    }
}

#[tokio::test]
async fn d3_a_decision_that_panics_fails_alone() {
    for world in each() {
        one_of_ten_fails(&world, |state| {
            let (before, rest) = state.split_once("\"generations\":[").unwrap();
            let (_, after) = rest.split_once("}]").unwrap();
            format!("{before}\"generations\":[{after}")
        })
        .await;
    }
}

#[tokio::test]
async fn an_operation_that_comes_again_when_its_row_forgot_it_changes_nothing() {
    for world in each() {
        let begun = world.begun("a").await;
        let wrong = world.check(begun.id, &world.wrong(&begun));
        assert_eq!(world.store.apply(wrong.clone()).await, Err(Refusal::IncorrectCode { checks_left: 4 }));
        damage(&world, begun.id, |state| {
            let (before, rest) = state.split_once("\"lately\":[").unwrap();
            let (_, after) = rest.split_once("]]").unwrap();
            format!("{before}\"lately\":[{after}").replacen("\"lately\":[", "\"lately\":[]", 1)
        })
        .await;
        assert_eq!(world.store.apply(wrong).await, Err(Refusal::Internal));
        let again = world.check(begun.id, &world.wrong(&begun));
        assert_eq!(world.store.apply(again).await, Err(Refusal::IncorrectCode { checks_left: 3 }));
        assert_eq!(world.store.read(move |tx| audit::fetch(tx, begun.id)).await.unwrap().len(), 3);
    }
}

/// How many verifications of two services the first commit has, when both wait together.
async fn first_commit(world: &World) -> usize {
    let mut commits = world.store.committed();
    let held = world.hold().await;
    let [own, foreign] = ["own", "foreign"].map(|phone| world.create(&format!("{phone} {:?}", world.now())));
    let foreign = Operation { service: None, ..foreign };
    let waiting = world.queue([foreign, own].into_iter()).await;
    held.release();
    answers(waiting).await.into_iter().for_each(|answer| drop(verification(answer)));
    commits.recv().await.unwrap().verifications.len()
}

#[tokio::test]
async fn d3_whoever_failed_waits_apart_for_a_minute() {
    let world = World::new(place::sqlite());
    assert_eq!(first_commit(&world).await, 2);
    let bad = world.begun("bad").await;
    damage(&world, bad.id, |_| "{}".into()).await;
    assert_eq!(world.store.apply(world.check(bad.id, "000000")).await, Err(Refusal::Internal));
    world.advance(seconds(59));
    assert_eq!(first_commit(&world).await, 1);
    world.advance(seconds(1));
    assert_eq!(first_commit(&world).await, 2);
}

/// A foreign row is refused without being read, so that it takes no longer than one that is not there: one that cannot
/// be read is not noticed.
#[tokio::test]
async fn d10_a_foreign_row_is_not_read() {
    for world in each() {
        let begun = world.begun("a").await;
        damage(&world, begun.id, |_| "{}".into()).await;
        let foreign = ServiceId(v4([6; 16]));
        let fetched = world.store.read(move |tx| store::verification::fetch(tx, foreign, begun.id)).await;
        assert_eq!(fetched.unwrap(), None);
        let check = world.check(begun.id, "000000");
        let asked = Operation { service: Some(foreign), ..check.clone() };
        assert_eq!(world.store.apply(asked).await, Err(Refusal::NotFound));
        assert_eq!(world.store.apply(check).await, Err(Refusal::Internal));
    }
}

/// In one batch with its owner, who has it read, a foreigner finds none all the same.
#[tokio::test]
async fn d5_a_row_of_the_same_batch_stays_its_owners() {
    for world in each() {
        let begun = world.begun("a").await;
        let held = world.hold().await;
        let own = world.check(begun.id, &world.code(&begun));
        let foreign =
            Operation { service: Some(ServiceId(v4([6; 16]))), id: world.check(begun.id, "").id, ..own.clone() };
        let waiting = world.queue([foreign, own].into_iter()).await;
        held.release();
        let mut said = answers(waiting).await;
        said.sort_by_key(Result::is_ok);
        assert_eq!(said.remove(0), Err(Refusal::NotFound));
        assert_eq!(verification(said.remove(0)).status(world.now()), Status::Approved);
    }
}

#[tokio::test]
async fn a_closure_that_fails_is_undone_alone() {
    static WRONG: Statement = Statement::new("test.wrong", "SELECT nothing FROM nowhere");
    for world in each() {
        let held = world.hold().await;
        let keep = |name: &'static str| move |tx: &mut store::Tx| store::setting::set(tx, name, "kept");
        let (one, two, three, four, ()) = tokio::join!(
            world.store.write(keep("one")),
            world.store.write(move |tx| {
                keep("two")(tx)?;
                Err::<(), Error>(Refusal::NotFound.into())
            }),
            world.store.write(move |tx| {
                keep("three")(tx)?;
                tx.query(&WRONG, &[])
            }),
            world.store.write(move |tx| -> Result<(), Error> {
                keep("four")(tx)?;
                panic!("as a test of panics");
            }),
            async { held.release() },
        );
        assert!(one.is_ok());
        assert!(matches!(two, Err(Error::Refused(Refusal::NotFound))), "{two:?}");
        assert!(matches!(three, Err(Error::Fault(_))), "{three:?}");
        assert!(matches!(four, Err(Error::Fault(_))), "{four:?}");
        assert_eq!(world.count("setting").await, 1);
        verification(world.store.apply(world.create("a")).await);
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    for world in each() {
        let held = world.hold().await;
        let mut waiting = Vec::new();
        for _ in 0..world.queue_max() {
            waiting.push(tokio::spawn({
                let store = world.store.clone();
                async move { store.write(|_| Ok(())).await }
            }));
        }
        while world.store.queue().0 < world.store.queue().1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.store.apply(world.create("a")).await, Err(Refusal::Unavailable));
        assert!(matches!(world.store.write(|_| Ok(())).await, Err(Error::Unavailable(_))));
        held.release();
        for job in waiting {
            job.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn what_waits_when_the_store_closes_is_done() {
    for mut world in each() {
        let held = world.hold().await;
        let waiting = world.queue((0..20).map(|phone| world.create(&phone.to_string()))).await;
        held.release();
        world.store.clone().close().await;
        answers(waiting).await.into_iter().for_each(|answer| drop(verification(answer)));
        assert_eq!(world.store.apply(world.create("late")).await, Err(Refusal::Unavailable));
        assert!(matches!(world.store.read(|_| Ok(())).await, Err(Error::Unavailable(_))));
        world.store = world.open().unwrap();
        assert_eq!(world.count("verification").await, 20);
    }
}
