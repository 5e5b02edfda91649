//! `command_status`: what the peer answered, by name, and what a sender should do about it.
//!
//! The classes are our reading of SMPP 3.4 (5.1.3) and of what providers do with the codes; a code that nobody has
//! listed is a vendor's own.

use std::fmt;

/// The `command_status` field of a response.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Status(pub u32);

/// What a status means for the message and for the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Accepted.
    Ok,
    /// The peer cannot now: the same message may be sent again later.
    Transient,
    /// The peer asks for less: send again, but slower.
    Throttled,
    /// The destination cannot be reached by this number: do not send again.
    Number,
    /// The message was refused for good: do not send it again by this route.
    Rejected,
    /// The sender's address or service type is not allowed: the route's settings are wrong.
    Sender,
    /// The session is not (or already) bound: bind anew.
    Session,
    /// The peer does not know us: an operator must look; retry slowly.
    Credentials,
    /// We sent what the protocol forbids: our bug; sending it again cannot help.
    OurBug,
    /// The vendor's own meaning: worth one more try.
    Vendor,
}

impl Status {
    /// `ESME_ROK`.
    pub const OK: Status = Status(0x00);
    /// `ESME_RINVMSGLEN`.
    pub const INVALID_MESSAGE_LENGTH: Status = Status(0x01);
    /// `ESME_RINVCMDLEN`.
    pub const INVALID_COMMAND_LENGTH: Status = Status(0x02);
    /// `ESME_RINVCMDID`.
    pub const INVALID_COMMAND_ID: Status = Status(0x03);
    /// `ESME_RINVBNDSTS`.
    pub const INVALID_BIND_STATUS: Status = Status(0x04);
    /// `ESME_RALYBND`.
    pub const ALREADY_BOUND: Status = Status(0x05);
    /// `ESME_RSYSERR`.
    pub const SYSTEM_ERROR: Status = Status(0x08);
    /// `ESME_RINVSRCADR`.
    pub const INVALID_SOURCE: Status = Status(0x0A);
    /// `ESME_RINVDSTADR`.
    pub const INVALID_DESTINATION: Status = Status(0x0B);
    /// `ESME_RBINDFAIL`.
    pub const BIND_FAILED: Status = Status(0x0D);
    /// `ESME_RINVPASWD`.
    pub const INVALID_PASSWORD: Status = Status(0x0E);
    /// `ESME_RINVSYSID`.
    pub const INVALID_SYSTEM_ID: Status = Status(0x0F);
    /// `ESME_RMSGQFUL`.
    pub const QUEUE_FULL: Status = Status(0x14);
    /// `ESME_RSUBMITFAIL`.
    pub const SUBMIT_FAILED: Status = Status(0x45);
    /// `ESME_RTHROTTLED`.
    pub const THROTTLED: Status = Status(0x58);
    /// The receiver cannot take a `deliver_sm` now: the SMSC repeats it.
    pub const RECEIVER_TEMPORARY: Status = Status(0x64);
    /// The receiver will never take this `deliver_sm`.
    pub const RECEIVER_PERMANENT: Status = Status(0x65);
    /// The receiver refuses this kind of `deliver_sm`.
    pub const RECEIVER_REJECTS: Status = Status(0x66);
    /// `ESME_RUNKNOWNERR`.
    pub const UNKNOWN_ERROR: Status = Status(0xFF);

    /// Whether the request was accepted.
    pub fn is_ok(self) -> bool {
        self == Status::OK
    }

    /// The name that SMPP gives the code; `"vendor"` for all others.
    pub fn name(self) -> &'static str {
        self.row().map_or("vendor", |(_, name, _)| name)
    }

    /// What to do about it.
    pub fn class(self) -> Class {
        self.row().map_or(Class::Vendor, |(_, _, class)| *class)
    }

    fn row(self) -> Option<&'static (u32, &'static str, Class)> {
        let found = TABLE.binary_search_by_key(&self.0, |(code, _, _)| *code);
        found.ok().map(|index| &TABLE[index])
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:08X})", self.name(), self.0)
    }
}

/// Every code we know, in order of code.
pub const TABLE: &[(u32, &str, Class)] = &[
    (0x00, "ESME_ROK", Class::Ok),
    (0x01, "ESME_RINVMSGLEN", Class::OurBug),
    (0x02, "ESME_RINVCMDLEN", Class::OurBug),
    (0x03, "ESME_RINVCMDID", Class::OurBug),
    (0x04, "ESME_RINVBNDSTS", Class::Session),
    (0x05, "ESME_RALYBND", Class::Session),
    (0x06, "ESME_RINVPRTFLG", Class::OurBug),
    (0x07, "ESME_RINVREGDLVFLG", Class::OurBug),
    (0x08, "ESME_RSYSERR", Class::Transient),
    (0x0A, "ESME_RINVSRCADR", Class::Sender),
    (0x0B, "ESME_RINVDSTADR", Class::Number),
    (0x0C, "ESME_RINVMSGID", Class::OurBug),
    (0x0D, "ESME_RBINDFAIL", Class::Credentials),
    (0x0E, "ESME_RINVPASWD", Class::Credentials),
    (0x0F, "ESME_RINVSYSID", Class::Credentials),
    (0x11, "ESME_RCANCELFAIL", Class::OurBug),
    (0x13, "ESME_RREPLACEFAIL", Class::OurBug),
    (0x14, "ESME_RMSGQFUL", Class::Transient),
    (0x15, "ESME_RINVSERTYP", Class::Sender),
    (0x33, "ESME_RINVNUMDESTS", Class::OurBug),
    (0x34, "ESME_RINVDLNAME", Class::OurBug),
    (0x40, "ESME_RINVDESTFLAG", Class::OurBug),
    (0x42, "ESME_RINVSUBREP", Class::OurBug),
    (0x43, "ESME_RINVESMCLASS", Class::OurBug),
    (0x44, "ESME_RCNTSUBDL", Class::OurBug),
    (0x45, "ESME_RSUBMITFAIL", Class::Vendor),
    (0x48, "ESME_RINVSRCTON", Class::Sender),
    (0x49, "ESME_RINVSRCNPI", Class::Sender),
    (0x50, "ESME_RINVDSTTON", Class::Number),
    (0x51, "ESME_RINVDSTNPI", Class::Number),
    (0x53, "ESME_RINVSYSTYP", Class::Credentials),
    (0x54, "ESME_RINVREPFLAG", Class::OurBug),
    (0x55, "ESME_RINVNUMMSGS", Class::OurBug),
    (0x58, "ESME_RTHROTTLED", Class::Throttled),
    (0x61, "ESME_RINVSCHED", Class::OurBug),
    (0x62, "ESME_RINVEXPIRY", Class::OurBug),
    (0x63, "ESME_RINVDFTMSGID", Class::OurBug),
    (0x64, "ESME_RX_T_APPN", Class::Transient),
    (0x65, "ESME_RX_P_APPN", Class::Rejected),
    (0x66, "ESME_RX_R_APPN", Class::Rejected),
    (0x67, "ESME_RQUERYFAIL", Class::OurBug),
    (0xC0, "ESME_RINVOPTPARSTREAM", Class::OurBug),
    (0xC1, "ESME_ROPTPARNOTALLWD", Class::OurBug),
    (0xC2, "ESME_RINVPARLEN", Class::OurBug),
    (0xC3, "ESME_RMISSINGOPTPARAM", Class::OurBug),
    (0xC4, "ESME_RINVOPTPARAMVAL", Class::OurBug),
    (0xFE, "ESME_RDELIVERYFAILURE", Class::Vendor),
    (0xFF, "ESME_RUNKNOWNERR", Class::Vendor),
    (0x100, "ESME_RSERTYPUNAUTH", Class::Rejected),
    (0x101, "ESME_RPROHIBITED", Class::Rejected),
    (0x102, "ESME_RSERTYPUNAVAIL", Class::Transient),
    (0x103, "ESME_RSERTYPDENIED", Class::Rejected),
    (0x104, "ESME_RINVDCS", Class::OurBug),
];
