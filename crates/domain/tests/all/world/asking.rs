//! Asking for a verification, as an application does: only what differs from the usual is said.

use domain::{
    digest::{Fixed, sha256},
    id::{MessageId, VerificationId, v7},
    locale::Locale,
    refusal::Refusal,
    time::Time,
    verification::{Answer, Create, Event, Purpose},
};

use super::{Said, World};

/// A create that has not been sent yet.
pub struct Asking<'a> {
    world: &'a mut World,
    create: Create,
}

impl World {
    pub fn create(&mut self, number: &str) -> Asking<'_> {
        let to = self.recipient(number);
        let id = VerificationId(v7(self.now, to.number.0[0], self.fresh()));
        let message = MessageId(v7(self.now, to.number.0[0], self.fresh()));
        let create = Create {
            id,
            service: self.service,
            to,
            purpose: Purpose::VerifyPhone,
            priority: None,
            binding: Fixed([0; 32]),
            context: sha256(b"a"),
            known: false,
            locale: Locale::Ja,
            host: None,
            salt: Fixed(self.fresh()),
            message,
            reserved: None,
        };
        Asking { world: self, create }
    }
}

impl Asking<'_> {
    /// From another end user's session than `"a"`.
    pub fn context(mut self, name: &str) -> Self {
        self.create.context = sha256(name.as_bytes());
        self
    }

    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.create.purpose = purpose;
        self
    }

    pub fn binding(mut self, name: &str) -> Self {
        self.create.binding = sha256(name.as_bytes());
        self
    }

    /// While all budgets are used up but for the reserve, until then.
    pub fn reserved(mut self, until: Time) -> Self {
        self.create.reserved = Some(until);
        self
    }

    /// The number is on file for this person.
    pub fn known(self) -> Self {
        self.known_if(true)
    }

    pub fn known_if(mut self, known: bool) -> Self {
        self.create.known = known;
        self
    }

    pub fn ask(self) -> Said {
        let operation = self.world.operation(None, Event::Create(self.create));
        self.world.perform(operation)
    }

    /// Asks, and expects a yes: the new verification, or the one under way.
    pub fn send(self) -> VerificationId {
        match self.ask() {
            Ok(Answer::Verification(v)) => v.id,
            Ok(Answer::UnderWay(id)) => id,
            other => panic!("expected a verification, was answered {other:?}"),
        }
    }

    /// Asks, and expects a no.
    pub fn refused(self) -> Refusal {
        self.ask().expect_err("expected a refusal")
    }
}
