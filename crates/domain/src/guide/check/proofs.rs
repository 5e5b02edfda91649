//! The proof against any order: each property of a step, held against every combination of the facts that decide it.

use super::{
    super::{
        Cause, CauseAt, Guide, Kind, Outcome, Then,
        condition::{Condition, Verdict},
        facts::{FactAt, Facts, Source, ValueSet},
    },
    Next, Proof,
    cases::{self, Cases},
    counter::{CounterExample, Event, Names, Property},
    selection,
};

type Checked = Result<(), CounterExample>;

/// One guide under proof.
struct Prover<'a> {
    guide: &'a Guide,
    next: Next,
    judged: u64,
}

pub fn check(guide: &Guide, next: Next, proof: &mut Proof) -> Checked {
    let mut prover = Prover { guide, next, judged: 0 };
    for cause in guide.cause_places() {
        prover.is_reachable(cause)?;
        prover.is_possible(cause)?;
        prover.is_harmless(cause)?;
        prover.is_decided(cause)?;
        prover.comes_once(cause)?;
        prover.ends(cause)?;
    }
    for fact in guide.fact_places() {
        prover.is_asked(fact)?;
    }
    proof.judged += prover.judged;
    Ok(())
}

/// Whether a remedy switches something that may have been chosen on purpose, whatever it calls itself.
pub fn changes(cause: &Cause) -> bool {
    cause.kind == Kind::Change || cause.restore
}

/// Whether a remedy may come again for a new message: nothing is done then but waiting and looking.
pub fn may_return(cause: &Cause) -> bool {
    cause.again && matches!(cause.kind, Kind::Wait | Kind::Look)
}

/// Whether a remedy can end with a new message on its way.
pub fn can_send(cause: &Cause) -> bool {
    matches!(cause.then, Then::Resend | Then::Number)
}

impl Prover<'_> {
    /// The first case in which a guide that is not over passes the test.
    fn find(&mut self, conditions: &[&Condition], test: impl Fn(&Facts) -> bool) -> Option<Facts> {
        let solved = &self.guide.solved;
        let conditions: Vec<&Condition> = conditions.iter().copied().chain([solved]).collect();
        Cases::deciding(self.guide, &conditions).find(&mut self.judged, test)
    }

    /// Where two causes can be shown to the same person.
    fn together(&mut self, a: CauseAt, b: CauseAt) -> Option<Facts> {
        let (one, other) = (self.guide.cause(a), self.guide.cause(b));
        self.find(&[&one.when, &other.when], |facts| one.is_certain(facts) && other.is_certain(facts))
    }

    /// Where two causes can be shown to the same person, one after the other: what is observed may change in between.
    fn in_turn(&mut self, a: CauseAt, b: CauseAt) -> Option<[Facts; 2]> {
        let guide = self.guide;
        let (one, other) = (guide.cause(a), guide.cause(b));
        let cases = Cases::deciding(guide, &[&one.when, &other.when, &guide.solved]);
        let agrees = |facts: &Facts, then: &Facts| {
            let mut told = guide.fact_places().filter(|at| guide.fact(*at).source != Source::Observed);
            told.all(|at| facts.get(at) == then.get(at))
        };
        let later = |facts: &Facts| cases.find(&mut 0, |then| other.is_certain(then) && agrees(facts, then));
        let first = cases.find(&mut self.judged, |facts| one.is_certain(facts) && later(facts).is_some())?;
        let then = later(&first)?;
        Some([first, then])
    }

    /// A walk in the real order where there is one that shows it, else in the adversary's: `shown` is what it shows, and
    /// what is known then.
    fn counter(&self, property: Property, shown: &[(CauseAt, Outcome, &Facts)], wrong: String) -> Checked {
        let Some((_, _, first)) = shown.first() else { return Ok(()) };
        if let Some(real) = selection::showing(self.guide, self.next, property, first) {
            return Err(real);
        }
        let mut walk = selection::told(self.guide, first);
        let mut before = *first;
        for (at, outcome, facts) in shown {
            walk.extend(self.guide.changed(before, facts));
            walk.push(Event::Shown(self.guide.called(*at).to_owned(), *outcome));
            before = facts;
        }
        Err(CounterExample::new(property, walk, wrong))
    }

    /// A cause can be shown to somebody.
    fn is_reachable(&mut self, at: CauseAt) -> Checked {
        let cause = self.guide.cause(at);
        if self.find(&[&cause.when], |facts| cause.share(facts) > 0.0).is_some() {
            return Ok(());
        }
        let wrong = format!("{}: no combination of what it reads makes it possible while the guide is open", cause.id);
        Err(CounterExample::new(Property::CauseReachable, Vec::new(), wrong))
    }

    /// A cause is never shown where the author says that it cannot be.
    fn is_possible(&mut self, at: CauseAt) -> Checked {
        let guide = self.guide;
        let cause = guide.cause(at);
        for impossible in guide.impossible.iter().filter(|impossible| impossible.causes.contains(&at)) {
            let never = |facts: &Facts| cause.is_certain(facts) && impossible.when.verdict(facts) == Verdict::Holds;
            if let Some(facts) = self.find(&[&cause.when, &impossible.when], never) {
                let wrong = format!("{} is shown, though the guide says that it cannot be it here", cause.id);
                return self.counter(Property::Possible, &[(at, Outcome::NotHelped, &facts)], wrong);
            }
        }
        Ok(())
    }

    /// What has to be restored was a change, and comes last like one.
    fn is_harmless(&mut self, at: CauseAt) -> Checked {
        let guide = self.guide;
        if !changes(guide.cause(at)) || guide.cause(at).kind == Kind::Change {
            return Ok(());
        }
        for other in guide.cause_places().filter(|other| !changes(guide.cause(*other))) {
            if let Some(facts) = self.together(at, other) {
                let (this, left) = (guide.called(at), guide.called(other));
                let wrong = format!("{this} changes something to be restored, and {left} is left");
                return self.counter(Property::HarmlessFirst, &[(at, Outcome::NotHelped, &facts)], wrong);
            }
        }
        Ok(())
    }

    /// While a cause is neither certain nor impossible, something can be asked that decides it. So a human comes only
    /// when nothing else is left, and nothing harmless is passed over for a change.
    fn is_decided(&mut self, at: CauseAt) -> Checked {
        let guide = self.guide;
        let cause = guide.cause(at);
        let is_open =
            |facts: &Facts| cause.share(facts) > 0.0 && !cause.is_certain(facts) && !cases::can_find(guide, facts, at);
        let Some(facts) = self.find(&[&cause.when], is_open) else { return Ok(()) };
        if !changes(cause) {
            for change in guide.cause_places().filter(|other| changes(guide.cause(*other))) {
                let change_comes = |facts: &Facts| is_open(facts) && guide.cause(change).is_certain(facts);
                if let Some(facts) = self.find(&[&cause.when, &guide.cause(change).when], change_comes) {
                    let wrong =
                        format!("{} is shown, and nothing was asked that finds {}", guide.called(change), cause.id);
                    return self.counter(Property::HarmlessFirst, &[(change, Outcome::NotHelped, &facts)], wrong);
                }
            }
        }
        let wrong = format!("{} is neither shown nor ruled out, and nothing can be asked that decides it", cause.id);
        if let Some(real) = selection::showing(guide, self.next, Property::EndsWell, &facts) {
            return Err(real);
        }
        Err(CounterExample::new(Property::EndsWell, selection::told(guide, &facts), wrong))
    }

    /// Only waiting and looking come again.
    fn comes_once(&mut self, at: CauseAt) -> Checked {
        let cause = self.guide.cause(at);
        if !cause.again || may_return(cause) {
            return Ok(());
        }
        for other in self.guide.cause_places().filter(|other| *other != at && can_send(self.guide.cause(*other))) {
            if let Some([facts, then]) = self.in_turn(at, other) {
                let once = (at, Outcome::NotHelped, &facts);
                let shown = [once, (other, Outcome::Done, &then), once];
                let wrong = format!("{} comes again for a new message, and is neither waiting nor looking", cause.id);
                return self.counter(Property::RemedyOnce, &shown, wrong);
            }
        }
        Ok(())
    }

    /// What comes again for a message does not send one that brings back another such.
    fn ends(&mut self, at: CauseAt) -> Checked {
        let guide = self.guide;
        let endless = |at: CauseAt| guide.cause(at).again && can_send(guide.cause(at));
        for other in guide.cause_places().filter(|other| *other > at && endless(at) && endless(*other)) {
            if let Some([facts, then]) = self.in_turn(at, other) {
                let once = (at, Outcome::Done, &facts);
                let shown = [once, (other, Outcome::Done, &then), once];
                let wrong = format!("{} and {} bring each other back for ever", guide.called(at), guide.called(other));
                return self.counter(Property::Ends, &shown, wrong);
            }
        }
        Ok(())
    }

    /// A question is asked of somebody, and makes a difference to somebody.
    fn is_asked(&mut self, at: FactAt) -> Checked {
        let guide = self.guide;
        let Some(question) = &guide.fact(at).question else { return Ok(()) };
        let id = &guide.fact(at).id;
        let itself = Condition { any: vec![vec![(at, ValueSet::default())]] };
        let Some(asked) = self.find(&[&question.when, &itself], |facts| cases::can_ask(guide, facts, at)) else {
            let wrong = format!("{id}: its condition holds in no combination in which it is not known");
            return Err(CounterExample::new(Property::QuestionReachable, Vec::new(), wrong));
        };
        let matters =
            guide.cause_places().filter(|cause| guide.cause(*cause).reads().any(|read| read == at)).any(|cause| {
                let differs =
                    |facts: &Facts| cases::can_ask(guide, facts, at) && guide.cause(cause).weighed_by(facts).has(at);
                let cases = Cases::weighing(guide, cause, &[&question.when, &itself, &guide.solved]);
                cases.find(&mut self.judged, differs).is_some()
            });
        if matters {
            return Ok(());
        }
        let wrong = format!("{id} could be asked here, and wherever else it can: all its answers lead to the same");
        Err(CounterExample::new(Property::Matters, selection::told(guide, &asked), wrong))
    }
}
