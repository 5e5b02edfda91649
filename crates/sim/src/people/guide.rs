//! A person with the guide: one step at a time, by the same functions that its pages call.

use domain::guide::facts::Facts;
use domain::guide::{CauseAt, Guide, Known, Order, Outcome, Session, Step};

use super::answer;
use super::walk::{Came, End, Going, Walk};
use domain::guide::Kind;

/// How often a page that watches sees whether something has moved, in milliseconds.
const WATCHES_MS: i64 = 5_000;

/// The way to the end.
pub(super) fn follow(guide: &Guide, walk: &mut Walk<'_>) -> End {
    let derived = answer::derived(walk.population, walk.person);
    let mut led = Led { guide, walk, derived, session: Session::default(), order: Order::prior(guide) };
    let mut going = led.walk.set_out();
    while going.is_ok() {
        going = led.step();
    }
    going.err().unwrap_or(End::Lost)
}

struct Led<'a, 'w> {
    guide: &'a Guide,
    walk: &'a mut Walk<'w>,
    derived: Known,
    session: Session,
    order: Order,
}

impl Led<'_, '_> {
    fn next(&self) -> (Step, Facts) {
        let facts = self.guide.facts(&self.walk.service.observed(), &self.derived, &self.session);
        (self.guide.next(&facts, &self.session, &self.order).step, facts)
    }

    fn step(&mut self) -> Going {
        let (step, facts) = self.next();
        let name = match step {
            Step::Act(at) => &self.guide.cause(at).id,
            Step::Ask(at) => &self.guide.fact(at).id,
            Step::Contact => "contact",
            Step::Solved(_) => "solved",
        };
        self.walk.step(name)?;
        self.session.showing = self.guide.showing(step, &facts);
        self.walk.work(self.walk.assumed.page_s)?;
        match step {
            // The walk would have ended with the right code: a guide that is content earlier leaves people behind.
            Step::Solved(_) => Err(End::Lost),
            Step::Contact => Err(self.walk.only_human_left()),
            Step::Ask(at) => {
                let fact = self.guide.fact(at);
                self.walk.work(fact.question.as_ref().map_or(0.0, |question| question.cost_s))?;
                let said = answer::answer(fact, &self.walk.truth(), self.walk.person, self.walk.assumed);
                if self.session.tell(self.guide, &fact.id, &said) { Ok(()) } else { Err(End::Lost) }
            }
            Step::Act(at) => self.act(at, step),
        }
    }

    fn act(&mut self, at: CauseAt, step: Step) -> Going {
        let cause = self.guide.cause(at);
        let came = if cause.kind == Kind::Wait {
            if self.wait(cause.cost_s, step)? {
                return Ok(());
            }
            Came::Nothing
        } else {
            self.walk.attempt(cause)?
        };
        let outcome = match came {
            Came::Sent => Outcome::Done,
            Came::Nothing => Outcome::NotHelped,
            Came::Unable => Outcome::CannotDo,
        };
        if self.session.report(self.guide, &cause.id, outcome) { Ok(()) } else { Err(End::Lost) }
    }

    /// Waits as long as the step says. Whether the guide has moved on by itself before.
    fn wait(&mut self, seconds: f64, step: Step) -> Result<bool, End> {
        let until_ms = self.walk.service.now_ms() + super::person::ms(seconds);
        while self.walk.service.now_ms() < until_ms {
            self.walk.pass(WATCHES_MS)?;
            if self.next().0 != step {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
