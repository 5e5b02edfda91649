//! Long messages come as several; a phone shows them when the last part is there.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The most unfinished long messages on one phone; the oldest is given up.
const UNFINISHED_MAX: usize = 8;
/// The most parts of one message; the longest SMS that phones write have 10.
const PARTS_MAX: u8 = 10;

/// Which part of a long message a message is (3GPP TS 23.040 §9.2.3.24.1, or SMPP's `sar_…` fields).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The sender's number for the whole message.
    pub reference: u16,
    /// How many parts there are.
    pub total: u8,
    /// This one's place, from 1.
    pub index: u8,
}

impl Part {
    fn makes_sense(&self) -> bool {
        (2..=PARTS_MAX).contains(&self.total) && (1..=self.total).contains(&self.index)
    }
}

/// The unfinished long messages of one phone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Parts(VecDeque<Unfinished>);

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Unfinished {
    from: String,
    reference: u16,
    texts: Vec<Option<String>>,
}

impl Parts {
    /// Takes a message in, and gives its whole text once that is there. A part that makes no sense is a message by
    /// itself, as on a real phone.
    pub fn join(&mut self, from: &str, text: &str, part: Option<Part>) -> Option<String> {
        let Some(part) = part.filter(Part::makes_sense) else {
            return Some(text.into());
        };
        let at = self.place(from, part);
        let unfinished = &mut self.0[at];
        unfinished.texts[usize::from(part.index) - 1] = Some(text.into());
        let whole: Option<String> = unfinished.texts.iter().map(Option::as_deref).collect();
        if whole.is_some() {
            self.0.remove(at);
        }
        whole
    }

    /// The index of the message that `part` belongs to; begins one when there is none.
    fn place(&mut self, from: &str, part: Part) -> usize {
        let same = |one: &Unfinished| {
            one.from == from && one.reference == part.reference && one.texts.len() == usize::from(part.total)
        };
        if let Some(at) = self.0.iter().position(same) {
            return at;
        }
        if self.0.len() == UNFINISHED_MAX {
            self.0.pop_front();
        }
        let texts = vec![None; usize::from(part.total)];
        self.0.push_back(Unfinished { from: from.into(), reference: part.reference, texts });
        self.0.len() - 1
    }
}
