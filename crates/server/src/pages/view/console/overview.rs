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
    /// The services whose codes somebody guesses.
    pub guessed: Vec<GuessedLine>,
    /// Ranges of numbers to which messages arrive and from which codes do not come back.
    pub ranges: Vec<RangeLine>,
    /// The newest messages that people wrote.
    pub messages: Vec<MessageLine>,
}

/// A service whose codes somebody guesses.
#[derive(Clone, Debug)]
pub struct GuessedLine {
    /// Its name.
    pub brand: String,
    /// Wrong codes of this hour and the last, and right ones, where its codes as a whole say so.
    pub counts: Option<(i64, i64)>,
    /// How many networks guess, each by itself.
    pub networks: usize,
}

/// A range of numbers that looks pumped.
#[derive(Clone, Debug)]
pub struct RangeLine {
    /// What its numbers begin with.
    pub numbers: String,
    /// Their country.
    pub country: String,
    /// Whether its messages are refused, but for a few; else they are held back.
    pub is_refused: bool,
    /// Messages lately that may have arrived.
    pub sent: i64,
    /// Codes of them that came back.
    pub back: i64,
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

    /// What of a service's codes says that they are guessed.
    fn guessed_said(&self, line: &GuessedLine) -> String {
        let frame = &self.frame;
        let whole = line.counts.map(|(wrong, right)| {
            frame.with("console-guessed-codes", &[("wrong", wrong.into()), ("right", right.into())])
        });
        let networks = (line.networks > 0).then(|| {
            frame.with("console-guessed-networks", &[("n", i64::try_from(line.networks).unwrap_or(i64::MAX).into())])
        });
        whole.into_iter().chain(networks).collect::<Vec<_>>().join(" ")
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
