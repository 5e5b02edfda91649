//! What is remembered of a number for a short while stands in its phone's row; what lasts has a row of its own.

use domain::{
    digest::sha256,
    id::{ServiceId, v4},
    refusal::Refusal,
    time::minutes,
    verification::{Answer, Event, Operation},
};
use store::{Field, Statement};

use crate::world::{World, each, recipient, verification};

/// A create by another service for the phone of this name.
fn elsewhere(world: &World, phone: &str) -> Operation {
    let (other, mut create) = (ServiceId(v4([6; 16])), world.create(phone));
    if let Event::Create(create) = &mut create.event {
        (create.service, create.to.number) = (other, sha256(format!("elsewhere {phone}").as_bytes()));
    }
    Operation { service: Some(other), ..create }
}

#[tokio::test]
async fn what_is_under_way_has_no_row_of_its_own_and_what_went_wrong_has() {
    for world in each() {
        let begun = world.begun("a").await;
        assert_eq!(world.count("number").await, 0);
        world.store.apply(world.check(begun.id, &world.wrong(&begun))).await.unwrap_err();
        assert_eq!(world.count("number").await, 1);
        // The row of its own has all that the phone's had.
        assert_eq!(world.store.apply(world.create("a")).await, Ok(Answer::UnderWay(begun.id)));
        for _ in 0..4 {
            world.store.apply(world.check(begun.id, &world.wrong(&begun))).await.unwrap_err();
        }
        let waits = world.store.apply(world.create("a")).await;
        assert!(matches!(waits, Err(Refusal::TooManyChecks { retry_at: Some(_) })), "{waits:?}");
        world.advance(minutes(2));
        let again = world.begun("a").await;
        verification(world.store.apply(world.check(again.id, &world.code(&again))).await);
        assert_eq!(world.count("number").await, 1);
    }
}

#[tokio::test]
async fn d5_services_remember_one_phone_apart() {
    for world in each() {
        let own = world.begun("a").await;
        let other = verification(world.store.apply(elsewhere(&world, "a")).await);
        assert_eq!(world.store.apply(world.create("a")).await, Ok(Answer::UnderWay(own.id)));
        assert_eq!(world.store.apply(elsewhere(&world, "a")).await, Ok(Answer::UnderWay(other.id)));
        verification(world.store.apply(world.check(own.id, &world.code(&own))).await);
        assert_eq!(world.store.apply(elsewhere(&world, "a")).await, Ok(Answer::UnderWay(other.id)));
    }
}

/// A version before gave each number a row.
#[tokio::test]
async fn a_number_that_has_a_row_keeps_it() {
    static BEFORE: Statement =
        Statement::new("test.before", "INSERT INTO number (key, version, expires_ms, state) VALUES ($1, 1, $2, $3)");
    for world in each() {
        let (key, now, id) = (recipient("a").number, world.now(), world.begun("b").await.id);
        let until = now.plus(minutes(10)).ms();
        let state = format!(
            r#"{{"key":"{}","flights":[{{"verification":"{id}","purpose":"verify_phone","context":"{}","expires_at":{until}}}],"standings":[],"failures":0,"failed_at":0,"closed_until":null,"changed_at":0}}"#,
            key.hex(),
            sha256(b"a").hex(),
        );
        let insert = move |tx: &mut store::Tx| {
            tx.execute(&BEFORE, &[key.into_value(), until.into_value(), state.clone().into_value()])
        };
        assert_eq!(world.store.write(insert).await.unwrap(), 1);
        assert_eq!(world.store.apply(world.create("a")).await, Ok(Answer::UnderWay(id)));
        world.advance(minutes(11));
        let begun = world.begun("a").await;
        assert_eq!(world.store.apply(world.create("a")).await, Ok(Answer::UnderWay(begun.id)));
        assert_eq!(world.count("number").await, 1);
    }
}
