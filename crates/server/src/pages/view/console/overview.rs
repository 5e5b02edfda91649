//! How it stands now: what waits, which routes are up, what people wrote last.

use askama::Template;

use super::{Room, arrival::Figures, messages::MessageLine};
use crate::{
    app::arrival::RouteState,
    pages::view::{Page, frame::Frame},
};

/// The first page of the console.
#[derive(Clone, Debug, Template)]
#[template(path = "console/overview.html")]
pub struct OverviewPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// How many messages wait to be sent.
    pub waiting: i64,
    /// When the oldest of them was asked for, in Unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// The routes, in their order.
    pub routes: Vec<RouteLine>,
    /// The newest messages that people wrote.
    pub messages: Vec<MessageLine>,
}

/// How one route stands.
#[derive(Clone, Debug)]
pub struct RouteLine {
    /// Its name.
    pub name: String,
    /// How it does.
    pub state: RouteState,
    /// What came of the last hour's messages by it.
    pub figures: Figures,
}

impl OverviewPage {
    fn room(&self) -> Room {
        Room::Overview
    }

    /// How much waits, and since when.
    fn waiting_said(&self) -> String {
        let frame = &self.frame;
        let waiting = frame.with("console-waiting", &[("n", self.waiting.into())]);
        let Some(at_ms) = self.oldest_ms else { return waiting };
        let time = frame.clock.second(frame.lang, at_ms);
        format!("{waiting} {}", frame.with("console-waiting-since", &[("time", time.into())]))
    }
}

impl Page for OverviewPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-overview")
    }
}
