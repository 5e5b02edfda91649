//! Rows whose time is over go, and only those.

use domain::{
    digest::sha256,
    time::{Time, days, hours},
};
use store::{audit, console, sweep};

use crate::world::{World, each, verification};

async fn walk(world: &World, slice: i64) {
    let now = world.now();
    let mut from = None;
    loop {
        from = world.store.write(move |tx| sweep::numbers(tx, from, now, slice)).await.unwrap().next;
        if from.is_none() {
            break;
        }
    }
    loop {
        from = world.store.write(move |tx| sweep::allowances(tx, from, now, slice)).await.unwrap().next;
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
        // Of each the phone's limit and the numbers of its context; of the number only what lasts has a row.
        assert_eq!((world.count("number").await, world.count("allowance").await), (1, 22));
        world.advance(days(3));
        world.begun("young").await;
        walk(&world, 4).await;
        // The wrong code is remembered for a month.
        assert_eq!((world.count("number").await, world.count("allowance").await), (1, 2));
        world.advance(days(30));
        walk(&world, 100).await;
        assert_eq!((world.count("number").await, world.count("allowance").await), (0, 0));
        verification(world.store.apply(world.create("failed")).await);
    }
}

#[tokio::test]
async fn d11_the_newest_verification_is_found() {
    for world in each() {
        assert_eq!(world.store.read(sweep::newest).await.unwrap(), None);
        for hour in [5, 9, 2] {
            world.advance(hours(hour));
            world.begun(&hour.to_string()).await;
            world.advance(-hours(hour));
        }
        assert_eq!(world.store.read(sweep::newest).await.unwrap(), Some(world.now().plus(hours(9))));
    }
}

/// A link from before the clock was set back would work for longer than ten minutes.
#[tokio::test]
async fn d11_a_link_or_session_from_the_future_opens_nothing() {
    for world in each() {
        let (now, ends) = (world.now(), world.now().plus(hours(8)));
        let digest = |text: &str| sha256(text.as_bytes());
        let enter = |link, at| world.store.write(move |tx| console::enter(tx, link, sha256(b"in"), at, ends));
        let see = |at: Time| world.store.write(move |tx| console::see(tx, sha256(b"in"), at, at.plus(-hours(2))));
        let link = digest("link");
        world.store.write(move |tx| console::link(tx, link, now, ends)).await.unwrap();
        assert!(!enter(link, now.plus(-hours(1))).await.unwrap());
        assert!(enter(link, now).await.unwrap());
        assert!(!see(now.plus(-hours(1))).await.unwrap());
        assert!(see(now).await.unwrap());
    }
}

#[tokio::test]
async fn the_audit_goes_by_age() {
    for world in each() {
        let first = world.begun("0").await.id;
        for phone in 1..5 {
            world.advance(hours(1));
            world.begun(&phone.to_string()).await;
        }
        world.advance(hours(1));
        // While they live, their lines are theirs; once they are erased, these are all that is left.
        assert_eq!(world.count("audit").await, 0);
        let lines = || world.store.read(move |tx| audit::fetch(tx, first));
        let before_erased = lines().await.unwrap();
        let late = world.now().plus(days(7));
        assert_eq!(world.store.write(move |tx| sweep::verifications(tx, late, 10)).await.unwrap(), 5);
        assert_eq!((world.count("verification").await, world.count("audit").await), (0, 5));
        assert_eq!((lines().await.unwrap(), before_erased.len()), (before_erased, 1));
        let before = world.now().plus(-hours(2));
        let sweep = |max| world.store.write(move |tx| sweep::audit(tx, before, max));
        assert_eq!((sweep(2).await.unwrap(), sweep(100).await.unwrap(), sweep(100).await.unwrap()), (2, 1, 0));
        assert_eq!(world.count("audit").await, 2);
    }
}
