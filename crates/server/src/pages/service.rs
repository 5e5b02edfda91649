//! What pages say of the service that asks, and of its message.

use domain::{
    channel::Channel,
    contact::Kind,
    delivery::{Progress, State},
    locale::Locale,
    refusal::Refusal,
    verification::Verification,
};

use super::view::{
    contact::Contact,
    frame::Brand,
    message::{Ahead, CallState, MessageState},
    support::Line,
};
use crate::{
    app::{
        App, logo,
        queue::Place,
        service::Known,
        support::{Unwritten, Written},
    },
    guide::{self, step::Walked},
};

/// Who asks.
pub fn brand(known: &Known, lang: Locale) -> Brand {
    let service = &known.service;
    let logo = service.logo.map(|logo| logo::path(service.id, &logo));
    Brand { name: service.brand_in(lang).to_owned(), colour: service.color.clone(), logo }
}

/// Humans who help; our own form only where it can be used, at `form`.
pub fn contacts(app: &App, known: &Known, lang: Locale, form: Option<&str>) -> Vec<Contact> {
    let now = app.now().ms();
    let usable = known.service.contacts.iter().filter(|contact| form.is_some() || contact.kind != Kind::Message);
    usable.map(|contact| Contact::of(contact, lang, now, form.unwrap_or_default())).collect()
}

/// Whether the service takes messages on our own pages.
pub fn takes_messages(known: &Known) -> bool {
    known.service.contacts.iter().any(|contact| contact.kind == Kind::Message)
}

/// What was typed as a message for support.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub text: Option<String>,
    /// Where an answer may go; of a call, the number.
    pub reply: Option<String>,
    /// Set on the form that asks for a call.
    pub call: Option<String>,
    /// When a call suits the person.
    pub time: Option<String>,
}

impl Typed {
    /// Reads it.
    ///
    /// # Errors
    /// What has to be put right.
    pub fn read(&self) -> Result<Written, Unwritten> {
        let [text, reply, time] = [&self.text, &self.reply, &self.time].map(|field| field.as_deref().unwrap_or(""));
        if self.call.is_some() { Written::read_call(text, reply, time) } else { Written::read(text, reply) }
    }

    /// The time as its field shows it again; `None` on the form that asks for no call.
    pub fn time_shown(&self) -> Option<String> {
        self.call.as_ref().map(|_| self.time.clone().unwrap_or_default())
    }
}

/// Whether an address asks for the form that asks for a call.
pub fn asks_for_call(query: &str) -> bool {
    query.split('&').any(|part| part == "call")
}

/// What a person said and tried, for the page that takes a message.
pub fn lines(walked: Walked) -> (Vec<Line>, Vec<String>) {
    let line = |known: guide::step::Known| Line { name: known.question, value: known.label };
    (walked.told.into_iter().map(line).collect(), walked.tried)
}

/// Where the newest message stands, as far as this reader may know (rules V5, V6).
///
/// # Errors
/// `unavailable` without the store.
pub async fn message_state(app: &App, verification: &Verification, known: bool) -> Result<MessageState, Refusal> {
    let newest = verification.newest();
    let progress = if known { newest.progress } else { newest.progress.for_stranger(newest.sent_at, app.now()) };
    if newest.channel == Channel::Call {
        return Ok(MessageState::Call(call_state(app, verification, progress)));
    }
    Ok(match progress.state {
        State::Queued if !app.can_send(app.number_of(verification).as_ref(), Channel::Sms) => {
            MessageState::LinkDown { valid_until_ms: newest.expires_at.ms() }
        }
        State::Queued => {
            let place = app.place(verification).await?;
            MessageState::Queued { ahead: ahead(place), eta_seconds: place.and_then(|place| place.eta_seconds) }
        }
        State::Submitted => MessageState::Submitted { at_ms: progress.updated_at.ms() },
        State::Delivered => MessageState::Delivered,
        State::Undelivered if !progress.has_left() => MessageState::NoRoute,
        State::Undelivered => MessageState::Undelivered,
        State::Expired => MessageState::Expired { at_ms: newest.expires_at.ms() },
    })
}

fn call_state(app: &App, verification: &Verification, progress: Progress) -> CallState {
    let valid_until_ms = verification.expires_at().ms();
    match progress.state {
        State::Queued if !app.can_send(app.number_of(verification).as_ref(), Channel::Call) => {
            CallState::Held { valid_until_ms }
        }
        State::Queued => CallState::Soon,
        State::Submitted => CallState::Ringing { at_ms: progress.updated_at.ms() },
        State::Delivered => CallState::Heard,
        State::Undelivered | State::Expired => CallState::Missed,
    }
}

fn ahead(place: Option<Place>) -> Ahead {
    match place.map_or(0, |place| place.ahead_below) {
        0 => Ahead::None,
        1..=10 => Ahead::Under10,
        11..=50 => Ahead::Under50,
        51..=100 => Ahead::Under100,
        101.. => Ahead::Hundreds,
    }
}
