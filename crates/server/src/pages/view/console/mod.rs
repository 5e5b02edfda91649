//! The operator's pages: dense, calm, every chart with its table beneath.

pub mod door;
pub mod messages;
pub mod overview;

/// The rooms of the console, as its navigation lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// How it stands now.
    Overview,
    /// What people wrote.
    Messages,
}

impl Room {
    /// Every room.
    pub const ALL: [Room; 2] = [Room::Overview, Room::Messages];

    /// Its address.
    #[must_use]
    pub const fn href(self) -> &'static str {
        match self {
            Room::Overview => "/console",
            Room::Messages => "/console/messages",
        }
    }

    /// The key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Room::Overview => "console-overview",
            Room::Messages => "console-messages",
        }
    }
}
