//! Another message of a verification: to the same number or to the right one, or a call.

use domain::{
    address::{PhoneNumber, Plan},
    channel::Channel,
    country::Country,
    delivery::State,
    digest::Fixed,
    id::VerificationId,
    locale::Locale,
    refusal::Refusal,
    verification::{Event, Resend, Status, Verification},
};

use super::{App, service::Known, source::Source, verification::changed};
use crate::clock;

/// Another message that is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Another<'a> {
    /// How it is sent, where SMS reaches the number; the others are called.
    pub channel: Channel,
    /// The corrected number, as typed, and where it belongs without `+`; else it goes to the same.
    pub to: Option<(&'a str, Option<Country>)>,
    /// Its language, if it is another.
    pub locale: Option<Locale>,
}

impl App {
    /// Sends another message, or calls.
    ///
    /// # Errors
    /// `not-found`, or why none can be sent.
    pub async fn resend(
        &self,
        known: &Known,
        id: VerificationId,
        wanted: Another<'_>,
        source: &Source,
    ) -> Result<Verification, Refusal> {
        let Another { channel: wanted, to, locale } = wanted;
        let is_corrected = to.is_some();
        let to = to.map(|(typed, country)| self.number(known, typed, country)).transpose()?;
        let _place = self.fairness.take(source.asker(known.service.id))?;
        // Of a verification that is not there nothing is spent: the door says so, as it does of another service's (rule D10).
        let found = self.find(known, id).await?;
        let own = || found.as_ref().and_then(|verification| self.number_of(verification));
        let number = to.as_ref().map_or_else(own, |to| Some(to.number.clone()));
        // Reading the number's digits is most of the work here.
        let plan = number.as_ref().map(PhoneNumber::plan);
        let channel = if plan.is_some_and(Plan::is_only_called) { Channel::Call } else { wanted };
        self.may_go(known, plan, channel)?;
        let spent = match &number {
            Some(number) => Some(self.spend(known, number, plan.and_then(|plan| plan.country), channel).await?),
            None => None,
        };
        let to = to.map(|to| self.recipient(id, &to));
        let message = self.next_message(id.shard());
        let reserved = spent.as_ref().and_then(|spent| spent.reserved);
        let resend = Resend { channel, to, salt: Fixed(clock::random()), message, reserved, locale };
        let strange = number.as_ref().filter(|_| !found.is_some_and(|verification| verification.known));
        let sources = self.sources(known, source, strange);
        let answer = self.apply(self.operation(known, Some(id), Event::Resend(resend), sources)).await;
        if let (Err(_), Some(spent)) = (&answer, &spent) {
            self.unspend(spent);
        }
        let verification = changed(answer?)?;
        // Another number is no sign of the route that served the first one.
        if !is_corrected {
            self.note_again(&verification);
        }
        Ok(verification)
    }

    /// Whether another code may go to a number of this plan, before anything is spent: the door looks at all else. A type of
    /// number that the service takes no longer is called no more.
    fn may_go(&self, known: &Known, plan: Option<Plan>, channel: Channel) -> Result<(), Refusal> {
        if let Some(plan) = plan {
            known.policy.channel_to(plan.number_type).map_err(Refusal::Number)?;
        }
        let is_offered = || known.policy.calls && plan.is_none_or(|plan| self.routes.may_cover(plan, Channel::Call));
        if channel == Channel::Sms || is_offered() { Ok(()) } else { Err(Refusal::CallNotOffered) }
    }

    /// Whether a call was asked for that cannot be made now: another would only take its place.
    pub(crate) fn holds_call(&self, verification: &Verification) -> bool {
        let newest = verification.newest();
        newest.channel == Channel::Call
            && newest.progress.state == State::Queued
            && !self.can_send(self.number_of(verification).as_ref(), Channel::Call)
    }

    /// Whether the person can be offered a call now or a little later.
    pub(crate) fn offers_call(&self, known: &Known, verification: &Verification) -> bool {
        known.policy.calls
            && verification.status(self.now()) == Status::Pending
            && verification.may_be_called()
            && !self.holds_call(verification)
            && verification.sends() < known.policy.sends_max
            && self.number_of(verification).is_some_and(|number| self.routes.may_cover(number.plan(), Channel::Call))
    }
}
