//! A small world: rows in maps, a clock that is set by hand, keys and entropy that are the same in every run.

mod asking;
mod events;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    address::PhoneNumber,
    digest::{Digest, sha256},
    effect::{Effect, Entry, Message, Settlement, What},
    id::{MessageId, OperationId, ServiceId, VerificationId, v4},
    key::{KeyId, KeyRing, NumberKey, Secret},
    limit::{Limit, LimitKey, Rule},
    number::Number,
    refusal::Refusal,
    service::Policy,
    time::{Millis, Time},
    verification::{Answer, Context, Event, Operation, Recipient, Rows, Status, Verification, decide},
    webhook,
};
pub use events::{PROOF, retry_in_seconds};

/// The number that most conversations are about, and three others.
pub const ANNA: &str = "+819012345678";
pub const BEN: &str = "+818012345678";
pub const CLARA: &str = "+817012345678";
pub const DORA: &str = "+819087654321";

/// What an operation is answered.
pub type Said = Result<Answer, Refusal>;

/// What the store would hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    pub verifications: BTreeMap<VerificationId, Verification>,
    pub numbers: BTreeMap<NumberKey, Number>,
    pub limits: BTreeMap<LimitKey, Limit>,
}

#[derive(Clone)]
pub struct World {
    pub now: Time,
    /// The service that asks from now on.
    pub service: ServiceId,
    /// What limits whoever asks from now on; nothing unless a test says so.
    pub sources: Vec<(LimitKey, Vec<Rule>)>,
    pub policy: Arc<Policy>,
    pub keys: KeyRing,
    pub stored: Stored,
    /// Every effect so far.
    pub sent: Vec<Message>,
    pub audit: Vec<Entry>,
    pub settled: Vec<Settlement>,
    pub told: Vec<webhook::Event>,
    /// Every operation so far, the newest last.
    pub operations: Vec<Operation>,
    entropy: u64,
}

pub fn service(name: &str) -> ServiceId {
    let mut id = [0; 16];
    id.copy_from_slice(&sha256(name.as_bytes()).0[..16]);
    ServiceId(v4(id))
}

pub fn ring(ids: &[u32]) -> KeyRing {
    ring_with_revoked(ids, 0)
}

/// A ring whose first secrets are revoked.
pub fn ring_with_revoked(ids: &[u32], revoked: usize) -> KeyRing {
    let secret = |id: u32| (KeyId(id), Secret::new(sha256(&id.to_be_bytes()).0));
    let secrets: Vec<_> = ids.iter().map(|id| secret(*id)).collect();
    KeyRing::with_revoked(&secrets, revoked).expect("a ring with a key for new rows")
}

/// An answer in a word or two, for tables.
pub fn word(said: &Said) -> String {
    match said {
        Ok(Answer::Verification(v)) => match v.status(v.changed_at) {
            Status::Pending => "pending".into(),
            Status::Approved => "approved".into(),
            Status::Canceled => "canceled".into(),
            Status::Expired => "expired".into(),
            Status::Locked => "locked".into(),
        },
        Ok(Answer::UnderWay(_)) => "under way".into(),
        Ok(Answer::Noted) => "noted".into(),
        Err(refusal) => refusal.code().into(),
    }
}

impl World {
    pub fn new() -> World {
        World {
            now: Time::from_ms(1_800_000_000_000),
            service: service("shop"),
            sources: Vec::new(),
            policy: Arc::new(Policy::default()),
            keys: ring(&[1]),
            stored: Stored::default(),
            sent: Vec::new(),
            audit: Vec::new(),
            settled: Vec::new(),
            told: Vec::new(),
            operations: Vec::new(),
            entropy: 0,
        }
    }

    pub fn with_policy(change: impl FnOnce(&mut Policy)) -> World {
        let mut world = World::new();
        change(Arc::make_mut(&mut world.policy));
        assert_eq!(world.policy.problems(), [], "a test's policy is one that a service may have");
        world
    }

    pub fn pass(&mut self, span: Millis) {
        self.now = self.now.plus(span);
    }

    /// Bytes that no earlier call gave.
    pub fn fresh<const N: usize>(&mut self) -> [u8; N] {
        self.entropy += 1;
        let mut bytes = [0; N];
        bytes.copy_from_slice(&sha256(&self.entropy.to_be_bytes()).0[..N]);
        bytes
    }

    pub fn operation(&mut self, verification: Option<VerificationId>, event: Event) -> Operation {
        let id = OperationId(v4(self.fresh()));
        let (policy, sources) = (self.policy.clone(), self.sources.clone());
        Operation { id, service: Some(self.service), verification, policy, sources, event }
    }

    /// Load, decide, save: as the store's door does it, one operation at a time.
    pub fn perform(&mut self, operation: Operation) -> Said {
        let rows = self.load(&operation);
        let decision = decide(rows, &operation, Context { now: self.now, keys: &self.keys });
        self.save(decision.rows);
        for effect in decision.effects {
            match effect {
                Effect::Send(message) => self.sent.push(message),
                Effect::Audit(entry) => self.audit.push(entry),
                Effect::Settle(settlement) => self.settled.push(settlement),
                Effect::Tell(event) => self.told.push(event),
            }
        }
        self.operations.push(operation);
        decision.answer
    }

    /// The newest operation once more, as after a commit whose answer was lost.
    pub fn again(&mut self) -> Said {
        let operation = self.operations.last().expect("something happened before").clone();
        self.perform(operation)
    }

    /// What the store's sweep removes: rows that have nothing left to remember.
    pub fn sweep(&mut self) {
        let now = self.now;
        self.stored.numbers.retain(|_, number| number.expires() > now);
        self.stored.limits.retain(|_, limit| limit.expires() > now);
    }

    pub fn verification(&self, id: VerificationId) -> &Verification {
        &self.stored.verifications[&id]
    }

    pub fn status(&self, id: VerificationId) -> Status {
        self.verification(id).status(self.now)
    }

    /// Whether a message of a verification still has a reason to go.
    pub fn wants(&self, id: VerificationId, message: MessageId) -> bool {
        self.verification(id).wants(message, Context { now: self.now, keys: &self.keys })
    }

    pub fn recipient(&self, number: &str) -> Recipient {
        let (phone, plan) = PhoneNumber::read(number, None).expect("tests name numbers that somebody may have");
        let keys = self.keys.index();
        let address = phone.e164().as_bytes().to_vec();
        let channel = self.policy.channel_to(plan.number_type).expect("a number that the policy takes");
        Recipient { number: keys.number(self.service, &phone), phone: keys.phone(&phone), address, channel }
    }

    /// How often something happened to a verification.
    pub fn count(&self, id: VerificationId, what: What) -> usize {
        self.audit.iter().filter(|entry| entry.verification == id && entry.what == what).count()
    }

    /// So many wrong codes for a number, each verification from a fresh context that is not known; as many days pass
    /// as the phone's limit of messages asks for.
    pub fn fail_in_a_row(&mut self, number: &str, failures: usize) {
        let end = self.failures() + failures;
        while self.failures() < end {
            let id = self.ask_as_a_stranger(number);
            while self.failures() < end && self.verification(id).checks_left() > 0 {
                self.check_wrong(id).expect_err("a wrong code");
            }
        }
    }

    fn failures(&self) -> usize {
        self.audit.iter().filter(|entry| matches!(entry.what, What::Incorrect | What::Locked)).count()
    }

    fn ask_as_a_stranger(&mut self, number: &str) -> VerificationId {
        loop {
            let context = format!("stranger {}", self.entropy);
            match self.create(number).context(&context).ask() {
                Ok(Answer::Verification(v)) => return v.id,
                Err(Refusal::Busy { retry_at }) => self.now = retry_at,
                other => panic!("a fresh context was answered {other:?}"),
            }
        }
    }

    fn load(&self, operation: &Operation) -> Rows {
        let created = match &operation.event {
            Event::Create(create) => Some(create.id),
            Event::Resend(_) | Event::Check { .. } | Event::Cancel | Event::Redeem { .. } | Event::Report(_) => None,
        };
        let id = operation.verification.or(created);
        let verification = id.and_then(|id| self.stored.verifications.get(&id).cloned());
        let needs = operation.needs(verification.as_ref());
        let number =
            |(key, _): (NumberKey, _)| self.stored.numbers.get(&key).cloned().unwrap_or_else(|| Number::new(key));
        let limit = |key: Digest| self.stored.limits.get(&key).cloned().unwrap_or_else(|| Limit::new(key));
        Rows {
            number: needs.number.map(number),
            corrected: needs.corrected.map(number),
            sources: needs.sources.into_iter().map(limit).collect(),
            phone: needs.phone.map(limit),
            context: needs.context.map(limit),
            verification,
        }
    }

    fn save(&mut self, rows: Rows) {
        self.stored.verifications.extend(rows.verification.map(|v| (v.id, v)));
        self.stored.numbers.extend(rows.number.into_iter().chain(rows.corrected).map(|n| (n.key, n)));
        self.stored.limits.extend(rows.sources.into_iter().chain(rows.phone).chain(rows.context).map(|l| (l.key, l)));
        // A row that remembers nothing is no row.
        self.stored.numbers.retain(|_, number| number.expires() > Time::default());
        self.stored.limits.retain(|_, limit| limit.expires() > Time::default());
    }
}
