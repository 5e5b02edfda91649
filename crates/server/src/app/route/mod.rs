//! The routes while they run: what each was asked and has answered, how fast it may be sent to, and by which of them a
//! message goes now. Each node knows this for itself, and forgets it when it stops.

pub mod learnt;
mod live;
mod room;
mod turn;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{
    address::{PhoneNumber, Plan},
    channel::Channel,
    route::{Cover, Health, Pace, Target},
    time::Time,
};
pub use live::Answer;
use live::Live;
use room::Counts;
pub use room::{Room, Unbooked, kept};
use tokio::sync::{Notify, Semaphore};
pub use turn::{Booking, Turn, Turns, Wanted};

use super::guide::CARRIER;
use crate::{
    config::{Config, route::Route as Configured},
    guide::Library,
    link::LinkState,
};

/// All routes, in the operator's order.
#[derive(Default)]
pub struct Routes {
    list: Vec<Route>,
    live: Mutex<Vec<Live>>,
    freed: Arc<Notify>,
    unbooked: Counts,
}

/// Carriers that routes are for and that no guide knows, so that nobody can tell them: the route's name, and the carrier's.
pub fn unknown_carriers(config: &Config, guides: &Library) -> Vec<(String, String)> {
    let known = guides.values(CARRIER);
    let of = |route: &Configured| {
        let unknown = route.cover().carriers.into_iter().filter(|carrier| !known.contains(carrier));
        unknown.map(|carrier| (route.name().to_owned(), carrier)).collect::<Vec<_>>()
    };
    config.routes.iter().flat_map(of).collect()
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
    pub fn may_cover(&self, plan: Plan, channel: Channel) -> bool {
        self.list.is_empty() || self.list.iter().any(|route| route.cover.may_cover(plan, channel))
    }

    /// Whether any is up and not banned that is for codes of a channel to a number; to some number or other, without one.
    pub fn can_send(&self, number: Option<&PhoneNumber>, channel: Channel) -> bool {
        let open: Vec<&Cover> = {
            let (list, live) = (self.list.iter(), self.live());
            let open = list.zip(live.iter()).filter(|(route, live)| route.link.is_up() && !live.is_banned());
            let open = open.map(|(route, _)| &route.cover);
            open.filter(|cover| cover.takes(channel)).collect()
        };
        // A number is read only where it matters: that takes longer than all else here.
        if open.is_empty() || open.iter().any(|cover| cover.is_for_all(channel)) {
            return !open.is_empty();
        }
        let target = number.map(|number| Target { channel, ..Target::of(number) });
        target.is_none_or(|target| open.iter().any(|cover| cover.covers(&target)))
    }

    /// Whether a route is for some carriers only.
    pub fn ask_for_carriers(&self) -> bool {
        self.list.iter().any(|route| !route.cover.carriers.is_empty())
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
