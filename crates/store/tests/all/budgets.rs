//! Budgets: leased in slices, by many at once, in messages and in money.

use domain::{
    budget::{
        Caps, Line, Price,
        Span::{Day, Month},
    },
    id::ServiceId,
    time::{Time, days},
};
use store::{
    Error,
    budget::{Lease, Settlement, lease, list, settle, sweep},
};

use crate::world::{self, each};

fn lines(owner: Option<ServiceId>, place: &str, sms: Option<u32>, cost: Option<u32>) -> [Line; 2] {
    Line::both(owner, place, Caps { sms: [sms, None], cost: [cost, None] }, Time::from_ms(days(7)))
}

#[tokio::test]
async fn m2_budgets_are_never_over() {
    for world in each() {
        let everywhere = lines(Some(world::service()), "", Some(1_000), None);
        let of_all = lines(None, "KR", Some(100), None);
        let both = [everywhere.clone(), of_all].concat();
        let leases = (0..40).map(|nth| {
            let (store, lines) = (world.store.clone(), if nth % 2 == 0 { both.clone() } else { everywhere.to_vec() });
            tokio::spawn(
                async move { (nth, store.write(move |tx| lease(tx, &lines, Price::default())).await.unwrap()) },
            )
        });
        let (mut here, mut there) = (0, 0);
        for lease in leases.collect::<Vec<_>>() {
            match lease.await.unwrap() {
                (nth, Lease::Granted(granted)) if nth % 2 == 0 => there += granted,
                (_, Lease::Granted(granted)) => here += granted,
                (nth, Lease::UsedUp(of)) => assert!(nth % 2 == 1 || of[0].0.owner.is_none() || here + there == 1_000),
            }
        }
        assert!(there <= 100 && here + there <= 1_000 && here > 0, "{here} and {there}");
        let list = world.store.read(|tx| list(tx, Time::from_ms(0), 10)).await.unwrap();
        let taken: Vec<_> = list.iter().map(|t| (t.owner, t.place.as_str(), t.span, t.sms)).collect();
        let (own, all) = (Some(world::service()), there + here);
        let expected =
            [(None, "KR", Day, there), (None, "KR", Month, there), (own, "", Day, all), (own, "", Month, all)];
        assert_eq!(taken, expected);
    }
}

#[tokio::test]
async fn m2_money_is_leased_with_the_messages_and_given_back() {
    for world in each() {
        let price: Price = serde_json::from_str("7.5").unwrap();
        let lines = lines(Some(world::service()), "JP", None, Some(75)).to_vec();
        let done = world.store.write(move |tx| {
            assert_eq!(lease(tx, &lines, price)?, Lease::Granted(10));
            let day = lines[0].clone();
            assert_eq!(lease(tx, &lines, price)?, Lease::UsedUp(vec![(day, (10, 75_000))]), "the month has no bound");
            settle(tx, &[Settlement { lines: lines.clone(), price, leased: 4, unused: 4 }])?;
            assert_eq!(list(tx, Time::from_ms(0), 1)?[0].cost, 45_000);
            assert_eq!(lease(tx, &lines, price)?, Lease::Granted(4));
            assert_eq!(sweep(tx, Time::from_ms(days(7)))?, 1, "the month began before the day");
            Ok(())
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn m2_what_is_leased_is_told_apart_from_what_is_spent() {
    for world in each() {
        let price: Price = serde_json::from_str("7.5").unwrap();
        let lines = lines(Some(world::service()), "", Some(100), None).to_vec();
        let told = |tx: &mut store::Tx| {
            let [day, month] = list(tx, Time::from_ms(0), 3)?.try_into().unwrap();
            assert_eq!((day.sms, day.leased), (month.sms, month.leased));
            Ok::<_, Error>([day.sms, day.cost, day.leased, day.leased_cost])
        };
        let done = world.store.write(move |tx| {
            assert_eq!(lease(tx, &lines, price)?, Lease::Granted(10));
            assert_eq!(told(tx)?, [10, 75_000, 10, 75_000]);
            let settlement = |leased, unused| [Settlement { lines: lines.clone(), price, leased, unused }];
            settle(tx, &settlement(3, 0))?;
            assert_eq!(told(tx)?, [10, 75_000, 7, 52_500], "three were spent");
            settle(tx, &settlement(7, 5))?;
            assert_eq!(told(tx)?, [5, 37_500, 0, 0], "of the others two were spent, and five go back");
            Ok(())
        });
        done.await.unwrap();
    }
}

/// A try that another transaction was in the way of did not happen; one whose connection broke may have.
#[tokio::test]
async fn m2_nothing_is_given_back_twice() {
    for world in each() {
        let lines = lines(Some(world::service()), "", Some(100), None).to_vec();
        let leased = lines.clone();
        let lease = world.store.write(move |tx| lease(tx, &leased, Price::default())).await.unwrap();
        assert_eq!(lease, Lease::Granted(10));
        for (broken, left) in [(Error::Conflict("faster".into()), 6), (Error::Lost("gone".into()), 6)] {
            let unused = vec![Settlement { lines: lines.clone(), price: Price::default(), leased: 4, unused: 4 }];
            let mut broken = Some(broken);
            let give = move |tx: &mut store::Tx| {
                settle(tx, &unused)?;
                broken.take().map_or(Ok(()), Err)
            };
            world.store.write(give).await.unwrap();
            let sms = world.store.read(|tx| Ok(list(tx, Time::from_ms(0), 1)?[0].sms)).await.unwrap();
            assert_eq!(sms, left);
        }
    }
}

/// Of slices that share lines each line gets back the sum.
#[tokio::test]
async fn m2_slices_of_several_places_are_given_back_at_once() {
    for world in each() {
        let price: Price = serde_json::from_str("7.5").unwrap();
        let everywhere = lines(Some(world::service()), "", Some(1_000), None);
        let slices = ["JP", "KR"].map(|place| Settlement {
            lines: [everywhere.clone(), lines(Some(world::service()), place, None, None)].concat(),
            price,
            leased: 40,
            unused: 40,
        });
        let done = world.store.write(move |tx| {
            for slice in &slices {
                assert!(matches!(lease(tx, &slice.lines, price)?, Lease::Granted(40..=50)));
            }
            settle(tx, &slices)?;
            list(tx, Time::from_ms(0), 10)
        });
        let taken: Vec<_> = done.await.unwrap().iter().map(|t| (t.place.clone(), t.sms, t.cost)).collect();
        let expected = [
            ("", 17, 127_500),
            ("", 17, 127_500),
            ("JP", 10, 75_000),
            ("JP", 10, 75_000),
            ("KR", 7, 52_500),
            ("KR", 7, 52_500),
        ];
        assert_eq!(taken, expected.map(|(place, sms, cost)| (place.to_owned(), sms, cost)));
    }
}
