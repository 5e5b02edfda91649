//! How messages leave: one file a provider; how webhooks are called, and spans exported. The only place that opens outgoing connections.

pub mod http;
mod public;
mod refusals;
pub mod smpp;
mod standing;
pub mod traces;
mod trial;
pub mod twilio;
pub mod webhook;

use std::sync::Arc;

use domain::{address::PhoneNumber, channel::Channel, delivery::Reason, id::MessageId, locale::Locale, time::Millis};

pub use trial::{Fault, Trial, Unreached};

use crate::{link::LinkState, sms::MessageText};

/// A message that is ready to go.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its id.
    pub id: MessageId,
    /// Where to.
    pub to: PhoneNumber,
    /// As what.
    pub channel: Channel,
    /// The language of what it says.
    pub locale: Locale,
    /// What the phone shows as sender; empty leaves it to the provider.
    pub sender: String,
    /// What it says, or what is read out; holds the code, so it is never logged.
    pub text: MessageText,
    /// How long it is still worth delivering.
    pub valid_ms: Millis,
}

/// What became of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier has it.
    Accepted {
        /// The carrier's id for it.
        carrier_id: String,
    },
    /// The carrier refused it for good.
    Refused(Reason),
    /// It was not sent; it may be tried again after a while.
    Later {
        /// How long to wait, in milliseconds.
        after_ms: Millis,
    },
    /// It was not sent: the other side asks for less, and to be left alone for a while.
    Slower {
        /// How long, in milliseconds; 0 if it does not say.
        after_ms: Millis,
    },
    /// It was sent, and no answer came: it is not sent again blindly.
    Unconfirmed {
        /// The id by which a receipt may yet tell of it, where that is ours to give.
        carrier_id: Option<String>,
    },
}

/// One provider, ready to be given messages.
#[derive(Clone)]
pub enum Provider {
    /// A bind to an SMSC.
    Smpp(smpp::Link),
    /// The signed HTTP call.
    Http(Arc<http::Gateway>),
    /// Twilio's API.
    Twilio(Arc<twilio::Account>),
}

impl Provider {
    /// Its route's name.
    pub fn name(&self) -> &str {
        match self {
            Provider::Smpp(link) => link.name(),
            Provider::Http(gateway) => gateway.name(),
            Provider::Twilio(account) => account.name(),
        }
    }

    /// Its route's own sender.
    pub fn sender(&self) -> &str {
        match self {
            Provider::Smpp(link) => link.sender(),
            Provider::Http(gateway) => gateway.sender(),
            Provider::Twilio(account) => account.sender(),
        }
    }

    /// How many messages it takes at once.
    pub fn window(&self) -> usize {
        match self {
            Provider::Smpp(link) => link.window(),
            Provider::Http(gateway) => gateway.window(),
            Provider::Twilio(account) => account.window(),
        }
    }

    /// Its link.
    pub fn link(&self) -> &LinkState {
        match self {
            Provider::Smpp(link) => link.state(),
            Provider::Http(gateway) => gateway.state(),
            Provider::Twilio(account) => account.state(),
        }
    }

    /// Hands one message over.
    pub async fn send(&self, message: Outgoing) -> Outcome {
        match self {
            Provider::Smpp(link) => link.send(message).await,
            Provider::Http(gateway) => gateway.send(message).await,
            Provider::Twilio(account) => account.send(message).await,
        }
    }
}
