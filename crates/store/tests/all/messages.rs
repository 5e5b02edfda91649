//! The outbox and the inbox.

use std::collections::BTreeSet;

use domain::{
    delivery::{Reason, State},
    digest::Fixed,
    effect::Settlement,
    id::{MessageId, ServiceId, VerificationId, v4},
    refusal::Refusal,
    time::{Time, hours, minutes, seconds},
    verification::{Answer, Event, Operation, Priority, Purpose, Report},
};
use store::{
    message::{self, Claimed, Lease},
    receipt::{self, Receipt},
};

use crate::world::{World, each, service};

const ONE: message::Owner = Fixed([1; 16]);
const TWO: message::Owner = Fixed([2; 16]);

async fn claim(world: &World, owner: message::Owner, max: i64) -> Vec<Claimed> {
    let lease = lease(world, owner);
    world.store.write(move |tx| message::claim(tx, lease, |_| [max, 0])).await.unwrap()
}

fn lease(world: &World, owner: message::Owner) -> Lease {
    Lease { owner, from: world.now(), until: world.now().plus(seconds(10)) }
}

/// Gives a message back, to be given out again at a time, in a lane.
async fn release(world: &World, owner: message::Owner, id: MessageId, again_at: Time, lane: Option<&str>) -> u64 {
    let lane = lane.map(str::to_owned);
    world.store.write(move |tx| message::release(tx, owner, id, again_at, lane.clone())).await.unwrap()
}

fn named((route, id): (&str, &str)) -> message::CarrierName {
    (route.to_owned(), id.to_owned())
}

fn submitted(world: &World, verification: VerificationId, message: MessageId, carrier_id: &str) -> Operation {
    let settlement = Some(Settlement {
        message,
        state: State::Submitted,
        route: Some("smsc".into()),
        carrier_id: Some(carrier_id.into()),
    });
    let report = Report { message, state: State::Submitted, reason: None, settlement };
    Operation { service: None, ..world.operation(Some(verification), Event::Report(report)) }
}

#[tokio::test]
async fn eight_workers_are_handed_each_message_once() {
    for world in each() {
        world.at_once((0..400).map(|phone| world.create(&phone.to_string()))).await;
        let workers = (0..8u8).map(|worker| {
            let (store, lease) = (world.store.clone(), lease(&world, Fixed([worker; 16])));
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                loop {
                    let batch = store.write(move |tx| message::claim(tx, lease, |_| [7, 0])).await.unwrap();
                    if batch.is_empty() {
                        return claimed;
                    }
                    claimed.extend(batch.into_iter().map(|claimed| claimed.stored.message.id));
                }
            })
        });
        let mut handed = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            handed.extend(worker.await.unwrap());
        }
        assert_eq!(handed.len(), 400);
        assert_eq!(handed.into_iter().collect::<BTreeSet<_>>().len(), 400);
    }
}

/// Rule D9: a service that asks for much keeps no other waiting; and whoever pays waits for nobody.
#[tokio::test]
async fn d9_services_take_turns_and_payments_go_first() {
    for world in each() {
        let of = |nth: u32, count: u32, purpose: Purpose| {
            let service = ServiceId(v4([u8::try_from(nth).unwrap(); 16]));
            (0..count).map(|n| of_service(world.create(&format!("{nth} {n}")), service, purpose)).collect::<Vec<_>>()
        };
        world.at_once(of(1, 60, Purpose::SignIn).into_iter()).await;
        world.advance(seconds(1));
        world.at_once(of(2, 3, Purpose::SignUp).into_iter().chain(of(3, 2, Purpose::VerifyPhone))).await;
        world.advance(seconds(1));
        world.at_once(of(4, 2, Purpose::Payment).into_iter()).await;
        assert_eq!(world.store.read(|tx| message::services(tx, "", 9)).await.unwrap(), 4);
        assert_eq!(world.store.read(|tx| message::services(tx, "", 3)).await.unwrap(), 3);
        let claimed = claim(&world, ONE, 10).await;
        let first =
            |claimed: &[Claimed]| claimed.iter().map(|c| c.stored.message.service.bytes()[0]).collect::<Vec<u8>>();
        // Of one turn, who came first goes first.
        let by_turn = first(&claimed);
        assert_eq!(by_turn[..2], [4, 4], "payments");
        assert_eq!((by_turn[2], by_turn[5], by_turn[8]), (1, 1, 1));
        let counted = |service: u8| by_turn.iter().filter(|of| **of == service).count();
        assert_eq!([1, 2, 3].map(counted), [3, 3, 2]);
        let rest = [first(&claim(&world, ONE, 100).await), first(&claim(&world, ONE, 100).await)].concat();
        assert_eq!(rest, [1; 57], "nobody waits in vain");
        assert_eq!(claim(&world, TWO, 9).await, []);
    }
}

/// Rule D9: whatever one service calls urgent, the others' messages go out.
#[tokio::test]
async fn d9_places_are_kept_for_what_is_less_urgent() {
    for world in each() {
        let of = |nth: u8, count: u32, purpose: Purpose, said: Option<Priority>| {
            let service = ServiceId(v4([nth; 16]));
            let create = |n| prioritized(of_service(world.create(&format!("{nth} {n}")), service, purpose), said);
            (0..count).map(create).collect::<Vec<_>>()
        };
        world.at_once(of(1, 20, Purpose::Payment, None).into_iter()).await;
        world.at_once(of(2, 4, Purpose::SignIn, None).into_iter()).await;
        world.at_once(of(3, 5, Purpose::SignIn, Some(Priority::Low)).into_iter()).await;
        world.at_once(of(4, 1, Purpose::Payment, Some(Priority::Normal)).into_iter()).await;
        world.advance(seconds(1));
        let claim = async |places| {
            let lease = lease(&world, ONE);
            let claimed = world.store.write(move |tx| message::claim(tx, lease, |_| places)).await.unwrap();
            let mut services: Vec<u8> = claimed.iter().map(|c| c.stored.message.service.bytes()[0]).collect();
            services.sort_unstable();
            services
        };
        assert_eq!(claim([8, 2]).await, [1, 1, 1, 1, 1, 2, 2, 4], "two of eight at least, and nothing of what is low");
        assert_eq!(claim([1, 0]).await, [1]);
        assert_eq!(claim([1, 1]).await, [2], "the one place there is");
        assert_eq!(claim([6, 4]).await, [1, 1, 2, 3, 3, 3], "low after normal");
        assert_eq!(claim([8, 4]).await, [1, 1, 1, 1, 1, 1, 3, 3], "nothing is kept for nobody");
    }
}

fn prioritized(mut operation: Operation, said: Option<Priority>) -> Operation {
    if let Event::Create(create) = &mut operation.event {
        create.priority = said;
    }
    operation
}

fn of_service(mut operation: Operation, service: ServiceId, purpose: Purpose) -> Operation {
    operation.service = Some(service);
    if let Event::Create(create) = &mut operation.event {
        (create.service, create.purpose) = (service, purpose);
    }
    operation
}

/// A minute's wait stays one; what waits for the time before the clock was set back waits for nothing.
#[tokio::test]
async fn d11_a_clock_that_was_set_back_holds_no_message() {
    for world in each() {
        let queued = world.begun("queued").await;
        let ahead = world.now();
        world.advance(-hours(1));
        let now = world.now();
        assert_eq!(claim(&world, ONE, 9).await, []);
        let hasten = || world.store.write(move |tx| message::hasten(tx, now, now.plus(minutes(2))));
        assert_eq!(hasten().await.unwrap(), 1);
        let claimed = claim(&world, ONE, 9).await;
        assert_eq!(claimed.iter().map(|c| c.verification.id).collect::<Vec<_>>(), [queued.id]);
        let id = claimed[0].stored.message.id;
        world.store.write(move |tx| message::renew(tx, ONE, &[id], ahead)).await.unwrap();
        assert_eq!(hasten().await.unwrap(), 1, "nobody leases for an hour");
        assert_eq!(claim(&world, TWO, 9).await.len(), 1);
        assert_eq!(release(&world, TWO, id, now.plus(minutes(1)), None).await, 1);
        assert_eq!(hasten().await.unwrap(), 0);
        assert_eq!(claim(&world, ONE, 9).await, []);
    }
}

#[tokio::test]
async fn a_lease_ends_by_itself_or_by_its_owner() {
    for world in each() {
        let begun = world.begun("a").await;
        let claimed = claim(&world, ONE, 10).await;
        assert_eq!(claimed[0].verification, begun);
        let id = claimed[0].stored.message.id;
        assert_eq!(id, begun.newest().message);
        assert_eq!(claim(&world, TWO, 10).await, []);
        world.advance(seconds(8));
        let until = world.now().plus(seconds(10));
        assert_eq!(world.store.write(move |tx| message::renew(tx, TWO, &[id], until)).await.unwrap(), 0);
        assert_eq!(world.store.write(move |tx| message::renew(tx, ONE, &[id], until)).await.unwrap(), 1);
        world.advance(seconds(8));
        assert_eq!(claim(&world, TWO, 10).await, []);
        assert_eq!(world.store.read(message::next_due).await.unwrap(), Some(until));
        world.advance(seconds(3));
        assert_eq!(claim(&world, TWO, 10).await[0].stored.attempts, 2);
        let later = world.now().plus(minutes(1));
        assert_eq!(release(&world, ONE, id, later, None).await, 0);
        assert_eq!(release(&world, TWO, id, later, None).await, 1);
        assert_eq!(world.store.read(message::next_due).await.unwrap(), Some(later));
        world.advance(minutes(1));
        // Whoever gave it back had not sent it, and the death before that is counted.
        assert_eq!(claim(&world, ONE, 10).await[0].stored.attempts, 1);
    }
}

#[tokio::test]
async fn a_folder_that_opens_anew_frees_its_leases() {
    let mut world = World::new(crate::place::sqlite());
    world.begun("a").await;
    assert_eq!(claim(&world, ONE, 10).await.len(), 1);
    world.reopen().await;
    assert_eq!(claim(&world, TWO, 10).await.len(), 1);
}

#[tokio::test]
async fn what_was_handed_over_is_settled_and_found_by_its_carrier_id() {
    for world in each() {
        let begun = world.begun("a").await;
        let id = claim(&world, ONE, 10).await[0].stored.message.id;
        assert_eq!(world.store.apply(submitted(&world, begun.id, id, "c-1")).await, Ok(Answer::Noted));
        let [known, twice, foreign] = [("smsc", "c-1"), ("smsc", "c-1"), ("other", "c-1")].map(named);
        let names = [known.clone(), twice, foreign];
        let found = world.store.read(move |tx| message::by_carrier_name(tx, &names)).await.unwrap();
        let found: Vec<_> = found.iter().map(|(name, stored)| (name, stored.message.id, stored.state)).collect();
        assert_eq!(found, [(&known, id, State::Submitted)]);
        world.advance(minutes(1));
        assert_eq!(claim(&world, ONE, 10).await, []);
        assert_eq!(world.store.read(message::backlog).await.unwrap().queued, 0);
    }
}

#[tokio::test]
async fn a_foreign_service_reports_nothing() {
    for world in each() {
        let begun = world.begun("a").await;
        let report = submitted(&world, begun.id, begun.newest().message, "c-1");
        let foreign = Operation { service: Some(domain::id::ServiceId(domain::id::v4([6; 16]))), ..report };
        assert_eq!(world.store.apply(foreign).await, Err(Refusal::NotFound));
        assert_eq!(world.store.read(message::backlog).await.unwrap().queued, 1);
    }
}

#[tokio::test]
async fn d1_a_receipt_waits_for_its_response() {
    for world in each() {
        let begun = world.begun("a").await;
        let early = Receipt {
            route: "smsc".into(),
            carrier_id: "c-1".into(),
            at: world.now(),
            state: State::Undelivered,
            reason: Some(Reason::Unreachable),
            phone: None,
        };
        let kept = [early.clone(), early.clone(), Receipt { carrier_id: "c-2".into(), ..early.clone() }];
        world.store.write(move |tx| receipt::insert(tx, &kept)).await.unwrap();
        assert_eq!(world.store.read(|tx| receipt::matched(tx, 10)).await.unwrap(), []);
        world.store.apply(submitted(&world, begun.id, begun.newest().message, "c-1")).await.unwrap();
        assert_eq!(world.store.read(|tx| receipt::matched(tx, 10)).await.unwrap(), std::slice::from_ref(&early));
        let names = [("smsc", "c-1"), ("smsc", "c-3"), ("other", "c-2")].map(named);
        assert_eq!(world.store.read(move |tx| receipt::of(tx, &names)).await.unwrap(), std::slice::from_ref(&early));
        for removed in [1, 0] {
            let applied = [early.clone()];
            assert_eq!(world.store.write(move |tx| receipt::remove(tx, &applied)).await.unwrap(), removed);
        }
        let now = world.now();
        assert_eq!(world.store.write(move |tx| receipt::sweep(tx, now)).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn v6_a_place_in_the_queue_counts_the_own_service() {
    for world in each() {
        let mut last = None;
        for phone in ["a", "b", "c", "d"] {
            world.advance(1);
            last = Some(world.begun(phone).await.newest().message);
        }
        let id = last.unwrap();
        let ahead = |max| world.store.read(move |tx| message::ahead(tx, service(), id, "", max));
        assert_eq!(ahead(500).await.unwrap(), 3);
        assert_eq!(ahead(2).await.unwrap(), 2);
        let foreign = domain::id::ServiceId(domain::id::v4([6; 16]));
        assert_eq!(world.store.read(move |tx| message::ahead(tx, foreign, id, "", 500)).await.unwrap(), 0);
        let backlog = world.store.read(message::backlog).await.unwrap();
        assert_eq!((backlog.queued, backlog.oldest_at), (4, Some(world.now().plus(-3))));
    }
}
