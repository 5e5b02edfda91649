//! Which rows need a key, and which verifications a revocation must end.

use domain::{
    digest::sha256,
    id::{FlowId, v4},
    key::{KeyId, KeyRing, Secret},
    time::{Time, minutes},
    verification::{Event, Status},
};
use store::{
    Field, Store, flow, idempotency, key, seal,
    sealed::{self, Sealed, Table},
    support, verification,
};

use crate::world::{self, World, each};

async fn named(store: &Store) -> [bool; 4] {
    let named = |tx: &mut store::Tx, id| key::is_named(tx, KeyId(id));
    store.read(move |tx| Ok([named(tx, 0)?, named(tx, 1)?, named(tx, 2)?, named(tx, u32::MAX)?])).await.unwrap()
}

async fn sealed_number(world: &World) {
    let mut create = world.create("phone");
    let Event::Create(event) = &mut create.event else { panic!("a create") };
    event.to.address = seal::seal(world.keys.current(), &event.id.bytes(), [7; 12], b"+819012345678");
    world.store.apply(create).await.unwrap();
}

async fn sealed_answer(world: &World) {
    let (key, now) = (sha256(b"key"), world.now());
    let sealed = seal::seal(world.keys.current(), &key.0, [7; 12], b"an answer");
    let kept = world.store.write(move |tx| {
        idempotency::begin(tx, key, sha256(b"body"), now, now.plus(minutes(1)))?;
        idempotency::finish(tx, key, sha256(b"body"), sealed.clone(), now.plus(minutes(1)))
    });
    kept.await.unwrap();
}

async fn flow_with_a_sealed_number(world: &World) {
    let id = FlowId(v4([1; 16]));
    let sealed = seal::seal(world.keys.current(), &id.bytes(), [7; 12], b"+819012345678");
    let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    let state = format!("{{\"return_url\":\"https://shop.example\",\"prefilled\":\"{hex}\"}}");
    let expires_at = Time::from_ms(1_000);
    let flow = flow::Flow { id, service: world::service(), secret: sha256(b"secret"), expires_at, state };
    world.store.write(move |tx| flow::insert(tx, flow.clone())).await.unwrap();
}

async fn sealed_message(world: &World) {
    let body = seal::seal(world.keys.current(), b"KX7M4TQ9", [7; 12], b"help");
    let (reference, service) = ("KX7M4TQ9".to_owned(), world::service());
    let (created_at, erase_at) = (world.now(), world.now().plus(minutes(1)));
    let message = support::Message { reference, service, created_at, erase_at, body, state: "{}".into() };
    let stored = world.store.write(move |tx| support::insert(tx, message.clone())).await.unwrap();
    assert!(stored);
}

#[tokio::test]
async fn d11_a_key_is_named_by_whatever_it_sealed() {
    for world in each() {
        assert_eq!(named(&world.store).await, [false; 4]);
        sealed_number(&world).await;
        assert_eq!(named(&world.store).await, [false, true, false, false]);
    }
    for world in each() {
        sealed_answer(&world).await;
        assert_eq!(named(&world.store).await, [false, true, false, false]);
    }
    for world in each() {
        flow_with_a_sealed_number(&world).await;
        assert_eq!(named(&world.store).await, [false, true, false, false]);
    }
    for world in each() {
        sealed_message(&world).await;
        assert_eq!(named(&world.store).await, [false, true, false, false]);
    }
}

/// Seals all of a table with a second key; how many values were still as they had been read.
async fn seal_anew(world: &World, table: Table, meanwhile: impl AsyncFn()) -> u64 {
    let both = KeyRing::new(&[(KeyId(1), Secret::new([7; 32])), (KeyId(2), Secret::new([8; 32]))]).unwrap();
    let rows = world.store.read(move |tx| sealed::page(tx, table, &[], 10)).await.unwrap();
    let last = rows.last().unwrap().row.clone();
    assert_eq!(world.store.read(move |tx| sealed::page(tx, table, &last, 10)).await.unwrap(), [], "no row comes twice");
    let anew = |row: Sealed| {
        let value = seal::again(&both, &row.row, [8; 12], row.value.as_deref().unwrap()).unwrap().unwrap();
        (row, value)
    };
    let anew: Vec<_> = rows.into_iter().map(anew).collect();
    meanwhile().await;
    world.store.write(move |tx| sealed::replace(tx, table, &anew)).await.unwrap()
}

#[tokio::test]
async fn d11_what_is_sealed_anew_needs_the_old_key_no_more() {
    for world in each() {
        sealed_number(&world).await;
        sealed_message(&world).await;
        for table in [Table::Verification, Table::SupportMessage] {
            assert!(named(&world.store).await[1], "{table:?}");
            assert_eq!(seal_anew(&world, table, async || ()).await, 1, "{table:?}");
        }
        assert_eq!(named(&world.store).await, [false, false, true, false]);
    }
}

/// A number that was corrected between reading and writing stays corrected.
#[tokio::test]
async fn what_changed_meanwhile_is_not_overwritten() {
    static CHANGE: store::Statement = store::Statement::new("test.change", "UPDATE verification SET address = $1");
    for world in each() {
        sealed_number(&world).await;
        let corrected = async || {
            let change = world.store.write(|tx| tx.execute(&CHANGE, &[b"corrected".to_vec().into_value()]));
            assert_eq!(change.await.unwrap(), 1);
        };
        assert_eq!(seal_anew(&world, Table::Verification, corrected).await, 0);
    }
}

#[tokio::test]
async fn what_waits_for_a_code_is_found_page_by_page() {
    for world in each() {
        let mut begun = Vec::new();
        for phone in 0..5 {
            begun.push(world.begun(&phone.to_string()).await.id);
        }
        world.store.apply(world.operation(Some(begun[1]), Event::Cancel)).await.unwrap();
        begun.remove(1);
        begun.sort_unstable();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = world.store.read(move |tx| verification::pending(tx, after, 3)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            assert!(page.len() <= 3 && page.iter().all(|v| v.status(world.now()) == Status::Pending));
            found.extend(page.into_iter().map(|v| v.id));
        }
        assert_eq!(found, begun);
    }
}
