//! The simulated world, pure: phones, carriers, messages on their way, calls. Time comes in as an argument and chance from the
//! seed; what happens comes out as [`Change`]s, and only [`World::apply`] makes them so.

mod call;
mod carrier;
mod cast;
mod centre;
mod change;
mod fate;
mod luck;
mod meter;
mod number;
mod parts;
mod phone;
mod receipt;
mod setting;
mod state;

pub use call::{CALLS_MAX, Call, CallEnding, Called, Calls, Dial, Report, ReportKey, call_ending};
pub use carrier::{Carrier, CarrierName, Carriers, DELAY_MAX_MS, RECEIPT_LATE_MS, Receipts, Way};
pub use centre::{Busy, Submission};
pub use change::{Change, Handset, Pending};
pub use fate::{Ending, Fate, Folder, Reason, fate, is_overseas};
pub use luck::{Luck, call_luck, luck};
pub use number::{NotANumber, Number};
pub use parts::{Part, Parts};
pub use phone::{Incoming, MESSAGES_MAX, Mailbox, Message, Phone, Stopped, System};
pub use receipt::{Receipt, Sender, State, Wanted};
pub use setting::{BLOCKED_SENDERS_MAX, Place, Settings, Switch};
pub use state::{Waiting, World};

/// The most phones; beyond it the oldest that nobody described is forgotten, or no new one is taken.
pub const PHONES_MAX: usize = 100_000;
/// The most messages on their way; beyond it the centre answers that its queue is full.
pub const PENDING_MAX: usize = 100_000;
/// The most receipts that wait for their sender; beyond it the oldest are given up.
pub const RECEIPTS_MAX: usize = 100_000;
/// The most reports of calls that wait to be taken; beyond it the oldest are given up.
pub const REPORTS_MAX: usize = 10_000;
/// How long a message is kept when its sender does not say: 72 hours, as docomo's centre does.
pub const VALID_MS: i64 = 72 * 3_600_000;
