//! The operator's pages: dense, calm, every chart with its table beneath.

pub mod arrival;
pub mod chart;
pub mod door;
pub mod guides;
pub mod limits;
pub mod messages;
pub mod overview;
pub mod routes;
pub mod steps;
pub mod trial;

/// The rooms of the console, as its navigation lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// How it stands now.
    Overview,
    /// What people wrote.
    Messages,
    /// How guides do.
    Guides,
    /// Whether messages arrive.
    Arrival,
    /// How messages go out.
    Routes,
    /// Which rules were gone over.
    Limits,
}

impl Room {
    /// Every room.
    pub const ALL: [Room; 6] =
        [Room::Overview, Room::Messages, Room::Guides, Room::Arrival, Room::Routes, Room::Limits];

    /// Its address.
    #[must_use]
    pub const fn href(self) -> &'static str {
        match self {
            Room::Overview => "/console",
            Room::Messages => "/console/messages",
            Room::Guides => "/console/guides",
            Room::Arrival => "/console/arrival",
            Room::Routes => "/console/routes",
            Room::Limits => "/console/limits",
        }
    }

    /// The key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Room::Overview => "console-overview",
            Room::Messages => "console-messages",
            Room::Guides => "console-guides",
            Room::Arrival => "console-arrival",
            Room::Routes => "console-routes",
            Room::Limits => "console-limits",
        }
    }
}
