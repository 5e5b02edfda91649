//! What happens to a verification that exists: each event as one call.

use domain::{
    channel::Channel,
    delivery::{Reason, State},
    digest::{Digest, Fixed},
    effect::Settlement,
    id::{MessageId, VerificationId, v7},
    refusal::Refusal,
    time::Time,
    verification::{Event, Report, Resend},
};

use super::{Said, World};

/// The SHA-256 of the proof that approvals give out here.
pub const PROOF: Digest = Fixed([7; 32]);

impl World {
    pub fn check(&mut self, id: VerificationId, typed: &str) -> Said {
        let operation = self.operation(Some(id), Event::Check { typed: typed.to_owned(), proof: PROOF });
        self.perform(operation)
    }

    /// Checks the right code.
    pub fn check_right(&mut self, id: VerificationId) -> Said {
        let code = self.code(id);
        self.check(id, &code)
    }

    pub fn check_wrong(&mut self, id: VerificationId) -> Said {
        let wrong = self.wrong(id);
        self.check(id, &wrong)
    }

    /// Wrong codes until it is locked.
    pub fn lock(&mut self, id: VerificationId) {
        while self.verification(id).checks_left() > 0 {
            self.check_wrong(id).expect_err("a wrong code");
        }
    }

    pub fn resend(&mut self, id: VerificationId) -> Said {
        self.resend_to(id, None)
    }

    pub fn correct(&mut self, id: VerificationId, number: &str) -> Said {
        self.resend_to(id, Some(number))
    }

    /// Another message, while all budgets are used up but for the reserve, until then.
    pub fn resend_reserved(&mut self, id: VerificationId, until: Time) -> Said {
        self.resend_with(Channel::Sms, id, None, Some(until))
    }

    pub fn resend_to(&mut self, id: VerificationId, number: Option<&str>) -> Said {
        self.resend_with(Channel::Sms, id, number, None)
    }

    /// Another code by phone call; to another number, if one is told.
    pub fn call(&mut self, id: VerificationId, number: Option<&str>) -> Said {
        self.resend_with(Channel::Call, id, number, None)
    }

    fn resend_with(
        &mut self,
        channel: Channel,
        id: VerificationId,
        number: Option<&str>,
        reserved: Option<Time>,
    ) -> Said {
        let to = number.map(|number| self.recipient(number));
        let message = MessageId(v7(self.now, id.shard(), self.fresh()));
        let salt = Fixed(self.fresh());
        let operation =
            self.operation(Some(id), Event::Resend(Resend { channel, to, salt, message, reserved, locale: None }));
        self.perform(operation)
    }

    pub fn cancel(&mut self, id: VerificationId) -> Said {
        let operation = self.operation(Some(id), Event::Cancel);
        self.perform(operation)
    }

    pub fn redeem(&mut self, id: VerificationId, proof: Digest) -> Said {
        let operation = self.operation(Some(id), Event::Redeem { proof });
        self.perform(operation)
    }

    /// What the dispatcher or a receipt says of a message: no source asked for it.
    pub fn report(&mut self, id: VerificationId, message: MessageId, state: State, reason: Option<Reason>) -> Said {
        let settlement = Some(Settlement { message, state, route: Some("route".into()), carrier_id: None });
        let event = Event::Report(Report { message, state, reason, settlement });
        let mut operation = self.operation(Some(id), event);
        operation.service = None;
        operation.sources.clear();
        self.perform(operation)
    }

    /// The newest code.
    pub fn code(&self, id: VerificationId) -> String {
        let place = self.verification(id).generations.len() - 1;
        self.code_of(id, place)
    }

    /// The code of the message at `place`, the first being 0.
    pub fn code_of(&self, id: VerificationId, place: usize) -> String {
        let v = self.verification(id);
        v.code(&v.generations[place], &self.keys).expect("the ring has the key").digits().to_owned()
    }

    /// A code of the right length that is none of the verification's.
    pub fn wrong(&self, id: VerificationId) -> String {
        let v = self.verification(id);
        let own: Vec<String> = (0..v.generations.len()).map(|place| self.code_of(id, place)).collect();
        let width = usize::from(v.newest().digits);
        let candidates = (0..100).map(|n| format!("{n:0width$}"));
        candidates.into_iter().find(|code| !own.contains(code)).expect("a verification has at most ten codes")
    }
}

/// When a refusal says that it can be tried again.
pub fn retry_in_seconds(refusal: &Refusal, world: &World) -> Option<i64> {
    refusal.retry_at().map(|at| at.seconds_from(world.now))
}
