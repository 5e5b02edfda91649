//! What the message centre does: takes messages, brings them to their phones, keeps receipts for their senders. It decides;
//! [`World::apply`] makes it so.

use super::carrier::Way;
use super::change::{Change, Pending};
use super::fate::{Ending, Fate, fate};
use super::luck::luck;
use super::number::Number;
use super::parts::Part;
use super::receipt::{self, Receipt, Sender, Wanted};
use super::state::World;
use super::{PENDING_MAX, VALID_MS};

/// A message that a sender hands to the centre.
#[derive(Clone, PartialEq, Debug)]
pub struct Submission {
    /// Who sends it.
    pub system_id: String,
    /// Its sender as given.
    pub sender: Sender,
    /// Its sender as a phone shows it.
    pub from: String,
    /// Whom it is for.
    pub number: Number,
    /// Its text.
    pub text: String,
    /// Which part of a long message it is.
    pub part: Option<Part>,
    /// Which receipts are wanted.
    pub wanted: Wanted,
    /// Until when it is worth keeping, Unix milliseconds; the centre's own [`VALID_MS`] if not said.
    pub valid_until_ms: Option<i64>,
}

/// Why the centre does not take a message now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Busy {
    /// More messages a second than a station on the way takes.
    Throttled,
    /// Too much is on its way already.
    Full,
}

impl World {
    /// Takes a message, or says why not now. The world has changed once the answer is applied.
    pub fn accept(&mut self, submission: Submission, now_ms: i64) -> Result<Pending, Busy> {
        if self.journeys.len() >= PENDING_MAX {
            return Err(Busy::Full);
        }
        let number = submission.number;
        let (carrier, nth) = match self.handsets.get(&number) {
            Some(handset) => (handset.phone.carrier, handset.mailbox.count),
            None => (number.first_carrier(), 0),
        };
        if !self.meter.pass(&self.carriers, carrier, now_ms) {
            return Err(Busy::Throttled);
        }
        let delay_ms = Way::to(&self.carriers, carrier).delay_ms(luck(self.seed, number, nth));
        Ok(Pending {
            id: self.next_id,
            system_id: submission.system_id,
            sender: submission.sender,
            from: submission.from,
            number,
            nth,
            text: submission.text,
            part: submission.part,
            wanted: submission.wanted,
            accepted_ms: now_ms,
            arrives_ms: now_ms + delay_ms,
            valid_until_ms: submission.valid_until_ms.unwrap_or(now_ms + VALID_MS),
        })
    }

    /// When the next message is due, Unix milliseconds.
    pub fn next_due_ms(&self) -> Option<i64> {
        self.due.first().map(|(due_ms, _)| *due_ms)
    }

    /// Brings up to `limit` messages that are due at `now_ms` to their phones. Those that have to wait are put back;
    /// those that end come out as changes, to be applied.
    pub fn bring(&mut self, now_ms: i64, limit: usize) -> Vec<Change> {
        let due: Vec<u64> = self.due.range(..=(now_ms, u64::MAX)).take(limit).map(|(_, id)| *id).collect();
        due.into_iter().filter_map(|id| self.attempt(id, now_ms)).collect()
    }

    fn attempt(&mut self, id: u64, now_ms: i64) -> Option<Change> {
        let journey = self.journeys.get_mut(&id)?;
        let pending = &journey.pending;
        let handset = self.handsets.get(&pending.number)?;
        let way = Way::to(&self.carriers, handset.phone.carrier);
        let luck = luck(self.seed, pending.number, pending.nth);
        let over = now_ms >= pending.valid_until_ms;
        let ending = match (fate(&way, luck, &handset.phone, &pending.from), journey.waits_for) {
            (Fate::Ends(_), Some(reason)) | (Fate::Waits(reason), _) if over => Ending::Expired(reason),
            (Fate::Ends(ending), _) => ending,
            (Fate::Waits(reason), _) => {
                self.due.remove(&(journey.due_ms, id));
                journey.due_ms = pending.valid_until_ms;
                journey.waits_for = Some(reason);
                self.due.insert((journey.due_ms, id));
                return None;
            }
        };
        let receipt = receipt::receipt(pending, ending, &way, now_ms).map(Box::new);
        Some(Change::Ended { id, at_ms: now_ms, ending, receipt })
    }

    /// Up to `limit` receipts that have set out at `now_ms`, oldest first, and that `wanted` takes.
    pub fn receipts_due(&self, now_ms: i64, limit: usize, wanted: impl Fn(&Receipt) -> bool) -> Vec<Receipt> {
        let due = self.receipts.range(..=(now_ms, u64::MAX)).map(|(_, receipt)| receipt);
        due.filter(|receipt| wanted(receipt)).take(limit).cloned().collect()
    }

    /// When the next receipt after `now_ms` sets out, Unix milliseconds.
    pub fn next_receipt_ms(&self, now_ms: i64) -> Option<i64> {
        self.receipts.range((now_ms, u64::MAX)..).map(|((due_ms, _), _)| *due_ms).next()
    }
}
