//! Other ways that a service offers: a code by e-mail or to another number, a call that reads it out, a call back by a human.

use domain::guide::{Cause, Then};

use super::person::ms;
use super::service::Asked;
use super::walk::{Came, End, Walk};

/// The facts on which ways depend that work for a person, or do not.
const OTHER_WAYS: [&str; 2] = ["another_number", "email_code"];

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
        if self.is_call(cause) {
            return self.called(cause, well);
        }
        self.work(cause.cost_s)?;
        // Whoever cannot read their mail now cannot the second time either.
        let way = OTHER_WAYS.into_iter().find(|fact| self.depends_on(cause, fact)).unwrap_or(&cause.id);
        let works = self.person.chance(&format!("way {way}")).is(self.assumed.other_way_works);
        if well && works { Err(End::Alone) } else { Ok(Came::Nothing) }
    }

    /// Has the code read out by a call, waiting until one can be asked for.
    fn called(&mut self, cause: &Cause, well: bool) -> Result<Came, End> {
        self.work((cause.cost_s - self.assumed.call_s).max(0.0))?;
        if let Asked::Wait(until_ms) = self.service.ask_for_call() {
            self.pass(until_ms - self.service.now_ms() + 1)?;
            self.service.ask_for_call();
        }
        let rings = self.service.is_within_call();
        // Nobody looks for an SMS with the phone at the ear. It takes as long if nobody answers.
        self.service.pass_until(self.service.now_ms() + ms(self.assumed.call_s));
        // Whoever does not answer strangers does not answer the second time either.
        let answers = self.person.chance("answers a call").is(self.assumed.answers);
        if rings && well && answers { Err(End::Alone) } else { Ok(Came::Nothing) }
    }

    /// Whether a remedy is that a human calls.
    pub(super) fn is_call_back(&self, cause: &Cause) -> bool {
        cause.then == Then::OtherWay && self.depends_on(cause, "call_back")
    }

    /// Whether a remedy is that a machine calls and reads the code out.
    pub(super) fn is_call(&self, cause: &Cause) -> bool {
        cause.then == Then::OtherWay && self.depends_on(cause, "call")
    }

    fn depends_on(&self, cause: &Cause, fact: &str) -> bool {
        self.guide.hangs_on(cause, fact)
    }
}
