//! The states of a message, as numbers in parameters and as words in texts.

/// What became of a message. SMPP 3.4's states (5.2.28) and the two that 5.0 added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// 5.0: delivery has not begun.
    Scheduled,
    /// On the way.
    Enroute,
    /// At the handset or line; not necessarily read.
    Delivered,
    /// Not deliverable within its validity.
    Expired,
    /// Cancelled.
    Deleted,
    /// Not deliverable at all.
    Undeliverable,
    /// Taken on the subscriber's behalf; its fate is unknown.
    Accepted,
    /// Also every state that we do not know.
    Unknown,
    /// Refused on the way: a filter, a barring.
    Rejected,
    /// 5.0: deliberately not sent.
    Skipped,
}

impl MessageState {
    /// Every state.
    pub const ALL: [MessageState; 10] = [
        MessageState::Scheduled,
        MessageState::Enroute,
        MessageState::Delivered,
        MessageState::Expired,
        MessageState::Deleted,
        MessageState::Undeliverable,
        MessageState::Accepted,
        MessageState::Unknown,
        MessageState::Rejected,
        MessageState::Skipped,
    ];

    /// The value of the `message_state` parameter.
    pub fn code(self) -> u8 {
        match self {
            MessageState::Scheduled => 0,
            MessageState::Enroute => 1,
            MessageState::Delivered => 2,
            MessageState::Expired => 3,
            MessageState::Deleted => 4,
            MessageState::Undeliverable => 5,
            MessageState::Accepted => 6,
            MessageState::Unknown => 7,
            MessageState::Rejected => 8,
            MessageState::Skipped => 9,
        }
    }

    /// The word after `stat:`.
    pub fn word(self) -> &'static str {
        match self {
            MessageState::Scheduled => "SCHEDLD",
            MessageState::Enroute => "ENROUTE",
            MessageState::Delivered => "DELIVRD",
            MessageState::Expired => "EXPIRED",
            MessageState::Deleted => "DELETED",
            MessageState::Undeliverable => "UNDELIV",
            MessageState::Accepted => "ACCEPTD",
            MessageState::Unknown => "UNKNOWN",
            MessageState::Rejected => "REJECTD",
            MessageState::Skipped => "SKIPPED",
        }
    }

    /// Whether nothing more will happen to the message.
    pub fn is_final(self) -> bool {
        !matches!(self, MessageState::Scheduled | MessageState::Enroute)
    }

    pub(super) fn from_code(code: u8) -> MessageState {
        let found = MessageState::ALL.into_iter().find(|state| state.code() == code);
        found.unwrap_or(MessageState::Unknown)
    }

    /// Vendors spell the words out, cut them or bring their own; the beginning tells.
    pub(super) fn from_word(word: &str) -> MessageState {
        const BEGINNINGS: [(&str, MessageState); 13] = [
            ("DELIV", MessageState::Delivered),
            ("UNDEL", MessageState::Undeliverable),
            ("FAIL", MessageState::Undeliverable),
            ("EXPIR", MessageState::Expired),
            ("REJ", MessageState::Rejected),
            ("ACC", MessageState::Accepted),
            ("DELET", MessageState::Deleted),
            ("ENR", MessageState::Enroute),
            ("EN_ROUTE", MessageState::Enroute),
            ("BUFF", MessageState::Enroute),
            ("SCHED", MessageState::Scheduled),
            ("SKIP", MessageState::Skipped),
            ("UNK", MessageState::Unknown),
        ];
        let word = word.to_ascii_uppercase();
        let found = BEGINNINGS.iter().find(|(beginning, _)| word.starts_with(beginning));
        found.map_or(MessageState::Unknown, |(_, state)| *state)
    }
}
