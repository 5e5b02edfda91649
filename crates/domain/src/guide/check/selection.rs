//! Which persons walk: all there are, or an even selection of them.

use std::thread;

use super::{
    super::{
        Counts, Guide, Known, Order,
        facts::{FactAt, Facts, Source, ValueAt},
    },
    Next, Proof, cases,
    counter::{CounterExample, Event, Names, Property},
    walk::{Person, Walk, begun},
};

/// The most persons; of more, this many are walked, evenly chosen.
const PERSONS_MAX: u128 = 1_500;
/// Drawn orders besides the guide's own.
const DRAWS: u64 = 3;
/// Parts that are walked side by side.
const PARTS: usize = 4;

/// What persons differ in.
enum Digit {
    /// What is observed of a fact, or guessed, and whether it is guessed at all.
    Seen(FactAt, Vec<Option<ValueAt>>),
    /// What they say of it.
    Said(FactAt, Vec<ValueAt>),
    /// Whether they send new messages.
    Sends,
    /// Whether something happens meanwhile.
    Restless,
}

impl Digit {
    fn size(&self) -> u128 {
        match self {
            Digit::Seen(_, values) => values.len() as u128,
            Digit::Said(_, values) => values.len() as u128,
            Digit::Sends | Digit::Restless => 2,
        }
    }
}

pub fn check(guide: &Guide, next: Next, proof: &mut Proof) -> Result<(), CounterExample> {
    let digits = digits(guide);
    let persons: u128 = digits.iter().map(Digit::size).product();
    let chosen = chosen(persons);
    let orders = orders(guide);
    let walk_all = |part: &[u128]| {
        let mut steps = 0;
        for number in part {
            let person = person(guide, &digits, *number);
            for order in &orders {
                steps += Walk::new(guide, next, order, &person).run()?;
            }
        }
        Ok(steps)
    };
    let part = chosen.len().div_ceil(PARTS).max(1);
    let walked: Vec<Result<u64, CounterExample>> = thread::scope(|scope| {
        let parts: Vec<_> = chosen.chunks(part).map(|part| scope.spawn(|| walk_all(part))).collect();
        parts.into_iter().map(|part| part.join().expect("a walk judges and does not panic")).collect()
    });
    for steps in walked {
        proof.steps += steps?;
    }
    proof.walks = persons * orders.len() as u128;
    proof.walked = (chosen.len() * orders.len()) as u64;
    Ok(())
}

/// A walk in a real order that shows that a property does not hold where these facts are, whatever else is told.
pub fn showing(guide: &Guide, next: Next, property: Property, facts: &Facts) -> Option<CounterExample> {
    let orders = orders(guide);
    let most = guide.facts.iter().map(|fact| fact.values.len()).max().unwrap_or(1);
    for (answer, sends) in (0..most).flat_map(|answer| [(answer, false), (answer, true)]) {
        let answered = |at: FactAt| {
            let last = guide.fact(at).values.len() - 1;
            facts.get(at).unwrap_or(ValueAt(u8::try_from(answer.min(last)).unwrap_or(0)))
        };
        let mut observed = unseen(guide);
        observed.extend(guide.known(facts, Source::Observed));
        let person = Person {
            observed,
            guessed: guide.known(facts, Source::Derived),
            answers: guide.fact_places().map(answered).collect(),
            sends,
            restless: false,
        };
        for order in &orders {
            match Walk::new(guide, next, order, &person).run() {
                Err(counter) if counter.property == property => return Some(counter),
                Err(_) | Ok(_) => {}
            }
        }
    }
    None
}

/// How one comes to know these facts: what is observed and guessed, and what is asked, each where it makes sense.
pub fn told(guide: &Guide, facts: &Facts) -> Vec<Event> {
    let of = |source| guide.known(facts, source);
    let mut events = begun(of(Source::Observed), of(Source::Derived));
    let mut known = facts.clone();
    let mut open: Vec<FactAt> = guide.fact_places().filter(|at| guide.fact(*at).source == Source::Told).collect();
    open.retain(|at| facts.get(*at).is_some());
    for at in &open {
        known.set(*at, None);
    }
    while !open.is_empty() {
        let place = open.iter().position(|at| cases::can_ask(guide, &known, *at)).unwrap_or(0);
        let at = open.remove(place);
        known.set(at, facts.get(at));
        if let Some(value) = facts.get(at) {
            let (fact, value) = guide.pair(at, value);
            events.push(Event::Asked(fact, value));
        }
    }
    events
}

fn orders(guide: &Guide) -> Vec<Order> {
    let drawn = (0..DRAWS).map(|entropy| Order::draw(guide, &Counts::new(), entropy));
    std::iter::once(Order::prior(guide)).chain(drawn).collect()
}

/// What makes a difference between persons; values that nothing tells apart are one.
fn digits(guide: &Guide) -> Vec<Digit> {
    let mut digits = vec![Digit::Sends, Digit::Restless];
    for at in guide.fact_places().filter(|at| cases::is_read(guide, *at)) {
        let fact = guide.fact(at);
        let alike = |a, b| {
            let mut conditions = cases::conditions(guide);
            conditions.all(|condition| condition.is_alike(at, a, b))
                && guide.causes.iter().all(|cause| cause.is_alike(at, a, b))
        };
        let mut values: Vec<ValueAt> = Vec::new();
        for value in fact.places() {
            if !values.iter().any(|other| alike(*other, value)) {
                values.push(value);
            }
        }
        let seen = values.iter().copied().map(Some);
        match fact.source {
            Source::Observed => digits.push(Digit::Seen(at, seen.collect())),
            Source::Told => {}
            Source::Derived => digits.push(Digit::Seen(at, seen.chain([None]).collect())),
        }
        if fact.question.is_some() {
            digits.push(Digit::Said(at, values));
        }
    }
    digits
}

/// All numbers below `persons`, or as many as are walked: steps of a golden section, so that whatever digits a number is
/// read by, all their values come about equally often.
fn chosen(persons: u128) -> Vec<u128> {
    if persons <= PERSONS_MAX {
        return (0..persons).collect();
    }
    let mut step = (persons as f64 * 0.618_033_988_749_895) as u128 % persons;
    while common(step, persons) != 1 {
        step += 1;
    }
    std::iter::successors(Some(0), |number| Some((number + step) % persons)).take(PERSONS_MAX as usize).collect()
}

/// The greatest common divisor.
fn common(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { common(b, a % b) }
}

/// What stands where nothing is observed.
fn unseen(guide: &Guide) -> Known {
    let observed = guide.fact_places().filter(|at| guide.fact(*at).source == Source::Observed);
    observed.map(|at| guide.pair(at, ValueAt(0))).collect()
}

fn person(guide: &Guide, digits: &[Digit], number: u128) -> Person {
    let answers = vec![ValueAt(0); guide.facts.len()];
    let mut person = Person { observed: unseen(guide), answers, ..Person::default() };
    let mut rest = number;
    for digit in digits {
        let place = usize::try_from(rest % digit.size()).unwrap_or(0);
        rest /= digit.size();
        match digit {
            Digit::Seen(at, values) => {
                let known = match guide.fact(*at).source {
                    Source::Observed => &mut person.observed,
                    Source::Told | Source::Derived => &mut person.guessed,
                };
                known.extend(values[place].map(|value| guide.pair(*at, value)));
            }
            Digit::Said(at, values) => person.answers[usize::from(at.0)] = values[place],
            Digit::Sends => person.sends = place == 1,
            Digit::Restless => person.restless = place == 1,
        }
    }
    person
}
