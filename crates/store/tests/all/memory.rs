//! The door without a store answers as the others do, and writes nothing.

use std::sync::Arc;

use domain::refusal::Refusal;
use store::{Store, StoreConfig};

use crate::{
    place,
    world::{World, verification},
};

#[tokio::test]
async fn a_door_in_memory_decides_the_same_and_stores_nothing() {
    let mut world = World::new(place::sqlite());
    world.store.clone().close().await;
    let (config, now) = (StoreConfig::new(world.place.database.clone()), world.now());
    let (store, memory) = Store::open_in_memory(&config, world.keys.clone(), Arc::new(move || now)).unwrap();
    world.store = store;
    let begun = world.begun("a").await;
    assert_eq!(memory.verifications(&[begun.id]), std::slice::from_ref(&begun));
    let wrong = world.store.apply(world.check(begun.id, &world.wrong(&begun))).await;
    assert_eq!(wrong, Err(Refusal::IncorrectCode { checks_left: 4 }));
    let approved = verification(world.store.apply(world.check(begun.id, &world.code(&begun))).await);
    assert_eq!(memory.verifications(&[begun.id]), [approved]);
    let again = world.store.apply(world.check(begun.id, &world.code(&begun))).await;
    assert_eq!(again, Err(Refusal::AlreadyUsed));
    assert_eq!((world.count("verification").await, world.count("number").await), (0, 0));
}
