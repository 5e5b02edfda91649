//! Webhooks: events are rows of the commit that they tell of, endpoints are claimed whole, and what is over is swept.

use domain::{
    digest::Fixed,
    id::{EventId, ServiceId, VerificationId, WebhookId, v4},
    time::{Time, days, hours, minutes, seconds},
    webhook::{About, Kind, NoAnswer, Tried},
};
use store::{
    Store,
    arrival::{self, Sample},
    delivery::{self, Claimed, Delivery, State},
    key, seal,
    webhook::{self, Webhook},
};

use crate::world::{World, each, service};

const OWNER: Fixed<16> = Fixed([1; 16]);
const OTHER: Fixed<16> = Fixed([2; 16]);

fn endpoint(world: &World, id: u8, of: ServiceId, events: &[Kind]) -> Webhook {
    let id = WebhookId(v4([id; 16]));
    let secret = seal::seal(world.keys.current(), &id.bytes(), [7; 12], b"whsec_");
    let (url, events) = ("https://shop.example/".into(), events.to_vec());
    Webhook { id, service: of, url, events, secret, created_at: world.now(), disabled_at: None }
}

async fn insert(world: &World, webhook: &Webhook) -> bool {
    let webhook = webhook.clone();
    world.store.write(move |tx| webhook::insert(tx, &webhook)).await.unwrap()
}

async fn claim(world: &World, owner: Fixed<16>, most: [i64; 2]) -> Vec<Claimed> {
    let now = world.now();
    world.store.write(move |tx| delivery::claim(tx, owner, now, now.plus(seconds(30)), most)).await.unwrap()
}

async fn record(world: &World, owner: Fixed<16>, id: WebhookId, tried: Vec<Delivery>) {
    let now = world.now();
    world.store.write(move |tx| delivery::record(tx, owner, id, &tried, now)).await.unwrap();
}

async fn list(store: &Store, id: WebhookId) -> Vec<Delivery> {
    store.read(move |tx| delivery::list(tx, id, 100)).await.unwrap()
}

/// Approves a new verification.
async fn approve(world: &World, phone: &str) -> VerificationId {
    let verification = world.begun(phone).await;
    let code = world.code(&verification);
    world.store.apply(world.check(verification.id, &code)).await.unwrap();
    verification.id
}

#[tokio::test]
async fn an_approval_is_told_to_those_who_asked_and_to_nobody_else() {
    for world in each() {
        let elsewhere = ServiceId(v4([99; 16]));
        let endpoints = [
            endpoint(&world, 1, service(), &[Kind::Approved, Kind::Locked]),
            endpoint(&world, 2, service(), &[Kind::Locked]),
            endpoint(&world, 3, elsewhere, &[Kind::Approved]),
        ];
        for endpoint in &endpoints {
            assert!(insert(&world, endpoint).await);
        }
        let id = approve(&world, "a").await;
        let told = list(&world.store, endpoints[0].id).await;
        assert_eq!(told.len(), 1);
        let about = About::Verification(id);
        assert_eq!((&told[0].about, told[0].kind, told[0].state), (&about, Kind::Approved, State::Waiting));
        assert_eq!((told[0].due_at, told[0].at, told[0].tries, told[0].last), (world.now(), world.now(), 0, None));
        assert_eq!(list(&world.store, endpoints[1].id).await, []);
        assert_eq!(list(&world.store, endpoints[2].id).await, []);
        let known = world.store.read(move |tx| key::is_named(tx, domain::key::KeyId(1))).await.unwrap();
        assert!(known, "the key that sealed a secret is named (rule D11)");
    }
}

#[tokio::test]
async fn an_endpoint_is_claimed_whole_and_by_one() {
    for world in each() {
        let (first, second) =
            (endpoint(&world, 1, service(), &[Kind::Approved]), endpoint(&world, 2, service(), &[Kind::Approved]));
        assert!(insert(&world, &first).await && insert(&world, &second).await);
        for phone in ["a", "b", "c"] {
            approve(&world, phone).await;
        }
        let [one] = &claim(&world, OWNER, [1, 2]).await[..] else { panic!("one endpoint") };
        assert_eq!(one.due.len(), 2, "no more than asked for");
        let [other] = &claim(&world, OTHER, [8, 8]).await[..] else { panic!("the one that is left") };
        assert!(other.webhook.id != one.webhook.id && other.due.len() == 3);
        assert_eq!(claim(&world, OTHER, [8, 8]).await, [], "both are claimed");
        let last = Some(Tried::Nothing(NoAnswer::NotTrusted));
        let again = Delivery { tries: 1, due_at: world.now().plus(seconds(5)), last, ..one.due[0].clone() };
        let done = Delivery { tries: 1, state: State::Delivered, last: Some(Tried::Status(204)), ..one.due[1].clone() };
        record(&world, OWNER, one.webhook.id, vec![again.clone(), done.clone()]).await;
        let [one] = &claim(&world, OWNER, [8, 8]).await[..] else { panic!("it was given back") };
        assert_eq!(one.due.len(), 1, "one is done, one is not due");
        world.advance(seconds(31));
        let lost = claim(&world, OTHER, [8, 8]).await;
        assert_eq!(lost.len(), 2, "leases run out");
        assert!(lost.iter().any(|claimed| claimed.due.contains(&again)), "what failed is due again");
    }
}

#[tokio::test]
async fn endpoints_end_and_are_bounded() {
    for world in each() {
        let five: Vec<Webhook> = (1..=5).map(|id| endpoint(&world, id, service(), &[Kind::Approved])).collect();
        for endpoint in &five {
            assert!(insert(&world, endpoint).await);
        }
        assert!(!insert(&world, &endpoint(&world, 6, service(), &[Kind::Approved])).await, "five are enough");
        let (gone, disabled, now) = (five[0].id, five[1].id, world.now());
        let ended = world.store.write(move |tx| {
            webhook::disable(tx, service(), disabled, now)?;
            let foreign = webhook::remove(tx, ServiceId(v4([99; 16])), gone)?;
            Ok([foreign, webhook::remove(tx, service(), gone)?, webhook::remove(tx, service(), gone)?])
        });
        assert_eq!(ended.await.unwrap(), [false, true, false]);
        approve(&world, "a").await;
        for id in [gone, disabled] {
            assert_eq!(list(&world.store, id).await, []);
        }
        assert_eq!(list(&world.store, five[2].id).await.len(), 1);
        let left = world.store.read(|tx| webhook::list(tx, service())).await.unwrap();
        assert_eq!(left.len(), 4);
        assert_eq!(left[0].disabled_at, Some(now));
    }
}

#[tokio::test]
async fn what_is_over_is_swept_and_what_is_asked_for_again_is_not() {
    for world in each() {
        let endpoint = endpoint(&world, 1, service(), &[Kind::Approved]);
        assert!(insert(&world, &endpoint).await);
        approve(&world, "a").await;
        approve(&world, "b").await;
        let (id, kept) = (endpoint.id, list(&world.store, endpoint.id).await[0].event);
        world.advance(days(6));
        let now = world.now();
        let again = world.store.write(move |tx| {
            Ok([delivery::again(tx, id, kept, now)?, delivery::again(tx, id, EventId(v4([9; 16])), now)?])
        });
        assert_eq!(again.await.unwrap(), [true, false]);
        world.advance(days(1) + minutes(1));
        let now = world.now();
        world.store.write(move |tx| delivery::sweep(tx, now, 500)).await.unwrap();
        let left: Vec<EventId> = list(&world.store, id).await.iter().map(|delivery| delivery.event).collect();
        assert_eq!(left, [kept]);
        assert_eq!(world.store.read(|tx| delivery::waiting(tx, 10)).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn what_did_not_get_through_is_sent_again_so_many_at_once() {
    for world in each() {
        let endpoint = endpoint(&world, 1, service(), &[Kind::Approved]);
        assert!(insert(&world, &endpoint).await);
        let id = endpoint.id;
        approve(&world, "before").await;
        world.advance(hours(2));
        for phone in ["a", "b", "c", "d"] {
            approve(&world, phone).await;
        }
        let [claimed] = &claim(&world, OWNER, [8, 8]).await[..] else { panic!("one endpoint") };
        let states = [State::Failed, State::Failed, State::Waiting, State::Failed, State::Delivered];
        let later = world.now().plus(hours(5));
        let of = |(one, state): (&Delivery, State)| Delivery { state, tries: 9, due_at: later, ..one.clone() };
        record(&world, OWNER, id, claimed.due.iter().zip(states).map(of).collect()).await;
        assert_eq!(world.store.read(move |tx| delivery::unheard(tx, id)).await.unwrap(), [1, 3]);
        let (since, now) = (world.now().plus(-hours(1)), world.now());
        let again =
            async |max| world.store.write(move |tx| delivery::again_since(tx, id, [since, now], max)).await.unwrap();
        assert_eq!([again(2).await, again(2).await, again(2).await], [2, 1, 0], "and not what was before");
        let again: Vec<Delivery> = list(&world.store, id).await.into_iter().filter(|one| one.tries == 0).collect();
        assert!(again.len() == 3 && again.iter().all(|one| one.state == State::Waiting && one.due_at == now));
    }
}

/// Rule D5: of a route only those are told whose messages went by it lately.
#[tokio::test]
async fn d5_a_route_is_told_of_to_those_that_it_carries() {
    for world in each() {
        let elsewhere = ServiceId(v4([99; 16]));
        let (own, other) = (
            endpoint(&world, 1, service(), &[Kind::RouteTroubled, Kind::RouteRecovered]),
            endpoint(&world, 2, elsewhere, &[Kind::RouteTroubled, Kind::RouteRecovered]),
        );
        assert!(insert(&world, &own).await && insert(&world, &other).await);
        let message = world.begun("a").await.newest().message;
        let at = world.now();
        let sample = Sample {
            name: Fixed([1; 32]),
            message,
            at,
            carrier: "unknown".into(),
            country: "JP".into(),
            numbers: String::new(),
        };
        let followed = world.store.write(move |tx| {
            arrival::follow(tx, std::slice::from_ref(&sample))?;
            arrival::sent(tx, &[(message, "carrier".into())])
        });
        followed.await.unwrap();
        let tell = async |id: u8, kind: Kind, route: &'static str, since: Time| {
            let event = EventId(v4([id; 16]));
            let tell = move |tx: &mut store::Tx| delivery::tell_of_route(tx, event, kind, route, [since, at]);
            world.store.write(tell).await.unwrap();
        };
        let (fell, well) = (Kind::RouteTroubled, Kind::RouteRecovered);
        tell(1, fell, "another", at).await;
        tell(2, fell, "carrier", at.plus(1)).await;
        tell(3, well, "carrier", at.plus(1)).await;
        assert_eq!(list(&world.store, own.id).await, [], "by another route, or before");
        tell(4, fell, "carrier", at).await;
        tell(5, well, "another", at.plus(1)).await;
        tell(6, well, "carrier", at.plus(1)).await;
        let told: Vec<(Kind, About)> =
            list(&world.store, own.id).await.into_iter().map(|one| (one.kind, one.about)).collect();
        let about = || About::Route("carrier".into());
        assert_eq!(told, [(well, about()), (fell, about())], "however long it took");
        assert_eq!(list(&world.store, other.id).await, []);
    }
}

#[tokio::test]
async fn d11_a_clock_that_was_set_back_holds_no_event() {
    for world in each() {
        let endpoint = endpoint(&world, 1, service(), &[Kind::Approved]);
        assert!(insert(&world, &endpoint).await);
        approve(&world, "a").await;
        claim(&world, OWNER, [8, 8]).await;
        world.advance(-hours(48));
        assert_eq!(claim(&world, OTHER, [8, 8]).await, []);
        let now = world.now();
        world.store.write(move |tx| delivery::hasten(tx, now)).await.unwrap();
        assert_eq!(claim(&world, OTHER, [8, 8]).await.len(), 1);
    }
}
