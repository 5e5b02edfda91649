//! Other ways that a service offers: a code by e-mail or to another number, a call back by a human.

use domain::guide::{Cause, Then};

use super::walk::{Came, End, Walk};

impl Walk<'_> {
    /// A code by e-mail, to another number, or a call back by a human; which it is says the fact on which it depends.
    pub(super) fn other_way(&mut self, cause: &Cause, well: bool) -> Result<Came, End> {
        if self.depends_on(cause, "another_number") && !self.person.has_another_number {
            // Whoever has none knows that from the title.
            self.work(self.assumed.glance_s)?;
            return Ok(Came::Unable);
        }
        if self.is_call_back(cause) {
            // Asked for in a minute; what follows is the wait for any human.
            self.work(self.assumed.books_s)?;
            return if well { Err(self.human()) } else { Ok(Came::Nothing) };
        }
        self.work(cause.cost_s)?;
        let works = self.person.chance(&format!("way {}", cause.id)).is(self.assumed.other_way_works);
        if well && works { Err(End::Alone) } else { Ok(Came::Nothing) }
    }

    /// Whether a remedy is that a human calls.
    pub(super) fn is_call_back(&self, cause: &Cause) -> bool {
        cause.then == Then::OtherWay && self.depends_on(cause, "call_back")
    }

    fn depends_on(&self, cause: &Cause, fact: &str) -> bool {
        cause.reads().any(|at| self.guide.fact(at).id == fact)
    }
}
