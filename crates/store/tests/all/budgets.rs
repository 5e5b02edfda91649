//! Budgets: leased in slices, by many at once, in messages and in money.

use domain::{
    budget::{
        Caps, Line, Price,
        Span::{Day, Month},
    },
    id::ServiceId,
    time::{Time, days},
};
use store::budget::{Lease, give_back, lease, list, sweep};

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
                (nth, Lease::UsedUp(line)) => assert!(nth % 2 == 1 || line >= 2 || here + there == 1_000),
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
            assert_eq!(lease(tx, &lines, price)?, Lease::UsedUp(0));
            give_back(tx, &lines, 4, price)?;
            assert_eq!(list(tx, Time::from_ms(0), 1)?[0].cost, 45_000);
            assert_eq!(lease(tx, &lines, price)?, Lease::Granted(4));
            assert_eq!(sweep(tx, Time::from_ms(days(7)))?, 1, "the month began before the day");
            Ok(())
        });
        done.await.unwrap();
    }
}
