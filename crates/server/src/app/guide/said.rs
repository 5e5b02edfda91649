//! What a person says in a guide: answers, what came of remedies, and steps back.

use domain::{
    channel::Channel,
    guide::{Outcome, Shown, SolvedBy},
    locale::Locale,
    refusal::Refusal,
    verification::Verification,
};

use super::{App, End, Opened};
use crate::{
    app::{arrival::Note, flow, resend::Another, service, source::Source},
    guide::step,
};

/// The fact by which arrival is counted, and routes are chosen that are for some carriers only.
pub const CARRIER: &str = "carrier";
/// What a verification's number tells better than anybody.
const OF_THE_NUMBER: [&str; 2] = ["number_kind", "country"];
/// The fact that is settled by typing a number.
const NUMBER_RIGHT: &str = "number_right";

impl App {
    /// The person answers a question, or corrects an answer.
    ///
    /// # Errors
    /// `bad-request` for what the guide does not ask.
    pub async fn guide_told(&self, opened: &mut Opened, fact: &str, value: &str) -> Result<(), Refusal> {
        if opened.kept.verification.is_some() && OF_THE_NUMBER.contains(&fact) {
            return Ok(());
        }
        let mut session = opened.kept.session.clone();
        if !session.tell(opened.guide(), fact, value) {
            return Err(unasked("value", "be one of the answers to a question of this guide"));
        }
        let now = self.now();
        let said = (fact.to_owned(), value.to_owned());
        self.change_guide(opened, move |guide, kept| {
            kept.log.answered(now, &said.0, &said.1);
            kept.session.tell(guide, &said.0, &said.1)
        })
        .await?;
        if fact == CARRIER {
            self.note_carrier(opened, value).await?;
        }
        Ok(())
    }

    /// The verification that a session is about.
    async fn about(&self, opened: &Opened) -> Result<Option<Verification>, Refusal> {
        let known = self.service(opened.kept.service).await?;
        self.guided(&known, opened).await
    }

    /// Whoever looks for help tells something of the route.
    pub(super) async fn note_help(&self, opened: &Opened) -> Result<(), Refusal> {
        if let Some(verification) = self.about(opened).await? {
            self.note_again(&verification);
        }
        Ok(())
    }

    /// Arrival is counted by the carrier that people name.
    async fn note_carrier(&self, opened: &Opened, carrier: &str) -> Result<(), Refusal> {
        if let Some(verification) = self.about(opened).await? {
            self.note(Note::Carrier(verification.newest().message, carrier.to_owned()));
        }
        Ok(())
    }

    /// The person says what came of a remedy.
    ///
    /// # Errors
    /// `bad-request` for a cause that the guide does not have.
    pub async fn guide_tried(&self, opened: &mut Opened, cause: &str, outcome: Outcome) -> Result<(), Refusal> {
        if opened.guide().cause_at(cause).is_none() {
            return Err(unasked("cause", "be the cause of a step of this guide"));
        }
        let now = self.now();
        let cause = cause.to_owned();
        self.change_guide(opened, move |guide, kept| {
            kept.log.tried(now, &cause, outcome);
            kept.session.report(guide, &cause, outcome)
        })
        .await
    }

    /// The person did a remedy after which a new code is needed: it is sent, where a verification is under way, or read
    /// out in a call. How it went out, if it did.
    ///
    /// # Errors
    /// As [`App::resend`]: then nothing is remembered. `bad-request` for a cause that the guide does not have.
    pub async fn guide_done(
        &self,
        known: &service::Known,
        opened: &mut Opened,
        cause: &str,
        locale: Option<Locale>,
        source: &Source,
    ) -> Result<Option<Channel>, Refusal> {
        let at =
            opened.guide().cause_at(cause).ok_or_else(|| unasked("cause", "be the cause of a step of this guide"))?;
        let sends = step::channel(opened.guide(), opened.guide().cause(at)).zip(opened.kept.verification);
        if let Some((channel, id)) = sends {
            self.resend(known, id, Another { channel, locale, to: None }, source).await?;
        }
        self.guide_tried(opened, cause, Outcome::Done).await?;
        Ok(sends.map(|(channel, _)| channel))
    }

    /// The person typed another number in a flow: the guide goes on with that one.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_corrected(&self, flow: &flow::Opened) -> Result<(), Refusal> {
        let Some(id) = flow.flow.guide else { return Ok(()) };
        let Some(mut opened) = self.find_guide(id).await? else { return Ok(()) };
        let now = self.now();
        self.change_guide(&mut opened, move |guide, kept| {
            let step = kept.session.showing.take();
            // Whatever step it was typed on, it was done there.
            if let Some(Shown::Cause(cause)) = step.map(|showing| showing.step) {
                kept.log.tried(now, &cause, Outcome::Done);
                kept.session.report(guide, &cause, Outcome::Done);
            }
            kept.session.tell(guide, NUMBER_RIGHT, "yes");
            true
        })
        .await
    }

    /// The person says that it worked.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_solved(&self, opened: &mut Opened) -> Result<(), Refusal> {
        let now = self.now();
        self.change_guide(opened, move |_, kept| {
            kept.log.end(now, End::Solved(SolvedBy::Word));
            kept.session.solve(SolvedBy::Word);
            true
        })
        .await
    }

    /// One step back.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_back(&self, opened: &mut Opened) -> Result<(), Refusal> {
        let now = self.now();
        self.change_guide(opened, move |_, kept| {
            kept.log.end(now, End::Back);
            kept.session.back()
        })
        .await
    }
}

fn unasked(field: &str, must: &str) -> Refusal {
    Refusal::BadRequest { field: field.into(), must: must.into() }
}
