//! Whether messages arrive: a chart for each route with its table, and the figures by carrier and country.

use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use store::arrival::Sums;

use super::{Room, chart};
use crate::{
    app::arrival::RouteState,
    pages::view::{Page, frame::Frame},
};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/arrival.html")]
pub struct ArrivalPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The routes, in their order.
    pub routes: Vec<RouteHours>,
    /// The last hour's figures.
    pub hour: Vec<ArrivalLine>,
    /// The last day's.
    pub day: Vec<ArrivalLine>,
}

/// A route's last day.
#[derive(Clone, Debug)]
pub struct RouteHours {
    /// Its place, from 0.
    pub place: usize,
    /// Its name.
    pub name: String,
    /// How it does.
    pub state: RouteState,
    /// Hour by hour, oldest first; none left out.
    pub hours: Vec<HourLine>,
}

/// One hour.
#[derive(Clone, Copy, Debug)]
pub struct HourLine {
    /// When it began, in Unix milliseconds.
    pub from_ms: i64,
    /// What came of it.
    pub figures: Figures,
}

/// The figures of one route, carrier and country.
#[derive(Clone, Debug)]
pub struct ArrivalLine {
    /// The route.
    pub route: String,
    /// The carrier: a value of the guide's fact, or `unknown`.
    pub carrier: String,
    /// The country.
    pub country: String,
    /// What came of its messages.
    pub figures: Figures,
}

/// What came of some messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Handed to the route.
    pub sent: i64,
    /// Codes that came back.
    pub back: i64,
    /// Receipts that say: arrived.
    pub delivered: i64,
    /// Receipts that say: did not.
    pub undelivered: i64,
    /// Whose person asked for another, or for help.
    pub again: i64,
}

impl Figures {
    /// These and more.
    #[must_use]
    pub fn and(self, more: Sums) -> Figures {
        Figures {
            sent: self.sent + more.sent,
            back: self.back + more.back,
            delivered: self.delivered + more.delivered,
            undelivered: self.undelivered + more.undelivered,
            again: self.again + more.again,
        }
    }

    /// A part of what was sent, in percent; `None` if nothing was.
    #[expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]
    fn percent(self, part: i64) -> Option<f64> {
        (self.sent > 0).then(|| part as f64 * 100.0 / self.sent as f64)
    }

    fn said(self, part: i64) -> String {
        self.percent(part).map_or_else(|| "–".to_owned(), |percent| format!("{percent:.0} %"))
    }

    /// How many codes came back, in percent.
    #[must_use]
    pub fn back_said(self) -> String {
        self.said(self.back)
    }

    /// How many asked for another, or for help, in percent.
    #[must_use]
    pub fn again_said(self) -> String {
        self.said(self.again)
    }

    /// How many receipts say that it arrived, in percent.
    #[must_use]
    pub fn delivered_said(self) -> String {
        self.said(self.delivered)
    }
}

impl HourLine {
    fn hour_said(&self, frame: &Frame) -> String {
        frame.clock.minute(frame.lang, self.from_ms)
    }
}

impl RouteHours {
    /// The id of its heading.
    fn id(&self) -> String {
        format!("route-{}", self.place)
    }

    /// The chart as an address that carries the picture itself.
    fn chart(&self, frame: &Frame) -> String {
        let point = |line: &HourLine| chart::Point {
            hour: frame.clock.hour(line.from_ms),
            back: line.figures.percent(line.figures.back),
            delivered: line.figures.percent(line.figures.delivered),
        };
        let points: Vec<chart::Point> = self.hours.iter().map(point).collect();
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(chart::svg(&points)))
    }

    /// The hours in which something was sent, newest first.
    fn used(&self) -> Vec<HourLine> {
        self.hours.iter().rev().filter(|line| line.figures.sent > 0).copied().collect()
    }
}

impl ArrivalPage {
    fn room(&self) -> Room {
        Room::Arrival
    }
}

impl Page for ArrivalPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-arrival")
    }
}
