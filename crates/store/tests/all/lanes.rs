//! Lanes: messages that wait for a route keep their places, and nobody waits behind them.

use domain::{
    digest::Fixed,
    effect::Message,
    id::MessageId,
    time::{Time, minutes, seconds},
    verification::{Event, Purpose},
};
use store::message::{self, Claimed, Lease};

use crate::world::{World, each, service};

const ONE: message::Owner = Fixed([1; 16]);

fn lease(world: &World) -> Lease {
    Lease { owner: ONE, from: world.now(), until: world.now().plus(seconds(10)) }
}

/// Claims so many of each of these lanes, and none of another one.
async fn claim(world: &World, shares: &'static [(&'static str, i64)]) -> Vec<Claimed> {
    let (lease, share) = (lease(world), |lane: &str| shares.iter().find(|(name, _)| *name == lane));
    world
        .store
        .write(move |tx| message::claim(tx, lease, |lane| [share(lane).map_or(0, |one| one.1), 0]))
        .await
        .unwrap()
}

async fn release(world: &World, message: &Message, again_at: Time, lane: Option<&str>) {
    let (id, lane) = (message.id, lane.map(str::to_owned));
    let write = move |tx: &mut store::Tx| message::release(tx, ONE, id, again_at, lane.clone());
    assert_eq!(world.store.write(write).await.unwrap(), 1);
}

fn ids(claimed: &[Claimed]) -> Vec<MessageId> {
    claimed.iter().map(|claimed| claimed.stored.message.id).collect()
}

/// So many messages, one after the other.
async fn queued(world: &World, names: &[&str]) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for name in names {
        world.advance(1);
        ids.push(world.begun(name).await.newest().message);
    }
    ids
}

#[tokio::test]
async fn what_waits_for_a_route_keeps_its_place_and_lets_others_pass() {
    for world in each() {
        let ids_of = queued(&world, &["n1", "n2", "n3", "w1"]).await;
        for claimed in claim(&world, &[("", 3)]).await {
            assert_eq!(claimed.lane, "");
            release(&world, &claimed.stored.message, world.now(), Some("narrow")).await;
        }
        let later = queued(&world, &["n4", "w2"]).await;
        let sorted = claim(&world, &[("", 9)]).await;
        assert_eq!(ids(&sorted), [ids_of[3], later[0], later[1]], "nobody waits behind another lane");
        release(&world, &sorted[1].stored.message, world.now(), Some("narrow")).await;
        assert_eq!(claim(&world, &[("", 9), ("wide", 9)]).await, [], "a lane without room is not looked at");
        let first = claim(&world, &[("narrow", 1)]).await;
        assert_eq!((ids(&first), first[0].lane.as_str()), (vec![ids_of[0]], "narrow"));
        release(&world, &first[0].stored.message, world.now().plus(seconds(1)), None).await;
        assert_eq!(ids(&claim(&world, &[("narrow", 1)]).await), [ids_of[1]], "it is left alone for a second");
        world.advance(seconds(1));
        let rest = claim(&world, &[("narrow", 9), ("", 9)]).await;
        assert_eq!(ids(&rest), [ids_of[0], ids_of[2], later[0]], "in the order in which they were asked for");
    }
}

/// A payment passes within its lane too, and what waits is found whatever lanes there are.
#[tokio::test]
async fn lanes_keep_priorities_and_are_left_when_routes_change() {
    for world in each() {
        let mut payment = world.create("payment");
        let patient = queued(&world, &["a", "b"]).await;
        world.advance(1);
        if let Event::Create(create) = &mut payment.event {
            create.purpose = Purpose::Payment;
        }
        world.store.apply(payment).await.unwrap();
        let all = claim(&world, &[("", 9)]).await;
        assert_eq!(ids(&all)[1..], patient);
        for (claimed, lane) in all.iter().zip(["x", "x", "y"]) {
            release(&world, &claimed.stored.message, world.now(), Some(lane)).await;
        }
        let own = all[0].stored.message.service;
        let ahead = |lane: &'static str, id| world.store.read(move |tx| message::ahead(tx, own, id, lane, 9));
        assert_eq!([ahead("x", patient[0]).await.unwrap(), ahead("y", patient[1]).await.unwrap()], [1, 0]);
        let services = |lane: &'static str| world.store.read(move |tx| message::services(tx, lane, 9));
        assert_eq!([services("x").await.unwrap(), services("z").await.unwrap()], [1, 0]);
        assert_eq!(ids(&claim(&world, &[("x", 1), ("y", 1)]).await).len(), 2);
        world.advance(seconds(11));
        assert_eq!(world.store.write(message::unsort).await.unwrap(), 3);
        assert_eq!(ids(&claim(&world, &[("", 9)]).await), ids(&all), "as if they had never been sorted");
        assert_eq!(own, service());
    }
}

/// Whatever the lanes have room for, what nobody may send any more is found and ended.
#[tokio::test]
async fn what_has_expired_is_found_in_every_lane() {
    for world in each() {
        let waiting = queued(&world, &["a", "b", "c"]).await;
        for (claimed, lane) in claim(&world, &[("", 2)]).await.iter().zip(["x", "y"]) {
            release(&world, &claimed.stored.message, world.now(), Some(lane)).await;
        }
        let expired = async |max| {
            let lease = lease(&world);
            let claimed = world.store.write(move |tx| message::claim_expired(tx, lease, max)).await.unwrap();
            let mut ids = ids(&claimed);
            ids.sort_unstable();
            ids
        };
        assert_eq!(expired(9).await, []);
        world.advance(minutes(30));
        assert_eq!((expired(2).await.len(), expired(9).await.len(), expired(9).await.len()), (2, 1, 0));
        world.advance(seconds(11));
        assert_eq!(expired(9).await, waiting);
    }
}
