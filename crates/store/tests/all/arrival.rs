//! Samples of arrival, and what is held of their sums.

use domain::{
    digest::Fixed,
    id::{MessageId, v7},
    time::{Time, days, hours},
};
use store::{
    Error, Tx,
    arrival::{self, Line, Sample, Sums},
    range::{self, HalfDays, Range},
};

use crate::world::{World, each};

/// The beginning of a day, and so of an hour and a half day.
fn begin() -> Time {
    Time::from_ms(days(20_000))
}

fn message(nth: u8) -> MessageId {
    MessageId(v7(begin(), 0, [nth; 10]))
}

fn sample(nth: u8, at: Time) -> Sample {
    let numbers = if nth < 3 { "+819012" } else { "+819013" };
    let (carrier, country) = ("unknown".into(), "JP".into());
    Sample { name: Fixed([nth; 32]), message: message(nth), at, carrier, country, numbers: numbers.into() }
}

/// After all of them.
fn until() -> Time {
    begin().plus(days(1))
}

fn stale(tx: &mut Tx) -> Result<HalfDays, Error> {
    let summed = range::summed(tx, begin(), until())?;
    range::stale(tx, begin(), summed)
}

async fn write<T: Send + 'static>(world: &World, work: impl FnMut(&mut Tx) -> Result<T, Error> + Send + 'static) -> T {
    world.store.write(work).await.expect("it is written")
}

/// Three messages of one hour to one range, and one of the next to another, which a route took.
async fn followed(world: &World) {
    let samples: Vec<Sample> =
        (0..3).map(|nth| sample(nth, begin())).chain([sample(3, begin().plus(hours(1)))]).collect();
    let sent: Vec<_> = (0..4).map(|nth| (message(nth), "carrier".to_owned())).collect();
    write(world, move |tx| {
        arrival::follow(tx, &samples)?;
        arrival::sent(tx, &sent)?;
        arrival::back(tx, &[message(0), message(3)])?;
        arrival::received(tx, &[(message(0), true)])
    })
    .await;
}

fn line(sent: i64, back: i64, delivered: i64) -> Line {
    let sums = Sums { sent, back, delivered, undelivered: 0, again: 0 };
    Line { route: "carrier".into(), carrier: "unknown".into(), country: "JP".into(), sums }
}

#[tokio::test]
async fn what_is_held_of_hours_is_what_their_samples_come_to() {
    for world in each() {
        followed(&world).await;
        let (summed, held) =
            write(&world, |tx| Ok((arrival::summed(tx, begin(), until())?, arrival::held(tx, begin())?))).await;
        let later = begin().plus(hours(1));
        assert_eq!((summed.clone(), held), (vec![(begin(), line(3, 1, 1)), (later, line(1, 1, 0))], vec![]));
        write(&world, move |tx| arrival::hold(tx, begin(), &summed)).await;
        // A phone's carrier becomes known: one line takes from another, and what is before `from` stays.
        write(&world, |tx| arrival::carrier(tx, &[(message(3), "docomo".into())])).await;
        let summed = write(&world, move |tx| arrival::summed(tx, later, until())).await;
        write(&world, move |tx| arrival::hold(tx, later, &summed)).await;
        let told = Line { carrier: "docomo".into(), ..line(1, 1, 0) };
        let held = write(&world, |tx| arrival::held(tx, begin())).await;
        assert_eq!(held, [(begin(), line(3, 1, 1)), (later, told)]);
    }
}

#[tokio::test]
async fn a_carrier_is_told_of_a_message_that_is_no_sample_and_stands_in_no_sum() {
    for world in each() {
        followed(&world).await;
        assert!(
            !write(&world, |tx| arrival::has(tx, message(9))).await
                && write(&world, |tx| arrival::has(tx, message(0))).await
        );
        let told =
            Sample { carrier: "docomo".into(), country: String::new(), numbers: String::new(), ..sample(9, begin()) };
        write(&world, move |tx| arrival::follow(tx, std::slice::from_ref(&told))).await;
        assert_eq!(write(&world, |tx| arrival::told(tx, message(9))).await.as_deref(), Some("docomo"));
        // Also if it goes out after that, which is noted of what a source has no samples left for.
        write(&world, |tx| arrival::sent(tx, &[(message(9), "carrier".into())])).await;
        let summed = write(&world, |tx| arrival::summed(tx, begin(), until())).await;
        assert_eq!(summed.iter().map(|(_, line)| line.sums.sent).sum::<i64>(), 4);
        let stale = write(&world, stale).await;
        assert_eq!(stale.values().map(|range| range.sent).sum::<i64>(), 4);
    }
}

#[tokio::test]
async fn only_ranges_whose_sums_changed_are_stale() {
    for world in each() {
        followed(&world).await;
        let stale = async || write(&world, stale).await;
        let range = |numbers: &str, sent, back| {
            ((numbers.to_owned(), begin()), Range { numbers: numbers.into(), country: "JP".into(), sent, back })
        };
        let found = stale().await;
        assert_eq!(found, [range("+819012", 3, 1), range("+819013", 1, 1)].into());
        write(&world, move |tx| range::hold(tx, &found)).await;
        assert_eq!(stale().await, [].into(), "nothing is written that is held already");
        // A receipt says that it did not arrive: no code can come back, and the range has none left.
        write(&world, |tx| arrival::received(tx, &[(message(1), false), (message(3), false)])).await;
        let found = stale().await;
        assert_eq!(found, [range("+819012", 2, 1), range("+819013", 0, 0)].into());
        write(&world, move |tx| range::hold(tx, &found)).await;
        assert_eq!(stale().await, [].into());
    }
}

#[tokio::test]
async fn slice_by_slice_nothing_is_left_out_and_nothing_counted_twice() {
    for world in each() {
        // About every eleven minutes, for two half days.
        let at = |nth: u8| begin().plus(i64::from(nth) * 683_231);
        let samples: Vec<Sample> = (0..120).map(|nth| sample(nth, at(nth))).collect();
        let sent: Vec<_> = (0..120).map(|nth| (message(nth), "carrier".to_owned())).collect();
        write(&world, move |tx| arrival::follow(tx, &samples).and_then(|()| arrival::sent(tx, &sent))).await;
        for (from, to) in [(0, 120), (0, 119), (7, 93), (50, 51), (60, 60), (61, 60)] {
            let (span, count) = ((at(from), at(to)), i64::from(to) - i64::from(from));
            let expected: Vec<Line> = (count > 0).then(|| line(count, 0, 0)).into_iter().collect();
            assert_eq!(write(&world, move |tx| arrival::lately(tx, span.0, span.1)).await, expected, "{from} to {to}");
            let half_days = write(&world, move |tx| range::summed(tx, span.0, span.1)).await;
            assert_eq!(half_days.values().map(|range| range.sent).sum::<i64>(), count.max(0), "{from} to {to}");
        }
        let by_hour = write(&world, |tx| arrival::summed(tx, begin(), until())).await;
        let own = |hour: Time| (0..120).filter(|nth| at(*nth).rounded_down(hours(1)) == hour).count() as i64;
        assert!(by_hour.len() == 23 && by_hour.iter().all(|(hour, line)| line.sums.sent == own(*hour)), "{by_hour:?}");
    }
}
