//! What befalls messages on one way between a node and whoever takes them, whichever protocol they speak there; and what
//! was seen of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{chance::Chance, figures::Figures, frame::Letter};

/// How often in a thousand PDUs or calls each thing befalls one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    pub drop: u64,
    pub delay: u64,
    /// An answer or a receipt that comes twice.
    pub twice: u64,
    /// An answer or a receipt that comes after the next.
    pub late: u64,
    /// The connection ends in the middle of it.
    pub cut: u64,
    /// The other side says something that is no answer, or none that is due.
    pub garble: u64,
    /// The other side does not take a message.
    pub refuse: u64,
}

/// What can befall a PDU or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    Drop,
    Delay,
    Twice,
    Late,
    Cut,
    Garble,
    Refuse,
}

/// Where a message is when the process that sent it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On its way; the other side never gets it.
    Sent,
    /// At the other side, whose answer never comes back.
    Taken,
    /// Answered.
    Answered,
}

/// A message that came from the server.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub letter: Letter,
    /// The least that the clock stood at when it was written, Unix milliseconds.
    pub at_ms: i64,
}

/// The weather of one way; clones share it.
#[derive(Clone)]
pub struct Weather(Arc<Mutex<State>>);

/// How it is now.
pub struct State {
    pub chance: Chance,
    pub rates: Rates,
    /// Whether what the other side says is lost.
    pub silent: bool,
    trap: Option<Stage>,
    sprung: bool,
    lately_ms: i64,
    submitted: Vec<Submitted>,
    figures: Figures,
}

impl Weather {
    /// Calm, for now.
    pub fn new(chance: Chance) -> Weather {
        Weather(Arc::new(Mutex::new(State {
            chance,
            rates: Rates::default(),
            silent: false,
            trap: None,
            sprung: false,
            lately_ms: 0,
            submitted: Vec::new(),
            figures: Figures::default(),
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What befalls messages from now on.
    pub fn rates(&self, rates: Rates) {
        self.state().rates = rates;
    }

    /// Whether the other side says nothing: what it says is lost.
    pub fn silence(&self, silent: bool) {
        self.state().silent = silent;
    }

    /// Lays a trap for the next message, or takes it away.
    pub fn trap(&self, stage: Option<Stage>) {
        let mut state = self.state();
        (state.trap, state.sprung) = (stage, false);
    }

    /// Whether something went into the trap; that is told once.
    pub fn sprung(&self) -> bool {
        std::mem::take(&mut self.state().sprung)
    }

    /// The least that the clock stood at a moment ago.
    pub fn lately(&self, at_ms: i64) {
        self.state().lately_ms = at_ms;
    }

    /// Every message that the server wrote, oldest first.
    pub fn submitted(&self) -> Vec<Submitted> {
        self.state().submitted.clone()
    }

    pub fn figures(&self) -> Figures {
        self.state().figures.clone()
    }
}

impl State {
    /// A message came from the server.
    pub fn came(&mut self, letter: &Letter) {
        self.submitted.push(Submitted { letter: letter.clone(), at_ms: self.lately_ms });
    }

    /// Whether the trap is for a message that is at one of these stages; then it is laid no more.
    pub fn caught(&mut self, at: &[Stage]) -> Option<Stage> {
        self.trap.take_if(|stage| at.contains(stage))
    }

    /// The trap closes.
    pub fn spring(&mut self) {
        self.sprung = true;
    }

    /// What befalls this one, of things that each befall so many in a thousand; it is counted by its name.
    pub fn befalls(&mut self, mishaps: &[(u64, Mishap, &'static str)]) -> Option<Mishap> {
        let mut drawn = self.chance.within(0..1_000);
        for (rate, mishap, name) in mishaps {
            match drawn.checked_sub(*rate) {
                Some(less) => drawn = less,
                None => {
                    self.figures.add(name, 1);
                    return Some(*mishap);
                }
            }
        }
        None
    }
}
