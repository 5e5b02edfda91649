//! The proof in the real order: what pages call is walked, and each step is judged from outside.

use std::collections::HashSet;

use super::{
    super::{
        CauseAt, Guide, Impossible, Known, Name, Order, Outcome, Session, Step,
        condition::{Condition, Verdict},
        facts::{FactAt, Facts, Source, ValueAt},
    },
    Next, cases,
    counter::{CounterExample, Event, Names, Property},
    proofs::{can_send, changes, may_return},
};

/// What one person meets, knows, and does.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// What is observed at the beginning.
    pub observed: Known,
    /// What their browser tells.
    pub guessed: Known,
    /// What they answer, by the facts' places.
    pub answers: Vec<ValueAt>,
    /// Whether they do what sends a new message, where a remedy says so; else they cannot.
    pub sends: bool,
    /// Whether something else is observed after each step.
    pub restless: bool,
}

/// One person's walk.
pub struct Walk<'a> {
    guide: &'a Guide,
    next: Next,
    order: &'a Order,
    person: &'a Person,
    observed: Known,
    session: Session,
    /// What the person would say if everything were asked.
    truth: Session,
    /// How many messages had been sent when a cause's remedy was left, by the causes' places.
    left_at: Vec<Option<usize>>,
    sent: usize,
    events: Vec<Event>,
    steps: u64,
}

/// How far a walk is: what was told, and what is behind the person.
type Stand = (Vec<(Name, Name)>, Vec<bool>);

type Judged = Result<(), (Property, String)>;

impl<'a> Walk<'a> {
    pub fn new(guide: &'a Guide, next: Next, order: &'a Order, person: &'a Person) -> Walk<'a> {
        let mut truth = Session::default();
        for (at, answer) in guide.fact_places().zip(&person.answers) {
            let (fact, value) = guide.pair(at, *answer);
            if !person.guessed.contains_key(&fact) && guide.fact(at).question.is_some() {
                truth.tell(guide, &fact, &value);
            }
        }
        Walk {
            guide,
            next,
            order,
            person,
            observed: person.observed.clone(),
            session: Session::default(),
            truth,
            left_at: vec![None; guide.causes.len()],
            sent: 0,
            events: begun(person.observed.clone(), person.guessed.clone()),
            steps: 0,
        }
    }

    /// Walks to the end; how many steps were judged.
    pub fn run(mut self) -> Result<u64, CounterExample> {
        let mut been: HashSet<Stand> = HashSet::new();
        loop {
            let facts = self.facts(&self.observed);
            let step = self.judged(&facts)?;
            self.session.showing = self.guide.showing(step, &facts);
            self.meanwhile()?;
            if matches!(step, Step::Act(_) | Step::Ask(_)) && !been.insert(self.stand()) {
                let wrong = "all is as it was before: nothing more is known, nothing more is tried";
                return Err(self.fails(Property::Ends, wrong.to_owned()));
            }
            match step {
                Step::Contact | Step::Solved(_) => return Ok(self.steps),
                Step::Act(cause) => self.does(cause),
                Step::Ask(fact) => self.answers(fact),
            }
            if self.person.restless {
                self.moves_on();
            }
        }
    }

    fn stand(&self) -> Stand {
        let told = self.session.told().map(|(fact, value)| (fact.to_owned(), value.to_owned()));
        (told.collect(), self.guide.cause_places().map(|at| self.is_behind(at)).collect())
    }

    fn facts(&self, observed: &Known) -> Facts {
        self.guide.facts(observed, &self.person.guessed, &self.session)
    }

    fn fails(&mut self, property: Property, wrong: String) -> CounterExample {
        CounterExample::new(property, std::mem::take(&mut self.events), wrong)
    }

    fn judged(&mut self, facts: &Facts) -> Result<Step, CounterExample> {
        self.steps += 1;
        let step = (self.next)(self.guide, facts, &self.session, self.order).step;
        self.judge(facts, step).map_err(|(property, wrong)| self.fails(property, wrong))?;
        Ok(step)
    }

    /// Whatever else is observed in the middle of a step, the next one is sound.
    fn meanwhile(&mut self) -> Result<(), CounterExample> {
        for at in self.guide.fact_places().filter(|at| self.guide.fact(*at).moves) {
            for value in self.guide.fact(at).places() {
                let (fact, value) = self.guide.pair(at, value);
                if self.observed.get(&fact) == Some(&value) {
                    continue;
                }
                let mut observed = self.observed.clone();
                observed.insert(fact.clone(), value.clone());
                let facts = self.facts(&observed);
                self.steps += 1;
                let step = (self.next)(self.guide, &facts, &self.session, self.order).step;
                if let Err((property, wrong)) = self.judge(&facts, step) {
                    self.events.push(Event::Changed(fact, value));
                    return Err(self.fails(property, wrong));
                }
            }
        }
        Ok(())
    }

    fn does(&mut self, at: CauseAt) {
        let sends = can_send(self.guide.cause(at));
        let outcome = match (sends, self.person.sends) {
            (true, true) => Outcome::Done,
            (true, false) => Outcome::CannotDo,
            (false, _) => Outcome::NotHelped,
        };
        self.sent += usize::from(outcome == Outcome::Done);
        self.left_at[usize::from(at.0)] = Some(self.sent);
        let cause = self.guide.called(at).to_owned();
        self.session.report(self.guide, &cause, outcome);
        self.events.push(Event::Shown(cause, outcome));
    }

    fn answers(&mut self, at: FactAt) {
        let answer = self.person.answers.get(usize::from(at.0)).copied().unwrap_or(ValueAt(0));
        let (fact, value) = self.guide.pair(at, answer);
        self.session.tell(self.guide, &fact, &value);
        self.events.push(Event::Asked(fact, value));
    }

    /// The world goes on: one of the facts that move a guide changes to its next value, another one after each step.
    fn moves_on(&mut self) {
        let moving: Vec<FactAt> = self.guide.fact_places().filter(|at| self.guide.fact(*at).moves).collect();
        let Some(at) = moving.get(self.events.len() % moving.len().max(1)) else { return };
        let fact = self.guide.fact(*at);
        let now = self.observed.get(&fact.id).and_then(|value| fact.values.iter().position(|other| other == value));
        let value = fact.values[(now.unwrap_or(0) + 1) % fact.values.len()].clone();
        self.observed.insert(fact.id.clone(), value.clone());
        self.events.push(Event::Changed(fact.id.clone(), value));
    }

    fn is_behind(&self, at: CauseAt) -> bool {
        let returns = |left_at| may_return(self.guide.cause(at)) && self.sent > left_at;
        self.left_at[usize::from(at.0)].is_some_and(|left_at| !returns(left_at))
    }

    /// The causes that are left, and possible.
    fn left(&self, facts: &Facts) -> impl Iterator<Item = CauseAt> {
        let is_left = |at: &CauseAt| !self.is_behind(*at) && can_be(self.guide, &self.guide.cause(*at).when, facts);
        self.guide.cause_places().filter(is_left)
    }

    fn judge(&self, facts: &Facts, step: Step) -> Judged {
        let over = self.guide.solved.verdict(facts) == Verdict::Holds;
        match step {
            Step::Solved(_) if over => Ok(()),
            Step::Solved(_) => Err((Property::EndsWell, "it is over, and nothing says that it is solved".into())),
            Step::Act(_) | Step::Ask(_) | Step::Contact if over => {
                Err((Property::EndsWell, "it is solved, and goes on".into()))
            }
            Step::Contact => match self.left(facts).next() {
                None => Ok(()),
                Some(at) => Err((Property::EndsWell, format!("a human comes, and {} is left", self.guide.called(at)))),
            },
            Step::Act(at) => self.judge_remedy(facts, at),
            Step::Ask(at) => self.judge_question(facts, at),
        }
    }

    fn judge_remedy(&self, facts: &Facts, at: CauseAt) -> Judged {
        let (guide, cause) = (self.guide, self.guide.cause(at));
        if !must_be(guide, &cause.when, facts) {
            return Err((Property::Possible, format!("{} is shown, and may be impossible by what it reads", cause.id)));
        }
        let truth = guide.facts(&guide.known(facts, Source::Observed), &self.person.guessed, &self.truth);
        let says_never =
            |never: &Impossible| never.causes.contains(&at) && never.when.verdict(&truth) == Verdict::Holds;
        if guide.impossible.iter().any(says_never) {
            let wrong = format!("{} is shown, though the guide says that it cannot be it here", cause.id);
            return Err((Property::Possible, wrong));
        }
        if self.is_behind(at) {
            return Err((Property::RemedyOnce, format!("{} is shown again", cause.id)));
        }
        // What is neither certain nor impossible counts too: something should have been asked that finds it.
        let harmless = self.left(facts).find(|left| !changes(guide.cause(*left)));
        match harmless.filter(|_| changes(cause)) {
            Some(left) => {
                Err((Property::HarmlessFirst, format!("{} is shown, and {} is left", cause.id, guide.called(left))))
            }
            None => Ok(()),
        }
    }

    fn judge_question(&self, facts: &Facts, at: FactAt) -> Judged {
        let fact = self.guide.fact(at);
        if facts.get(at).is_some() {
            return Err((Property::NotKnown, format!("{} is asked, and known", fact.id)));
        }
        if !cases::can_ask(self.guide, facts, at) {
            return Err((Property::Matters, format!("{} is asked where its condition does not hold", fact.id)));
        }
        let decides = self.left(facts).any(|cause| self.guide.cause(cause).decided_by(facts).has(at));
        if decides || self.reorders(facts, at) {
            return Ok(());
        }
        Err((Property::Matters, format!("{} is asked, and all its answers lead to the same", fact.id)))
    }

    /// Whether different answers put what is left in a different order.
    fn reorders(&self, facts: &Facts, at: FactAt) -> bool {
        let orders = self.guide.fact(at).places().map(|value| {
            let why = (self.next)(self.guide, &facts.with(at, value), &self.session, self.order).why;
            why.candidates.iter().map(|left| left.cause).collect::<Vec<_>>()
        });
        orders.collect::<HashSet<_>>().len() > 1
    }
}

/// How a walk begins; a browser that tells nothing is not mentioned.
pub fn begun(observed: Known, guessed: Known) -> Vec<Event> {
    let guessed = (!guessed.is_empty()).then_some(Event::Guessed(guessed));
    std::iter::once(Event::Observed(observed)).chain(guessed).collect()
}

/// Whether a condition holds whatever the open facts are, by trying them all.
fn must_be(guide: &Guide, condition: &Condition, facts: &Facts) -> bool {
    holds(guide, condition, facts, true)
}

/// Whether a condition holds for some values of the open facts.
fn can_be(guide: &Guide, condition: &Condition, facts: &Facts) -> bool {
    holds(guide, condition, facts, false)
}

fn holds(guide: &Guide, condition: &Condition, facts: &Facts, always: bool) -> bool {
    match condition.verdict(facts) {
        Verdict::Holds => true,
        Verdict::Fails => false,
        Verdict::Open => condition.reads().into_iter().find(|at| facts.get(*at).is_none()).is_some_and(|open| {
            let mut tried =
                guide.fact(open).places().map(|value| holds(guide, condition, &facts.with(open, value), always));
            if always { tried.all(|holds| holds) } else { tried.any(|holds| holds) }
        }),
    }
}
