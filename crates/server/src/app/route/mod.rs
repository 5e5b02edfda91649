//! The routes while they run: what each was asked and has answered, how fast it may be sent to, and by which of them a
//! message goes now. Each node knows this for itself, and forgets it when it stops.

pub mod learnt;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use domain::{
    address::{PhoneNumber, Plan},
    route::{Answers, Candidate, Choice, Cover, Health, Known, Order, Pace, Speed, Standing, Target, Why, next},
    time::{Millis, Time, minutes, seconds},
};
use tokio::sync::{Notify, Semaphore, watch};

use crate::{
    config::{Config, route::Route as Configured},
    link::{LinkState, Seen},
};

/// Turns are taken so far ahead: a route whose next turn is later has no room.
const AHEAD_MS: Millis = seconds(1);
/// When a full window is looked at again, if nobody tells earlier.
const FULL_MS: Millis = 100;
/// So many failures in a row, and a route is left alone for a moment; then one message at a time tries it.
const FAILURES_MAX: u32 = 3;
/// A route in trouble is tried at least so often.
const TRY_EVERY_MS: Millis = minutes(2);
/// How long a message stays away when no route is open.
const CLOSED_MS: Millis = seconds(1);

/// All routes, in the operator's order.
#[derive(Default)]
pub struct Routes {
    list: Vec<Route>,
    live: Mutex<Vec<Live>>,
    freed: Arc<Notify>,
    /// Messages that were claimed and have not asked for their turn yet.
    unbooked: Arc<AtomicUsize>,
}

/// One route: what does not change while it runs.
pub struct Route {
    /// Its name.
    pub name: String,
    /// Its link.
    pub link: LinkState,
    /// Places for messages that wait for an answer.
    pub window: Arc<Semaphore>,
    cover: Cover,
    window_max: usize,
    has_link: bool,
}

/// One route: how it does.
struct Live {
    pace: Pace,
    answers: Answers,
    /// Messages that have its turns and are not answered.
    held: usize,
    link: Seen,
    failures: u32,
    closed_until: Time,
    speed: Speed,
    known: Known,
    /// Thousandths of a message that a route in trouble has saved up to be tried with.
    credit: i64,
    tried_at: Time,
}

/// A message that wants to go.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Where to.
    pub target: Target,
    /// The routes that refused it, or failed just now, by their places.
    pub refused: &'a [usize],
    /// The routes of the verification's earlier messages to the same number.
    pub used: &'a [&'a str],
}

/// What a message that wants to go gets.
pub enum Booking<'a> {
    /// A turn.
    Turn(Turn<'a>),
    /// None within the next moment: it should come again in so many milliseconds.
    PutOff(Millis),
    /// All that cover it refused it.
    Refused,
    /// No route covers it.
    Uncovered,
}

/// A message's turn with a route, given back when dropped.
pub struct Turn<'a> {
    routes: &'a Routes,
    /// The route's place.
    pub place: usize,
    /// When it comes.
    pub at: Time,
    /// Why this route.
    pub why: Why,
}

/// What a route said to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes or no: it works.
    Took,
    /// It wants less, and to be left alone for so many milliseconds.
    Slower(Millis),
    /// It did not work; it may in so many milliseconds.
    Failed(Millis),
    /// Nothing.
    Nothing,
}

/// A message that was claimed and has not asked for its turn yet: until then a place is kept for it. Else more would be claimed
/// than there are turns for, and those put off again lose their places in the queue.
pub struct Unbooked {
    count: Arc<AtomicUsize>,
    freed: Arc<Notify>,
}

/// Tells when a route may have room again.
pub struct Turns<'a> {
    freed: &'a Notify,
    links: Vec<watch::Receiver<Seen>>,
}

impl Routes {
    /// The configured routes that run, with their links.
    pub fn new(config: &Config, links: Vec<(String, LinkState)>) -> Routes {
        let of = |configured: &Configured| {
            let (name, link) = links.iter().find(|(name, _)| name == configured.name())?.clone();
            let (cover, window_max, has_link) = (configured.cover(), configured.window(), configured.has_link());
            let route = Route { name, link, window: Arc::new(Semaphore::new(window_max)), cover, window_max, has_link };
            Some((route, Live::new(Pace::new(configured.rate_per_second()))))
        };
        let (list, live): (Vec<Route>, Vec<Live>) = config.routes.iter().filter_map(of).unzip();
        Routes { list, live: Mutex::new(live), ..Routes::default() }
    }

    /// Every route, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.list.iter()
    }

    /// Whether some route may ever take a message to a number of this plan. Without routes messages wait for one.
    pub fn may_cover(&self, plan: Plan) -> bool {
        self.list.is_empty() || self.list.iter().any(|route| route.cover.may_cover(plan))
    }

    /// Whether any is up and not banned that is for a number; for some number or other, without one.
    pub fn can_send(&self, number: Option<&PhoneNumber>) -> bool {
        let open: Vec<&Cover> = {
            let (list, live) = (self.list.iter(), self.live());
            let open = list.zip(live.iter()).filter(|(route, live)| route.link.is_up() && !live.is_banned());
            open.map(|(route, _)| &route.cover).collect()
        };
        // A number is read only where it matters: that takes longer than all else here.
        if open.is_empty() || open.contains(&&Cover::default()) {
            return !open.is_empty();
        }
        number.map(Target::of).is_none_or(|target| open.iter().any(|cover| cover.covers(&target)))
    }

    /// Whether a route is for some carriers only.
    pub fn ask_for_carriers(&self) -> bool {
        self.list.iter().any(|route| !route.cover.carriers.is_empty())
    }

    /// The route by which a message goes now, and when its turn comes.
    pub fn book(&self, wanted: &Wanted, now: Time) -> Booking<'_> {
        if self.list.is_empty() {
            return Booking::PutOff(CLOSED_MS);
        }
        let mut live = self.live();
        let routes = self.list.iter().zip(live.iter_mut()).enumerate();
        let candidates: Vec<Candidate> =
            routes.map(|(place, (route, live))| candidate(place, route, live, wanted, now)).collect();
        match next(&candidates) {
            Choice::Take(place, why) => {
                live[place].held += 1;
                if why == Why::Probe {
                    (live[place].credit, live[place].tried_at) = (0, now);
                }
                let at = now.plus(live[place].pace.take(now));
                Booking::Turn(Turn { routes: self, place, at, why })
            }
            Choice::Wait(place, ms) => Booking::PutOff(live[place].pace.put_off(now, AHEAD_MS).max(ms)),
            Choice::Closed => Booking::PutOff(CLOSED_MS),
            Choice::Refused => Booking::Refused,
            Choice::Uncovered => Booking::Uncovered,
        }
    }

    /// A message was claimed; given back once it has asked for its turn.
    pub fn claimed(&self) -> Unbooked {
        self.unbooked.fetch_add(1, Ordering::Relaxed);
        Unbooked { count: self.unbooked.clone(), freed: self.freed.clone() }
    }

    /// How many more messages would get a turn now, if the routes cover them.
    pub fn room(&self, now: Time, max: usize) -> usize {
        let unbooked = self.unbooked.load(Ordering::Relaxed);
        let mut live = self.live();
        let routes = self.list.iter().zip(live.iter_mut());
        let room: usize = routes.map(|(route, live)| live.room(route, now, max + unbooked)).sum();
        room.saturating_sub(unbooked).min(max)
    }

    /// How long until time alone makes room, in milliseconds.
    pub fn room_in_ms(&self, now: Time) -> Millis {
        let live = self.live();
        let until = |live: &Live| (live.pace.wait_ms(now) - AHEAD_MS).max(live.closed_until.since(now)).max(FULL_MS);
        live.iter().map(until).min().unwrap_or(CLOSED_MS)
    }

    /// Tells when there may be room, from now on.
    pub fn turns(&self) -> Turns<'_> {
        Turns { freed: &self.freed, links: self.list.iter().map(|route| route.link.watch()).collect() }
    }

    /// Whether a message may still be handed to a route whose turn it waits for.
    pub fn is_open(&self, place: usize, now: Time) -> bool {
        let mut live = self.live();
        match live[place].health(&self.list[place], now) {
            Health::Sound | Health::Probed | Health::Troubled => true,
            Health::Silent | Health::Down => false,
        }
    }

    /// A message is handed to a route.
    pub fn asked(&self, place: usize, now: Time) {
        self.live()[place].answers.asked(now);
    }

    /// What a route said.
    pub fn answered(&self, place: usize, answer: Answer, (asked_at, now): (Time, Time)) {
        let mut live = self.live();
        live[place].answered(answer, now);
        if answer == Answer::Took {
            live[place].speed.answered(now.since(asked_at));
        }
    }

    /// How many messages a second the routes take that cover a target and are open; where that is not known and all cover
    /// it, as many as went `lately`.
    pub fn per_second(&self, target: &Target, lately: Option<f64>, now: Time) -> Option<f64> {
        let mut live = self.live();
        let open = self.list.iter().zip(live.iter_mut()).filter_map(|(route, live)| {
            let is_open = matches!(live.health(route, now), Health::Sound | Health::Troubled) && !live.is_banned();
            (route.cover.covers(target) && is_open).then(|| {
                let by_window = live.speed.per_second(route.window_max);
                let rates = [by_window, live.pace.rate(now)].into_iter().flatten();
                rates.reduce(f64::min)
            })
        });
        // A route of which nothing is known says nothing of the others.
        let known = open.flatten().reduce(|all, one| all + one);
        known.or(lately.filter(|_| self.list.iter().all(|route| route.cover.covers(target))))
    }

    fn live(&self) -> MutexGuard<'_, Vec<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn candidate(place: usize, route: &Route, live: &mut Live, wanted: &Wanted, now: Time) -> Candidate {
    let full = if live.held >= live.held_max(route) { FULL_MS } else { 0 };
    let covers = route.cover.covers(&wanted.target);
    let health = match live.health(route, now) {
        Health::Troubled if covers && wanted.used.is_empty() && live.tries(now) => Health::Probed,
        as_it_is @ (Health::Sound | Health::Probed | Health::Troubled | Health::Silent | Health::Down) => as_it_is,
    };
    Candidate {
        covers,
        order: live.known.order,
        health,
        wait_ms: (live.pace.wait_ms(now) - AHEAD_MS).max(full),
        refused: wanted.refused.contains(&place),
        uses: wanted.used.iter().filter(|name| **name == route.name).count(),
    }
}

impl Live {
    fn new(pace: Pace) -> Live {
        let (answers, link) = (Answers::default(), Seen::default());
        let (closed_until, tried_at, known) = (Time::from_ms(0), Time::from_ms(0), Known::default());
        let speed = Speed::default();
        Live { pace, answers, held: 0, link, failures: 0, closed_until, speed, known, credit: 0, tried_at }
    }

    fn is_banned(&self) -> bool {
        self.known.order == Some(Order::Banned)
    }

    /// Whether a message that it covers may try whether it is out of trouble: a share of them, and one now and then.
    fn tries(&mut self, now: Time) -> bool {
        let share = self.known.share();
        self.credit = (self.credit + share).min(1_000);
        share > 0 && (self.credit >= 1_000 || now.since(self.tried_at) >= TRY_EVERY_MS)
    }

    /// A route that failed is tried by one message at a time.
    fn held_max(&self, route: &Route) -> usize {
        if self.failures >= FAILURES_MAX { 1 } else { 2 * route.window_max }
    }

    fn room(&mut self, route: &Route, now: Time, max: usize) -> usize {
        if self.is_banned() {
            return 0;
        }
        let free = match self.health(route, now) {
            Health::Sound | Health::Troubled => self.held_max(route).saturating_sub(self.held),
            Health::Probed | Health::Silent => usize::from(self.held == 0),
            Health::Down => 0,
        };
        self.pace.room(now, AHEAD_MS, free.min(max))
    }

    fn health(&mut self, route: &Route, now: Time) -> Health {
        let seen = route.link.seen();
        if seen.times != self.link.times {
            (self.failures, self.closed_until) = (0, Time::from_ms(0));
            self.answers.begin_anew();
        }
        self.link = seen;
        if route.has_link && !seen.up || self.closed_until > now {
            Health::Down
        } else if self.answers.is_due(now) {
            Health::Probed
        } else if self.answers.is_silent(now) {
            Health::Silent
        } else {
            match self.known.standing {
                Standing::Sound => Health::Sound,
                Standing::Troubled | Standing::Probing(_) => Health::Troubled,
            }
        }
    }

    fn answered(&mut self, answer: Answer, now: Time) {
        match answer {
            Answer::Took => self.failures = 0,
            Answer::Slower(after_ms) => self.pace.slow_down(now, after_ms),
            Answer::Failed(after_ms) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= FAILURES_MAX {
                    self.closed_until = now.plus(after_ms);
                }
            }
            Answer::Nothing => return self.answers.given_up(now),
        }
        self.answers.answered(now);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut live = self.routes.live();
        live[self.place].held = live[self.place].held.saturating_sub(1);
        self.routes.freed.notify_one();
    }
}

impl Drop for Unbooked {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        // It may have taken no turn.
        self.freed.notify_one();
    }
}

impl Turns<'_> {
    /// Waits until a message was answered or a link turned.
    pub async fn changed(&mut self) {
        if self.links.is_empty() {
            return self.freed.notified().await;
        }
        // A link's end means that nobody keeps it any more: then nothing changes by it.
        let links = self.links.iter_mut().map(|link| {
            Box::pin(async {
                if link.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
        });
        tokio::select! {
            () = self.freed.notified() => {}
            _ = futures::future::select_all(links) => {}
        }
    }
}
