//! Rows whose time is over go, and only those.

use domain::time::{days, hours};
use store::sweep;

use crate::world::{World, each, verification};

async fn walk(world: &World, slice: i64) {
    let now = world.now();
    let mut from = None;
    loop {
        from = world.store.write(move |tx| sweep::numbers(tx, from, now, slice)).await.unwrap();
        if from.is_none() {
            break;
        }
    }
    loop {
        from = world.store.write(move |tx| sweep::allowances(tx, from, now, slice)).await.unwrap();
        if from.is_none() {
            break;
        }
    }
}

#[tokio::test]
async fn a_verification_goes_with_its_messages_when_its_retention_ends() {
    for world in each() {
        for phone in 0..5 {
            world.begun(&phone.to_string()).await;
        }
        world.advance(days(7));
        world.begun("young").await;
        let now = world.now();
        let sweep = || world.store.write(move |tx| sweep::verifications(tx, now, 3));
        assert_eq!((sweep().await.unwrap(), sweep().await.unwrap(), sweep().await.unwrap()), (3, 2, 0));
        assert_eq!((world.count("verification").await, world.count("message").await), (1, 1));
    }
}

#[tokio::test]
async fn numbers_and_limits_go_when_they_have_nothing_to_remember() {
    for world in each() {
        for phone in 0..10 {
            world.begun(&phone.to_string()).await;
        }
        let failed = world.begun("failed").await;
        world.store.apply(world.check(failed.id, &world.wrong(&failed))).await.unwrap_err();
        walk(&world, 4).await;
        assert_eq!((world.count("number").await, world.count("allowance").await), (11, 11));
        world.advance(days(3));
        world.begun("young").await;
        walk(&world, 4).await;
        // The wrong code is remembered for a month.
        assert_eq!((world.count("number").await, world.count("allowance").await), (2, 1));
        world.advance(days(30));
        walk(&world, 100).await;
        assert_eq!((world.count("number").await, world.count("allowance").await), (0, 0));
        verification(world.store.apply(world.create("failed")).await);
    }
}

#[tokio::test]
async fn the_audit_goes_by_age() {
    for world in each() {
        for phone in 0..5 {
            world.begun(&phone.to_string()).await;
            world.advance(hours(1));
        }
        let before = world.now().plus(-hours(2));
        let sweep = |max| world.store.write(move |tx| sweep::audit(tx, before, max));
        assert_eq!((sweep(2).await.unwrap(), sweep(100).await.unwrap(), sweep(100).await.unwrap()), (2, 1, 0));
        assert_eq!(world.count("audit").await, 2);
    }
}
