//! One batch of operations between its begin and its commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use domain::{
    effect::{Effect, Entry, Message, Settlement},
    id::{EventId, MessageId, ServiceId, VerificationId},
    key::{KeyRing, NumberKey},
    limit::{LimitKey, Limited, Over},
    number::Number,
    refusal::Refusal,
    time::Time,
    verification::{Answer, Context, Decision, Event, Needs, Operation, Rows, Verification, decide},
    webhook,
};

use super::shelf::{Aggregate, Shelf};
use crate::{
    engine::Use,
    error::Error,
    tables::{
        allowance::Allowance,
        audit, delivery, message,
        verification::{self, Kept},
    },
    tx::{Tx, Write},
};

/// The rows that a batch's operations need, and what they want written.
pub(super) struct Batch {
    verifications: Shelf<Kept>,
    numbers: Shelf<Number>,
    allowances: Shelf<Allowance>,
    /// The phones of the numbers.
    phones: BTreeMap<NumberKey, LimitKey>,
    messages: BTreeMap<MessageId, Message>,
    settlements: BTreeMap<MessageId, Settlement>,
    told: BTreeMap<EventId, webhook::Event>,
    exceeded: BTreeMap<(ServiceId, Limited, Over), u64>,
    /// A new id was not new.
    again: bool,
}

/// The verification that an operation names or creates.
fn subject(operation: &Operation) -> Option<VerificationId> {
    match &operation.event {
        Event::Create(create) => Some(create.id),
        Event::Resend(_) | Event::Check { .. } | Event::Cancel | Event::Redeem { .. } | Event::Report(_) => {
            operation.verification
        }
    }
}

impl Batch {
    /// One that has no rows yet.
    pub fn new() -> Batch {
        Batch {
            verifications: Shelf::new(std::iter::empty()),
            numbers: Shelf::new(std::iter::empty()),
            allowances: Shelf::new(std::iter::empty()),
            phones: BTreeMap::new(),
            messages: BTreeMap::new(),
            settlements: BTreeMap::new(),
            told: BTreeMap::new(),
            exceeded: BTreeMap::new(),
            again: false,
        }
    }

    /// Loads what the operations need, tables in a fixed order, so that two batches never wait for each other.
    ///
    /// At the first try nobody looks for the ids that creates bring: they are new. Where one is not, since a commit was
    /// in doubt, the batch is not saved, and the second try looks.
    pub fn load<'a>(
        tx: &mut Tx,
        operations: impl Iterator<Item = &'a Operation> + Clone,
        first: bool,
    ) -> Result<Batch, Error> {
        let looked_for = |o: &&Operation| !(first && matches!(o.event, Event::Create(_)));
        let wanted: BTreeSet<_> = operations.clone().filter(looked_for).filter_map(wanted).collect();
        let mut verifications: Shelf<Kept> = Shelf::new(wanted.iter().map(|(id, _)| *id));
        verifications.fill(verification::load(tx, &wanted)?)?;
        let needs: Vec<Needs> = operations.map(|operation| operation.needs(seen(&verifications, operation))).collect();
        let phones: BTreeMap<_, _> = needs.iter().flat_map(|n| n.number.into_iter().chain(n.corrected)).collect();
        let limits = needs.iter().flat_map(|n| n.sources.iter().copied().chain(n.phone).chain(n.context));
        let mut allowances: Shelf<Allowance> = Shelf::new(limits.chain(phones.values().copied()));
        let mut numbers: Shelf<Number> = Shelf::new(phones.keys().copied());
        let (limit_keys, number_keys) = (allowances.keys(), numbers.keys());
        // In this order: what left a phone's row before that was ours to lock is found in a row of its own.
        let found = tx.query_all(&[
            Use { statement: &Allowance::table().load, rows: &limit_keys },
            Use { statement: &Number::table().load, rows: &number_keys },
        ])?;
        let [limit_rows, number_rows] = found.try_into().unwrap_or_default();
        allowances.fill(limit_rows)?;
        numbers.fill(number_rows)?;
        for (number, phone) in &phones {
            let brief = allowances.get(phone).and_then(|allowance| allowance.numbers.get(number));
            brief.cloned().into_iter().for_each(|number| numbers.lend(number));
        }
        Ok(Batch { numbers, allowances, phones, verifications, ..Batch::new() })
    }

    /// Decides one operation on the rows as the ones before it left them. A panic refuses that operation alone.
    pub fn decide(&mut self, operation: &Operation, now: Time, keys: &KeyRing) -> Result<Answer, Refusal> {
        let rows = self.rows(operation);
        let existed = rows.verification.is_some();
        let decision = catch_unwind(AssertUnwindSafe(|| decide(rows, operation, Context { now, keys })));
        let Ok(Decision { rows, effects, exceeded, answer }) = decision else {
            tracing::error!(operation = %operation.id, "a decision panicked");
            return Err(Refusal::Internal);
        };
        if self.repeats(&effects) {
            tracing::error!(operation = %operation.id, "an operation came again, long after it was done");
            return Err(Refusal::Internal);
        }
        if existed && matches!(operation.event, Event::Create(_)) && !effects.is_empty() {
            tracing::error!(operation = %operation.id, "a new verification's id is taken");
            return Err(Refusal::Internal);
        }
        // What is under way is what was to be created: it is there, and nobody looked.
        if let (Event::Create(create), Ok(Answer::UnderWay(id))) = (&operation.event, &answer) {
            self.again |= create.id == *id;
        }
        self.put(rows, operation);
        self.note(effects);
        for (rule, over) in exceeded {
            let named = operation.service.map(|service| (service, rule, over));
            named.into_iter().for_each(|named| *self.exceeded.entry(named).or_default() += 1);
        }
        answer
    }

    /// Whether something was done before that would be done now: its row has moved on too far to remember the answer.
    fn repeats(&self, effects: &[Effect]) -> bool {
        effects.iter().any(|effect| match effect {
            Effect::Send(_) | Effect::Settle(_) | Effect::Tell(_) => false,
            Effect::Audit(Entry { id, verification, .. }) => {
                self.verifications.get(verification).is_some_and(|kept| audit::names(&kept.audit, *id))
            }
        })
    }

    /// Writes all that differs, tables in the same order as they were loaded.
    pub fn save(mut self, tx: &mut Tx, now: Time) -> Result<(), Error> {
        if self.again {
            return Err(Error::Conflict("a new id was not new".into()));
        }
        self.place(now);
        let mut writes: Vec<Write> = Vec::new();
        writes.extend(self.verifications.writes());
        writes.extend(self.allowances.writes());
        writes.extend(self.numbers.writes());
        writes.push(message::insert(self.messages.values()));
        writes.push(message::settle(self.settlements.values()));
        if !self.told.is_empty() {
            writes.push(delivery::tell(self.told.values()));
        }
        tx.write(&writes)?;
        tx.changes.outbox |= !self.messages.is_empty();
        tx.changes.verifications.extend(self.verifications.changed().map(|kept| kept.verification.id));
        tx.changes.exceeded.extend(self.exceeded);
        Ok(())
    }

    /// Puts what is briefly remembered of numbers that have no row of their own into their phones' rows, and takes out what
    /// has one from now on.
    fn place(&mut self, now: Time) {
        for (key, phone) in &self.phones {
            let Some(number) = self.numbers.new_row(key).cloned() else { continue };
            if number.is_brief() {
                self.numbers.leave(key);
                self.allowances.change(phone, |allowance| allowance.keep(number, now));
            } else if self.allowances.get(phone).is_some_and(|allowance| allowance.numbers.contains_key(key)) {
                self.allowances.change(phone, |allowance| drop(allowance.numbers.remove(key)));
            }
        }
    }

    /// Copies of an operation's rows.
    fn rows(&self, operation: &Operation) -> Rows {
        let Needs { number, corrected, sources, phone, context } = operation.needs(self.about(operation));
        let number_of = |(key, _): (NumberKey, _)| self.numbers.get(&key).cloned();
        let limit_of = |key: LimitKey| self.allowances.get(&key).map(|allowance| allowance.limit.clone());
        let verification = self.about(operation).cloned();
        Rows {
            verification,
            number: number.and_then(number_of),
            corrected: corrected.and_then(number_of),
            sources: sources.into_iter().filter_map(limit_of).collect(),
            phone: phone.and_then(limit_of),
            context: context.and_then(limit_of),
        }
    }

    /// What an operation is about, if whoever asks may see it.
    fn about(&self, operation: &Operation) -> Option<&Verification> {
        seen(&self.verifications, operation)
    }

    fn put(&mut self, rows: Rows, operation: &Operation) {
        let Rows { verification, number, corrected, sources, phone, context } = rows;
        if let Some(verification) = verification {
            let (erase_at, audit) = match self.verifications.get(&verification.id) {
                Some(kept) => (kept.erase_at, kept.audit.clone()),
                None => (verification.created_at.plus(operation.policy.retention_ms), String::new()),
            };
            self.verifications.put(Kept { verification, erase_at, audit });
        }
        number.into_iter().chain(corrected).for_each(|number| self.numbers.put(number));
        for limit in sources.into_iter().chain(phone).chain(context) {
            let key = limit.key;
            if self.allowances.get(&key).is_some_and(|allowance| allowance.limit != limit) {
                self.allowances.change(&key, |allowance| allowance.limit = limit);
            }
        }
    }

    fn note(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(message) => {
                    self.messages.insert(message.id, message);
                }
                Effect::Settle(settlement) => {
                    self.settlements.insert(settlement.message, settlement);
                }
                Effect::Tell(event) => {
                    self.told.insert(event.id, event);
                }
                Effect::Audit(entry) => {
                    self.verifications.change(&entry.verification, |kept| audit::append(&mut kept.audit, &entry));
                }
            }
        }
    }
}

/// The row that an operation is about, and the service that may see it.
fn wanted(operation: &Operation) -> Option<(VerificationId, Option<ServiceId>)> {
    subject(operation).map(|id| (id, operation.service))
}

/// A foreign row may be here for somebody else of the batch: who may not see it finds none (rule D5).
fn seen<'a>(verifications: &'a Shelf<Kept>, operation: &Operation) -> Option<&'a Verification> {
    let (id, service) = wanted(operation)?;
    let found = verifications.get(&id).map(|kept| &kept.verification);
    found.filter(|found| service.is_none_or(|service| service == found.service))
}

/// For a door whose rows are all in one batch, which is never saved.
#[cfg(feature = "memory")]
impl Batch {
    /// Room for what operations need, as if it had been looked for.
    pub fn want<'a>(&mut self, operations: impl Iterator<Item = &'a Operation>) {
        for operation in operations {
            let Needs { number, corrected, sources, phone, context } = operation.needs(self.about(operation));
            self.numbers.want(number.into_iter().chain(corrected).map(|(number, _)| number));
            self.allowances.want(sources.into_iter().chain(phone).chain(context));
        }
    }

    pub fn verification(&self, id: VerificationId) -> Option<&domain::verification::Verification> {
        self.verifications.get(&id).map(|kept| &kept.verification)
    }

    /// Drops what would be written elsewhere; what a commit of these operations would tell.
    pub fn forget_effects<'a>(&mut self, operations: impl Iterator<Item = &'a Operation>) -> crate::tx::Changes {
        self.settlements.clear();
        self.told.clear();
        let outbox = !std::mem::take(&mut self.messages).is_empty();
        let exceeded = std::mem::take(&mut self.exceeded).into_iter().collect();
        crate::tx::Changes { verifications: operations.filter_map(subject).collect(), outbox, exceeded }
    }
}
