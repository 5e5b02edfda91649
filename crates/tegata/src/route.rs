//! Routes at a terminal: how each does, and an operator's word on it.

use clap::Subcommand;
use domain::{
    route::{Evidence, Known, Order, Standing, Sums},
    time::Time,
};
use server::{app::route::learnt, clock::Clock, config::Config};
use store::{Store, route};

use crate::{
    Settings,
    database::with_store,
    output::{self, Failure},
};

/// What the rows do not tell.
const ELSEWHERE: &str = "Whether links are up and answer, each node knows: see the console, or `tegata_link_up` and \
                         `tegata_route_state` of its /metrics; `tegata doctor` tries them.";

#[derive(Subcommand)]
pub enum Route {
    /// List the routes in their order: what was learnt of each from what arrived, since when and why, and what operators said.
    /// Whether its link is up or silent, each node knows by itself: the console and `/metrics` tell.
    List {
        #[command(flatten)]
        settings: Settings,
    },
    /// Use a route before all others, even while it is in trouble. Every node obeys within seconds.
    Pin {
        #[command(flatten)]
        settings: Settings,
        /// The route.
        name: String,
    },
    /// Send nothing by a route.
    Ban {
        #[command(flatten)]
        settings: Settings,
        /// The route.
        name: String,
    },
    /// Take a pin or a ban back.
    Release {
        #[command(flatten)]
        settings: Settings,
        /// The route.
        name: String,
    },
}

pub fn run(command: Route) -> Result<(), Failure> {
    match command {
        Route::List { settings } => with_store(&settings.config, list),
        Route::Pin { settings, name } => order(&settings, &name, Some(Order::Pinned)),
        Route::Ban { settings, name } => order(&settings, &name, Some(Order::Banned)),
        Route::Release { settings, name } => order(&settings, &name, None),
    }
}

fn order(settings: &Settings, name: &str, said: Option<Order>) -> Result<(), Failure> {
    with_store(&settings.config, async |config, store| {
        if config.routes.iter().all(|route| route.name() != name) {
            return Err(Failure(format!("no [[routes]] is called {name}; `tegata route list` shows them")));
        }
        let happened = learnt::order(store, name, said, "terminal", Clock::default().now()).await?;
        let known = store.read(route::all).await?.into_iter().find(|(of, _)| of == name);
        let known = known.map_or_else(Known::default, |(_, known)| known);
        let word = if happened.is_some() { "done" } else { "it was so already" };
        let left = if known.order.is_none() { "; neither pinned nor banned" } else { "" };
        output::line(&format!("{word}: {}{left}", line(name, &known)));
        Ok(())
    })
}

async fn list(config: &Config, store: &Store) -> Result<(), Failure> {
    let all = store.read(route::all).await?;
    for configured in &config.routes {
        let known = all.iter().find(|(name, _)| name == configured.name());
        let known = known.map_or_else(Known::default, |(_, known)| *known);
        output::line(&line(configured.name(), &known));
    }
    output::line(ELSEWHERE);
    Ok(())
}

/// A route and how it stands.
fn line(name: &str, known: &Known) -> String {
    format!("{name}  {}{}", standing(known), ordered(known))
}

fn standing(known: &Known) -> String {
    let since = |at: Time| format!(" since {}", at.rfc3339());
    match (known.standing, known.evidence) {
        (Standing::Sound, None) => "no trouble learnt".to_owned(),
        (Standing::Sound, Some(_)) => format!("out of trouble{}", since(known.since)),
        (Standing::Troubled, evidence) => format!("in trouble{}{}", since(known.since), figures(evidence)),
        (Standing::Probing(_), evidence) => {
            let percent = known.share() / 10;
            format!("tried again with {percent} %{}{}", since(known.since), figures(evidence))
        }
    }
}

fn ordered(known: &Known) -> String {
    let word = match known.order {
        None => return String::new(),
        Some(Order::Pinned) => "pinned",
        Some(Order::Banned) => "banned",
    };
    format!("; {word} since {}", known.ordered_at.rfc3339())
}

fn figures(evidence: Option<Evidence>) -> String {
    let Some(Evidence { lately, usual }) = evidence else { return String::new() };
    let share = |part: fn(&Sums) -> i64| {
        let percent = |sums: &Sums| if sums.sent > 0 { part(sums) * 100 / sums.sent } else { 0 };
        format!("{} % (usually {} %)", percent(&lately), percent(&usual))
    };
    let (back, delivered, again) = (share(|sums| sums.back), share(|sums| sums.delivered), share(|sums| sums.again));
    format!(": of {} messages, codes back {back}, arrived by receipts {delivered}, asked again {again}", lately.sent)
}
