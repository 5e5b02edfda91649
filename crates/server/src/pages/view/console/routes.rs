//! The routes: how each does, since when and why, what an operator may say of it, and what happened.

use askama::Template;
use domain::route::{Change, Order, Standing, Sums};

use super::{Room, arrival::Figures};
use crate::{
    app::route::learnt::{Condition, RouteView},
    pages::view::{Page, frame::Frame},
};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/routes.html")]
pub struct RoutesPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The routes, in their order.
    pub routes: Vec<RouteView>,
    /// What happened to them, newest first.
    pub happened: Vec<HappenedLine>,
}

/// Something that happened to a route.
#[derive(Clone, Debug)]
pub struct HappenedLine {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// To which.
    pub route: String,
    /// What.
    pub change: Change,
    /// Who did it: `console`, `terminal`, `server`.
    pub author: String,
    /// The figures that it rests on: lately, and usually.
    pub figures: Option<(Sums, Sums)>,
}

/// How good a sign is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Good,
    Warn,
    Bad,
}

impl Sign {
    fn class(self) -> &'static str {
        match self {
            Sign::Good => "mark-good",
            Sign::Warn => "mark-warn",
            Sign::Bad => "mark-bad",
        }
    }
}

impl RoutesPage {
    fn room(&self) -> Room {
        Room::Routes
    }

    /// How a route does, in a word, and how good that is.
    fn state(&self, route: &RouteView) -> (&'static str, String) {
        let frame = &self.frame;
        let (sign, text) = match (route.condition, route.known.standing) {
            (Condition::Down, _) => (Sign::Bad, frame.t("console-down")),
            (Condition::Silent, _) => (Sign::Bad, frame.t("console-route-silent")),
            (_, Standing::Troubled) => (Sign::Warn, frame.t("console-trouble")),
            (_, Standing::Probing(_)) => {
                let percent = route.known.share() / 10;
                (Sign::Warn, frame.with("console-route-probing", &[("percent", percent.into())]))
            }
            (Condition::Slowed, Standing::Sound) => (Sign::Warn, frame.t("console-route-slowed")),
            (Condition::Up, Standing::Sound) => (Sign::Good, frame.t("console-up")),
        };
        (sign.class(), text)
    }

    /// Since when it is as it was learnt to be; `None` for a route of which nothing was.
    fn since(&self, route: &RouteView) -> Option<String> {
        let known = &route.known;
        known.evidence?;
        Some(self.at("console-route-since", known.since.ms()))
    }

    /// What an operator said of it, and when.
    fn order(&self, route: &RouteView) -> Option<String> {
        let key = match route.known.order? {
            Order::Pinned => "console-route-pinned",
            Order::Banned => "console-route-banned",
        };
        Some(self.at(key, route.known.ordered_at.ms()))
    }

    fn at(&self, key: &str, at_ms: i64) -> String {
        let time = self.frame.clock.minute(self.frame.lang, at_ms);
        self.frame.with(key, &[("time", time.into())])
    }

    /// Why it was judged to be in trouble, while that matters.
    fn why(&self, route: &RouteView) -> Option<String> {
        let evidence = route.known.evidence.filter(|_| route.known.standing != Standing::Sound)?;
        Some(self.figures(evidence.lately, evidence.usual))
    }

    /// Figures in words.
    fn figures(&self, lately: Sums, usual: Sums) -> String {
        let (now, before) = (Figures::default().and(lately), Figures::default().and(usual));
        self.frame.with(
            "console-route-figures",
            &[
                ("sent", now.sent.into()),
                ("back", now.back_said().into()),
                ("back_usual", before.back_said().into()),
                ("delivered", now.delivered_said().into()),
                ("delivered_usual", before.delivered_said().into()),
                ("again", now.again_said().into()),
                ("again_usual", before.again_said().into()),
            ],
        )
    }

    /// What may be said of a route: the form's value, and the button's text.
    fn choices(&self, route: &RouteView) -> Vec<(&'static str, String)> {
        let all = [
            ("pin", "console-route-pin", Some(Order::Pinned)),
            ("ban", "console-route-ban", Some(Order::Banned)),
            ("release", "console-route-release", None),
        ];
        let other = all.into_iter().filter(|(_, _, order)| *order != route.known.order);
        other.map(|(value, key, _)| (value, self.frame.t(key))).collect()
    }

    /// What happened, in words.
    fn what(&self, line: &HappenedLine) -> String {
        let what = self.frame.t(match line.change {
            Change::Troubled => "console-route-was-troubled",
            Change::Probing => "console-route-was-probed",
            Change::Sound => "console-route-was-sound",
            Change::Pinned => "console-route-was-pinned",
            Change::Banned => "console-route-was-banned",
            Change::Released => "console-route-was-released",
        });
        let author = match line.author.as_str() {
            "console" => Some("console-route-by-console"),
            "terminal" => Some("console-route-by-terminal"),
            _ => None,
        };
        author.map_or(what.clone(), |author| format!("{what} ({})", self.frame.t(author)))
    }

    fn time(&self, line: &HappenedLine) -> String {
        self.frame.clock.second(self.frame.lang, line.at_ms)
    }

    fn because(&self, line: &HappenedLine) -> Option<String> {
        line.figures.map(|(lately, usual)| self.figures(lately, usual))
    }
}

impl Page for RoutesPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-routes")
    }
}
