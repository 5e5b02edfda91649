//! The plain tables.

use std::collections::BTreeMap;

use domain::{
    digest::{Fixed, sha256},
    id::{ApiKeyId, FlowId, GuideSessionId, ServiceId, v4},
    route::{Change, Known, Order},
    service::Service,
    time::{Time, hours, minutes},
};
use store::{
    Versioned,
    api_key::{self, ApiKey},
    audit,
    flow::{self, Flow},
    guide_session::{self, GuideSession},
    idempotency::{self, Begun},
    learning, message, route, service, setting, support, tally,
};

use crate::world::{self, each};

fn shop(id: u8, brand: &str) -> Service {
    let id = ServiceId(v4([id; 16]));
    serde_json::from_value(serde_json::json!({ "id": id, "brand": brand, "changed_at": 5 })).unwrap()
}

#[tokio::test]
async fn services_change_by_version() {
    for world in each() {
        let done = world.store.write(|tx| {
            assert!(service::insert(tx, &shop(1, "一番"))?);
            assert!(service::insert(tx, &shop(2, "two"))?);
            assert!(!service::insert(tx, &shop(1, "again"))?);
            assert!(service::update(tx, &shop(1, "renamed"), 1)?);
            assert!(!service::update(tx, &shop(1, "late"), 1)?);
            let first = Versioned { version: 2, value: shop(1, "renamed") };
            assert_eq!(service::fetch(tx, first.value.id)?, Some(first.clone()));
            assert_eq!(service::fetch(tx, shop(3, "").id)?, None);
            let second = Versioned { version: 1, value: shop(2, "two") };
            assert_eq!(service::list(tx, None, 10)?, [first.clone(), second.clone()]);
            assert_eq!(service::list(tx, None, 1)?, std::slice::from_ref(&first));
            assert_eq!(service::list(tx, Some(first.value.id), 10)?, [second]);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn what_is_known_of_a_route_changes_and_what_happened_stays() {
    for world in each() {
        let at = Time::from_ms;
        let done = world.store.write(move |tx| {
            let order = |tx: &mut store::Tx, id: u8, order, ms| {
                let next = |known: Known| (known.order != order).then(|| known.ordered(order, at(ms)));
                route::change(tx, (Fixed([id; 16]), "console"), "a", at(ms), next)
            };
            let banned = order(tx, 1, Some(Order::Banned), 10)?.expect("it changes");
            assert_eq!(order(tx, 2, Some(Order::Banned), 11)?, None, "it is so already");
            let pinned = order(tx, 3, Some(Order::Pinned), 12)?.expect("it changes");
            assert_eq!(route::all(tx)?, [("a".to_owned(), pinned.known)]);
            assert_eq!((pinned.change, pinned.known.ordered_at), (Change::Pinned, at(12)));
            assert_eq!(route::lately(tx, 9)?, [pinned.clone(), banned]);
            assert_eq!(route::sweep(tx, at(12))?, 1);
            assert_eq!(route::lately(tx, 9)?, [pinned]);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn keys_are_found_by_digest_and_end_once() {
    for world in each() {
        let key = |n: u8| ApiKey {
            digest: sha256(&[n]),
            id: ApiKeyId(v4([n; 16])),
            service: world::service(),
            label: format!("key {n}"),
            scopes: "verify".into(),
            created_at: Time::from_ms(i64::from(n)),
            revoked_at: None,
        };
        let done = world.store.write(move |tx| {
            assert!(api_key::insert(tx, key(1))?);
            assert!(api_key::insert(tx, key(2))?);
            assert!(!api_key::insert(tx, ApiKey { id: key(3).id, ..key(1) })?);
            assert!(!api_key::insert(tx, ApiKey { digest: key(3).digest, ..key(1) })?);
            let at = Time::from_ms(9);
            assert!(!api_key::revoke(tx, shop(1, "").id, key(1).id, at)?);
            assert!(api_key::revoke(tx, world::service(), key(1).id, at)?);
            assert!(!api_key::revoke(tx, world::service(), key(1).id, at)?);
            let ended = ApiKey { revoked_at: Some(at), ..key(1) };
            assert_eq!(api_key::find(tx, key(1).digest)?, Some(ended.clone()));
            assert_eq!(api_key::find(tx, key(3).digest)?, None);
            assert_eq!(api_key::list(tx, world::service(), 10)?, [key(2), ended]);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn flows_change_by_version_and_expire() {
    for world in each() {
        let flow = Flow {
            id: FlowId(v4([1; 16])),
            service: world::service(),
            secret: sha256(b"secret"),
            expires_at: Time::from_ms(1_000),
            state: "{\"step\":1}".into(),
        };
        let done = world.store.write(move |tx| {
            let next = Flow { state: "{\"step\":2}".into(), ..flow.clone() };
            assert!(flow::insert(tx, flow.clone())?);
            assert!(!flow::insert(tx, flow.clone())?);
            assert!(flow::update(tx, next.clone(), 1)?);
            assert!(!flow::update(tx, flow.clone(), 1)?);
            assert_eq!(flow::fetch(tx, flow.id)?, Some(Versioned { version: 2, value: next }));
            assert_eq!(flow::sweep(tx, Time::from_ms(999), 10)?, 0);
            assert_eq!(flow::sweep(tx, Time::from_ms(1_000), 10)?, 1);
            assert_eq!(flow::fetch(tx, flow.id)?, None);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn guide_sessions_change_by_version_and_are_taken_out_when_they_are_over() {
    for world in each() {
        let session = GuideSession {
            id: GuideSessionId(v4([1; 16])),
            service: world::service(),
            secret: sha256(b"secret"),
            expires_at: Time::from_ms(1_000),
            state: "{\"trail\":[]}".into(),
        };
        let done = world.store.write(move |tx| {
            let next = GuideSession { state: "{\"trail\":[1]}".into(), ..session.clone() };
            assert!(guide_session::insert(tx, session.clone())?);
            assert!(!guide_session::insert(tx, session.clone())?);
            assert!(guide_session::update(tx, next.clone(), 1)?);
            assert!(!guide_session::update(tx, session.clone(), 1)?);
            let kept = Versioned { version: 2, value: next.clone() };
            assert_eq!(guide_session::fetch(tx, session.id)?, Some(kept));
            assert_eq!(guide_session::sweep(tx, Time::from_ms(999), 10)?, []);
            assert_eq!(guide_session::sweep(tx, Time::from_ms(1_000), 10)?, [next]);
            assert_eq!(guide_session::fetch(tx, session.id)?, None);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn d4_a_request_that_comes_twice_is_done_once() {
    for world in each() {
        let (key, body, now) = (sha256(b"key"), sha256(b"body"), world.now());
        let begin =
            move |tx: &mut store::Tx, body, now: Time| idempotency::begin(tx, key, body, now, now.plus(minutes(1)));
        let done = world.store.write(move |tx| {
            assert_eq!(begin(tx, body, now)?, Begun::New);
            let same =
                |answer: Option<&[u8]>, expires_at| Begun::Same { answer: answer.map(<[u8]>::to_vec), expires_at };
            assert_eq!(begin(tx, body, now)?, same(None, now.plus(minutes(1))));
            assert_eq!(begin(tx, sha256(b"other"), now)?, Begun::Different);
            idempotency::abandon(tx, key)?;
            assert_eq!(begin(tx, body, now)?, Begun::New);
            let finish = |tx: &mut store::Tx, answer: &[u8]| {
                idempotency::finish(tx, key, body, answer.to_vec(), now.plus(hours(24)))
            };
            assert_eq!(idempotency::sweep(tx, now.plus(minutes(1)), 10)?, 1, "it took too long");
            assert_eq!(finish(tx, b"sealed")?, None);
            assert_eq!(finish(tx, b"later")?, Some(b"sealed".to_vec()), "a key has one answer");
            idempotency::abandon(tx, key)?;
            assert_eq!(begin(tx, body, now.plus(hours(23)))?, same(Some(b"sealed"), now.plus(hours(24))));
            assert_eq!(begin(tx, sha256(b"other"), now.plus(hours(24)))?, Begun::New);
            let ends = now.plus(hours(24)).plus(minutes(1));
            assert_eq!(begin(tx, sha256(b"other"), now.plus(hours(24)))?, same(None, ends));
            assert_eq!(idempotency::sweep(tx, now.plus(hours(25)), 10)?, 1);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn settings_and_audit() {
    for world in each() {
        let done = world.store.write(|tx| {
            assert_eq!(setting::get(tx, "mode")?, None);
            setting::set(tx, "mode", "demo")?;
            setting::set(tx, "mode", "serve")?;
            assert_eq!(setting::get(tx, "mode")?.as_deref(), Some("serve"));
            Ok(())
        });
        done.await.unwrap();
        let begun = world.begun("a").await;
        world.store.apply(world.check(begun.id, &world.code(&begun))).await.unwrap();
        let id = begun.id;
        let lines = world.store.read(move |tx| audit::fetch(tx, id)).await.unwrap();
        let what: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(what, ["created", "approved"]);
        assert_eq!(lines[0].service, world::service());
        assert_eq!(Fixed(lines[0].id.bytes()).hex().len(), 32);
    }
}

/// A reader keeps its snapshot open, and sees nothing of what is committed meanwhile.
#[tokio::test]
async fn readers_never_block_writers() {
    for world in each() {
        let (began, has_begun) = std::sync::mpsc::channel();
        let (end, ends) = std::sync::mpsc::channel();
        let store = world.store.clone();
        let reading = tokio::spawn(async move {
            let read = move |tx: &mut store::Tx| {
                let before = message::backlog(tx)?.queued;
                began.send(()).unwrap();
                ends.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
                Ok((before, message::backlog(tx)?.queued))
            };
            store.read(read).await
        });
        while has_begun.try_recv().is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let writing = tokio::time::timeout(std::time::Duration::from_secs(10), world.begun("a"));
        writing.await.expect("it waits for no reader");
        end.send(()).unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), (0, 0));
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    for world in each() {
        assert!(world.store.read(|tx| setting::set(tx, "mode", "demo")).await.is_err());
        assert_eq!(world.count("setting").await, 0);
    }
}

#[tokio::test]
async fn support_messages_are_listed_newest_first_and_erased() {
    for world in each() {
        let message = |nth: i64, reference: &str| support::Message {
            reference: reference.into(),
            service: world::service(),
            created_at: Time::from_ms(nth),
            erase_at: Time::from_ms(1_000 + nth),
            body: vec![1, 2, 3],
            state: "{}".into(),
        };
        let (one, two) = (message(1, "AAAAAAAA"), message(2, "BBBBBBBB"));
        let done = world.store.write(move |tx| {
            assert!(support::insert(tx, one.clone())?);
            assert!(!support::insert(tx, one.clone())?);
            assert!(support::insert(tx, two.clone())?);
            assert_eq!(support::fetch(tx, "AAAAAAAA")?, Some(one.clone()));
            assert_eq!(support::list(tx, Time::from_ms(3), 5)?, [two.clone(), one.clone()]);
            assert_eq!(support::list(tx, Time::from_ms(2), 5)?, std::slice::from_ref(&one));
            assert_eq!(support::list(tx, Time::from_ms(3), 1)?, std::slice::from_ref(&two));
            assert_eq!(support::sweep(tx, Time::from_ms(1_001), 5)?, 1);
            assert_eq!(support::fetch(tx, "AAAAAAAA")?, None);
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn a_tally_never_goes_over() {
    for world in each() {
        let (key, ends) = (sha256(b"tally"), Time::from_ms(1_000));
        let take = move |tx: &mut store::Tx| tally::take(tx, key, 3, ends);
        let taking: Vec<_> = (0..20)
            .map(|_| {
                let store = world.store.clone();
                tokio::spawn(async move { store.write(take).await.unwrap() })
            })
            .collect();
        let mut taken = 0;
        for one in taking {
            taken += u32::from(one.await.unwrap());
        }
        assert_eq!(taken, 3);
        let swept = world.store.write(|tx| Ok([999, 1_000].map(|ms| tally::sweep(tx, Time::from_ms(ms), 9).unwrap())));
        assert_eq!(swept.await.unwrap(), [0, 1]);
        assert!(world.store.write(take).await.unwrap());
    }
}

#[tokio::test]
async fn d5_lessons_are_summed_up_by_service() {
    for world in each() {
        let [one, other] = [1, 2].map(|nth| ServiceId(v4([nth; 16])));
        let line = |service, cause: &str, phone: &str, version: &str| learning::Line {
            service,
            guide: "g".into(),
            version: version.into(),
            cause: cause.into(),
            phone: phone.into(),
            carrier: "docomo".into(),
            kind: "shown".into(),
        };
        let lesson = BTreeMap::from([
            (line(one, "a", "iphone", "1"), 2),
            (line(one, "a", "android", "1"), 3),
            (line(one, "b", "iphone", "2"), 1_000),
            (line(other, "a", "iphone", "1"), 50),
        ]);
        let sum = |version: &str, cause: &str, count| learning::Sum {
            version: version.into(),
            cause: cause.into(),
            kind: "shown".into(),
            count,
        };
        let version = |service, version: &str, ms| learning::Version {
            service,
            version: version.into(),
            last: Time::from_ms(ms),
        };
        let taken = [(line(one, "a", "android", "1"), 6), (line(one, "a", "iphone", "1"), 4)];
        let done = world.store.write(move |tx| {
            learning::add(tx, &lesson, Time::from_ms(5))?;
            learning::add(tx, &lesson, Time::from_ms(9))?;
            let of = |tx: &mut _, phone, carrier| learning::of_people(tx, one, "g", phone, carrier);
            assert_eq!(of(tx, None, None)?, [sum("1", "a", 10), sum("2", "b", 2_000)]);
            assert_eq!(of(tx, Some("android"), Some("docomo"))?, [sum("1", "a", 6)]);
            assert_eq!(of(tx, None, Some("au"))?, []);
            assert_eq!(learning::of_all(tx, "g")?, [sum("1", "a", 110), sum("2", "b", 2_000)]);
            assert_eq!(learning::of_all(tx, "other")?, []);
            let versions = [version(one, "1", 9), version(one, "2", 9), version(other, "1", 9)];
            assert_eq!(learning::versions(tx, "g")?, versions);
            let mut found = learning::take(tx, "g", &versions[0])?;
            found.sort();
            assert_eq!(found, taken);
            assert_eq!(learning::take(tx, "g", &versions[0])?, []);
            assert_eq!(learning::of_all(tx, "g")?, [sum("1", "a", 100), sum("2", "b", 2_000)]);
            Ok(())
        });
        done.await.unwrap();
    }
}
