//! A route tried once, for `tegata doctor`: reached, and given a message if that is asked for; beside a server that
//! has it bound too, or without one.

use std::{sync::Arc, time::Duration};

use domain::{
    address::PhoneNumber,
    channel::Channel,
    delivery::State,
    id::{MessageId, v7},
    key::KeyRing,
    locale::Locale,
    time::{Millis, seconds},
};
use smpp::{
    backoff::After,
    link::{Client, Receipts},
};
use tokio::time::timeout;
use tracing::warn;

use super::{
    Outcome, Outgoing,
    http::Gateway,
    smpp::{Dialer, hand_over, meaning},
    twilio::Account,
};
use crate::{
    clock::{self, Clock},
    config::{ConfigError, route::Route},
    sms::MessageText,
};

/// How long reaching a route may take in all.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
/// How long a receipt is waited for.
const RECEIPT_WITHIN: Duration = Duration::from_secs(20);
/// How long a test message is worth delivering.
const VALID_MS: Millis = seconds(600);

/// A route that answered.
pub struct Trial {
    route: String,
    sender: String,
    clock: Arc<Clock>,
    took_ms: Millis,
    via: Via,
}

enum Via {
    Smpp(Client, Receipts),
    /// With its answer to a request that asks for nothing.
    Http(Box<Gateway>, u16),
    Twilio(Box<Account>),
}

/// Why a route is not reached.
#[derive(Debug)]
pub struct Unreached {
    /// In the words of whoever said no.
    pub why: String,
    /// Where to look.
    pub fault: Fault,
}

/// What keeps a route from being reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The configuration cannot be used.
    Settings,
    /// Nobody answers.
    Away,
    /// It is there, and says no to who asks.
    Stranger,
    /// It is there, and says that this is not its place.
    Misplaced,
    /// It is there, and in trouble by its own word.
    Trouble,
}

impl Unreached {
    fn away(why: String) -> Unreached {
        Unreached { why, fault: Fault::Away }
    }
}

impl From<ConfigError> for Unreached {
    fn from(error: ConfigError) -> Self {
        Unreached { why: error.0, fault: Fault::Settings }
    }
}

impl Trial {
    /// Connects and binds, or asks the gateway for nothing (`HEAD`; Twilio, by its credentials, for no messages).
    ///
    /// # Errors
    /// Why it is not reached.
    pub async fn reach(
        route: &Route,
        public_url: &str,
        keys: &Arc<KeyRing>,
        clock: &Arc<Clock>,
    ) -> Result<Trial, Unreached> {
        let began = clock.now();
        let reaching = timeout(REACHED_WITHIN, reach(route, public_url, keys, clock));
        let late = || Unreached::away(format!("no answer within {} seconds", REACHED_WITHIN.as_secs()));
        let via = reaching.await.unwrap_or_else(|_| Err(late()))?;
        let took_ms = clock.now().since(began);
        let (route, sender) = (route.name().to_owned(), route.sender().to_owned());
        Ok(Trial { route, sender, clock: clock.clone(), took_ms, via })
    }

    /// The time to the first answer: of a bind with all that comes before it, or of a request.
    pub fn took_ms(&self) -> Millis {
        self.took_ms
    }

    /// The status of a gateway's answer to `HEAD`, which it need not know.
    pub fn status(&self) -> Option<u16> {
        match self.via {
            Via::Http(_, status) => Some(status),
            Via::Smpp(..) | Via::Twilio(_) => None,
        }
    }

    /// Hands one message over, and waits a while for its receipt, which only SMPP brings here: a gateway's goes to the
    /// server.
    pub async fn send(&mut self, to: PhoneNumber, text: MessageText) -> (Outcome, Option<State>) {
        let id = MessageId(v7(self.clock.now(), 0, clock::random()));
        let (channel, locale, sender) = (Channel::Sms, Locale::default(), self.sender.clone());
        let message = Outgoing { id, to, channel, locale, sender, text, valid_ms: VALID_MS };
        match &mut self.via {
            Via::Http(gateway, _) => (gateway.send(message).await, None),
            Via::Twilio(account) => (account.send(message).await, None),
            Via::Smpp(client, receipts) => {
                let outcome = hand_over(client, &message, |status| {
                    warn!(route = self.route, status, "the carrier refused the message")
                })
                .await;
                let Outcome::Accepted { carrier_id } = &outcome else { return (outcome, None) };
                let receipt = timeout(RECEIPT_WITHIN, receipt(receipts, carrier_id)).await;
                (outcome, receipt.ok().flatten())
            }
        }
    }

    /// Whether receipts come by the route itself.
    pub fn brings_receipts(&self) -> bool {
        match self.via {
            Via::Smpp(..) => true,
            Via::Http(..) | Via::Twilio(_) => false,
        }
    }

    /// Unbinds.
    pub async fn close(self) {
        match self.via {
            Via::Http(..) | Via::Twilio(_) => {}
            Via::Smpp(client, _) => drop(client.close().await),
        }
    }
}

async fn reach(route: &Route, public_url: &str, keys: &Arc<KeyRing>, clock: &Arc<Clock>) -> Result<Via, Unreached> {
    match route {
        Route::Smpp(route) => match Dialer::new(route)?.dial().await {
            Ok((client, receipts)) => Ok(Via::Smpp(client, receipts)),
            Err((why, After::Refused)) => Err(Unreached { why, fault: Fault::Stranger }),
            Err((why, After::Lost)) => Err(Unreached::away(why)),
        },
        Route::Http(route) => {
            let gateway = Gateway::new(route.clone(), public_url, keys.clone(), clock.clone())?;
            // Whatever it says of a request that asks for nothing, it is there.
            let status = gateway.knock().await.map_err(Unreached::away)?;
            Ok(Via::Http(Box::new(gateway), status))
        }
        Route::Twilio(route) => {
            let account = Account::new(route.clone(), public_url, keys.clone(), clock.clone())?;
            let status = account.knock().await.map_err(Unreached::away)?;
            let fault = match status {
                200..=299 => return Ok(Via::Twilio(Box::new(account))),
                401 | 403 => Fault::Stranger,
                300..=399 | 404 => Fault::Misplaced,
                _ => Fault::Trouble,
            };
            Err(Unreached { why: format!("it answers {status}"), fault })
        }
    }
}

/// The final state of a message. Receipts of others, which a carrier may bring here, are not acknowledged: it repeats
/// them, to the server.
async fn receipt(receipts: &mut Receipts, carrier_id: &str) -> Option<State> {
    loop {
        let (receipt, ack) = receipts.recv().await?;
        if receipt.message_id == carrier_id {
            ack.accept();
            let (state, _) = meaning(receipt.state);
            if receipt.state.is_final() {
                return Some(state);
            }
        }
    }
}
